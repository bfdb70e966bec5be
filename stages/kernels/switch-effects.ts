/**
 * Effects ℓ periods after the first switch, DID_ℓ, and placebos ℓ periods before it: switchers against units that had the same treatment from the start
 * and have not switched yet. Influence functions are demeaned by the cohorts that may have expectations of their own, with the small-sample factors
 * √(n/(n − 1)) of did_multiplegt_dyn 2.1.
 * Source: de Chaisemartin & D'Haultfœuille (2024), Rev. Econ. Stat., eqs. 3–6 and §3.3; covariates as in its web appendix §1.2.
 */
import { moments } from './cross-products.ts';
import { normOf } from './fit-statistics.ts';
import { leastSquares } from './least-squares.ts';
import type { PathPanel, SwitchPaths } from './switch-paths.ts';

export interface SwitchDesign {
  /** horizons that same switchers must reach */
  readonly effects: number;
  readonly switchers: 'both' | 'in' | 'out';
  /** only units seen at every horizon up to `effects`, and in as many periods before the switch as `back` says */
  readonly same: boolean;
  readonly back?: number;
}

export interface SwitchEffect {
  readonly estimate: number;
  /** one number per unit: variance Σ ψ² */
  readonly influence: Float64Array;
  readonly switchers: number;
  /** unit-periods that enter */
  readonly rows: number;
  /** Σ of the switchers' weights */
  readonly mass: number;
  /** mean over switchers of how far treatment is from where it started, at this horizon and summed up to it; never negative */
  readonly dose: number;
  readonly doses: number;
}

/** The change of which outcome is compared, ℓ periods after the switch: into the period, or (placebo) as far before the switch. */
export interface Horizon {
  readonly length: number;
  readonly placebo: boolean;
}

export interface SwitchModel {
  /** covariates that say nothing before any switch: constant within units, or a combination of others */
  readonly idle: readonly number[];
  /** starts of treatment, of units that switch while others have not, whose comparisons lack covariates that others have */
  readonly lacking: readonly { readonly baseline: number; readonly columns: readonly number[] }[];
  /** undefined when there is no switcher with a control */
  effect(horizon: Horizon, design: SwitchDesign): SwitchEffect | undefined;
}

export function switchModel(panel: PathPanel, paths: SwitchPaths): SwitchModel {
  const slopes = panel.x.length === 0 ? [] : covariateSlopes(panel, paths);
  const context: Context = { panel, paths, slopes };
  const idle = panel.x.flatMap((_, j) => (slopes.every((s) => s.dropped[j] === 1) ? [j] : []));
  const switching = new Set(paths.baseline.filter((_, u) => paths.first[u]! <= paths.last[u]!));
  const lacking = slopes.flatMap(({ baseline, dropped }) => {
    const columns = panel.x.flatMap((_, j) => (dropped[j] === 1 && !idle.includes(j) ? [j] : []));
    return switching.has(baseline) && columns.length > 0 ? [{ baseline, columns }] : [];
  });
  return { idle, lacking, effect: (horizon, design) => effectAt(context, horizon, design) };
}

interface Context {
  readonly panel: PathPanel;
  readonly paths: SwitchPaths;
  /** by start of treatment */
  readonly slopes: readonly Slope[];
}

/** Units of one cell that are compared in one period, with their changes and weights. */
interface Compared {
  readonly cell: number;
  readonly period: number;
  readonly controls: readonly Change[];
  readonly switchers: readonly Change[];
}

interface Change {
  readonly unit: number;
  readonly weight: number;
  readonly change: number;
  readonly x: readonly number[];
}

function effectAt(context: Context, { length, placebo }: Horizon, design: SwitchDesign): SwitchEffect | undefined {
  const { panel, paths } = context;
  const { periods } = panel;
  const eligible = switchersOf(context, design);
  const found: Compared[] = [];
  for (let t = length; t < periods; t++) {
    const to = placebo ? t - 2 * length : t;
    if (to < 0) continue;
    const lists = Array.from({ length: paths.cells }, () => ({ controls: [] as Change[], switchers: [] as Change[] }));
    for (let u = 0; u < panel.units; u++) {
      const switches = eligible[u] === 1 && paths.first[u]! - 1 + length === t && t <= paths.last[u]!;
      if (!switches && paths.first[u]! <= t) continue;
      // a placebo mimics the effect: who would not enter that does not enter this
      const change = changeOf(context, u, { now: t, from: t - length, to });
      if (change !== undefined) lists[paths.cell[u]!]![switches ? 'switchers' : 'controls'].push(change);
    }
    lists.forEach(({ controls, switchers }, cell) => {
      if (switchers.length > 0 && massOf(controls) > 0) found.push({ cell, period: t, controls, switchers });
    });
  }
  const all = found.flatMap((c) => c.switchers);
  const mass = massOf(all);
  if (!(mass > 0)) return undefined;
  return { ...combined(context, found, mass), ...countsOf(context, found, { mass, length }) };
}

/** 1 for units that may enter as switchers. */
function switchersOf({ panel, paths }: Context, { switchers, same, effects, back = 0 }: SwitchDesign): Uint8Array {
  const { units, periods } = panel;
  const out = new Uint8Array(units);
  for (let u = 0; u < units; u++) {
    const first = paths.first[u]!;
    const sign = paths.sign[u]!;
    if (first >= periods || sign === 0) continue;
    if ((switchers === 'in' && sign < 0) || (switchers === 'out' && sign > 0)) continue;
    let whole = first - 1 + effects <= paths.last[u]! && first - 1 + effects < periods && first - 1 - back >= 0;
    for (let t = first - 1 - back; same && whole && t <= first - 1 + effects; t++)
      if (Number.isNaN(paths.y[u * periods + t]!)) whole = false;
    out[u] = same && !whole ? 0 : 1;
  }
  return out;
}

interface Span {
  /** the period that weighs the unit, and in which it must be seen */
  readonly now: number;
  readonly from: number;
  readonly to: number;
}

/** y(to) − y(from), less what the covariates say; undefined when a period is not seen or the unit has no weight. */
function changeOf({ panel, paths, slopes }: Context, u: number, { now, from, to }: Span): Change | undefined {
  const at = u * panel.periods;
  const weight = Number.isNaN(paths.d[at + now]!) ? 0 : panel.weights[at + now]!;
  const raw = paths.y[at + to]! - paths.y[at + from]!;
  if (Number.isNaN(raw) || Number.isNaN(paths.y[at + now]!) || !(weight > 0)) return undefined;
  const x = panel.x.map((column) => column[at + to]! - column[at + from]!);
  const slope = slopes.length === 0 ? undefined : slopes.find((s) => s.baseline === paths.baseline[u]);
  const change = slope === undefined ? raw : raw - x.reduce((sum, v, j) => sum + v * slope.theta[j]!, 0);
  return { unit: u, weight, change, x };
}

const massOf = (list: readonly Change[]): number => list.reduce((sum, c) => sum + c.weight, 0);

function combined(
  context: Context,
  found: readonly Compared[],
  mass: number,
): Pick<SwitchEffect, 'estimate' | 'influence'> {
  const { panel, paths, slopes } = context;
  const influence = new Float64Array(panel.units);
  const moved = slopes.map(() => new Float64Array(panel.x.length)); // −∂ estimate / ∂ θ
  let estimate = 0;
  for (const { controls, switchers } of found) {
    const controlMass = massOf(controls);
    for (const sign of [1, -1]) {
      const own = switchers.filter((c) => paths.sign[c.unit] === sign);
      if (own.length === 0) continue;
      const share = massOf(own) / controlMass;
      const reached = (c: Change): number => paths.d[c.unit * panel.periods + paths.first[c.unit]!]!;
      const cohorts = [...new Set(own.map(reached))].map((d) => own.filter((c) => reached(c) === d));
      const union = [...own, ...controls];
      const put = (list: readonly Change[], factor: number): void => {
        const { mean, scale } = momentsOf(list, union, panel.clusters);
        for (const c of list) {
          const weight = (sign * factor * c.weight) / mass;
          estimate += weight * c.change;
          influence[c.unit]! += weight * scale * (c.change - mean);
          const slope = slopes.findIndex((s) => s.baseline === paths.baseline[c.unit]);
          if (slope >= 0)
            c.x.forEach((v, j) => {
              moved[slope]![j]! += weight * v;
            });
        }
      };
      for (const cohort of cohorts) put(cohort, 1);
      put(controls, -share);
    }
  }
  slopes.forEach((slope, s) => {
    for (let u = 0; u < panel.units; u++) {
      let sum = 0;
      for (let j = 0; j < panel.x.length; j++) sum += moved[s]![j]! * slope.influence[j]![u]!;
      influence[u]! -= sum;
    }
  });
  return { estimate, influence };
}

/** Mean and factor of a cohort; one that has a single unit (or cluster) borrows those of everybody compared in its period. */
function momentsOf(
  list: readonly Change[],
  union: readonly Change[],
  clusters: ArrayLike<number> | undefined,
): { mean: number; scale: number } {
  const count = (of: readonly Change[]): number =>
    clusters === undefined ? of.length : new Set(of.map((c) => clusters[c.unit]!)).size;
  const own = count(list);
  const used = own >= 2 ? list : union;
  const n = own >= 2 ? own : count(union);
  if (n < 2) return { mean: 0, scale: 1 };
  const mean = used.reduce((sum, c) => sum + c.weight * c.change, 0) / massOf(used);
  return { mean, scale: Math.sqrt(n / (n - 1)) };
}

function countsOf(
  { panel, paths }: Context,
  found: readonly Compared[],
  { mass, length }: { readonly mass: number; readonly length: number },
): Pick<SwitchEffect, 'switchers' | 'rows' | 'mass' | 'dose' | 'doses'> {
  const { periods } = panel;
  let [switchers, rows, dose, doses] = [0, 0, 0, 0];
  for (const cell of found) {
    switchers += cell.switchers.length;
    rows += cell.switchers.length + cell.controls.length;
    for (const { unit: u, weight } of cell.switchers) {
      const sign = paths.sign[u]!;
      const first = paths.first[u]!;
      for (let t = first; t < first + length; t++) {
        const gap = paths.d[u * periods + t]! - paths.baseline[u]!;
        if (!Number.isNaN(gap)) doses += (weight / mass) * sign * gap;
      }
      const now = paths.d[u * periods + first - 1 + length]! - paths.baseline[u]!;
      if (!Number.isNaN(now)) dose += (weight / mass) * sign * now;
    }
  }
  return { switchers, rows, mass, dose, doses };
}

interface Slope {
  readonly baseline: number;
  /** of the change of the outcome on changes of the covariates, before any switch, with effects of period (and group) */
  readonly theta: Float64Array;
  /** by covariate and unit */
  readonly influence: readonly Float64Array[];
  readonly dropped: Uint8Array;
}

/** θ_d: one regression for each start of treatment, on first differences of units that have not switched yet. */
function covariateSlopes(panel: PathPanel, paths: SwitchPaths): Slope[] {
  const { units, periods, weights } = panel;
  const starts = [...new Set(paths.baseline)].filter((b) => !Number.isNaN(b)).sort((a, b) => a - b);
  return starts.map((baseline) => {
    const rows: SlopeRow[] = [];
    for (let u = 0; u < units; u++) {
      if (paths.baseline[u] !== baseline) continue;
      for (let t = 1; t < Math.min(paths.first[u]!, periods); t++) {
        const at = u * periods + t;
        const weight = weights[at]!;
        if (Number.isNaN(paths.y[at]! - paths.y[at - 1]!) || !(weight > 0)) continue;
        rows.push({ u, at, cell: paths.cell[u]! * periods + t, weight });
      }
    }
    return { baseline, ...slopeOf(rows, panel, paths.y) };
  });
}

interface SlopeRow {
  readonly u: number;
  readonly at: number;
  readonly cell: number;
  readonly weight: number;
}

function slopeOf(rows: readonly SlopeRow[], { units, x }: PathPanel, y: Float64Array): Omit<Slope, 'baseline'> {
  const weights = Float64Array.from(rows, (r) => r.weight);
  const change = (column: Float64Array): Float64Array =>
    Float64Array.from(rows, ({ at }) => column[at]! - column[at - 1]!);
  const normOfChange = (column: Float64Array): number => {
    if (rows.length === 0) return 0;
    const { squares, raw } = moments(column, weights);
    return normOf(squares, raw);
  };
  const changes = x.map(change);
  const dx = changes.map((column) => demeaned(column, rows));
  const { kept, coef, bread, residuals } = leastSquares(
    demeaned(change(y), rows),
    dx,
    changes.map(normOfChange),
    weights,
  );
  const scores = Array.from(kept, (j) => {
    const sums = new Float64Array(units);
    rows.forEach(({ u, weight }, i) => {
      sums[u]! += weight * dx[j]![i]! * residuals[i]!;
    });
    return sums;
  });
  const theta = new Float64Array(x.length);
  const dropped = new Uint8Array(x.length).fill(1);
  const influence = x.map(() => new Float64Array(units));
  kept.forEach((j, a) => {
    theta[j] = coef[a]!;
    dropped[j] = 0;
    for (let u = 0; u < units; u++)
      influence[j]![u] = scores.reduce((sum, score, b) => sum + bread[a * kept.length + b]! * score[u]!, 0);
  });
  return { theta, influence, dropped };
}

/** Less the weighted mean of the cell (group and period). */
function demeaned(
  values: Float64Array,
  rows: readonly { readonly cell: number; readonly weight: number }[],
): Float64Array {
  const sums = new Map<number, { mass: number; sum: number }>();
  rows.forEach(({ cell, weight }, i) => {
    const own = sums.get(cell) ?? { mass: 0, sum: 0 };
    own.mass += weight;
    own.sum += weight * values[i]!;
    sums.set(cell, own);
  });
  return values.map((v, i) => {
    const own = sums.get(rows[i]!.cell)!;
    return v - own.sum / own.mass;
  });
}
