/** Entropy weights, the index they give, and TOPSIS on the weighted columns. */
import { COEF, EXACT } from '../comparison.mjs';

export const families = ['entropy_weights'];

export function plan(c, lab) {
  const { positive = [], negative = [], method = 'min-max', by } = c.spec;
  const scaled = lab.stage({ stage: 'normalize', from: lab.table(), positive, negative, method });
  const common = { stage: 'entropy-weights', from: scaled, indicators: [...positive, ...negative], as: 'score' };
  const index = lab.stage({ ...common, ...(by === undefined ? {} : { by }) });
  const table = lab.show(index, 'table');
  const weights = lab.show(index, 'weights');
  const topsis = lab.show(lab.stage({ ...common, score: 'topsis', ...(by === undefined ? {} : { by }) }), 'table');
  return (compare) => {
    const rows = new Map(weights.value.rows.map((row) => [row.indicator, row]));
    for (const field of ['entropy', 'difference', 'weight'])
      compare.each([field], (name) => rows.get(name)?.[field], COEF, field === 'weight' ? extra(rows, compare) : []);
    const score = table.value.data.score;
    const mean = score.reduce((s, x) => s + x, 0) / score.length;
    compare.near(['n'], table.value.rows, EXACT);
    compare.each(['score_head'], (i) => score[i], COEF);
    compare.near(['score_sum'], mean * score.length, COEF);
    compare.near(['score_min'], Math.min(...score), COEF);
    compare.near(['score_max'], Math.max(...score), COEF);
    compare.near(['score_sd'], Math.sqrt(score.reduce((s, x) => s + (x - mean) ** 2, 0) / (score.length - 1)), COEF);
    if (compare.has('topsis_head')) compare.each(['topsis_head'], (i) => topsis.value.data.score[i], COEF);
  };
}

const extra = (rows, compare) => [...rows.keys()].filter((name) => !compare.has('weight', name));
