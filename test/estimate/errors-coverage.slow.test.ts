/** Intervals of every kind of error cover the truth 95 times in 100 where they should, and plainer ones do not. */
import { describe, expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { type RandomStream, stream } from '../../stages/kernels/random.ts';
import { readTable, record, runStage } from '../stage-lab.ts';

const TRUTH = 0.4;

interface World {
  readonly name: string;
  /** CSV of one sample; `y` has slope TRUTH on `x` */
  readonly sample: (seed: number) => string;
  readonly params: object;
  /** errors that miss what the sample has */
  readonly naive: object;
  readonly draws: number;
  /** shortfall that the method is known for with so few clusters or periods */
  readonly allowance?: number;
  readonly panel?: { readonly unit: string; readonly time: string };
  /** the naive ones cover too little: below this */
  readonly naiveBelow?: number;
}

const normals = (random: RandomStream, n: number): number[] => Array.from({ length: n }, () => random.normal());

/** A first-order autoregression with variance 1. */
function autoregression(random: RandomStream, n: number, rho: number): number[] {
  let last = random.normal();
  return Array.from({ length: n }, () => (last = rho * last + Math.sqrt(1 - rho * rho) * random.normal()));
}

/** x and errors share shocks of g and of h. */
function crossed(seed: number, [G, H]: readonly [number, number]): string {
  const random = stream(seed);
  const [xg, eg, xh, eh] = [normals(random, G), normals(random, G), normals(random, H), normals(random, H)];
  const lines = ['g,h,x,y'];
  for (let g = 0; g < G; g++)
    for (let h = 0; h < H; h++) {
      const x = (xg[g] as number) + (xh[h] as number) + random.normal();
      lines.push(`${g},${h},${x},${TRUTH * x + (eg[g] as number) + (eh[h] as number) + random.normal()}`);
    }
  return lines.join('\n');
}

/** Clusters of unequal size with a regressor and errors that they share. */
function clusters(seed: number, G: number): string {
  const random = stream(seed);
  const lines = ['g,x,y'];
  for (let g = 0; g < G; g++) {
    const [xg, eg] = normals(random, 2) as [number, number];
    for (let i = 0; i < 5 + 4 * (g % 3); i++) {
      const x = xg + 0.5 * random.normal();
      lines.push(`${g},${x},${TRUTH * x + eg + random.normal()}`);
    }
  }
  return lines.join('\n');
}

/** All units meet the same shocks, which last. */
function common(seed: number, [N, T]: readonly [number, number]): string {
  const random = stream(seed);
  const [fx, fe] = [autoregression(random, T, 0.5), autoregression(random, T, 0.5)];
  const lines = ['id,t,x,y'];
  for (let i = 0; i < N; i++)
    for (let t = 0; t < T; t++) {
      const x = (fx[t] as number) + random.normal();
      lines.push(`${i},${t},${x},${TRUTH * x + (fe[t] as number) + random.normal()}`);
    }
  return lines.join('\n');
}

/** Errors of a unit last; units are strangers. */
function lasting(seed: number, [N, T]: readonly [number, number]): string {
  const random = stream(seed);
  const lines = ['id,t,x,y'];
  for (let i = 0; i < N; i++) {
    const [x, e] = [autoregression(random, T, 0.5), autoregression(random, T, 0.5)];
    x.forEach((v, t) => {
      lines.push(`${i},${t},${v},${TRUTH * v + (e[t] as number)}`);
    });
  }
  return lines.join('\n');
}

/** Towns of three neighbours on a grid: x and errors are shared within a town, 1 km wide; towns are 200 km apart. */
function places(seed: number, towns: number): string {
  const random = stream(seed);
  const lines = ['lat,lon,x,y'];
  for (let k = 0; k < towns; k++) {
    const [xk, ek] = normals(random, 2) as [number, number];
    for (let i = 0; i < 3; i++) {
      const x = xk + 0.5 * random.normal();
      const [lat, lon] = [10 + 2 * Math.floor(k / 10) + 0.001 * i, 100 + 2 * (k % 10)];
      lines.push(`${lat},${lon},${x},${TRUTH * x + ek + 0.5 * random.normal()}`);
    }
  }
  return lines.join('\n');
}

/** The spread of the errors grows with x; few rows, one of them far out now and then. */
function spread(seed: number, n: number): string {
  const random = stream(seed);
  const lines = ['x,y'];
  for (let i = 0; i < n; i++) {
    const x = Math.exp(0.8 * random.normal());
    lines.push(`${x},${TRUTH * x + x * random.normal()}`);
  }
  return lines.join('\n');
}

const worlds: readonly World[] = [
  {
    name: 'two clusters',
    sample: (s) => crossed(s, [40, 40]),
    params: { cluster: ['g', 'h'] },
    naive: { cluster: 'g' },
    draws: 300,
    allowance: 0.03,
    naiveBelow: 0.88,
  },
  {
    name: 'CR2 with ten clusters',
    sample: (s) => clusters(s, 10),
    params: { vcov: { CR2: 'g' } },
    naive: { vcov: 'HC1' },
    draws: 400,
    allowance: 0.02,
  },
  {
    name: 'CR3 with ten clusters',
    sample: (s) => clusters(s, 10),
    params: { vcov: { CR3: 'g' } },
    naive: { vcov: 'HC1' },
    draws: 400,
  },
  {
    name: 'the jackknife over ten clusters',
    sample: (s) => clusters(s, 10),
    params: { vcov: { jackknife: 'g' } },
    naive: { vcov: 'HC1' },
    draws: 400,
    allowance: 0.01,
  },
  {
    name: 'the bootstrap of 30 clusters',
    sample: (s) => clusters(s, 30),
    params: { vcov: { bootstrap: { cluster: 'g', draws: 399 } } },
    naive: { vcov: 'HC1' },
    draws: 300,
    allowance: 0.03,
  },
  {
    name: 'the wild bootstrap of 8 clusters, Webb’s weights',
    sample: (s) => clusters(s, 8),
    params: { vcov: { wild: { cluster: 'g', draws: 799, weights: 'webb' } } },
    naive: { vcov: 'HC1' },
    draws: 200,
    allowance: 0.03,
  },
  {
    name: 'Driscoll–Kraay',
    sample: (s) => common(s, [10, 120]),
    params: { vcov: { 'driscoll-kraay': 4 } },
    naive: { vcov: 'HC1' },
    draws: 300,
    allowance: 0.04,
    panel: { unit: 'id', time: 't' },
    naiveBelow: 0.7,
  },
  {
    name: 'Newey–West',
    sample: (s) => lasting(s, [20, 60]),
    params: { vcov: { 'newey-west': 4 } },
    naive: { vcov: 'HC1' },
    draws: 300,
    allowance: 0.03,
    panel: { unit: 'id', time: 't' },
    naiveBelow: 0.92,
  },
  {
    name: 'Conley',
    sample: (s) => places(s, 60),
    params: { vcov: { conley: { lat: 'lat', lon: 'lon', km: 50 } } },
    naive: { vcov: 'HC1' },
    draws: 300,
    allowance: 0.03,
    naiveBelow: 0.9,
  },
  {
    name: 'HC3 with 40 rows',
    sample: (s) => spread(s, 40),
    params: { vcov: 'HC3' },
    naive: { vcov: 'iid' },
    draws: 500,
    allowance: 0.05,
    naiveBelow: 0.8,
  },
];

async function covered({ sample, draws, panel }: World, params: object): Promise<number> {
  let inside = 0;
  for (let s = 0; s < draws; s++) {
    const table = await readTable(sample(7000 + s), panel === undefined ? {} : { panel });
    const ran = await runStage(regress, { from: 'x', y: 'y', x: 'x', ...params }, { from: table });
    expect(ran.faults).toEqual([]);
    const term = record(ran.outputs.model).terms.find((t: { term: string }) => t.term === 'x');
    if (term.conf_low <= TRUTH && TRUTH <= term.conf_high) inside++;
  }
  return inside / draws;
}

describe('intervals cover', () => {
  for (const world of worlds)
    test(world.name, async () => {
      const error = Math.sqrt((0.95 * 0.05) / world.draws);
      const share = await covered(world, world.params);
      expect(share, 'coverage').toBeGreaterThan(0.95 - (world.allowance ?? 0) - 3 * error);
      expect(await covered(world, world.naive), 'coverage of plainer errors').toBeLessThan(world.naiveBelow ?? 0.85);
    });
});

/** y = TRUTH e + …, e endogenous, `strength` of the instrument z. */
function instrumented(seed: number, n: number, strength: number): string {
  const random = stream(seed);
  const lines = ['e,z,y'];
  for (let i = 0; i < n; i++) {
    const [z, v] = normals(random, 2) as [number, number];
    const e = strength * z + v;
    lines.push(`${e},${z},${TRUTH * e + 0.9 * v + random.normal() * (1 + 0.5 * Math.abs(z))}`);
  }
  return lines.join('\n');
}

describe('with instruments', () => {
  const fitted = async (csv: string, formula: string) => {
    const ran = await runStage(regress, { from: 'x', formula, vcov: 'HC1' }, { from: await readTable(csv) });
    expect(ran.faults).toEqual([]);
    return record(ran.outputs.model);
  };

  test('intervals cover when the instrument is strong, those of least squares do not', async () => {
    let [two, one] = [0, 0];
    for (let s = 0; s < 400; s++) {
      const csv = instrumented(900 + s, 200, 1);
      const [iv, ols] = [await fitted(csv, 'y ~ 1 | e ~ z'), await fitted(csv, 'y ~ e')];
      const [a, b] = [iv.terms[1], ols.terms[1]];
      if (a.conf_low <= TRUTH && TRUTH <= a.conf_high) two++;
      if (b.conf_low <= TRUTH && TRUTH <= b.conf_high) one++;
    }
    expect(two / 400).toBeGreaterThan(0.91);
    expect(two / 400).toBeLessThan(0.985);
    expect(one / 400).toBeLessThan(0.1);
  });

  test('with a weak one the Anderson–Rubin test rejects a true zero 5 times in 100', async () => {
    let rejected = 0;
    for (let s = 0; s < 600; s++) {
      const lines = instrumented(5000 + s, 150, 0.05).split('\n');
      // the effect taken out: what is left has a true effect of zero
      const csv = [
        'e,z,y',
        ...lines
          .slice(1)
          .map((line) => line.split(',').map(Number) as [number, number, number])
          .map(([e, z, y]) => `${e},${z},${y - TRUTH * e}`),
      ].join('\n');
      const model = await fitted(csv, 'y ~ 1 | e ~ z');
      if (model.iv.anderson_rubin.p_value < 0.05) rejected++;
    }
    expect(Math.abs(rejected / 600 - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / 600));
  });
});
