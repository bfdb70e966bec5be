/**
 * What units do to their treatment: the one they start with, when they first leave it, and until when units that have not left the same
 * treatment are there to compare with. Treatment may take any value and move any number of times.
 * Source: de Chaisemartin & D'Haultfœuille (2024), Review of Economics and Statistics, "Difference-in-Differences Estimators of Intertemporal
 * Treatment Effects", §2 and Design Restrictions 1–2; conventions for gaps of did_multiplegt_dyn 2.1.
 */

export interface PathPanel {
  readonly units: number;
  readonly periods: number;
  /** units×periods, cell u*periods + t; NaN where the unit is not seen */
  readonly y: Float64Array;
  readonly d: Float64Array;
  readonly weights: Float64Array;
  /** covariates, units×periods each */
  readonly x: readonly Float64Array[];
  /** groups whose trends may differ, by unit */
  readonly within: ArrayLike<number>;
  /** clusters by unit, for degrees of freedom; absent: the units */
  readonly clusters?: ArrayLike<number>;
}

export interface SwitchPaths {
  readonly baseline: Float64Array;
  /** F_g, the first period of another treatment than at the start; `periods` when there is none */
  readonly first: Int32Array;
  /** T_g, the last period in which a unit of the same start (and group) has not switched; −1 without such units */
  readonly last: Int32Array;
  /** 1 when treatment is higher than at the start on average from F_g to T_g, −1 when lower, 0 without a switch */
  readonly sign: Int8Array;
  /** comparable units: same start and same group */
  readonly cell: Int32Array;
  readonly cells: number;
  /** outcomes with those of unknown treatment history taken out */
  readonly y: Float64Array;
  readonly d: Float64Array;
  /** rows after a unit was both above and below the treatment of its start (Design Restriction 2) */
  readonly bothWays: number;
  /** units whose first switch lies in a gap: controls until the gap */
  readonly undated: number;
  /** units that are never seen with a treatment */
  readonly unseen: number;
}

export function switchPaths(panel: PathPanel): SwitchPaths {
  const { units, periods, within } = panel;
  const y = panel.y.slice();
  const d = panel.d.slice();
  const baseline = new Float64Array(units).fill(Number.NaN);
  const first = new Int32Array(units).fill(periods);
  const until = new Int32Array(units); // a period from which the unit is no control any more
  let bothWays = 0;
  let undated = 0;
  let unseen = 0;
  for (let u = 0; u < units; u++) {
    const own = dated({ y, d }, u * periods, periods);
    if (own === undefined) unseen++;
    else {
      baseline[u] = own.baseline;
      first[u] = own.first;
      until[u] = own.until;
      bothWays += own.bothWays;
      if (own.undated) undated++;
    }
  }
  const { cell, cells } = cellsOf(baseline, within);
  const latest = new Int32Array(cells);
  for (let u = 0; u < units; u++) latest[cell[u]!] = Math.max(latest[cell[u]!]!, until[u]!);
  const last = Int32Array.from(cell, (c) => latest[c]! - 1);
  const sign = new Int8Array(units);
  for (let u = 0; u < units; u++) {
    let sum = 0;
    for (let t = first[u]!; t <= last[u]! && t < periods; t++) {
      const at = d[u * periods + t]!;
      if (!Number.isNaN(at)) sum += at - baseline[u]!;
    }
    sign[u] = Math.sign(sum);
  }
  return { baseline, first, last, sign, cell, cells, y, d, bothWays, undated, unseen };
}

interface Dated {
  readonly baseline: number;
  readonly first: number;
  readonly until: number;
  readonly bothWays: number;
  readonly undated: boolean;
}

/** One unit's start and first switch; cells that the estimator may not use become NaN in y and d. */
function dated(of: { y: Float64Array; d: Float64Array }, at: number, periods: number): Dated | undefined {
  const { y, d } = of;
  const seen: number[] = [];
  for (let t = 0; t < periods; t++) if (!Number.isNaN(d[at + t]!)) seen.push(t);
  const [start] = seen;
  if (start === undefined) return undefined;
  const baseline = d[at + start]!;
  let [above, below] = [false, false];
  let bothWays = 0;
  let kept = seen;
  for (const [i, t] of seen.entries()) {
    above ||= d[at + t]! > baseline;
    below ||= d[at + t]! < baseline;
    if (!above || !below) continue;
    bothWays = seen.length - i;
    kept = seen.slice(0, i);
    break;
  }
  const known = new Set(kept);
  for (let t = 0; t < periods; t++)
    if (!known.has(t)) {
      y[at + t] = Number.NaN;
      d[at + t] = Number.NaN;
    }
  const first = kept.find((t) => d[at + t] !== baseline);
  const finalSeen = kept.at(-1)!;
  if (first === undefined) return { baseline, first: periods, until: finalSeen + 1, bothWays, undated: false };
  const before = kept[kept.indexOf(first) - 1]!;
  if (before === first - 1) return { baseline, first, until: first, bothWays, undated: false };
  for (let t = before + 1; t < periods; t++) y[at + t] = Number.NaN;
  return { baseline, first: periods, until: before + 1, bothWays, undated: true };
}

function cellsOf(baseline: Float64Array, within: ArrayLike<number>): { cell: Int32Array; cells: number } {
  const codes = new Map<number, Map<number, number>>();
  let cells = 0;
  const cell = Int32Array.from(baseline, (b, u) => {
    const byGroup = codes.get(b) ?? new Map<number, number>();
    codes.set(b, byGroup);
    const group = within[u]!;
    const known = byGroup.get(group);
    if (known !== undefined) return known;
    byGroup.set(group, cells);
    return cells++;
  });
  return { cell, cells };
}
