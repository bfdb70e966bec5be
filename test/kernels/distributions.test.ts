/** Distribution functions and quantiles against R's, both tails, from the centre to where they underflow. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chiSquareCdf, chiSquareQuantile } from '../../stages/kernels/chi-square.ts';
import { fCdf, fQuantile } from '../../stages/kernels/f.ts';
import { normalCdf, normalDensity, normalQuantile } from '../../stages/kernels/normal.ts';
import { tQuantile, tTwoSided } from '../../stages/kernels/student-t.ts';
import type { Tail } from '../../stages/kernels/tail.ts';

type Row = readonly [name: string, tail: Tail, arguments_: readonly (number | string)[], value: number | string];

const { rows } = JSON.parse(readFileSync(new URL('../fixtures/distributions.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly Row[];
};

const numberOf = (value: number | string): number =>
  value === 'Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);

/** Half of the two-sided p value, or what is left of it. */
function tCdf(t: number, df: number, tail: Tail): number {
  const half = tTwoSided(t, df) / 2;
  return (tail === 'upper' ? t > 0 : t < 0) ? half : 1 - half;
}

const functions: Readonly<Record<string, (a: readonly number[], tail: Tail) => number>> = {
  normalCdf: ([x = 0], tail) => normalCdf(x, tail),
  normalQuantile: ([p = 0], tail) => normalQuantile(p, tail),
  normalDensity: ([x = 0]) => normalDensity(x),
  tCdf: ([t = 0, df = 0], tail) => tCdf(t, df, tail),
  tQuantile: ([p = 0, df = 0], tail) => tQuantile(p, df, tail),
  fCdf: ([x = 0, a = 0, b = 0], tail) => fCdf(x, a, b, tail),
  fQuantile: ([p = 0, a = 0, b = 0], tail) => fQuantile(p, a, b, tail),
  chiSquareCdf: ([x = 0, df = 0], tail) => chiSquareCdf(x, df, tail),
  chiSquareQuantile: ([p = 0, df = 0], tail) => chiSquareQuantile(p, df, tail),
};

/** R's own densities hold ten digits at huge degrees of freedom. */
const TOLERANCE = { Cdf: 1e-11, Density: 1e-9 } as const;

const wrongRow = ([name, tail, given, value]: Row): string | undefined => {
  const own = functions[name];
  if (own === undefined) return undefined;
  const args = given.map(numberOf);
  const got = own(args, tail);
  const want = numberOf(value);
  if (got === want) return undefined;
  const text = `${name} ${tail} ${given.join(', ')}: got ${got}, R ${want}`;
  if (name.endsWith('Quantile')) {
    // R's quantiles stop early in the tails: what counts is that the distribution function leads back to the probability
    const [p = 0, ...rest] = args;
    const back = functions[name.replace('Quantile', 'Cdf')]?.([got, ...rest], tail) ?? Number.NaN;
    return Math.abs(back - p) <= 1e-9 * p ? undefined : text;
  }
  const tolerance = name.endsWith('Cdf') ? TOLERANCE.Cdf : TOLERANCE.Density;
  return Math.abs(got - want) <= tolerance * Math.abs(want) + 1e-305 ? undefined : text;
};

describe('distributions agree with R', () => {
  for (const name of Object.keys(functions))
    test(name, () => {
      const own = rows.filter((r) => r[0] === name);
      expect(own.length).toBeGreaterThan(0);
      expect(own.map(wrongRow).filter((w) => w !== undefined)).toEqual([]);
    });
});
