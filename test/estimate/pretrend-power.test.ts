import { describe, expect, test } from 'vitest';
import { encodeRecord } from '../../stages/columns/record.ts';
import type { RecordShape } from '../../stages/contract.ts';
import { pretrendPower } from '../../stages/estimate/pretrend-power.ts';
import { boxMoments } from '../../stages/kernels/normal-box.ts';
import { pretest } from '../../stages/kernels/pretest-power.ts';
import { stream } from '../../stages/kernels/random.ts';
import { tableStage } from '../../stages/output/table.ts';
import { near, record, runStage, type Value } from '../stage-lab.ts';

/** He and Wang (2017), Figure 2C: the example of the pretrends package (MIT licence), periods −4 to −2 and 0 to 3. */
const PERIODS = [-4, -3, -2, 0, 1, 2, 3];
const BETA = [
  0.066703148186206818, -0.0077017922885715961, -0.030769053846597672, 0.084030658006668091, 0.2424418181180954,
  0.21987898647785187, 0.19109253585338593,
];
const LOWER = [
  [0.0089065711945295334],
  [0.0044883135706186295, 0.0059369169175624847],
  [0.0014587024925276637, 0.0027500791475176811, 0.0030386247672140598],
  [0.0012157688615843654, 0.0013505858369171619, 0.00090561661636456847, 0.003924740944057703],
  [0.0020327644888311625, 0.0014315459411591291, 0.00067912985105067492, 0.0025961180217564106, 0.0080658970400691032],
  [
    0.0013225014554336667, 0.0012067791540175676, 0.0010167636210098863, 0.0017326149391010404, 0.0058753751218318939,
    0.0078815789893269539,
  ],
  [
    0.001961772795766592, 0.0013847157824784517, 0.00070901442086324096, 0.0022345525212585926, 0.0037414359394460917,
    0.0036507095210254192, 0.0097884265705943108,
  ],
];
const SIGMA = PERIODS.map((_, a) =>
  PERIODS.map((_u, b) => (LOWER[Math.max(a, b)] as number[])[Math.min(a, b)] as number),
);

const model = (extra: object = {}): Value => {
  const value = {
    outcome: 'y',
    terms: PERIODS.map((period, i) => ({ term: `rel_time::${period}`, period, estimate: BETA[i] })),
    vcov: SIGMA,
    reference: [-1],
    notes: [],
    ...extra,
  };
  const shape: RecordShape = { kind: 'model', columns: [] };
  return { shape, parts: new Map([['value', encodeRecord(value)]]) };
};

const run = async (params: object = {}, from = model()) => {
  const ran = await runStage(pretrendPower, { from: 'x', ...params }, { from });
  return { ...ran, power: ran.faults.length === 0 ? record(ran.outputs.power) : undefined };
};

describe('against the page of the pretrends package', () => {
  test('slope, power, Bayes factor, likelihood ratio', async () => {
    const { power } = await run({ power: 0.5 });
    const [row] = power.rows;
    // printed: 0.05205871, 0.4999776, 0.56901, 0.1057627: its probabilities are simulated, to about 3e-5
    expect(Math.abs(row.slope - 0.05205871)).toBeLessThan(1e-5);
    expect(row.power).toBeCloseTo(0.5, 9);
    expect(Math.abs(row.bayes_factor - 0.56901)).toBeLessThan(1e-4);
    expect(Math.abs(row.likelihood_ratio - 0.1057627)).toBeLessThan(1e-4);
  });

  test('the means of the estimates when no lead is significant', async () => {
    const { power } = await run({ slope: 0.05205871 });
    const printed = [-0.09230764, -0.05555285, -0.0279095, 0.06490184, 0.12084694, 0.16946498, 0.22453827];
    power.paths.forEach((p: { after_pretest: number; period: number }, i: number) => {
      expect(Math.abs(p.after_pretest - (printed[i] as number)), `${p.period}`).toBeLessThan(2e-5);
    });
  });

  test('a quadratic trend', async () => {
    const { power } = await run({ trend: PERIODS.map((t) => 0.024 * (t + 1) ** 2) });
    const [row] = power.rows;
    expect(Math.abs(row.power - 0.6624282)).toBeLessThan(1e-4);
    expect(Math.abs(row.bayes_factor - 0.3841516)).toBeLessThan(1e-4);
    expect(Math.abs(row.likelihood_ratio - 0.4332635)).toBeLessThan(1e-4);
    expect(row.slope).toBeUndefined();
  });
});

/** mvtnorm 1.1-3 (Miwa 4096) and pchisq of R 4.2.2 on the same numbers. */
describe('against R', () => {
  test('slopes at which a lead is seen half of the time, and four times of five', async () => {
    const { power } = await run();
    expect(near(power.size, 0.1212926918, 1e-6)).toBe(true);
    expect(near(power.rows[0].slope, 0.0520662478, 1e-6)).toBe(true);
    expect(near(power.rows[1].slope, 0.0791148061, 1e-6)).toBe(true);
    expect(near(power.rows[0].bayes_factor, 0.5690176869, 1e-6)).toBe(true);
    expect(near(power.rows[0].likelihood_ratio, 0.1057053242, 1e-5)).toBe(true);
    expect(near(power.rows[0].joint_power, 0.27531254567, 1e-5)).toBe(true);
    const means = [-0.09231711, -0.05555757, -0.02791173, 0.06491466, 0.12086908, 0.16949316, 0.2245753];
    means.forEach((want, i) => {
      expect(Math.abs(power.paths[i].after_pretest - want)).toBeLessThan(1e-7);
    });
  });

  test('boxes in five and eight dimensions', () => {
    const five = boxMoments(
      Float64Array.of(0.5, -1, 1.5, 0.2, -2),
      Float64Array.from({ length: 25 }, (_, i) => {
        const [a, b] = [Math.floor(i / 5), i % 5];
        return 0.6 ** Math.abs(a - b) * Math.sqrt((a + 1) * (b + 1));
      }),
      {
        low: Float64Array.from({ length: 5 }, (_, i) => -1.96 * Math.sqrt(i + 1)),
        high: Float64Array.from({ length: 5 }, (_, i) => 1.96 * Math.sqrt(i + 1)),
      },
    );
    // the lattice, in five dimensions and more
    expect(Math.abs(five.probability - 0.586524018469)).toBeLessThan(2e-5);
    const eight = boxMoments(
      Float64Array.from({ length: 8 }, (_, i) => -2 + i / 2),
      Float64Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0.5)),
      { low: new Float64Array(8).fill(-2), high: new Float64Array(8).fill(2) },
    );
    expect(Math.abs(eight.probability - 0.14326528346333)).toBeLessThan(2e-5);
  });

  test('the joint test has the power of a noncentral χ², also where it is nearly sure', () => {
    const identity = (k: number): Float64Array =>
      Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
    for (const [k, lambda, want] of [
      [3, 4.2, 0.37517465829961],
      [8, 60, 0.99999539439149],
    ] as const) {
      const trend = new Float64Array(k + 1);
      trend[0] = Math.sqrt(lambda);
      const event = { before: k, after: 1, coef: new Float64Array(k + 1), vcov: identity(k + 1) };
      expect(near(pretest(event, 0.05).against(trend).joint, want, 1e-9)).toBe(true);
    }
  });
});

test('powers and means are those of simulated studies', () => {
  const event = {
    before: 3,
    after: 4,
    coef: Float64Array.from(BETA),
    vcov: Float64Array.from(SIGMA.flat()),
  };
  const trend = Float64Array.from(PERIODS, (t) => 0.06 * (t + 1));
  const found = pretest(event, 0.1).against(trend);
  const factor = SIGMA.map((r) => [...r]); // Cholesky, plainly
  for (let i = 0; i < 7; i++)
    for (let j = 0; j <= i; j++) {
      let sum = (SIGMA[i] as number[])[j] as number;
      for (let m = 0; m < j; m++) sum -= (factor[i] as number[])[m]! * (factor[j] as number[])[m]!;
      (factor[i] as number[])[j] = i === j ? Math.sqrt(sum) : sum / (factor[j] as number[])[j]!;
    }
  const random = stream(12);
  const DRAWS = 40_000;
  const sums = new Float64Array(7);
  let passed = 0;
  for (let r = 0; r < DRAWS; r++) {
    const z = Array.from({ length: 7 }, () => random.normal());
    const b = trend.map((d, i) => d + z.slice(0, i + 1).reduce((s, v, j) => s + v * (factor[i] as number[])[j]!, 0));
    if ([0, 1, 2].some((i) => Math.abs(b[i]!) > 1.6448536269514722 * Math.sqrt((SIGMA[i] as number[])[i]!))) continue;
    passed++;
    b.forEach((v, i) => {
      sums[i]! += v;
    });
  }
  expect(Math.abs(1 - passed / DRAWS - found.power)).toBeLessThan(4 * Math.sqrt(0.25 / DRAWS));
  sums.forEach((s, i) => {
    const error = Math.sqrt((SIGMA[i] as number[])[i]! / passed);
    expect(Math.abs(s / passed - found.expected[i]!)).toBeLessThan(4 * error);
  });
});

describe('pretrend-power', () => {
  test('one lead is enough, and is the plain normal power', async () => {
    const terms = [-2, 0].map((period) => ({ term: `rel_time::${period}`, period, estimate: 0.1 }));
    const one = model({
      terms,
      vcov: [
        [0.04, 0.01],
        [0.01, 0.09],
      ],
    });
    const { power } = await run({ slope: 0.3 }, one);
    // Φ(−1.96 − 1.5) + Φ(−1.96 + 1.5)
    expect(near(power.rows[0].power, 0.0002699 + 0.3229, 1e-3)).toBe(true);
  });

  test('a reversed trend has the same power and the opposite path', async () => {
    const up = (await run({ slope: 0.04 })).power;
    const down = (await run({ slope: -0.04 })).power;
    expect(near(down.rows[0].power, up.rows[0].power, 1e-6)).toBe(true);
    up.paths.forEach((p: { after_pretest: number }, i: number) => {
      expect(Math.abs(p.after_pretest + down.paths[i].after_pretest)).toBeLessThan(1e-7);
    });
  });

  test('powers below the size of the test are left out with a note, alone they are a fault', async () => {
    const { power, notes } = await run({ power: [0.1, 0.6] });
    expect(power.rows).toHaveLength(1);
    expect(notes.map((n) => n.code)).toEqual(['CN2956', 'CN2957']);
  });

  test('a trend no study would pass has an answer, not a hole', async () => {
    const { power, notes } = await run({ slope: 2 });
    expect(notes.map((n) => n.code)).toContain('CN2958');
    expect(power.rows[0].power).toBeGreaterThan(0.999999);
    expect(JSON.stringify(power)).not.toContain('null');
    expect(power.paths[0].after_pretest).toBeUndefined();
  });

  for (const [name, params, code] of [
    ['power and slope', { power: 0.5, slope: 1 }, 'CE2957'],
    ['no trend', { slope: 0 }, 'CE2958'],
    ['a trend of another length', { trend: [1, 2] }, 'CE2959'],
    ['a power below the size', { power: 0.05 }, 'CE2960'],
    ['an empty window', { window: [2, 1] }, 'CE2432'],
    ['no leads in the window', { window: [-1, 3] }, 'CE2514'],
  ] as const)
    test(`a clear fault: ${name}`, async () => {
      expect((await run(params)).faults.map((f) => f.code)).toEqual([code]);
    });
});

test('in a table its fields have names, in both languages', async () => {
  const { outputs } = await run();
  for (const [lang, words] of [
    ['en', ['Slope', 'Power', 'Bayes factor', 'Likelihood ratio']],
    ['zh', ['斜率', '功效', '贝叶斯因子', '似然比']],
  ] as const) {
    const ran = await runStage(
      tableStage,
      { columns: 'x', formats: ['md'], lang },
      { columns: outputs.power as Value },
    );
    const text = new TextDecoder().decode((ran.outputs.document as Value).parts.get('md') as Uint8Array);
    for (const word of words) expect(text).toContain(word);
  }
});
