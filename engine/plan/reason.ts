/** Why a stage is stale: the first differences between its action now and the one it had before. */
export type Reason =
  | { readonly kind: 'never-ran' }
  | { readonly kind: 'no-result'; readonly detail: string }
  | { readonly kind: 'code'; readonly type: string }
  | { readonly kind: 'runtime'; readonly before: string; readonly now: string }
  /** a value inside the spec: `path` dotted */
  | { readonly kind: 'spec'; readonly path: string; readonly before: string; readonly now: string }
  | { readonly kind: 'file'; readonly param: string; readonly file: string }
  /** a part of an input, `panel.open`; `added`/`removed` when the set of parts read differs */
  | {
      readonly kind: 'part';
      readonly from: string;
      readonly part: string;
      readonly change: 'changed' | 'added' | 'removed';
    }
  /** not known until the named stages have run */
  | { readonly kind: 'depends'; readonly on: readonly string[] };
