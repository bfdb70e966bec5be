/** Terms of a model as columns over the rows of a sample. */
import { type Column, MISSING } from '../columns/column.ts';
import { isoDate } from '../columns/parse.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault } from '../contract.ts';
import { allFinite, combine, type Factor, factorOfNumbers, factorOnRows } from '../kernels/factor-codes.ts';
import { orthogonalPolynomials, powers } from '../kernels/polynomials.ts';
import { floats } from '../kernels/shared-memory.ts';
import { atomValues } from './atom-values.ts';
import { commonFactor, commonValues } from './common-work.ts';
import { type Atom, atomName, type Bin, type FactorAtom, type PolyAtom, type Term, type ValueAtom } from './term.ts';

/** A factor with the printed name of each level, in increasing order (numbers by value, texts by code point). */
export interface NamedFactor extends Factor {
  readonly names: readonly string[];
}

export interface DesignColumn {
  readonly name: string;
  readonly values: Float64Array;
}

/** Levels of a column over chosen rows, dates as `2016-03-01`. None of the rows may be missing. */
export function namedFactor(column: Column, rows: Int32Array, isDate = false): NamedFactor {
  if (column.kind === 'number') {
    const factor = factorOfNumbers(pick(column.values, rows));
    return { ...factor, names: Array.from(factor.values, isDate ? isoDate : String) };
  }
  const present = [...new Set(Array.from(rows, (r) => column.codes[r] as number))];
  const sorted = present.sort((a, b) => compareText(column.levels[a] as string, column.levels[b] as string));
  const rank = new Map(sorted.map((code, i) => [code, i]));
  const codes = Int32Array.from(rows, (r) => rank.get(column.codes[r] as number) as number);
  return { codes, levels: sorted.length, names: sorted.map((code) => column.levels[code] as string) };
}

/** By code point, whatever the locale. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Values of the rows, increasing: the column itself when they are all of its rows. Never written to. */
export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  if (rows.length === values.length) return values;
  const out = floats(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i] as number] as number;
  return out;
}

/** Values of an atom on rows; of a plain column the same object for all that share it. */
export function atomOn(atom: ValueAtom, table: Table, rows: Int32Array): Float64Array {
  const values = atomValues(atom, table);
  return commonValues(atom.is === 'column' ? table.memo : undefined, values, rows, () => pick(values, rows));
}

/** The same of a column. */
export const numbersOn = (name: string, table: Table, rows: Int32Array): Float64Array =>
  atomOn({ is: 'column', column: name }, table, rows);

/** Factors by table, rows and columns: effects, clusters and singletons ask for the same ones. */
const madeBefore = new WeakMap<Table, WeakMap<Int32Array, Map<string, Factor>>>();

/** Codes of one column or of the combinations of several; the same object for the same rows. */
export function factorOf(table: Table, columns: readonly string[], rows: Int32Array): Factor {
  let ofTable = madeBefore.get(table);
  if (ofTable === undefined) madeBefore.set(table, (ofTable = new WeakMap()));
  let ofRows = ofTable.get(rows);
  if (ofRows === undefined) ofTable.set(rows, (ofRows = new Map()));
  const key = JSON.stringify(columns);
  let factor = ofRows.get(key);
  if (factor === undefined)
    ofRows.set(key, (factor = commonFactor(table, columns, rows, () => makeFactor(table, columns, rows))));
  return factor;
}

function makeFactor(table: Table, columns: readonly string[], rows: Int32Array): Factor {
  if (columns.length > 1) return combine(columns.map((name) => factorOf(table, [name], rows)));
  return plainFactor(table.column(columns[0] as string), rows);
}

/** The same, numbered by value (texts by code point), whatever the order of the rows: what random draws are tied to. */
export function orderedFactor(table: Table, columns: readonly string[], rows: Int32Array): Factor {
  const factors = columns.map((name) => namedFactor(table.column(name), rows));
  return factors.length === 1 ? (factors[0] as Factor) : combine(factors);
}

function plainFactor(column: Column, rows: Int32Array): Factor {
  if (column.kind === 'number') return factorOfNumbers(pick(column.values, rows));
  return factorOnRows(
    {
      codes: new Int32Array(column.codes.buffer, column.codes.byteOffset, column.codes.length),
      levels: column.levels.length,
    },
    rows,
  );
}

/** Rows in which a numeric atom is not finite, or a factor missing, lose their mark in `keep`; returns how many did. */
export function unmark(atom: Atom, table: Table, keep: Uint8Array): number {
  if (atom.is === 'factor') return unmarkColumn(table.column(atom.column), keep);
  return unmarkNumbers(atomValues(atom.is === 'poly' ? atom.of : atom, table), keep);
}

export function unmarkColumn(column: Column, keep: Uint8Array): number {
  if (column.kind === 'number') return unmarkNumbers(column.values, keep);
  let lost = 0;
  for (let i = 0; i < keep.length; i++)
    if (column.codes[i] === MISSING) {
      lost += keep[i] as number;
      keep[i] = 0;
    }
  return lost;
}

function unmarkNumbers(values: Float64Array, keep: Uint8Array): number {
  if (allFinite(values)) return 0;
  let lost = 0;
  for (let i = 0; i < keep.length; i++)
    if (!Number.isFinite(values[i] as number)) {
      lost += keep[i] as number;
      keep[i] = 0;
    }
  return lost;
}

const MOST_DUMMIES = 5000;

export interface DesignContext {
  readonly table: Table;
  readonly rows: Int32Array;
  readonly faults: Fault[];
}

/** What the columns of a term depend on beside the term. */
export interface Beside {
  /** the terms of the model, as JSON */
  readonly others: ReadonlySet<string>;
  /** the term that holds the constant: its factor keeps all levels */
  readonly holder: Term | undefined;
}

/** @param constant the model has one, or effects that hold it; without, the first factor does */
export const besideOf = (terms: readonly Term[], constant: boolean): Beside => ({
  others: new Set(terms.map((t) => JSON.stringify(t))),
  holder: constant ? undefined : terms.find((t) => (t.length === 1 && t[0]?.is === 'factor') || isCrossed(t)),
});

/** The columns of a model's terms. */
export function designOf(terms: readonly Term[], constant: boolean, context: DesignContext): DesignColumn[] {
  const beside = besideOf(terms, constant);
  return terms.flatMap((term) => termDesign(term, beside, context));
}

/**
 * The columns of one term: one, or one per level for a factor. Dummies leave out the reference; without one, `i(f)` and
 * `factor(f)` leave out the lowest level, and in a product the factor keeps all levels unless the rest of the product stands
 * in the model by itself (`others`), as R's contrasts do. Without a constant the first factor keeps all its levels.
 */
export function termDesign(term: Term, beside: Beside, context: DesignContext): DesignColumn[] {
  const { faults } = context;
  let columns: DesignColumn[] | undefined;
  for (const atom of term) {
    const next = atom.is === 'factor' ? dummies(atom, { term, beside, context }) : atomDesign(atom, context);
    columns = columns === undefined ? next : products(columns, next);
    if (columns.length > MOST_DUMMIES) {
      faults.push(error('CE2417', { name: term.map(atomName).join(':'), values: columns.length }));
      return [];
    }
  }
  return isCrossed(term) ? combinations(columns ?? [], term, beside.holder !== term) : (columns ?? []);
}

/** `i(year, i.region)`. */
const isCrossed = (term: Term): boolean => term.length === 2 && term.every((atom) => atom.is === 'factor' && atom.all);

/** Combinations that occur; beside a constant and without a reference the first is left out, as in fixest. */
function combinations(columns: readonly DesignColumn[], term: Term, constant: boolean): DesignColumn[] {
  const there = columns.filter(({ values }) => values.some((x) => x !== 0));
  const free = term.every((atom) => atom.is === 'factor' && atom.ref.length === 0 && atom.keep === undefined);
  return free && constant ? there.slice(1) : there;
}

function atomDesign(atom: Exclude<Atom, FactorAtom>, context: DesignContext): DesignColumn[] {
  if (atom.is === 'poly') return polynomials(atom, context);
  return [{ name: atomName(atom), values: atomOn(atom, context.table, context.rows) }];
}

/** `poly(x, 2)1`, `poly(x, 2)2`: R's names. */
function polynomials(atom: PolyAtom, { table, rows, faults }: DesignContext): DesignColumn[] {
  const x = atomOn(atom.of, table, rows);
  const columns = atom.raw ? powers(x, atom.degree) : orthogonalPolynomials(x, atom.degree);
  if (columns === undefined) {
    const values = new Set(x).size;
    faults.push(error('CE2750', { name: atomName(atom), degree: atom.degree, values }));
    return [];
  }
  return columns.map((values, j) => ({ name: `${atomName(atom)}${j + 1}`, values }));
}

interface Place {
  readonly term: Term;
  readonly beside: Beside;
  readonly context: DesignContext;
}

function dummies(atom: FactorAtom, { term, beside, context }: Place): DesignColumn[] {
  const { table, rows, faults } = context;
  const plain = namedFactor(table.column(atom.column), rows);
  const known = (value: string, { names }: NamedFactor): void => {
    if (!names.includes(value)) faults.push(error('CE2418', { name: atom.column, value, known: names.slice(0, 20) }));
  };
  const factor = atom.bin === undefined ? plain : binned(plain, atom.bin);
  const refs = new Set(atom.ref.map(String));
  for (const ref of refs) known(ref, factor);
  const kept = atom.keep === undefined ? undefined : new Set(atom.keep.map(String));
  if (kept !== undefined && !factor.names.some((name) => kept.has(name))) known([...kept][0] as string, factor);
  if (atom.bin !== undefined)
    for (const { values } of atom.bin)
      if (!values.some((v) => plain.names.includes(String(v)))) known(String(values[0]), plain);
  const rest = term.filter((a) => a !== atom);
  const marginal = rest.length > 0 && beside.others.has(JSON.stringify(rest));
  const spans = rest.length === 0 ? beside.holder !== term : marginal && !atom.all;
  if (refs.size === 0 && spans) refs.add(factor.names[0] ?? '');
  const out: DesignColumn[] = [];
  for (let level = 0; level < factor.levels; level++) {
    const name = factor.names[level] as string;
    if (refs.has(name) || kept?.has(name) === false) continue;
    const values = new Float64Array(rows.length);
    for (let i = 0; i < values.length; i++) if (factor.codes[i] === level) values[i] = 1;
    out.push({ name: `${atom.column}::${name}`, values });
  }
  return out;
}

/** Levels joined as the bins say; a bin stands where the first of its levels stood. */
function binned(factor: NamedFactor, bins: readonly Bin[]): NamedFactor {
  const nameOf = new Map(bins.flatMap(({ name, values }) => values.map((v) => [String(v), name] as const)));
  const renamed = factor.names.map((name) => nameOf.get(name) ?? name);
  const names = [...new Set(renamed)];
  const code = new Map(names.map((name, i) => [name, i]));
  const codes = Int32Array.from(factor.codes, (c) => code.get(renamed[c] as string) as number);
  return { codes, levels: names.length, names };
}

function products(left: readonly DesignColumn[], right: readonly DesignColumn[]): DesignColumn[] {
  return left.flatMap((a) =>
    right.map((b) => ({ name: `${a.name}:${b.name}`, values: a.values.map((x, i) => x * (b.values[i] as number)) })),
  );
}
