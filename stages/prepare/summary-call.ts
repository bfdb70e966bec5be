/** `mean(x)`, `count()`, `quantile(x, 0.9)`: one function of one column, as `aggregate` takes it. */
import { error, type Fault, type ParamPath } from '../contract.ts';

const summaryFunctions = [
  'mean',
  'sum',
  'sd',
  'min',
  'max',
  'median',
  'count',
  'distinct',
  'first',
  'last',
  'quantile',
] as const;

export type SummaryFunction = (typeof summaryFunctions)[number];

export type SummaryCall = {
  readonly name: SummaryFunction;
  /** '' for `count()`, which counts rows */
  readonly column: string;
  /** the probability of `quantile` */
  readonly p: number;
};

const CALL = /^\s*([A-Za-z_]+)\s*\(\s*(?:`([^`]*)`|([^\s,()`'"]+))?\s*(?:,\s*([^(),]*?)\s*)?\)\s*$/u;

/** Faults: CE2158 not understood, CE2159 unknown function, CE2160 probability. */
export function parseSummary(text: string, param: ParamPath): SummaryCall | Fault {
  const found = CALL.exec(text);
  if (found === null) return error('CE2158', { text }, param);
  const [, name = '', quoted, plain, argument] = found;
  const known = summaryFunctions.find((f) => f === name);
  if (known === undefined) return error('CE2159', { name, known: summaryFunctions }, param);
  const column = quoted ?? plain ?? '';
  const wantsColumn = known !== 'count';
  if ((wantsColumn && column === '') || (known !== 'quantile' && argument !== undefined))
    return error('CE2158', { text }, param);
  const p = known === 'quantile' ? Number(argument ?? Number.NaN) : 0.5;
  if (argument === '' || !(p >= 0 && p <= 1)) return error('CE2160', { text }, param);
  return { name: known, column, p };
}

export const isFault = (value: SummaryCall | Fault): value is Fault => 'code' in value;

/** Functions that count or pick, and so take a column of any type. */
export const takesAnyType = (name: SummaryFunction): boolean =>
  name === 'count' || name === 'distinct' || name === 'first' || name === 'last';
