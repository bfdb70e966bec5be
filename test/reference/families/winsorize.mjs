/** Winsorized columns: the bounds are the smallest and largest values left, counts are of values moved to them. */
import { COEF, EXACT } from '../comparison.mjs';

export const families = ['winsorize'];

export function plan(c, lab) {
  const { column, limits, by, method } = c.spec;
  const from = lab.table();
  const extra = { ...(by === undefined ? {} : { by }), ...(method === undefined ? {} : { method }) };
  const before = lab.show(from, 'table');
  const after = lab.show(lab.stage({ stage: 'winsorize', from, columns: [column], limits, ...extra }), 'table');
  return (compare) => {
    const was = before.value.data[column];
    const is = after.value.data[column];
    const kept = is.filter((x) => x !== null);
    const mean = kept.reduce((s, x) => s + x, 0) / kept.length;
    const sd = Math.sqrt(kept.reduce((s, x) => s + (x - mean) ** 2, 0) / (kept.length - 1));
    compare.near(['low'], Math.min(...kept), COEF);
    compare.near(['high'], Math.max(...kept), COEF);
    compare.near(['n_low'], was.filter((x, i) => x !== null && is[i] > x).length, EXACT);
    compare.near(['n_high'], was.filter((x, i) => x !== null && is[i] < x).length, EXACT);
    compare.near(['mean'], mean, COEF);
    compare.near(['sd'], sd, COEF);
  };
}
