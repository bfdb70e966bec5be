/**
 * The columns in which the groups of `foreach` stages were found. A file that changes between that and the run would leave groups out
 * without a word: the run then fails, and the next one finds them.
 */
import { error } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Grouped } from '../load/groups.ts';
import type { Pipeline } from '../load/pipeline.ts';
import type { PartRef } from '../plan/part.ts';
import type { Settled } from '../run/settled.ts';

export class GroupColumns {
  /** by table and column, what the column is made of */
  readonly #found = new Map<string, string | undefined>();

  found({ from, column }: Grouped, columns: readonly (PartRef | undefined)[]): void {
    from.forEach((source, i) => void this.#found.set(placeOf(source, column), JSON.stringify(columns[i])));
  }

  objections({ groups, instances }: Pipeline, settled: ReadonlyMap<string, Settled>): readonly Diagnostic[] {
    return groups.flatMap(({ stage, column, from }): Diagnostic[] => {
      const isOther = from.some((source) => {
        const s = settled.get(source.instance);
        const before = this.#found.get(placeOf(source, column));
        if (s?.kind !== 'done' || before === undefined) return false;
        return JSON.stringify(s.outputs.get(source.output)?.parts.get(column)) !== before;
      });
      if (!isOther) return [];
      const at = [...instances.values()].find((i) => i.stage === stage)?.place([]);
      return [{ ...error('CE1701', { stage }), ...(at === undefined ? {} : { at }), stage }];
    });
  }
}

const placeOf = ({ instance, output }: Grouped['from'][number], column: string): string =>
  JSON.stringify([instance, output, column]);
