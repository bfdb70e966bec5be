import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../cache/digest.ts';
import { BoundedMemo } from '../../engine/execute/memo.ts';
import { numbers, texts } from '../../stages/columns/column.ts';
import { tableOutput } from '../../stages/columns/table.ts';
import type { PartName, RunResult } from '../../stages/contract.ts';
import type { Memo } from '../../stages/contract-memo.ts';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { mediation } from '../../stages/estimate/mediation.ts';
import { placebo } from '../../stages/estimate/placebo.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { specCurve } from '../../stages/estimate/spec-curve.ts';
import { twfeWeights } from '../../stages/estimate/twfe-weights.ts';
import { declareStage, type Value } from '../stage-lab.ts';

/** 30 units over 8 years with holes, a unit that is seen once, weights and a text column. */
function panel(seed: number): Value {
  const n = 30 * 8 + 1;
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const column = (of: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => of(i));
  const unit = column((i) => (i === n - 1 ? 99 : Math.floor(i / 8)));
  const x = column((i) => draw() + (unit[i] as number) / 30);
  const columns = {
    unit,
    year: column((i) => 2010 + (i % 8)),
    x,
    z: column(() => draw()),
    holed: column((i) => (i % 17 === 3 ? Number.NaN : draw())),
    y: column((i) => 2 * (x[i] as number) + draw()),
    w: column(() => 1 + draw()),
    on: column((i) => ((unit[i] as number) < 10 && i % 8 >= 3 ? 1 : 0)),
    adopted: column((i) => ((unit[i] as number) < 10 ? 2013 : (unit[i] as number) < 20 ? 2015 : Number.NaN)),
  };
  const region = texts(
    Array.from(unit, (u) => (u === 99 ? 'north' : ['north', 'south', 'west'][u % 3])),
    n,
  );
  const output = tableOutput(
    [...Object.entries(columns).map(([k, v]) => [k, numbers(v)] as const), ['region', region]],
    n,
  );
  const info = (name: string) => ({ name, type: name === 'region' ? ('text' as const) : ('number' as const) });
  return {
    shape: {
      kind: 'table',
      open: false,
      panel: { unit: 'unit', time: 'year' },
      columns: [...Object.keys(columns), 'region'].map(info),
    },
    parts: output.parts,
  };
}

const base = { from: 'p', y: 'y', x: 'x', absorb: ['unit', 'year'], cluster: 'unit' };
type Type =
  | typeof regress
  | typeof eventStudy
  | typeof placebo
  | typeof mediation
  | typeof specCurve
  | typeof twfeWeights;

/** Regressions where nothing else is said. */
const models: readonly { readonly type?: Type; readonly [param: string]: unknown }[] = [
  base,
  { ...base, controls: ['z'] },
  { ...base, controls: ['holed', 'z'] },
  { ...base, controls: ['z', 'holed'] },
  { ...base, vcov: 'hc1', cluster: undefined },
  { ...base, cluster: 'region' },
  { ...base, weights: 'w' },
  { ...base, weights: 'w', controls: ['holed'] },
  { ...base, singletons: 'keep' },
  { ...base, absorb: ['unit', 'year', 'region^year'] },
  { ...base, absorb: ['unit[z]', 'year'] },
  { ...base, absorb: ['unit[holed]', 'year'] },
  { ...base, absorb: ['unit[[z]]', 'year'] },
  { ...base, y: 'z' },
  { ...base, absorb: [] },
  { ...base, x: 'year', controls: ['z'] },
  { ...base, iv: { endogenous: 'x', instruments: 'z' }, x: undefined },
  { ...base, cluster: undefined, vcov: { bootstrap: { cluster: 'unit', draws: 9, seed: 1 } } },
  { type: placebo, ...base, x: 'on', assign: 'both', controls: ['z'], draws: 9, seed: 1 },
  {
    type: placebo,
    ...base,
    x: 'on',
    assign: 'both',
    controls: ['z', 'holed'],
    weights: 'w',
    cluster: 'region',
    draws: 9,
    seed: 1,
  },
  { type: mediation, ...base, mediator: 'z', bootstrap: 9, seed: 1 },
  { type: specCurve, ...base, vary: { controls: { subsets: ['z', 'holed'] }, weights: [false, 'w'] } },
  { type: twfeWeights, ...base, x: 'on', cluster: undefined },
];

const cleaned = (params: object): object =>
  Object.fromEntries(Object.entries(params).filter(([, v]) => v !== undefined));

function bytesOf(result: RunResult): readonly (readonly [PartName, string])[] {
  if (!result.ok) return [['faults', JSON.stringify(result.faults)]];
  const parts = Object.entries(result.outputs).flatMap(([name, { parts }]) =>
    [...parts].map(([part, bytes]) => [`${name}.${part}`, digestOf(bytes)] as const),
  );
  return [...parts, ['notes', JSON.stringify(result.notes)]];
}

const runModel = ({ type = regress, ...params }: (typeof models)[number], value: Value, memo?: Memo) =>
  run(type, params, value, memo);

async function run(type: Type, params: object, value: Value, memo?: Memo) {
  const declared = declareStage(type as typeof regress, cleaned(params), { from: value });
  expect(declared.faults).toEqual([]);
  const read = declared.reads.from?.[0];
  if (read === undefined || read === 'all') throw new Error('reads named columns');
  const parts = new Map(read.map((p) => [p, value.parts.get(p)?.slice() as Uint8Array]));
  const digests = new Map([...parts].map(([p, bytes]) => [p, digestOf(bytes)]));
  const inputs = { from: [{ kind: 'table' as const, parts, digests }] };
  return bytesOf(
    await (type as typeof regress).run({ spec: declared.spec, inputs, files: {}, ...(memo && { memo }) } as never),
  );
}

/** How often a memo was asked for each kind of work, and how often it had to do it. */
class CountingMemo implements Memo {
  readonly #memo: Memo;
  readonly made = new Map<string, number>();

  constructor(memo: Memo) {
    this.#memo = memo;
  }

  get<T extends object>(key: string, make: () => T, bytesOf: (made: T) => number): T {
    const kind = key.split(' ')[0] as string;
    const counted = (): T => {
      this.made.set(kind, (this.made.get(kind) ?? 0) + 1);
      return make();
    };
    return this.#memo.get(key, counted, bytesOf);
  }
}

describe('work that models have in common', () => {
  test('never changes a byte: whatever was estimated before, in any order, with room for much or little', async () => {
    const panels = [panel(1), panel(2)];
    const alone = await Promise.all(panels.map((p) => Promise.all(models.map((m) => runModel(m, p)))));
    const index = fc.record({ p: fc.nat(1), m: fc.nat(models.length - 1) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(index, { maxLength: 25 }),
        fc.constantFrom(5_000, 60_000, 2 ** 28),
        async (list, most) => {
          const memo = new BoundedMemo(most);
          for (const { p, m } of list)
            expect(await runModel(models[m] as (typeof models)[number], panels[p] as Value, memo)).toEqual(
              alone[p]?.[m],
            );
        },
      ),
      { numRuns: 25 },
    );
  });

  test('is done once for a matrix of regressions on one panel', async () => {
    const memo = new CountingMemo(new BoundedMemo());
    const value = panel(3);
    for (let round = 0; round < 2; round++)
      for (const errors of [{ cluster: 'unit' }, { cluster: 'region' }, { cluster: undefined, vcov: 'hc1' }])
        for (const controls of [undefined, ['z']]) await run(regress, { ...base, ...errors, controls }, value, memo);
    expect(memo.made.get('absorber')).toBe(1);
    expect(memo.made.get('products')).toBe(2); // with z and without
    expect(memo.made.get('rows')).toBe(2); // before and after the singleton
    expect(memo.made.get('column')).toBe(6);
  });

  test('of a large panel, residuals and scores by level serve clusters of all sizes', async () => {
    const [units, years] = [2_000, 10];
    const column = (of: (i: number) => number) =>
      numbers(Float64Array.from({ length: units * years }, (_, i) => of(i)));
    const at = (i: number) => Math.floor(i / years);
    const columns = {
      unit: column(at),
      year: column((i) => i % years),
      region: column((i) => at(i) % 40),
      x: column((i) => Math.sin(i * i) + (at(i) % 7)),
      y: column((i) => Math.sin(i * i) + Math.cos(3 * i * i) + (at(i) % 11)),
    };
    const info = Object.keys(columns).map((name) => ({ name, type: 'number' as const }));
    const { parts } = tableOutput(Object.entries(columns), units * years);
    const value: Value = { shape: { kind: 'table', open: false, columns: info }, parts };
    const memo = new CountingMemo(new BoundedMemo());
    for (const errors of [{ cluster: 'unit' }, { cluster: 'region' }, { cluster: undefined, vcov: 'hc1' }])
      expect(await run(regress, { ...base, ...errors }, value, memo)).toEqual(
        await run(regress, { ...base, ...errors }, value),
      );
    expect(memo.made.get('solved')).toBe(1);
  });

  test('takes slopes out of each column once', async () => {
    const memo = new CountingMemo(new BoundedMemo());
    const sloped = { ...base, absorb: ['unit[z]', 'year'] };
    for (const y of ['y', 'holed']) await run(regress, { ...sloped, y }, panel(3), memo);
    await run(regress, { ...sloped, controls: ['w'] }, panel(3), memo);
    // y, x and w on all rows; y is not there where `holed` is missing: x and holed
    expect(memo.made.get('taken-out')).toBe(5);
  });

  test('is left alone by event studies, whose columns are their own', async () => {
    const params = {
      from: 'p',
      y: 'y',
      cohort: 'adopted',
      unit: 'unit',
      time: 'year',
      absorb: ['unit', 'year'],
      cluster: 'unit',
    };
    const memo = new CountingMemo(new BoundedMemo());
    const first = await run(eventStudy, params, panel(4));
    expect(await run(eventStudy, params, panel(4), memo)).toEqual(first);
    expect(await run(eventStudy, params, panel(4), memo)).toEqual(first);
    expect(memo.made.get('absorber')).toBe(1);
    expect(memo.made.get('products')).toBe(undefined);
  });

  test('what is kept stays within its room', () => {
    const memo = new BoundedMemo(100);
    let made = 0;
    const ask = (key: string): object =>
      memo.get(
        key,
        () => ({ n: ++made }),
        () => 25,
      );
    for (const key of ['a', 'b', 'c', 'd', 'a', 'e']) ask(key);
    expect(made).toBe(5);
    ask('a'); // used lately
    ask('b'); // the oldest: had to go
    expect(made).toBe(6);
    memo.get(
      'large',
      () => ({ n: ++made }),
      () => 26,
    );
    ask('b');
    expect(made).toBe(7);
  });
});
