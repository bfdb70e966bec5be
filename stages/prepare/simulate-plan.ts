/** From params of `simulate` to its spec, with every fault that can be told before any number is drawn. */
import type { ColumnLookup } from '../columns/schema.ts';
import { error, type Fault, type ParamPath } from '../contract.ts';
import type { EffectSpec, ScoreSpec, SimulatedVariable, SimulateParams, SimulateSpec } from './simulate-params.ts';

/** @param roster columns of `from`; undefined without it */
export function simulatePlan(
  params: SimulateParams,
  roster: ColumnLookup | undefined,
): { readonly spec: SimulateSpec; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const spec: SimulateSpec = {
    units: roster !== undefined ? { column: params.unit ?? 'unit' } : unitsOf(params),
    numeric: typeof params.units === 'number' || (params.units ?? ['']).every((name) => typeof name === 'number'),
    unit: params.unit ?? 'unit',
    time: params.time ?? 'time',
    times: timesOf(params, faults),
    scores: scoresOf(params, roster, faults),
    variables: Object.entries(params.variables).map(([name, v]) => variableOf(name, v, faults)),
    effect: effectOf(params, roster, faults),
    seed: params.seed ?? 1,
  };
  if (roster !== undefined && params.units !== undefined) faults.push(error('CE2182', {}, ['units']));
  if (roster === undefined && params.units === undefined) faults.push(error('CE2181', {}));
  roster?.any(spec.unit, params.unit === undefined ? ['from'] : ['unit']);
  faults.push(...nameFaults(params, spec, roster));
  return { spec, faults: [...faults, ...(roster?.faults ?? [])] };
}

const unitsOf = ({ units }: SimulateParams): number | readonly string[] =>
  typeof units === 'number' ? units : (units ?? []).map(String);

function timesOf({ times }: SimulateParams, faults: Fault[]): readonly number[] {
  if (Array.isArray(times)) return [...new Set(times)].sort((a, b) => a - b);
  const { from, to } = times as { readonly from: number; readonly to: number };
  if (from > to) faults.push(error('CE2177', { from, to }, ['times']));
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

type WrittenVariable = SimulateParams['variables'][string];

function variableOf(name: string, v: WrittenVariable, faults: Fault[]): SimulatedVariable {
  const at = ['variables', name];
  const kind = v.kind ?? 'number';
  const { mean } = v;
  const [min, max] = kind === 'binary' ? [0, 1] : [v.min ?? null, v.max ?? null];
  const least = min ?? -Infinity;
  const most = max ?? Infinity;
  if (kind === 'binary') {
    if (!(mean > 0 && mean < 1)) faults.push(error('CE2173', { name, mean, min: 0, max: 1 }, [...at, 'mean']));
    return { name, kind, mean, sd: 0, min, max, trend: 0 };
  }
  if (v.sd === undefined) faults.push(error('CE2183', { name, needs: 'sd' }, at));
  const sd = v.sd ?? 1;
  const shown = { name, mean, min: String(least), max: String(most) };
  if (!(mean > least && mean < most)) faults.push(error('CE2173', shown, [...at, 'mean']));
  else if (sd ** 2 > (mean - least) * (most - mean))
    faults.push(
      error('CE2172', { ...shown, sd, most: Number(Math.sqrt((mean - least) * (most - mean)).toPrecision(6)) }, [
        ...at,
        'sd',
      ]),
    );
  return { name, kind, mean, sd, min, max, trend: v.trend ?? 0 };
}

/** Latents and variables so that each stands after those that it loads on; CE2175 when that cannot be. */
function scoresOf(params: SimulateParams, roster: ColumnLookup | undefined, faults: Fault[]): readonly ScoreSpec[] {
  const written = [
    ...Object.entries(params.latents ?? {}).map(([name, of]) => ({ name, of, at: ['latents', name] })),
    ...Object.entries(params.variables).map(([name, of]) => ({ name, of, at: ['variables', name] })),
  ];
  const names = written.map((w) => w.name);
  const columns = roster?.shape.columns.filter((c) => c.type !== 'text').map((c) => c.name) ?? [];
  const scores = written.map(({ name, of, at }): Placed => {
    const loads = Object.entries(of.loads ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const sum = loads.reduce((total, [, by]) => total + by * by, 0);
    if (sum > 1) faults.push(error('CE2176', { name, sum }, [...at, 'loads']));
    for (const [on] of loads)
      if (!names.includes(on) && roster?.shape.open !== true && !columns.includes(on))
        faults.push(error('CE2174', { in: name, name: on, known: [...names, ...columns] }, [...at, 'loads', on]));
    return {
      at,
      name,
      persistence: of.persistence ?? 0.8,
      memory: of.memory ?? 0,
      loads: loads.map(([on, by]) => ({ on, is: names.includes(on) ? 'score' : 'column', by })),
    };
  });
  return ordered(scores, faults).map(({ at: _, ...score }) => score);
}

/** A score, and where it is written. */
type Placed = ScoreSpec & { readonly at: ParamPath };

function ordered(scores: readonly Placed[], faults: Fault[]): readonly Placed[] {
  const byName = new Map(scores.map((s) => [s.name, s]));
  const out: Placed[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (score: Placed, path: readonly string[]): void => {
    if (state.get(score.name) === 'done') return;
    if (state.get(score.name) === 'open') {
      const circle = [...path.slice(path.indexOf(score.name)), score.name];
      faults.push(error('CE2175', { circle: circle.join(' → ') }, score.at));
      return;
    }
    state.set(score.name, 'open');
    for (const { on, is } of score.loads) {
      const next = byName.get(on);
      if (is === 'score' && next !== undefined) visit(next, [...path, score.name]);
    }
    state.set(score.name, 'done');
    out.push(score);
  };
  for (const score of scores) visit(score, []);
  return out;
}

function effectOf(
  { effect, variables }: SimulateParams,
  roster: ColumnLookup | undefined,
  faults: Fault[],
): EffectSpec | null {
  if (effect === undefined) return null;
  if (roster === undefined) faults.push(error('CE2185', {}, ['effect', 'cohort']));
  else {
    roster.number(effect.cohort, ['effect', 'cohort']);
    if (effect.scale !== undefined) roster.number(effect.scale, ['effect', 'scale']);
  }
  const on = Object.entries(effect.on).map(([name, size]) => ({ name, size }));
  const known = Object.keys(variables).filter((name) => variables[name]?.kind !== 'binary');
  for (const { name } of on)
    if (!known.includes(name)) faults.push(error('CE2179', { name, known }, ['effect', 'on', name]));
  return { cohort: effect.cohort, on, path: effect.path ?? [1], scale: effect.scale ?? null };
}

/** Names that would stand for two things: columns of `from`, unit, time, latents and variables. */
function nameFaults(params: SimulateParams, spec: SimulateSpec, roster: ColumnLookup | undefined): readonly Fault[] {
  const taken = new Map<string, string>([[spec.unit, 'unit']]);
  for (const { name } of roster?.shape.columns ?? []) if (name !== spec.unit) taken.set(name, 'column of from');
  const made: readonly (readonly [name: string, as: string, at: ParamPath])[] = [
    [spec.time, 'time', params.time === undefined ? [] : ['time']],
    ...Object.keys(params.latents ?? {}).map((name) => [name, 'latent', ['latents', name]] as const),
    ...Object.keys(params.variables).map((name) => [name, 'variable', ['variables', name]] as const),
  ];
  return made.flatMap(([name, as, at]) => {
    const first = taken.get(name);
    taken.set(name, as);
    return first === undefined ? [] : [error('CE2180', { name, first, second: as }, at)];
  });
}
