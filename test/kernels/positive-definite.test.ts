import { describe, expect, test } from 'vitest';
import { repairCovariance } from '../../stages/kernels/positive-definite.ts';

describe('covariances that are not positive definite', () => {
  test('have their negative eigenvalues raised to 1e-16, as fixest does', () => {
    // eigenvalues 3 and -2, vectors at an angle that makes one variance negative
    const turn = 0.6;
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const built = (a: number, b: number) => [
      a * c * c + b * s * s,
      (a - b) * c * s,
      (a - b) * c * s,
      a * s * s + b * c * c,
    ];
    const { vcov, repaired } = repairCovariance(Float64Array.from(built(3, -2)), 2);
    expect(repaired).toBe(true);
    built(3, 1e-16).forEach((want, i) => {
      expect(Math.abs(vcov[i]! - want)).toBeLessThan(1e-12);
    });
  });

  test('are repaired when no variance is negative', () => {
    const { vcov, repaired } = repairCovariance(Float64Array.of(1, 2, 2, 1), 2);
    expect(repaired).toBe(true);
    for (const value of vcov) expect(Math.abs(value - 1.5)).toBeLessThan(1e-12);
  });

  test('of less than full rank are left alone up to rounding', () => {
    const given = Float64Array.of(1, 2, 2, 4);
    const { vcov, repaired } = repairCovariance(given, 2);
    expect(repaired).toBe(false);
    vcov.forEach((value, i) => {
      expect(Math.abs(value - given[i]!)).toBeLessThan(1e-12);
    });
  });

  test('that are positive definite are left alone', () => {
    const vcov = Float64Array.of(2, 1, 1, 1);
    expect(repairCovariance(vcov, 2)).toEqual({ vcov, repaired: false });
  });

  test('keep the digits of coefficients in small units, of less than full rank', () => {
    // the eigenvalue that is 0 comes out at -1e-6: of the small variance nothing would be left
    const root = [1e5, 3e-4, 2e-3];
    const given = Float64Array.from(root.flatMap((a) => root.map((b) => a * b)));
    expect(repairCovariance(given, 3)).toEqual({ vcov: given, repaired: false });
  });

  test('are repaired alike in any units of the outcome', () => {
    const { vcov } = repairCovariance(Float64Array.of(1e-24, 2e-24, 2e-24, 1e-24), 2);
    // (3 ± 3e-9) / 2: the eigenvalue -1 is raised to a 1e-9th of the largest
    const [own, other] = [1.5e-24 * (1 + 1e-9), 1.5e-24 * (1 - 1e-9)];
    [own, other, other, own].forEach((want, i) => {
      expect(Math.abs(vcov[i]! / want - 1)).toBeLessThan(1e-12);
    });
  });

  test('that hold one negative variance are the least eigenvalue, which is 1e-16 but for tiny units', () => {
    for (const size of [7, 0.08, 1.3e-4, 2.08e-7])
      expect(repairCovariance(Float64Array.of(-size), 1).vcov[0]).toBe(1e-16);
    expect(repairCovariance(Float64Array.of(-3e-15), 1).vcov[0]! / 3e-24).toBeCloseTo(1, 12);
  });

  test('of which a variance is nothing but rounding are repaired by the size that it would have', () => {
    const given = Float64Array.of(1, 1e-9, 1e-9, -1e-17);
    expect(repairCovariance(given, 2, Float64Array.of(1, 2)).vcov[0]).toBe(1);
  });
});
