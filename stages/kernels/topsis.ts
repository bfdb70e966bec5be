/**
 * TOPSIS: closeness to the best and distance from the worst, C = D⁻/(D⁺ + D⁻), where D⁺ and D⁻ are the Euclidean distances
 * of a row from the best and the worst value of every column. Columns carry their weights and point upwards already.
 * Source: Hwang & Yoon (1981), *Multiple Attribute Decision Making*, ch. 3, steps 4–6.
 * @param columns weighted values w·z, each of n finite values
 * @returns n values in 0 … 1; 0 throughout when nothing varies, since best and worst are then the same
 */
export function closeness(columns: readonly Float64Array[], n: number): Float64Array {
  const toBest = new Float64Array(n);
  const toWorst = new Float64Array(n);
  for (const v of columns) {
    let [best, worst] = [-Infinity, Infinity];
    for (let i = 0; i < n; i++) {
      if (v[i]! > best) best = v[i]!;
      if (v[i]! < worst) worst = v[i]!;
    }
    for (let i = 0; i < n; i++) {
      toBest[i]! += (best - v[i]!) ** 2;
      toWorst[i]! += (v[i]! - worst) ** 2;
    }
  }
  for (let i = 0; i < n; i++) {
    const away = Math.sqrt(toWorst[i]!);
    const all = away + Math.sqrt(toBest[i]!);
    toWorst[i] = all > 0 ? away / all : 0;
  }
  return toWorst;
}
