/**
 * Switchers against those that stay: DID_M, for treatments that may switch on and off.
 * Source: de Chaisemartin & D'Haultfœuille (2020), American Economic Review 110(9), 2964–2996, §3.1 and (placebos) §3.2.
 */

export interface SwitcherPanel {
  readonly units: number;
  readonly periods: number;
  /** units×periods, row u*periods + t; NaN where the unit is not seen */
  readonly y: Float64Array;
  /** 0, 1, or NaN */
  readonly d: Float64Array;
  readonly weights: Float64Array;
}

/** One period's comparison of joiners with stable untreated, or of leavers with stable treated. */
export interface SwitcherCell {
  readonly period: number;
  readonly direction: 'join' | 'leave';
  readonly switchers: number;
  readonly stable: number;
  /** Σ of the switchers' weights */
  readonly mass: number;
  readonly estimate: number;
  /** one number per unit: variance Σ ψ² */
  readonly influence: Float64Array;
}

/** Switchers that no stable unit can be compared with. */
export type LoneSwitchers = Pick<SwitcherCell, 'period' | 'direction' | 'switchers'>;

/**
 * Comparisons of the change from period t − lag − 1 to t − lag, for units that switch from t − 1 to t: lag 0 is the effect, above
 * are placebos, for units that were stable before. Cells without switchers are left out; `alone` are those without stable units.
 */
export function switcherCells(panel: SwitcherPanel, lag: number): { cells: SwitcherCell[]; alone: LoneSwitchers[] } {
  const cells: SwitcherCell[] = [];
  const alone: LoneSwitchers[] = [];
  for (let t = lag + 1; t < panel.periods; t++) {
    for (const from of [0, 1] as const) {
      const groups = changers(panel, { t, lag, from });
      if (groups.switchers.length === 0) continue;
      if (groups.stable.length === 0)
        alone.push({ period: t, direction: from === 0 ? 'join' : 'leave', switchers: groups.switchers.length });
      else cells.push(cellOf(panel, { t, lag, from }, groups));
    }
  }
  return { cells, alone };
}

interface At {
  readonly t: number;
  readonly lag: number;
  /** treatment before the switch */
  readonly from: 0 | 1;
}

/** Units with the same treatment from t − lag − 1 to t − 1, by whether they change at t. */
function changers(
  { units, periods, y, d }: SwitcherPanel,
  { t, lag, from }: At,
): { switchers: number[]; stable: number[] } {
  const switchers: number[] = [];
  const stable: number[] = [];
  for (let u = 0; u < units; u++) {
    const at = u * periods;
    if (Number.isNaN(y[at + t - lag]!) || Number.isNaN(y[at + t - lag - 1]!)) continue;
    let same = true;
    for (let s = t - lag - 1; s < t; s++) if (d[at + s] !== from) same = false;
    if (!same) continue;
    if (d[at + t] === from) stable.push(u);
    else if (d[at + t] === 1 - from) switchers.push(u);
  }
  return { switchers, stable };
}

function cellOf(
  panel: SwitcherPanel,
  { t, lag, from }: At,
  { switchers, stable }: { switchers: readonly number[]; stable: readonly number[] },
): SwitcherCell {
  const { periods, y, weights } = panel;
  const change = (u: number): number => y[u * periods + t - lag]! - y[u * periods + t - lag - 1]!;
  const weight = (u: number): number => weights[u * periods + t]!;
  const meanOf = (list: readonly number[]): { mean: number; mass: number } => {
    let mass = 0;
    let sum = 0;
    for (const u of list) {
      mass += weight(u);
      sum += weight(u) * change(u);
    }
    return { mean: sum / mass, mass };
  };
  const a = meanOf(switchers);
  const b = meanOf(stable);
  const sign = from === 0 ? 1 : -1; // leaving takes the effect away
  const influence = new Float64Array(panel.units);
  for (const u of switchers) influence[u] = (sign * weight(u) * (change(u) - a.mean)) / a.mass;
  for (const u of stable) influence[u] = (-sign * weight(u) * (change(u) - b.mean)) / b.mass;
  return {
    period: t,
    direction: from === 0 ? 'join' : 'leave',
    switchers: switchers.length,
    stable: stable.length,
    mass: a.mass,
    estimate: sign * (a.mean - b.mean),
    influence,
  };
}

/** The cells' average by their switchers; undefined without cells. Shares of switchers are taken as given. */
export function switcherAverage(
  cells: readonly SwitcherCell[],
): { estimate: number; influence: Float64Array } | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const mass = cells.reduce((s, c) => s + c.mass, 0);
  const influence = new Float64Array(first.influence.length);
  let estimate = 0;
  for (const c of cells) {
    estimate += (c.mass / mass) * c.estimate;
    for (let u = 0; u < influence.length; u++) influence[u]! += (c.mass / mass) * c.influence[u]!;
  }
  return { estimate, influence };
}
