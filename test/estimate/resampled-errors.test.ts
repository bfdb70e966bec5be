import { Matrix, QrDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { resampledFit } from '../../stages/kernels/resampled-fit.ts';
import { wildClusterBootstrap } from '../../stages/kernels/wild-bootstrap.ts';
import { panelOf } from '../kernels/random-panel.ts';
import { declareStage, readTable, record, referenceTable, runStage } from '../stage-lab.ts';

/** Dummies and QR on rows written out: shares no code with the kernels. */
function slow(
  columns: readonly Float64Array[],
  y: Float64Array,
  factors: readonly (readonly number[])[],
  rows: readonly number[],
) {
  const dummies = factors.flatMap((codes, f) => {
    const levels = [...new Set(rows.map((i) => codes[i] as number))].sort((a, b) => a - b).slice(f === 0 ? 0 : 1);
    return levels.map((level) => rows.map((i) => (codes[i] === level ? 1 : 0)));
  });
  const design = new Matrix([...columns.map((c) => rows.map((i) => c[i] as number)), ...dummies]).transpose();
  const solved = new QrDecomposition(design).solve(Matrix.columnVector(rows.map((i) => y[i] as number)));
  return solved.to1DArray().slice(0, columns.length);
}

describe('resampled coefficients', () => {
  const p = panelOf(7, 10, 6, 0.1);
  const codes = (f: { readonly codes: ArrayLike<number> }) => Array.from(f.codes);
  const times = [2, 0, 1, 1, 3, 1, 0, 1, 1, 0];
  const rowsOf = (counts: readonly number[]) =>
    codes(p.unit).flatMap((u, i) => Array.from({ length: counts[u] as number }, () => i));
  const model = { y: p.y, x: p.x.slice(0, 2), endogenous: 0, instruments: [], intercept: true, clusters: p.unit };

  test('two-way effects: the same as least squares on rows written out', () => {
    const got = resampledFit({ ...model, effects: [p.unit, p.time] })(times);
    const want = slow(model.x, p.y, [codes(p.unit), codes(p.time)], rowsOf(times));
    want.forEach((b, j) => expect(got[j]).toBeCloseTo(b, 9));
  });

  test('units that cross clusters are refitted row by row, to the same numbers', () => {
    const got = resampledFit({ ...model, effects: [p.group, p.time] })(times);
    const want = slow(model.x, p.y, [codes(p.group), codes(p.time)], rowsOf(times));
    want.forEach((b, j) => expect(got[j]).toBeCloseTo(b, 9));
  });

  test('without effects the constant is there too, also far from the origin', () => {
    const x = model.x.map((c) => c.map((v) => v + 1000));
    const got = resampledFit({ ...model, x, effects: [] })(times);
    const want = slow([p.y.map(() => 1), ...x], p.y, [], rowsOf(times));
    want.forEach((b, j) => expect(got[j]).toBeCloseTo(b, 6));
  });

  test('instruments: two projections on rows written out', () => {
    const [d, w] = model.x as [Float64Array, Float64Array];
    const z = d.map((v, i) => v + Math.sin(3 * i));
    const got = resampledFit({ ...model, x: [d, w], endogenous: 1, instruments: [z], effects: [] })(times);
    const rows = rowsOf(times);
    const ones = p.y.map(() => 1);
    const first = slow([ones, z, w], d, [], rows);
    const fitted = d.map(
      (_, i) =>
        (first[0] as number) + (first[1] as number) * (z[i] as number) + (first[2] as number) * (w[i] as number),
    );
    const want = slow([ones, fitted, w], p.y, [], rows);
    want.forEach((b, j) => expect(got[j]).toBeCloseTo(b, 8));
  });
});

describe('errors by resampling in regress', () => {
  const params = { from: 'x', y: 'inv', x: ['value', 'capital'], absorb: ['firm', 'year'] };
  const panel = { panel: { unit: 'firm', time: 'year' } };
  const fitted = async (extra: object) =>
    record(
      (await runStage(regress, { ...params, ...extra }, { from: await referenceTable('grunfeld', panel) })).outputs
        .model,
    );

  test('the jackknife leaves each cluster out once', async () => {
    const model = await fitted({ vcov: { jackknife: 'firm' } });
    const whole = await fitted({});
    const without = await Promise.all(
      Array.from({ length: 10 }, async (_, g) => {
        const table = await referenceTable('grunfeld', panel, `firm != ${g + 1}`);
        return record((await runStage(regress, params, { from: table })).outputs.model).terms.map(
          (t: { estimate: number }) => t.estimate,
        );
      }),
    );
    for (const j of [0, 1]) {
      const squares = without.reduce((s, b) => s + (b[j] - whole.terms[j].estimate) ** 2, 0);
      expect(model.terms[j].std_error / Math.sqrt(0.9 * squares)).toBeCloseTo(1, 8);
    }
    expect(model).toMatchObject({ df_t: 9, vcov_type: 'cluster jackknife: firm', resampling: { draws: 10, used: 10 } });
  });

  test('the pairs bootstrap is the same for a seed, and near the jackknife', async () => {
    const vcov = { bootstrap: { cluster: 'firm', draws: 2000, seed: 3 } };
    const [first, again, jackknife] = [
      await fitted({ vcov }),
      await fitted({ vcov }),
      await fitted({ vcov: { jackknife: 'firm' } }),
    ];
    expect(again).toEqual(first);
    const ratio = first.terms[1].std_error / jackknife.terms[1].std_error;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test('rows are drawn when there is no cluster: near HC1 in a large sample', async () => {
    const table = await referenceTable('wagepan');
    const wage = { from: 'x', y: 'lwage', x: ['educ', 'union'] };
    const [drawn, robust] = await Promise.all(
      [{ bootstrap: { draws: 1500 } }, 'HC1'].map(async (vcov) =>
        record((await runStage(regress, { ...wage, vcov }, { from: table })).outputs.model),
      ),
    );
    for (const j of [0, 1, 2]) expect(drawn.terms[j].std_error / robust.terms[j].std_error).toBeCloseTo(1, 1);
  });

  test('the wild bootstrap’s interval ends where its p crosses 5 %', async () => {
    const p = panelOf(11, 14, 5, 0.1);
    const model = { y: p.y, x: p.x[0] as Float64Array, controls: [p.x[1] as Float64Array], clusters: p.unit };
    const test = (hypothesis: number) => {
      let state = 9;
      const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
      return wildClusterBootstrap({ ...model, hypothesis }, { draws: 499, weights: 'webb' }, uniform);
    };
    const [low, high] = test(0)?.interval(0.95) ?? [0, 0];
    expect(low).toBeLessThan(high);
    const step = 1e-6 * (high - low);
    for (const [end, outward] of [
      [low, -step],
      [high, step],
    ] as const) {
      expect(test(end)?.p).toBeGreaterThanOrEqual(0.05);
      expect(test(end + outward)?.p).toBeLessThan(0.05);
    }
  });

  test('terms carry the bootstrap’s p value and interval; few clusters are noted', async () => {
    const ran = await runStage(
      regress,
      { ...params, vcov: { wild: { cluster: 'firm', draws: 1999 } } },
      { from: await referenceTable('grunfeld', panel) },
    );
    const model = record(ran.outputs.model);
    const clustered = await fitted({ cluster: 'firm' });
    expect(model.resampling).toEqual({ draws: 1024, used: 1024, enumerated: true });
    expect(ran.notes.map((n) => n.code)).toContain('CN2603');
    model.terms.forEach((t: Record<string, number>, j: number) => {
      expect(t.std_error).toBe(clustered.terms[j].std_error);
      expect(t.p_value).not.toBe(clustered.terms[j].p_value);
      expect(t.conf_low).toBeLessThan(t.estimate as number);
    });
  });

  for (const [name, extra, param] of [
    [
      'two endogenous regressors',
      { x: [], controls: [], iv: { endogenous: ['value', 'capital'], instruments: ['year', 'year^2'] } },
      ['vcov'],
    ],
    ['a reported constant', { constant: true }, ['constant']],
  ] as const)
    test(`the wild bootstrap with ${name} is refused`, async () => {
      const all = { ...params, vcov: { wild: { cluster: 'firm' } }, ...extra };
      const { faults } = declareStage(regress, all, { from: await referenceTable('grunfeld', panel) });
      expect(faults.map((f) => [f.code, f.param])).toEqual([['CE2605', param]]);
    });
});

test('among all vectors of signs the sample itself and its mirror are never less extreme than the sample', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const u = (i: number, c: number): number => Math.sin(seed * 13.7 * c + (i + 1) ** 2 * c);
    const rows = Array.from({ length: 24 }, (_, i) =>
      [i % 2 === 0 ? 'a' : 'b', u(i, 1), u(i, 2), u(i, 3) + 1, u(i, 4), 1e5 + u(i, 5)].join(),
    );
    const from = await readTable(['g,p,q,r,s,y', ...rows].join('\n'));
    const params = { from: 'x', y: 'y', x: ['p', 'q', 'r', 's', 'p:q', 'r^2'], vcov: { wild: { cluster: 'g' } } };
    const { terms } = record((await runStage(regress, params, { from })).outputs.model);
    for (const t of terms) expect(t.p_value, `${seed} ${t.term}`).toBeGreaterThanOrEqual(2 / 2 ** 2);
  }
});
