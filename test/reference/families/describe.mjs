/** Descriptive statistics by column. */
import { COEF, EXACT } from '../comparison.mjs';

export const families = ['describe'];

const COUNTS = ['n', 'missing'];

export function plan(c, lab) {
  const { columns } = c.spec;
  const stats = [...new Set(columns.flatMap((name) => Object.keys(c.results[name] ?? {})))];
  const from = lab.table();
  const summary = lab.show(lab.stage({ stage: 'describe', from, columns, stats }), 'summary');
  return (compare) => {
    for (const name of columns) {
      const row = summary.value.rows.find((r) => (r.variable ?? r.column) === name);
      compare.each([name], (stat) => row?.[stat], COEF);
      for (const stat of COUNTS) if (compare.has(name, stat)) compare.near([name, stat], row?.[stat], EXACT);
    }
  };
}
