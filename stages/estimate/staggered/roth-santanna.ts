/**
 * The efficient estimator for treatments whose timing is as good as random. Source: Roth & Sant'Anna (2023), J. Political Economy:
 * Microeconomics 1(4); conventions of R's `staggered` 1.2.
 */
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import {
  efficientTiming,
  type TimingCells,
  type TimingPart,
  type TimingResult,
  type TimingRule,
} from '../../kernels/efficient-timing.ts';
import { stream } from '../../kernels/random.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { outcomeMean } from '../outcome-mean.ts';
import { termName } from '../term.ts';
import { type CohortSample, cohortSample } from './cohort-sample.ts';
import type { Estimates } from './estimates.ts';
import { cohortName, type Estimated, named, periodName, timeName } from './event-record.ts';

interface Estimand {
  readonly name: string;
  readonly parts: readonly TimingPart[];
}

/** The periods or cohorts in their names. */
const keysOf = (of: readonly Estimand[]): number[] => of.map((e) => Number(e.name.slice(e.name.indexOf('::') + 2)));

export function rothSantanna(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const sample = cohortSample(table, spec);
  if (!('rows' in sample)) return sample;
  const { cells, lonely } = momentsOf(sample);
  const notes: Note[] = [...sample.notes];
  if (lonely.length > 0) notes.push({ code: 'CN2464', args: { cohorts: lonely.map(String) } });
  if (cells.cohorts.length < 2) return [error('CE2475', {}, [spec.adoption.by])];
  const { method } = spec.options;
  const control = spec.options.control === 'never' ? ('never' as const) : ('not-yet' as const);
  const lists = estimandsOf(cells);
  const list = [...lists.dynamic, ...lists.group, ...lists.calendar, ...lists.overall];
  const cellList = lists.cells;
  const rule = { control, method: method === 'did' || method === 'means' ? method : ('efficient' as const) };
  const found = efficientTiming(
    cells,
    list.map((e) => e.parts),
    rule,
  );
  const alone = cellList.map((c) => efficientTiming(cells, [c.parts], rule));
  const kept = keepPositive(found).map((j) => list[j]?.name ?? '');
  if (kept.length > 0) notes.push({ code: 'CN2671', args: { terms: kept } });
  const all: Estimates = {
    names: list.map((e) => e.name),
    estimate: Float64Array.from(found.estimates, (e) => e.estimate),
    vcov: found.vcov,
    df: Number.POSITIVE_INFINITY,
  };
  const averages = named({
    dynamic: keysOf(lists.dynamic),
    group: keysOf(lists.group),
    calendar: keysOf(lists.calendar),
  });
  const neyman = new Map(list.map((e, j) => [e.name, found.estimates[j]?.neyman ?? Number.NaN]));
  return {
    all,
    averages: averages.map((a) => (a.kind === 'dynamic' ? a : { ...a, overall: `att_${a.kind}` })),
    others: [],
    cells: cellList.map(({ name, cohort, time }, i) => ({
      term: name,
      cohort,
      rel_time: time - cohort,
      time,
      estimate: alone[i]?.estimates[0]?.estimate ?? Number.NaN,
      std_error: errorOf(alone[i]),
    })),
    reference: lists.anchors.length === 1 ? lists.anchors : [],
    base: {
      ...sampleRecord(table, spec, sample),
      fisher: randomization(sample, spec, { list, rule, found }),
      neyman: Object.fromEntries(['att', 'att_group', 'att_calendar'].map((n) => [n, neyman.get(n)])),
    },
    notes,
  };
}

const sampleRecord = (
  table: Table,
  { linear }: EventStudySpec,
  { rows, rowsRead, cohort, clusterName }: CohortSample,
) => ({
  outcome: termName(linear.y),
  mean_outcome: outcomeMean(table, linear, rows),
  nobs: rows.length,
  rows: rowsRead,
  units: cohort.length,
  level: linear.level,
  vcov_type: `cluster: ${clusterName}`,
  clusters: [{ name: clusterName, levels: cohort.length }],
  dropped: [],
  singletons: 0,
});

interface Randomized {
  readonly list: readonly Estimand[];
  readonly rule: TimingRule;
  readonly found: TimingResult;
}

/**
 * Fisher's test that treatment has no effect on anybody: the timing is dealt out to the units anew, and the estimate over its error is compared with
 * those of the draws. Roth & Sant'Anna (2023), §5: studentized, so that it also holds for the average effect in large samples.
 */
function randomization(
  { data, times, cohort }: CohortSample,
  { options }: EventStudySpec,
  { list, rule, found }: Randomized,
) {
  const { fisher: draws = 0, seed = 1 } = options;
  if (draws === 0) return undefined;
  const k = list.length;
  const ratios = ({ estimates, vcov }: TimingResult): { robust: number; neyman: number }[] =>
    estimates.map(({ estimate, neyman }, j) => ({
      robust: Math.abs(estimate) / Math.sqrt(vcov[j * k + j] as number),
      neyman: Math.abs(estimate) / neyman,
    }));
  const own = ratios(found);
  const beyond = list.map(() => ({ robust: 0, neyman: 0 }));
  for (let r = 0; r < draws; r++) {
    const order = stream(seed, r).permutation(cohort.length);
    const dealt = cohort.map((_, u) => cohort[order[u] as number] as number);
    const { cells } = momentsOf({ data, times, cohort: dealt });
    const drawn = efficientTiming(
      cells,
      list.map((e) => e.parts),
      rule,
      true,
    );
    keepPositive(drawn);
    ratios(drawn).forEach(({ robust, neyman }, j) => {
      const [count, want] = [beyond[j], own[j]];
      if (count === undefined || want === undefined) return;
      if (robust > want.robust) count.robust++;
      if (neyman > want.neyman) count.neyman++;
    });
  }
  const shares = (kind: 'robust' | 'neyman') =>
    Object.fromEntries(list.map((e, j) => [e.name, (beyond[j]?.[kind] ?? 0) / draws]));
  return { draws, seed, p_values: shares('robust'), p_values_neyman: shares('neyman') };
}

/**
 * The refinement takes what outcomes before treatment explain off the variance. In small cohorts it can take all; then the plain
 * error stands, which is an upper bound.
 */
function keepPositive({ estimates, vcov }: TimingResult): readonly number[] {
  const k = estimates.length;
  return estimates.flatMap(({ neyman }, j) => {
    if ((vcov[j * k + j] as number) > 0) return [];
    vcov[j * k + j] = neyman ** 2;
    return [j];
  });
}

function errorOf(found: TimingResult | undefined): number {
  if (found === undefined) return Number.NaN;
  keepPositive(found);
  return Math.sqrt(found.vcov[0] as number);
}

/** Means and covariances of every cohort's path; cohorts of one unit have no covariance and are left out. */
function momentsOf({ data, times, cohort }: Pick<CohortSample, 'data' | 'times' | 'cohort'>): {
  cells: TimingCells;
  lonely: number[];
} {
  const periods = times.length;
  const paths = Array.from({ length: cohort.length }, () => new Float64Array(periods));
  for (let i = 0; i < data.y.length; i++) {
    const path = paths[data.unit[i] as number] as Float64Array;
    path[data.period[i] as number] = data.y[i] as number;
  }
  const members = new Map<number, Float64Array[]>();
  paths.forEach((path, u) => {
    const g = cohort[u] as number;
    const list = members.get(g);
    if (list === undefined) members.set(g, [path]);
    else list.push(path);
  });
  const all = [...members].sort(([a], [b]) => a - b);
  const kept = all.filter(([, list]) => list.length > 1);
  const means = new Float64Array(kept.length * periods);
  const covariances = kept.map(([, list], g) => {
    const n = list.length;
    for (let t = 0; t < periods; t++) means[g * periods + t] = list.reduce((s, path) => s + (path[t] as number), 0) / n;
    const s = new Float64Array(periods * periods);
    for (const path of list)
      for (let a = 0; a < periods; a++) {
        const left = (path[a] as number) - (means[g * periods + a] as number);
        for (let b = 0; b < periods; b++)
          s[a * periods + b] =
            (s[a * periods + b] as number) +
            (left * ((path[b] as number) - (means[g * periods + b] as number))) / (n - 1);
      }
    return s;
  });
  return {
    lonely: all.filter(([, list]) => list.length === 1).map(([g]) => g),
    cells: {
      cohorts: Float64Array.from(kept, ([g]) => g),
      times,
      units: Float64Array.from(kept, ([, list]) => list.length),
      means,
      covariances,
    },
  };
}

interface CellEstimand extends Estimand {
  readonly cohort: number;
  readonly time: number;
}

/** The usual averages as weights on cells that have a cohort treated later. */
function estimandsOf({ cohorts, times, units }: TimingCells) {
  const last = cohorts.at(-1) as number;
  const cells = Array.from(cohorts.subarray(0, -1)).flatMap((g, cohort) =>
    Array.from(times).flatMap((t, time) => (t < last ? [{ g, t, cohort, time, n: units[cohort] as number }] : [])),
  );
  const post = cells.filter((c) => c.t >= c.g);
  type Cell = (typeof cells)[number];
  const base = (g: number): number => times.reduce((m, t) => (t < g ? t : m), Number.NaN);
  const weigh = (of: readonly Cell[], weight: (c: Cell) => number): TimingPart[] =>
    of.map((c) => ({ cohort: c.cohort, time: c.time, weight: weight(c) }));
  const byUnits = (of: readonly Cell[]): TimingPart[] => {
    const mass = of.reduce((s, c) => s + c.n, 0);
    return weigh(of, (c) => c.n / mass);
  };
  const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const gs = distinct(post.map((c) => c.g));
  const ts = distinct(post.map((c) => c.t));
  const ofCohort = (g: number): TimingPart[] => {
    const own = post.filter((c) => c.g === g);
    return weigh(own, () => 1 / own.length);
  };
  const ofTime = (t: number): TimingPart[] => byUnits(post.filter((c) => c.t === t));
  const scale = (parts: readonly TimingPart[], by: number): TimingPart[] =>
    parts.map((p) => ({ ...p, weight: p.weight * by }));
  const sizes = new Map(post.map((c) => [c.g, c.n]));
  const total = gs.reduce((s, g) => s + (sizes.get(g) as number), 0);
  const shown = cells.filter((c) => c.t !== base(c.g));
  return {
    anchors: distinct(gs.map((g) => base(g) - g).filter((k) => !Number.isNaN(k))),
    dynamic: distinct(shown.map((c) => c.t - c.g)).map(
      (e): Estimand => ({ name: periodName(e), parts: byUnits(shown.filter((c) => c.t - c.g === e)) }),
    ),
    group: gs.map((g): Estimand => ({ name: cohortName(g), parts: ofCohort(g) })),
    calendar: ts.map((t): Estimand => ({ name: timeName(t), parts: ofTime(t) })),
    overall: [
      { name: 'att', parts: byUnits(post) },
      { name: 'att_group', parts: gs.flatMap((g) => scale(ofCohort(g), (sizes.get(g) as number) / total)) },
      { name: 'att_calendar', parts: ts.flatMap((t) => scale(ofTime(t), 1 / ts.length)) },
    ] as readonly Estimand[],
    cells: shown.map(
      (c): CellEstimand => ({
        name: `${cohortName(c.g)}:${timeName(c.t)}`,
        cohort: c.g,
        time: c.t,
        parts: byUnits([c]),
      }),
    ),
  };
}
