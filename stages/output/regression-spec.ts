/** What a table of models is to look like. */
import type { StyleName } from './document.ts';
import type { FootRow } from './foot-rows.ts';
import type { Labels } from './term-label.ts';
import type { TermChoice } from './term-rows.ts';
import type { Languages } from './wording.ts';

export type Statistic = 't' | 'se' | 'p' | 'ci';

/** What both kinds of table have in common. Texts are in the language of the document already. */
export type CommonSpec = {
  readonly caption: readonly string[];
  readonly labels: Labels;
  readonly notes: readonly string[];
  /** print what the results say of themselves */
  readonly remarks: boolean;
  readonly digits: number;
  /** a comma between thousands */
  readonly thousands?: true;
  readonly style: StyleName;
  readonly lang: Languages;
};

export type RegressionSpec = CommonSpec & {
  readonly stat: Statistic;
  readonly stars: readonly { readonly symbol: string; readonly level: number }[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly controls: TermChoice['controls'];
  readonly rows: readonly FootRow[];
  /** the author chose the rows */
  readonly asked: boolean;
  readonly headers: readonly { readonly text: string; readonly span: number }[];
  /** by column; '' where there is none */
  readonly outcomes: readonly string[];
  readonly columnLabels: readonly string[];
  /** columns of dates */
  readonly dates: readonly string[];
  /** the group or case of columns that would have the same name */
  readonly columnParts: readonly string[];
};
