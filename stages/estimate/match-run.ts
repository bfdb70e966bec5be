/** Sample, scores, matches and what is reported of them. */
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import { abadieImbensError, type MatchedGroup } from '../kernels/abadie-imbens.ts';
import { type BinaryFit, fitBinary } from '../kernels/binary-response.ts';
import { combine, type Factor, rowsByLevel } from '../kernels/factor-codes.ts';
import { matchNearestRows, whitened } from '../kernels/mahalanobis.ts';
import { type KernelName, type MatchMethod, matchScores } from '../kernels/score-matching.ts';
import { moments } from '../kernels/summary.ts';
import { namedFactor, pick, unmarkColumn } from './design.ts';
import { balanceTable } from './match-balance.ts';
import { treatedMeans } from './match-effect.ts';

export type MatchSpec = {
  readonly treated: string;
  readonly on: readonly string[];
  readonly method: 'nearest' | 'radius' | 'kernel';
  readonly neighbours: number;
  readonly replace: boolean;
  readonly caliper: number | { readonly sd: number } | null;
  readonly kernel: KernelName;
  readonly bandwidth: number;
  readonly score: 'logit' | 'probit';
  readonly support: boolean;
  readonly by: readonly string[];
  readonly y: readonly string[];
  readonly distance: 'score' | 'mahalanobis';
  /** of the effects: 0 Lechner's, else the neighbours of Abadie and Imbens' */
  readonly varianceNeighbours: number;
};

export type MatchResult =
  | { readonly faults: readonly Fault[] }
  | {
      /** per row of the table; 0 without a match */
      readonly weight: Float64Array;
      /** per row of the table; NaN for rows that took no part */
      readonly score: Float64Array;
      readonly record: object;
      readonly notes: readonly Note[];
    };

interface Group {
  readonly name: string | undefined;
  /** rows of the table */
  readonly rows: Int32Array;
}

interface Scored extends Group {
  /** absent when the distance is on the covariates */
  readonly fit?: BinaryFit;
  readonly treated: Float64Array;
  /** columns in which distance is Euclidean: the score, or the covariates in units of their covariance */
  readonly z: readonly Float64Array[];
}

export function runMatch(table: Table, spec: MatchSpec): MatchResult {
  const notes: Note[] = [];
  const rows = usableRows(table, spec, notes);
  if (!(rows instanceof Int32Array)) return { faults: rows };
  const groups = groupsOf(table, spec, rows);
  const scored = scoreGroups(table, spec, groups, notes);
  if (!('groups' in scored)) return { faults: scored };
  const weight = new Float64Array(table.rows);
  const score = new Float64Array(table.rows).fill(Number.NaN);
  let off = 0;
  const large = scored.groups.map((group) => tooLarge(group, spec)).find((fault) => fault !== undefined);
  if (large !== undefined) return { faults: [large] };
  const found = scored.groups.map((group) => ({ ...group, ...matchGroup(group, spec) }));
  for (const group of found) {
    off += group.off;
    group.rows.forEach((row, i) => {
      weight[row] = group.weight[i]!;
      if (group.fit !== undefined) score[row] = group.fit.fitted[i]!;
    });
  }
  const d = table.numbers(spec.treated);
  const matched = rows.reduce((s, row) => s + (weight[row]! > 0 && d[row] === 1 ? 1 : 0), 0);
  if (matched === 0) return { faults: [error('CE2557', {}, spec.caliper === null ? undefined : ['caliper'])] };
  const all = rows.reduce((s, row) => s + (d[row] === 1 ? 1 : 0), 0);
  if (matched < all) notes.push({ code: 'CN2552', args: { rows: all - matched, total: all } });
  const own = { table, spec, rows, weight, score };
  return { weight, score, notes, record: { ...report(own, found), off_support: off, notes } };
}

function usableRows(table: Table, spec: MatchSpec, notes: Note[]): Int32Array | readonly Fault[] {
  const keep = new Uint8Array(table.rows).fill(1);
  const columns = [...new Set([spec.treated, ...spec.on, ...spec.by, ...spec.y])].filter(
    (name) => unmarkColumn(table.column(name), keep) > 0,
  );
  const rows = Int32Array.from(keep.keys()).filter((i) => keep[i] === 1);
  if (table.rows === 0) return [error('CE1540', {})];
  if (rows.length === 0) return [error('CE2410', { rows: table.rows, columns })];
  const d = table.numbers(spec.treated);
  const odd = rows.find((i) => d[i] !== 0 && d[i] !== 1);
  if (odd !== undefined)
    return [error('CE2554', { name: spec.treated, row: odd + 1, value: d[odd] as number }, ['treated'])];
  const treated = rows.filter((i) => d[i] === 1).length;
  if (treated === 0 || treated === rows.length)
    return [error('CE2555', { name: spec.treated, treated, controls: rows.length - treated }, ['treated'])];
  if (rows.length < table.rows)
    notes.push({ code: 'CN2401', args: { rows: table.rows - rows.length, total: table.rows, columns } });
  return rows;
}

function groupsOf(table: Table, spec: MatchSpec, rows: Int32Array): readonly Group[] {
  if (spec.by.length === 0) return [{ name: undefined, rows }];
  const factors = spec.by.map((name) => namedFactor(table.column(name), rows));
  const all: Factor = factors.length === 1 ? (factors[0] as Factor) : combine(factors);
  const sorted = rowsByLevel(all);
  return Array.from({ length: all.levels }, (_, g) => {
    const members = sorted.rows.subarray(sorted.starts[g], sorted.starts[g + 1]);
    const first = members[0] as number;
    return {
      name: factors.map((f) => f.names[f.codes[first] as number]).join(', '),
      rows: members.map((i) => rows[i] as number),
    };
  });
}

function scoreGroups(
  table: Table,
  spec: MatchSpec,
  groups: readonly Group[],
  notes: Note[],
): { readonly groups: readonly Scored[] } | readonly Fault[] {
  const faults: Fault[] = [];
  const scored: Scored[] = [];
  const empty: string[] = [];
  const dropped = new Map<string, string>();
  for (const group of groups) {
    const treated = pick(table.numbers(spec.treated), group.rows);
    if (!treated.includes(1) || !treated.includes(0)) {
      empty.push(group.name ?? '');
      continue;
    }
    const x = spec.on.map((name) => pick(table.numbers(name), group.rows));
    if (spec.distance === 'mahalanobis') {
      const z = whitened(x);
      if (z.length === 0)
        faults.push(error('CE3202', { reasons: spec.on.map((name) => `${name}: no variation`) }, ['on']));
      else scored.push({ ...group, treated, z });
      continue;
    }
    const fit = fitBinary({ y: treated, x, link: spec.score });
    const where = group.name === undefined ? '' : ` (${spec.by.join(', ')} = ${group.name})`;
    if (fit.outcome === 'separated') {
      const names = Array.from(fit.columns, (j) => spec.on[j] as string);
      const at = names.length === 1 ? ['on', spec.on.indexOf(names[0] as string)] : ['on'];
      faults.push(error('CE2556', { columns: names, rows: fit.rows, total: group.rows.length, where }, at));
    } else if (fit.outcome === 'not-converged')
      faults.push(error('CE2558', { iterations: fit.iterations, where }, ['on']));
    else {
      for (const { column, on } of fit.dropped)
        dropped.set(
          spec.on[column] as string,
          (on.length === 0 ? 'no variation' : `collinear with ${Array.from(on, (j) => spec.on[j]).join(', ')}`) + where,
        );
      scored.push({ ...group, fit, treated, z: [fit.fitted] });
    }
  }
  if (faults.length > 0) return faults;
  if (scored.length === 0) return [error('CE2559', { by: spec.by }, ['by'])];
  if (scored.every(({ fit }) => fit?.outcome === 'converged' && fit.dropped.length === spec.on.length))
    return [error('CE3202', { reasons: [...dropped].map(([term, reason]) => `${term}: ${reason}`) }, ['on'])];
  for (const [term, reason] of dropped) notes.push({ code: 'CN2403', args: { term, reason } });
  if (empty.length > 0) notes.push({ code: 'CN2551', args: { groups: empty, by: spec.by } });
  return { groups: scored };
}

interface Matches {
  readonly weight: Float64Array;
  readonly off: number;
  /** nearest neighbours: who serves whom */
  readonly pairs: MatchedGroup['pairs'];
}

function matchGroup({ fit, treated, z }: Scored, spec: MatchSpec): Matches {
  const chosen = treated.slice();
  const pairs: { treated: number; controls: Int32Array }[] = [];
  const keep = (row: number, controls: Int32Array) => pairs.push({ treated: row, controls });
  if (fit === undefined) {
    const caliper = typeof spec.caliper === 'number' ? spec.caliper : Number.POSITIVE_INFINITY;
    return { weight: matchNearestRows(z, chosen, { ...spec, caliper }, keep), off: 0, pairs };
  }
  const off = spec.support ? leaveOffSupport(fit.fitted, chosen) : 0;
  return { weight: matchScores(fit.fitted, chosen, methodOf(spec, fit.fitted), keep), off, pairs };
}

/** Comparisons of pairs that take a minute or so. */
const MOST_PAIRS = 2e9;

/** Distances on the covariates, and variances of controls, are looked for pair by pair. */
function tooLarge({ treated, z }: Scored, spec: MatchSpec): Fault | undefined {
  const count = treated.reduce((sum, d) => sum + d, 0);
  const controls = treated.length - count;
  const pairs =
    (spec.distance === 'mahalanobis' ? count * controls : 0) +
    (spec.varianceNeighbours > 0 ? Math.min(count * spec.neighbours, controls) * controls : 0);
  return pairs * z.length > MOST_PAIRS ? error('CE2759', { treated: count, controls }, ['on']) : undefined;
}

/** Treated rows outside the range of the controls' scores are marked −1; returns their number. */
function leaveOffSupport(score: Float64Array, chosen: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < score.length; i++)
    if (chosen[i] === 0) {
      low = Math.min(low, score[i]!);
      high = Math.max(high, score[i]!);
    }
  let off = 0;
  for (let i = 0; i < score.length; i++)
    if (chosen[i] === 1 && (score[i]! < low || score[i]! > high)) {
      chosen[i] = -1;
      off++;
    }
  return off;
}

function methodOf(spec: MatchSpec, score: Float64Array): MatchMethod {
  const caliper =
    spec.caliper === null
      ? Number.POSITIVE_INFINITY
      : typeof spec.caliper === 'number'
        ? spec.caliper
        : spec.caliper.sd * moments(score).sd;
  if (spec.method === 'nearest') return { is: 'nearest', neighbours: spec.neighbours, replace: spec.replace, caliper };
  if (spec.method === 'radius') return { is: 'radius', caliper };
  return { is: 'kernel', kernel: spec.kernel, bandwidth: spec.bandwidth };
}

function report(
  own: { table: Table; spec: MatchSpec; rows: Int32Array; weight: Float64Array; score: Float64Array },
  groups: readonly (Scored & Matches)[],
) {
  const { table, spec } = own;
  const rows = Int32Array.from(groups.flatMap((group) => [...group.rows])).sort();
  const treated = pick(table.numbers(spec.treated), rows);
  const weight = pick(own.weight, rows);
  const score = pick(own.score, rows);
  const count = (d: number, matched: boolean): number =>
    treated.reduce((s, t, i) => s + (t === d && (!matched || weight[i]! > 0) ? 1 : 0), 0);
  const mean = (d: number): number => treated.reduce((s, t, i) => s + (t === d ? score[i]! : 0), 0) / count(d, false);
  const covariates = new Map(spec.on.map((name) => [name, pick(table.numbers(name), rows)]));
  return {
    treatment: spec.treated,
    method: spec.method,
    distance: spec.distance,
    ...(spec.distance === 'score' ? { score: spec.score } : {}),
    nobs: rows.length,
    treated: count(1, false),
    controls: count(0, false),
    matched_treated: count(1, true),
    matched_controls: count(0, true),
    ...(spec.distance === 'score' ? { score_mean_treated: mean(1), score_mean_control: mean(0) } : {}),
    ...balanceTable(covariates, { treated, weight }),
    effects: spec.y.map((name) => ({
      outcome: name,
      ...treatedMeans(
        pick(table.numbers(name), rows),
        { treated, weight },
        replacementError(table, name, spec, groups),
      ),
    })),
    models: groups.flatMap(({ name, rows: own, fit }) =>
      fit === undefined ? [] : [scoreModel({ name, rows: own, fit }, spec)],
    ),
  };
}

/** The error of matching with replacement, where it was asked for. */
function replacementError(
  table: Table,
  outcome: string,
  spec: MatchSpec,
  groups: readonly (Scored & Matches)[],
): number | undefined {
  if (spec.varianceNeighbours === 0) return undefined;
  const y = table.numbers(outcome);
  return abadieImbensError(
    groups.map(({ rows, treated, z, pairs }) => ({ y: pick(y, rows), treated, z, pairs })),
    spec.varianceNeighbours,
  );
}

function scoreModel({ name, rows, fit }: Group & { readonly fit: BinaryFit }, spec: MatchSpec) {
  const terms = ['(Intercept)', ...Array.from(fit.kept, (j) => spec.on[j] as string)];
  const k = terms.length;
  return {
    group: name,
    nobs: rows.length,
    terms: terms.map((term, j) => ({
      term,
      estimate: fit.coef[j] as number,
      std_error: Math.sqrt(fit.vcov[j * k + j] as number),
    })),
    loglik: fit.logLik,
    pseudo_r2: 1 - fit.logLik / fit.nullLogLik,
    iterations: fit.iterations,
  };
}
