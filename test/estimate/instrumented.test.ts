import fc from 'fast-check';
import { Matrix, QrDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { numbers } from '../../stages/columns/column.ts';
import { tableOutput } from '../../stages/columns/table.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { declareStage, near, readTable, record, referenceTable, runStage, type Value } from '../stage-lab.ts';

const card = () => referenceTable('card');

const over = {
  from: 'x',
  y: 'lwage',
  x: ['exper', 'black', 'south'],
  iv: { endogenous: 'educ', instruments: ['nearc2', 'nearc4'] },
  vcov: 'HC1',
};

describe('two-stage least squares', () => {
  test('the structured form and the formula are the same action', async () => {
    const table = await card();
    const formula = 'lwage ~ exper + black + south | educ ~ nearc2 + nearc4';
    const both = [over, { from: 'x', formula, vcov: 'HC1' }].map((p) => declareStage(regress, p, { from: table }));
    expect(both[0]?.faults).toEqual([]);
    expect(both[1]?.spec).toEqual(both[0]?.spec);
    expect(Object.keys(both[0]?.outputs ?? {})).toEqual(['model', 'first_educ', 'reduced', 'residuals']);
  });

  test('the record holds every test, with the errors asked for', async () => {
    const ran = await runStage(regress, over, { from: await card() });
    const { iv, terms } = record(ran.outputs.model);
    expect(terms.map((t: { term: string }) => t.term)).toEqual(['(Intercept)', 'fit_educ', 'exper', 'black', 'south']);
    expect(iv.first_stage[0].robust_f.statistic).toBeCloseTo(iv.kleibergen_paap.statistic, 8);
    expect(iv.first_stage[0].f.statistic).toBeCloseTo(iv.cragg_donald, 8);
    expect(iv.first_stage_f).toEqual(iv.first_stage[0].robust_f);
    expect(iv.hansen.df).toBe(1);
    expect(iv.sargan.df).toBe(1);
    // the first stage’s own joint test of the instruments is the same F
    const first = record(ran.outputs.first_educ);
    expect(first.outcome).toBe('educ');
    expect(first.terms.map((t: { term: string }) => t.term)).toContain('nearc4');
  });

  // R 4.2.2: fs <- fitted(lm(educ ~ exper + nearc4 + nearc2, card, weights = w)); summary(lm(lwage ~ exper + fs, card, weights = w)),
  // with + factor(south) in both for the effects; the structural numbers from lwage - X %*% coef with educ as observed;
  // fixest's from 1 - sum(resid^2) / sum(w * (lwage - weighted.mean(lwage, w))^2), which leaves the weights out of the first sum
  for (const [title, more, want, fixest] of [
    ['of a plain model', {}, { r2: 0.03659623372799, adj_r2: 0.0359554596898974 }, 0.999996775600879],
    [
      'beside effects',
      { absorb: 'south' },
      {
        ...{ r2: 0.0679575434076763, adj_r2: 0.0670273613152688 },
        ...{ within_r2: 0.0277223291667429, within_adj_r2: 0.0270754378355165 },
        ...{ rmse: 0.528094817402458, sigma: 299.487338307795085, loglik: -2630.950012322882685 },
      },
      0.9999969848895517,
    ],
  ] as const)
    test(`the R² ${title} with weights is the weighted second stage's`, async () => {
      const params = { ...over, x: 'exper', weights: 'weight', ...more };
      const ran = await runStage(regress, params, { from: await card() });
      const model = record(ran.outputs.model);
      for (const [name, value] of Object.entries(want))
        expect(Math.abs(model[name] / value - 1), name).toBeLessThan(1e-9);
      if ('rmse' in want) expect(model.iv.structural_r2).toBeCloseTo(-0.48470180839851, 10);
      // as shares that are not explained, which are what differs
      expect((1 - model.iv.fixest_r2) / (1 - fixest)).toBeCloseTo(1, 8);
    });

  test('a weak instrument is noted', async () => {
    const ran = await runStage(
      regress,
      { ...over, iv: { endogenous: 'educ', instruments: 'nearc2' } },
      { from: await card() },
    );
    expect(ran.notes.map((n) => n.code)).toContain('CN2600');
  });

  for (const [name, params, code, param] of [
    [
      'too few instruments',
      { iv: { endogenous: ['educ', 'smsa'], instruments: 'nearc4' } },
      'CE2601',
      ['iv', 'instruments'],
    ],
    ['an instrument among x', { iv: { endogenous: 'educ', instruments: 'black' } }, 'CE2602', ['iv', 'instruments']],
    [
      'an endogenous regressor among x',
      { iv: { endogenous: 'black', instruments: 'nearc4' } },
      'CE2602',
      ['iv', 'endogenous'],
    ],
    ['iv beside a formula', { y: undefined, x: undefined, formula: 'lwage ~ educ' }, 'CE2403', ['iv']],
  ] as const)
    test(`${name} is a fault before anything runs`, async () => {
      const declared = declareStage(regress, JSON.parse(JSON.stringify({ ...over, ...params })), {
        from: await card(),
      });
      expect(declared.faults.map((f) => [f.code, f.param])).toContainEqual([code, param]);
    });

  test('an instrument inside the span of the controls does not count', async () => {
    const table = await card();
    const ran = await runStage(
      regress,
      { ...over, x: ['i(black)', 'south'], iv: { endogenous: 'educ', instruments: 'black' } },
      { from: table },
    );
    expect(ran.faults.map((f) => f.code)).toEqual(['CE2601']);
  });

  // R 4.2.2, exogenous regressors out of all columns by lm: S <- crossprod(rowsum(z * u, age)), u of two-stage least squares; g the GMM
  // coefficient under S⁻¹; m <- crossprod(z, y - x * g); t(m) %*% solve(S) %*% m
  test('Hansen J with fewer clusters than exogenous regressors is that of the instruments alone', async () => {
    const regions = [2, 3, 4, 5, 6, 7, 8, 9].map((r) => `reg66${r}`);
    const x = ['exper', 'expersq', 'black', 'south', 'smsa', 'smsa66', ...regions];
    const ran = await runStage(regress, { ...over, x, vcov: { cluster: 'age' } }, { from: await card() });
    const { iv } = record(ran.outputs.model);
    expect(iv.hansen.statistic).toBeCloseTo(1.63707267876941, 7);
    expect(iv.hansen.p_value).toBeCloseTo(0.200727581852989, 7);
  });

  test('a first stage whose scores add up to zero in every cluster has no robust test of its instruments', async () => {
    // the instrument moves in one of two clusters, whose scores the least squares make zero
    const rows = [1, 2.5, 3, 4.2, 6].map((z, i) => `a,${z},${z + Math.sin(9 * i)},${z + Math.cos(5 * i)}`);
    const flat = [1, 2, 3, 4].map((i) => `b,0,${Math.sin(3 * i)},${Math.cos(7 * i)}`);
    const from = await readTable(['g,z,e,y', ...rows, ...flat].join('\n'));
    const iv = { endogenous: 'e', instruments: 'z' };
    const ran = await runStage(regress, { from: 'x', y: 'y', absorb: 'g', cluster: 'g', iv }, { from });
    const found = record(ran.outputs.model).iv;
    expect(found.first_stage[0].f.df2).toBe(6);
    for (const test of ['effective_f', 'kleibergen_paap']) expect(found[test]).toBeUndefined();
    expect(found.anderson_rubin.confidence).toBeUndefined();
  });

  test('two endogenous regressors and one residual degree of freedom: what can be had is there, what cannot is missing', async () => {
    const u = (i: number, c: number): number => Math.sin(c * (i + 1) ** 2);
    const rows = [0, 1, 2, 3].map((i) => [u(i, 1), u(i, 2), u(i, 3), u(i, 4), u(i, 5)].join());
    const from = await readTable(['y,e,f,z,w', ...rows].join('\n'));
    for (const method of ['2sls', 'liml', 'fuller']) {
      const params = {
        from: 'x',
        y: 'y',
        iv: { endogenous: ['e', 'f'], instruments: ['z', 'w'] },
        'iv-method': method,
      };
      const { iv, terms } = record((await runStage(regress, params, { from })).outputs.model);
      expect(terms.every((t: { estimate: number }) => Number.isFinite(t.estimate))).toBe(true);
      expect(iv.cragg_donald).toBeGreaterThan(0);
      // the residuals of the first stages would take up what is left
      expect(iv.wu_hausman).toBeUndefined();
    }
  });

  test('agrees with projections by QR in a few lines', async () => {
    const n = 40;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5 * n, maxLength: 5 * n }),
        async (draws) => {
          const drawn = (j: number) =>
            Float64Array.from({ length: n }, (_, i) => (draws[j * n + i] as number) + Math.sin(i * (j + 2)));
          const [z1, z2, w, v, u] = [drawn(0), drawn(1), drawn(2), drawn(3), drawn(4)];
          const d = z1.map((z, i) => z + 0.5 * (z2[i] as number) + (v[i] as number));
          const y = d.map((x, i) => 2 * x - (w[i] as number) + (u[i] as number) + 0.7 * (v[i] as number));
          const ran = await runStage(
            regress,
            { from: 'x', y: 'y', x: 'w', iv: { endogenous: 'd', instruments: ['z1', 'z2'] } },
            { from: tableOfColumns({ y, d, w, z1, z2 }) },
          );
          const exogenous = w.map((value) => value);
          const all = columnMatrix([w.map(() => 1), exogenous, z1, z2]);
          const fitted = all.mmul(new QrDecomposition(all).solve(Matrix.columnVector([...d])));
          const design = columnMatrix([w.map(() => 1), Float64Array.from(fitted.to1DArray()), exogenous]);
          const slow = new QrDecomposition(design).solve(Matrix.columnVector([...y])).to1DArray();
          record(ran.outputs.model).terms.forEach((t: { estimate: number }, j: number) => {
            expect(Math.abs(t.estimate - (slow[j] as number))).toBeLessThan(1e-7 * (1 + Math.abs(slow[j] as number)));
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});

const columnMatrix = (columns: readonly Float64Array[]): Matrix => new Matrix(columns.map((c) => [...c])).transpose();

function tableOfColumns(columns: Readonly<Record<string, Float64Array>>): Value {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1].length ?? 0;
  return {
    shape: { kind: 'table', open: false, columns: entries.map(([name]) => ({ name, type: 'number' as const })) },
    parts: new Map(
      tableOutput(
        entries.map(([name, v]) => [name, numbers(v)] as const),
        rows,
      ).parts,
    ),
  };
}

test('Cragg–Donald of instruments that say nearly all keeps its digits', async () => {
  const [z1, z2] = [
    [1, 4, 2, 8, 5, 7, 3, 9, 6, 11],
    [3, 1, 4, 1, 5, 9, 2, 6, 5, 3],
  ] as const;
  const noise = [
    [1, -2, 3, 0, -1, 2, -3, 1, 2, -1],
    [2, 1, -1, 3, -2, 0, 1, -1, 2, -3],
  ] as const;
  const y = [5, 3, 8, 1, 9, 2, 7, 4, 6, 12];
  const rows = y.map((v, i) => {
    const [a, b] = [z1[i] as number, z2[i] as number];
    return [v, a, b, 1e6 * a + (noise[0][i] as number), 1e6 * b + (noise[1][i] as number)].join();
  });
  const from = await readTable(['y,z1,z2,e1,e2', ...rows].join('\n'));
  const statistic = async (formula: string): Promise<number> =>
    record((await runStage(regress, { from: 'x', formula }, { from })).outputs.model).iv.cragg_donald;
  // sums of squares as fractions in Python, eigenvalues with 50 digits of mpmath
  expect(near(await statistic('y ~ 1 | e1 ~ z1'), 22034349554009.95, 1e-8)).toBe(true);
  expect(near(await statistic('y ~ 1 | e1 + e2 ~ z1 + z2'), 7186868234084.6814, 1e-8)).toBe(true);
});
