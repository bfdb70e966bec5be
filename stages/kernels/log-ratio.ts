/** ln(a/b) for positive a and b: exact when they are close, and without a quotient that is lost when they are far apart. */
export const logRatio = (a: number, b: number): number =>
  Math.abs(b - a) < 0.5 * a ? -Math.log1p((b - a) / a) : Math.log(a) - Math.log(b);
