/** Weights of the two-way coefficients, against a regression of each cell's dummy. */
import { expect, test } from 'vitest';
import { regress } from '../../stages/estimate/regress.ts';
import { readTable, record, runStage } from '../stage-lab.ts';
import { type Row, simulate, studied, study, tableOfRows } from './staggered-lab.ts';

const TWFE = { estimator: 'twfe', y: 'y', cohort: 'g', cluster: 'id' };
const rows = simulate({
  units: 60,
  periods: 7,
  cohorts: [3, 5, Number.POSITIVE_INFINITY],
  seed: 61,
  effect: (g, k) => (g === 3 ? 3 : 1) * (1 + k),
});

test('weights of other periods and negative own weights are those of the cells’ own regressions', async () => {
  const model = await studied(await tableOfRows(rows), TWFE);
  const cells = [...new Set(rows.filter((r) => Number.isFinite(r.g)).map((r) => `${r.g} ${r.t - r.g}`))].map((c) =>
    c.split(' ').map(Number),
  );
  const header = ['id', 't', 'rel', ...cells.map((_, i) => `c${i}`)];
  const line = (r: Row) => [
    r.id,
    r.t,
    Number.isFinite(r.g) ? r.t - r.g : -100,
    ...cells.map(([g, k]) => (r.g === g && r.t - r.g === k ? 1 : 0)),
  ];
  const table = await readTable([header, ...rows.map(line)].join('\n'), { panel: { unit: 'id', time: 't' } });
  const others = new Map<number, number>();
  const negative = new Map<number, number>();
  for (const [i, [, k]] of cells.entries()) {
    if (k === -1) continue;
    const ran = await runStage(
      regress,
      { from: 'x', formula: `c${i} ~ i(rel, ref = c(-1, -100)) | id + t` },
      { from: table },
    );
    for (const t of record(ran.outputs.model).terms) {
      const period = Number(t.term.replace('rel::', ''));
      if (period !== k) others.set(period, (others.get(period) ?? 0) + Math.abs(t.estimate));
      else if (t.estimate < 0) negative.set(period, (negative.get(period) ?? 0) + t.estimate);
    }
  }
  expect(model.contamination.length).toBeGreaterThan(5);
  for (const m of model.contamination) {
    expect(m.others).toBeCloseTo(others.get(m.period) ?? 0, 8);
    expect(m.negative).toBeCloseTo(negative.get(m.period) ?? 0, 8);
  }
});

test('a note when it is much; nothing with one cohort', async () => {
  expect((await study(await tableOfRows(rows), TWFE)).notes.map((n) => n.code)).toContain('CN2470');
  const one = await tableOfRows(rows.filter((r) => r.g !== 5));
  expect((await study(one, TWFE)).notes.map((n) => n.code)).not.toContain('CN2470');
  expect((await studied(one, TWFE)).contamination).toEqual([]);
});
