import { readdirSync, readFileSync } from 'node:fs';
import type { Effect } from '../../stages/kernels/effects.ts';
import { combine, type Factor } from '../../stages/kernels/factor-codes.ts';

/** Cases of test/fixtures/reference: see its README for the fields. */
export interface ReferenceCase {
  readonly id: string;
  readonly family: string;
  readonly dataset: string;
  // biome-ignore lint/suspicious/noExplicitAny: fixture data of many shapes
  readonly spec: any;
  // biome-ignore lint/suspicious/noExplicitAny: fixture data of many shapes
  readonly results: any;
}

const root = new URL('../fixtures/reference/', import.meta.url);

export function referenceCases(families: readonly string[]): ReferenceCase[] {
  return readdirSync(new URL('cases/', root))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(`cases/${file}`, root), 'utf8')) as ReferenceCase)
    .filter((c) => families.includes(c.family));
}

/** A data set as text cells by column. */
export interface Data {
  readonly rows: number;
  readonly cells: ReadonlyMap<string, readonly string[]>;
}

export function readData(name: string): Data {
  const lines = readFileSync(new URL(`data/${name}.csv`, root), 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .map(splitLine);
  const header = lines[0]!;
  const body = lines.slice(1);
  return { rows: body.length, cells: new Map(header.map((h, j) => [h, body.map((line) => line[j] ?? '')])) };
}

function splitLine(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map((m) => m[1]!.replace(/^"|"$/g, '').replaceAll('""', '"'))
    .slice(0, line.endsWith(',') ? undefined : -1 || undefined);
}

export function subset(data: Data, keep: readonly number[]): Data {
  return {
    rows: keep.length,
    cells: new Map([...data.cells].map(([name, cells]) => [name, keep.map((i) => cells[i]!)])),
  };
}

/** Numbers of a column or of an R term: `x`, `factor(x)2`, `a:b`, `x::3`, `x::3:z`. */
export function numbers(data: Data, term: string): Float64Array {
  const level = /^(\w+)::(-?\d+)(?::(\w+))?$/.exec(term);
  if (level !== null) {
    const dummy = data.cells.get(level[1]!)!.map((v) => (Number(v) === Number(level[2]) ? 1 : 0));
    const by = level[3] === undefined ? undefined : numbers(data, level[3]);
    return Float64Array.from(dummy, (d, i) => d * (by?.[i] ?? 1));
  }
  const parts = term.split(':').map((part) => {
    const factor = /^factor\((\w+)\)(.*)$/.exec(part);
    if (factor !== null) {
      return Float64Array.from(data.cells.get(factor[1]!)!, (v) => (Number(v) === Number(factor[2]) ? 1 : 0));
    }
    const cells = data.cells.get(part);
    if (cells === undefined) throw new Error(`no column ${part}`);
    return Float64Array.from(cells, (v) => (v === '' || v === 'NA' ? Number.NaN : Number(v)));
  });
  return parts.reduce((a, b) => a.map((x, i) => x * b[i]!));
}

/** Codes of a text or number column, or of `a^b`. Levels are numbered in the order of value. */
export function factor(data: Data, name: string): Factor {
  if (name.includes('^')) return combine(name.split('^').map((part) => factor(data, part)));
  const cells = data.cells.get(name)!;
  const numeric = cells.every((v) => v !== '' && !Number.isNaN(Number(v)));
  const distinct = [...new Set(cells)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
  const index = new Map(distinct.map((v, g) => [v, g]));
  return { codes: Int32Array.from(cells, (v) => index.get(v)!), levels: distinct.length };
}

export function effect(data: Data, name: string): Effect {
  const slope = /^(\w+)\[(\w+)\]$/.exec(name);
  if (slope === null) return factor(data, name);
  return { ...factor(data, slope[1]!), slopes: [numbers(data, slope[2]!)] };
}

/** Columns that a term or effect name mentions. */
export function columnsOf(term: string): string[] {
  return term
    .replace(/::-?\d+/, '')
    .replace(/factor\((\w+)\)[^:]*/g, '$1')
    .split(/[:^[\]]/)
    .filter((name) => name !== '');
}

export function completeRows(data: Data, names: readonly string[]): number[] {
  const columns = names.map((name) => {
    const cells = data.cells.get(name);
    if (cells === undefined) throw new Error(`no column ${name}`);
    return cells;
  });
  return Array.from({ length: data.rows }, (_, i) => i).filter((i) =>
    columns.every((c) => c[i] !== '' && c[i] !== 'NA'),
  );
}

/** Collects disagreements, so that a failing case lists all of them. */
export class Comparison {
  readonly wrong: string[] = [];

  /** Throws when anything disagreed. */
  settle(): void {
    if (this.wrong.length > 0) throw new Error(this.wrong.join('\n'));
  }

  number(what: string, got: number, want: number, tolerance: { relative?: number; absolute?: number }): void {
    const allowed = Math.max((tolerance.relative ?? 0) * Math.abs(want), tolerance.absolute ?? 0);
    if (!(Math.abs(got - want) <= allowed)) this.wrong.push(`${what}: got ${got}, want ${want}`);
  }

  named(
    what: string,
    terms: readonly string[],
    got: ArrayLike<number>,
    want: Record<string, number>,
    relative: number,
  ): void {
    if (terms.length !== Object.keys(want).length)
      this.wrong.push(`${what}: ${terms.length} terms, want ${Object.keys(want)}`);
    terms.forEach((term, j) => {
      this.number(`${what} ${term}`, got[j]!, want[term]!, { relative });
    });
  }
}
