/** What tests of staggered estimators share: the reference data as tables, a simulated panel with a known truth. */

import { eventStudy } from '../../stages/estimate/event-study.ts';
import { type RandomStream, stream } from '../../stages/kernels/random.ts';
import { type Ran, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

export interface TermRow {
  readonly term: string;
  readonly period?: number;
  readonly estimate: number;
  readonly std_error: number | null;
  readonly p_value: number | null;
  readonly conf_low: number | null;
  readonly conf_high: number | null;
}

export const mpdta = (): Promise<Value> => referenceTable('mpdta', { panel: { unit: 'countyreal', time: 'year' } });
export const castle = (): Promise<Value> => referenceTable('castle', { panel: { unit: 'sid', time: 'year' } });

export const study = (table: Value, params: object): Promise<Ran> =>
  runStage(eventStudy, { from: 'x', ...params }, { from: table });

// biome-ignore lint/suspicious/noExplicitAny: a record's form is known to the test that asks for it
export async function studied(table: Value, params: object): Promise<any> {
  const ran = await study(table, params);
  if (ran.faults.length > 0) throw new Error(JSON.stringify(ran.faults));
  return record(ran.outputs.model);
}

export const termsOf = (model: { terms: readonly TermRow[] }): ReadonlyMap<string, TermRow> =>
  new Map(model.terms.map((t) => [t.term, t]));

export interface World {
  readonly units: number;
  readonly periods: number;
  /** cohorts (Infinity: never), drawn with equal probability */
  readonly cohorts: readonly number[];
  readonly seed: number;
  /** effect on cohort g at relative time k ≥ 0 */
  readonly effect: (g: number, k: number) => number;
  /** slope of a covariate that moves both adoption (logit) and trends; 0: none */
  readonly confounding?: number;
  /** sd of the noise that one unit's periods share through an AR(1) */
  readonly persistence?: number;
}

/** Equal chances, or a multinomial logit in which z speaks for adoption. */
function drawCohort({ cohorts, confounding = 0 }: World, random: RandomStream, z: number): number {
  const odds = cohorts.map((g) => (confounding !== 0 && Number.isFinite(g) ? Math.exp(0.7 * z) : 1));
  let left = random.uniform() * odds.reduce((s, o) => s + o, 0);
  const at = odds.findIndex((o) => {
    left -= o;
    return left < 0;
  });
  return cohorts[at === -1 ? cohorts.length - 1 : at] as number;
}

/** New units every period: each is seen once, in a cohort of its own. */
export const crossSections = (world: World): Row[] =>
  Array.from({ length: world.periods }, (_, k) =>
    simulate({ ...world, seed: world.seed * 100 + k })
      .filter((r) => r.t === k + 1)
      .map((r) => ({ ...r, id: r.id * 1000 + r.t })),
  ).flat();

export interface Row {
  readonly id: number;
  readonly t: number;
  readonly g: number;
  readonly y: number;
  readonly z: number;
}

/** y = unit effect + period effect + trend in z + effect + noise that is correlated within units. */
export function simulate(world: World): Row[] {
  const rows: Row[] = [];
  const { confounding = 0, persistence = 0.5 } = world;
  for (let id = 1; id <= world.units; id++) {
    const random = stream(world.seed, id);
    const z = random.normal();
    const alpha = random.normal();
    const g = drawCohort(world, random, z);
    let noise = random.normal();
    for (let t = 1; t <= world.periods; t++) {
      noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * random.normal();
      const effect = t >= g ? world.effect(g, t - g) : 0;
      rows.push({ id, t, g, z, y: alpha + 0.3 * t + confounding * z * t + effect + noise });
    }
  }
  return rows;
}

/** Text of a CSV; never treated is an empty cell. */
export const csvOf = (rows: readonly Row[]): string =>
  [
    'id,t,g,y,z,d',
    ...rows.map((r) => `${r.id},${r.t},${Number.isFinite(r.g) ? r.g : ''},${r.y},${r.z},${r.t >= r.g ? 1 : 0}`),
  ].join('\n');

export const tableOfRows = (rows: readonly Row[]): Promise<Value> =>
  readTable(csvOf(rows), { panel: { unit: 'id', time: 't' } });
