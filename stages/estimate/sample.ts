/** The estimation sample: rows in which everything the model touches is there, without singletons. */
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { rowsWithoutSingletons } from '../kernels/singletons.ts';
import { shiftFaults } from './atom-values.ts';
import { commonRows } from './common-work.ts';
import { factorOf, unmark, unmarkColumn } from './design.ts';
import { errorsColumns } from './errors-spec.ts';
import type { LinearSpec } from './linear-spec.ts';
import { effectName, type Term, termColumns, termName } from './term.ts';

export interface Sample {
  /** row numbers of the table, increasing */
  readonly rows: Int32Array;
  readonly singletons: number;
  readonly notes: readonly Note[];
}

export function estimationSample(table: Table, spec: LinearSpec, mask?: Uint8Array): Sample | readonly Fault[] {
  const ambiguous = shiftFaults(termsOf(spec), table);
  if (ambiguous.length > 0) return ambiguous;
  const notes: Note[] = [];
  const complete = completeRows(table, spec, notes, mask);
  if (!(complete instanceof Int32Array)) return complete;
  let rows = commonRows(table, complete);
  let singletons = 0;
  const levelled = spec.effects.filter((e) => !e.slopeOnly);
  if (spec.singletons === 'drop' && levelled.length > 0) {
    const left = rowsWithoutSingletons(levelled.map((e) => factorOf(table, e.columns, rows)));
    if (left !== undefined) {
      singletons = rows.length - left.length;
      const before = rows;
      rows = commonRows(
        table,
        left.map((i) => before[i] as number),
      );
      if (rows.length === 0)
        return [error('CE3201', { rows: before.length, effects: levelled.map(effectName) }, ['absorb'])];
      notes.push({ code: 'CN2402', args: { rows: singletons, effects: levelled.map(effectName) } });
    }
  }
  return { rows, singletons, notes };
}

const termsOf = (spec: LinearSpec): readonly Term[] => [spec.y, ...spec.x, ...spec.endogenous, ...spec.instruments];

/** A column by its name; of what is computed, the computation: log(x) is missing where x is not positive. */
const lossName = (term: Term): string =>
  term.length === 1 && term[0]?.is !== 'column' && term[0]?.is !== 'factor'
    ? termName(term)
    : (termColumns(term)[0] ?? '');

function completeRows(table: Table, spec: LinearSpec, notes: Note[], mask?: Uint8Array): Int32Array | readonly Fault[] {
  const keep = mask?.slice() ?? new Uint8Array(table.rows).fill(1);
  const lost: string[] = [];
  const total = mask === undefined ? table.rows : remainingOf(keep);
  let left = total;
  const after = (name: string, gone: number): void => {
    if (gone > 0 && !lost.includes(name)) lost.push(name);
    left -= gone;
  };
  for (const term of termsOf(spec)) {
    const gone = term.reduce((sum, atom) => sum + unmark(atom, table, keep), 0);
    after(lossName(term), gone);
  }
  const others = [
    ...spec.effects.flatMap((e) => [...e.columns, ...e.slopes]),
    ...errorsColumns(spec.errors, {}).map((c) => c.column),
  ];
  for (const name of new Set(others)) after(name, unmarkColumn(table.column(name), keep));
  const faults = spec.weights === undefined ? [] : unmarkWeights(table, spec.weights, keep, notes);
  if (spec.weights !== undefined) after(spec.weights, left - remainingOf(keep));
  if (faults.length > 0) return faults;
  if (total === 0) return [error('CE1540', {})];
  if (left === 0) {
    // what took the last rows away is what there is to look at
    if (spec.weights !== undefined && lost.at(-1) === spec.weights)
      return [error('CE3200', { name: spec.weights, rows: total }, ['weights'])];
    return [error('CE2410', { rows: total, columns: lost.length > 0 ? lost : termColumns(spec.y) })];
  }
  if (left < total) notes.unshift({ code: 'CN2401', args: { rows: total - left, total, columns: lost } });
  const rows = new Int32Array(left);
  if (left === keep.length) {
    for (let i = 0; i < left; i++) rows[i] = i;
    return rows;
  }
  let at = 0;
  for (let i = 0; i < keep.length; i++) if (keep[i] === 1) rows[at++] = i;
  return rows;
}

function remainingOf(keep: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < keep.length; i++) sum += keep[i] as number;
  return sum;
}

function unmarkWeights(table: Table, name: string, keep: Uint8Array, notes: Note[]): readonly Fault[] {
  const weights = table.numbers(name);
  let zeros = 0;
  for (let i = 0; i < keep.length; i++) {
    const w = weights[i] as number;
    if (w < 0) return [error('CE2413', { name, row: i + 1, value: w }, ['weights'])];
    if (keep[i] === 1 && w === 0) zeros++;
    if (!(w > 0 && Number.isFinite(w))) keep[i] = 0;
  }
  if (zeros > 0) notes.push({ code: 'CN2409', args: { rows: zeros } });
  return [];
}
