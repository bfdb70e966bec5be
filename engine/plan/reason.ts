import type { Fault, PartName } from '../../stages/contract.ts';
import type { ColumnDifferences } from '../../stages/contract-differences.ts';

/** A column that is made otherwise than before. */
export interface PartDifference {
  readonly part: PartName;
  readonly values: ColumnDifferences;
}

/** Why a stage is stale: the first differences between its action now and the one it had before. */
export type Reason =
  | { readonly kind: 'never-ran' }
  /** what it made before is not in the store, or cannot be looked up: then what is in the way, and in `detail` the codes of it */
  | { readonly kind: 'no-result'; readonly detail?: string; readonly faults?: readonly Pick<Fault, 'code' | 'args'>[] }
  /** `file`: of the user's own code, the one that was written last; `edited` when, ms since 1970 */
  | { readonly kind: 'code'; readonly type: string; readonly file?: string; readonly edited?: number }
  | { readonly kind: 'runtime'; readonly before: string; readonly now: string }
  /** a value inside the spec: `path` dotted */
  | { readonly kind: 'spec'; readonly path: string; readonly before: string; readonly now: string }
  /** a param as the YAML has it, with its place now: `pipeline.yaml:12` */
  | {
      readonly kind: 'param';
      readonly path: string;
      readonly before: string;
      readonly now: string;
      readonly place: string;
    }
  /** `edited`: when it was last written, ms since 1970 */
  | { readonly kind: 'file'; readonly param: string; readonly file: string; readonly edited?: number }
  /** a part of an input, `panel.open`; `added`/`removed` when the set of parts read differs */
  | {
      readonly kind: 'part';
      readonly from: string;
      readonly part: string;
      readonly change: 'changed' | 'added' | 'removed';
      /** a column called `value`, which is no model's value */
      readonly isColumn?: true;
      /** which values, where that has been found out */
      readonly values?: ColumnDifferences;
    }
  /** not known until the named stages have run */
  | { readonly kind: 'depends'; readonly on: readonly string[] };

/** Something that was done to the stage itself; other reasons follow from what stands above it. */
export const isEdit = ({ kind }: Reason): boolean =>
  kind === 'param' || kind === 'spec' || kind === 'file' || kind === 'code' || kind === 'runtime';
