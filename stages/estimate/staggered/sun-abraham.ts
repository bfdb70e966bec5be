/**
 * The interaction-weighted event study: one coefficient for each cohort and relative period, averaged with the cohorts' shares
 * in the sample. Source: Sun & Abraham (2021), J. Econometrics 225(2), 175–199, §4.
 */

import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { commonDf } from '../../kernels/inference.ts';
import type { DesignColumn } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { type FittedModel, fitSpec, isFaults } from '../linear-fit.ts';
import { modelRecord } from '../model-record.ts';
import { type Adoption, adoptionOf } from './adoption.ts';
import { type Balance, balanceOf, reachOf } from './balance.ts';
import { alone, type Combination, combine, type Estimates, stdErrors } from './estimates.ts';
import { cohortName, type Estimated, named, periodName } from './event-record.ts';

/** One dummy: a cohort in a relative period. */
interface Cell {
  readonly name: string;
  readonly cohort: number;
  readonly period: number;
  /** Σ of weights of its rows */
  readonly mass: number;
}

const MOST_CELLS = 5000;

export function sunAbraham(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const adoption = adoptionOf(table, spec.adoption, { tracked: true, members: true });
  if (!('cohort' in adoption)) return adoption;
  const notes: Note[] = [...adoption.notes];
  const roles = cohortRoles(adoption, spec, notes);
  if ('code' in roles) return [roles];
  const cells: Cell[] = [];
  const weights = spec.linear.weights === undefined ? undefined : table.numbers(spec.linear.weights);
  const lead = (rows: Int32Array): readonly DesignColumn[] => dummies(adoption, spec, { roles, rows, weights, cells });
  const model = fitSpec(table, spec.linear, { lead, mask: roles.mask });
  if (isFaults(model)) return model;
  if (cells.length > MOST_CELLS)
    return [error('CE2417', { name: spec.adoption.column, values: cells.length }, [spec.adoption.by])];
  const kept = cells.filter((c) => model.names.includes(c.name));
  if (kept.length === 0) return [error('CE2435', {})];
  const reach = reachOf(
    Float64Array.from(kept, (c) => c.cohort + c.period),
    kept.map((c) => c.cohort),
  );
  const balance = balanceOf(spec, reach);
  if ('code' in balance) return [balance];
  return assemble(model, spec, { kept, balance, notes: [...notes, ...balance.notes] });
}

interface Roles {
  readonly treated: readonly number[];
  readonly mask: Uint8Array;
}

/** Which cohorts are estimated and which rows are used, or why there is nothing to compare. */
function cohortRoles({ time, cohort, known }: Adoption, spec: EventStudySpec, notes: Note[]): Roles | Fault {
  const mask = known.slice();
  const spans = new Map<number, { low: number; high: number; rows: number; reference: boolean }>();
  cohort.forEach((g, i) => {
    if (known[i] === 0) return;
    const k = (time[i] as number) - g;
    const span = spans.get(g) ?? { low: k, high: k, rows: 0, reference: false };
    span.low = Math.min(span.low, k);
    span.high = Math.max(span.high, k);
    span.rows++;
    span.reference ||= spec.reference.includes(k);
    spans.set(g, span);
  });
  const cohorts = [...spans.keys()].filter(Number.isFinite).sort((a, b) => a - b);
  let treated = cohorts.filter((g) => (spans.get(g)?.high ?? -1) >= 0);
  const always = treated.filter((g) => (spans.get(g)?.low ?? 0) >= 0);
  const leaveOut = (g: number): void =>
    cohort.forEach((of, i) => {
      if (of === g) mask[i] = 0;
    });
  if (always.length > 0) {
    const rows = always.reduce((n, g) => n + (spans.get(g)?.rows ?? 0), 0);
    notes.push({ code: 'CN2451', args: { cohorts: always.map(String), rows } });
    always.forEach(leaveOut);
    treated = treated.filter((g) => !always.includes(g));
  }
  const unanchored = treated.filter((g) => spans.get(g)?.reference === false);
  if (unanchored.length > 0) {
    notes.push({ code: 'CN2452', args: { cohorts: unanchored.map(String), reference: spec.reference.map(String) } });
    unanchored.forEach(leaveOut);
    treated = treated.filter((g) => !unanchored.includes(g));
  }
  if (treated.length === 0 && unanchored.length > 0) {
    const found = new Set<number>();
    cohort.forEach((g, i) => {
      if (known[i] === 1 && unanchored.includes(g)) found.add((time[i] as number) - g);
    });
    const leads = [...found].filter((k) => k < 0).sort((a, b) => b - a);
    return error('CE2670', { reference: spec.reference.map(String), found: leads.slice(0, 8).map(String) }, [
      'reference',
    ]);
  }
  if (treated.length === 0) return error(always.length > 0 ? 'CE2468' : 'CE2435', {});
  if (spans.size - always.length - unanchored.length > treated.length) return { treated, mask };
  // no cohort is untreated throughout: the last one serves until it is treated (Sun & Abraham 2021, §3.1)
  const last = treated.at(-1) as number;
  if (treated.length === 1) return error('CE2461', { cohort: last });
  notes.push({ code: 'CN2453', args: { cohort: last } });
  cohort.forEach((_, i) => {
    if ((time[i] as number) >= last) mask[i] = 0;
  });
  return { treated: treated.slice(0, -1), mask };
}

function dummies(
  { time, cohort }: Adoption,
  spec: EventStudySpec,
  of: { roles: Roles; rows: Int32Array; weights: Float64Array | undefined; cells: Cell[] },
): DesignColumn[] {
  const estimated = new Set(of.roles.treated);
  const members = new Map<number, Map<number, number[]>>();
  of.rows.forEach((row, i) => {
    const g = cohort[row] as number;
    const k = (time[row] as number) - g;
    if (!estimated.has(g) || spec.reference.includes(k)) return;
    const byCohort = members.get(k) ?? new Map<number, number[]>();
    members.set(k, byCohort);
    const list = byCohort.get(g);
    if (list === undefined) byCohort.set(g, [i]);
    else list.push(i);
  });
  const columns: DesignColumn[] = [];
  for (const period of [...members.keys()].sort((a, b) => a - b)) {
    for (const [g, list] of [...(members.get(period) ?? [])].sort(([a], [b]) => a - b)) {
      const name = `${periodName(period)}:${cohortName(g)}`;
      const mass = list.reduce(
        (s, i) => s + (of.weights === undefined ? 1 : (of.weights[of.rows[i] as number] as number)),
        0,
      );
      of.cells.push({ name, cohort: g, period, mass });
      if (of.cells.length > MOST_CELLS) return [];
      const values = new Float64Array(of.rows.length);
      for (const i of list) values[i] = 1;
      columns.push({ name, values });
    }
  }
  return columns;
}

function assemble(
  model: FittedModel,
  spec: EventStudySpec,
  { kept, balance, notes }: { kept: readonly Cell[]; balance: Balance; notes: readonly Note[] },
): Estimated {
  const { names } = model;
  const all: Estimates = { names, estimate: model.coef, vcov: model.vcov, df: commonDf(model.inference) };
  const at = new Map(names.map((name, j) => [name, j]));
  const place = (name: string): number => at.get(name) as number;
  const byShare = (name: string, chosen: readonly Cell[]): Combination => {
    const mass = chosen.reduce((s, c) => s + c.mass, 0);
    return { name, parts: chosen.map((c) => [place(c.name), c.mass / mass]) };
  };
  const post = kept.filter((c) => c.period >= 0);
  const keys = (of: (c: Cell) => number, cells: readonly Cell[]): number[] =>
    [...new Set(cells.map(of))].sort((a, b) => a - b);
  const balanced = kept.filter((c) => balance.holds(c.cohort, c.period));
  const periods = keys((c) => c.period, balanced);
  const cohorts = keys((c) => c.cohort, post);
  const cellNames = new Set(kept.map((c) => c.name));
  const others = names.filter((name) => !cellNames.has(name));
  const se = stdErrors(all);
  const own = [...model.notes, ...notes];
  return {
    all: combine(all, [
      ...periods.map((k) =>
        byShare(
          periodName(k),
          balanced.filter((c) => c.period === k),
        ),
      ),
      ...cohorts.map((g) =>
        byShare(
          cohortName(g),
          post.filter((c) => c.cohort === g),
        ),
      ),
      ...(post.length === 0 ? [] : [byShare('att', post)]),
      ...others.map((name) => alone(name, place(name))),
    ]),
    averages: named({ dynamic: periods, group: cohorts }),
    others,
    cells: kept.map((c) => ({
      term: c.name,
      cohort: c.cohort,
      rel_time: c.period,
      time: c.cohort + c.period,
      estimate: model.coef[place(c.name)] as number,
      std_error: se[place(c.name)] as number,
    })),
    reference: spec.reference,
    base: modelRecord(model, spec.linear),
    notes: own,
  };
}
