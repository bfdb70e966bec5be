/** Descriptive statistics by column. */
import { COEF, EXACT } from '../comparison.mjs';

export const families = ['describe'];

const COUNTS = ['n', 'missing'];
/** What a case may say of statistics that are others in other words. */
const WORDS = {
  var: ['sd', ({ sd }) => sd ** 2],
  variance: ['sd', ({ sd }) => sd ** 2],
  q25: ['p25', ({ p25 }) => p25],
  q75: ['p75', ({ p75 }) => p75],
};

export function plan(c, lab) {
  const { columns, by } = c.spec;
  const named = [...new Set(columns.flatMap((name) => Object.keys(c.results[name] ?? {})))];
  const stats = [...new Set(named.map((stat) => WORDS[stat]?.[0] ?? stat))];
  const grouped = by === undefined ? {} : { by };
  const summary = lab.show(lab.stage({ stage: 'describe', from: lab.table(), columns, stats, ...grouped }), 'summary');
  return (compare) => {
    for (const name of columns) {
      const row = summary.value.rows.find((r) => (r.variable ?? r.column) === name);
      const got = (stat) => (WORDS[stat] === undefined || row === undefined ? row?.[stat] : WORDS[stat][1](row));
      compare.each([name], got, COEF);
      for (const stat of COUNTS) if (compare.has(name, stat)) compare.near([name, stat], row?.[stat], EXACT);
    }
  };
}
