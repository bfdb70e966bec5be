import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bacon } from '../../stages/estimate/bacon.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { near, readTable, record, referenceCase, referenceTable, runStage, type Value } from '../stage-lab.ts';

interface Row {
  readonly type: string;
  readonly treated: number;
  readonly control: number | null;
  readonly estimate: number;
  readonly weight: number;
}

const close = (label: string, got: number, want: number, tolerance = 1e-8): void =>
  expect(near(got, want, tolerance), `${label}: ${got}, wanted ${want}`).toBe(true);

describe('bacon against bacondecomp', () => {
  for (const id of ['bacon_castle', 'bacon_castle_d', 'bacon_mpdta'])
    test(`${id}: every comparison, its weight, the sums by type and the two-way estimate`, async () => {
      const { dataset, spec, results } = referenceCase(id);
      const table = await referenceTable(dataset, { panel: { unit: spec.id, time: spec.time } });
      const ran = await runStage(bacon, { from: 'x', y: spec.y, x: spec.treatment }, { from: table });
      expect(ran.faults).toEqual([]);
      const d = record(ran.outputs.decomposition);
      const want = results.table;
      expect(d.rows).toHaveLength(want.treated.length);
      want.treated.forEach((treated: number, i: number) => {
        const row = d.rows.find((r: Row) => r.treated === treated && r.control === want.untreated[i]);
        close(`${treated} against ${want.untreated[i]}`, row.estimate, want.estimate[i]);
        close(`weight of ${treated} against ${want.untreated[i]}`, row.weight, want.weight[i]);
        expect(row.type).toBe(want.type[i].toLowerCase().replaceAll(' ', '_').replace('_treated', ''));
      });
      results.by_type.type.forEach((type: string, i: number) => {
        const own = d.by_type.find(
          (t: Row) => t.type === type.toLowerCase().replaceAll(' ', '_').replace('_treated', ''),
        );
        close(`weight of ${type}`, own.weight, results.by_type.weight[i]);
        close(type, own.estimate, results.by_type.avg_estimate[i]);
      });
      close('two-way estimate', d.twfe, results.twfe_coef);
      close('weighted sum', d.weighted_sum, results.weighted_sum);
      close('weights', d.sum_weights, 1);
    });
});

/** A panel with cohorts that start at `starts` (undefined: never), two units each; y and z are noise that depends on unit and year. */
function panelText(starts: readonly (number | undefined)[], noise: readonly number[], years = 6): string {
  const lines = ['id,year,y,z,d'];
  const at = (i: number): number => noise[i % noise.length] as number;
  starts.forEach((start, c) => {
    for (const twin of [0, 1])
      for (let t = 0; t < years; t++) {
        const u = 2 * c + twin;
        const d = start !== undefined && t >= start ? 1 : 0;
        const y = 0.3 * u + t * t * 0.1 + d * (1 + 0.2 * (t - (start ?? 0))) + at(7 * u + 3 * t);
        lines.push(`u${u},${2000 + t},${y},${at(5 * u + 11 * t + 1)},${d}`);
      }
  });
  return lines.join('\n');
}

const panel = { unit: 'id', time: 'year' };
const NOISE = [0.31, -0.52, 0.11, 0.77, -0.93, 0.05, 0.42, -0.18, 0.66, -0.35, 0.29, -0.71, 0.83];

const decompose = async (table: Value, params: object = {}) => {
  const ran = await runStage(bacon, { from: 'x', y: 'y', x: 'd', ...params }, { from: table });
  expect(ran.faults).toEqual([]);
  return { ...record(ran.outputs.decomposition), codes: ran.notes.map((n) => n.code) };
};

const twoWay = async (table: Value, controls: readonly string[] = []): Promise<number> => {
  const params = { from: 'x', y: 'y', x: 'd', controls, absorb: ['id', 'year'], singletons: 'keep' };
  const model = record((await runStage(regress, params, { from: table })).outputs.model);
  return model.terms.find((t: { term: string }) => t.term === 'd').estimate;
};

describe('bacon', () => {
  test('each comparison is the two-way estimate of its two cohorts in its window', async () => {
    const text = panelText([2, 4, undefined, 0], NOISE);
    const d = await decompose(await readTable(text, { panel }));
    const [head, ...lines] = text.split('\n');
    const cohortOf = (unit: number): number | null => ([2002, 2004, null, 2000] as const)[unit >> 1] as number | null;
    expect(d.rows).toHaveLength(6);
    for (const row of d.rows as Row[]) {
      const kept = lines.filter((line) => {
        const [unit = '', year = ''] = line.split(',');
        const cohort = cohortOf(Number(unit.slice(1)));
        if (cohort !== row.treated && cohort !== row.control) return false;
        if (row.control === null) return true;
        return row.control > row.treated ? Number(year) < row.control : Number(year) >= row.control;
      });
      close(
        `${row.treated} against ${row.control}`,
        row.estimate,
        await twoWay(await readTable([head, ...kept].join('\n'))),
      );
    }
  });

  test('cohorts and periods of a panel by date are dates', async () => {
    const text = panelText([2, 4, undefined, 0], NOISE);
    const dated = text.replace(/,(20\d\d),/g, ',$1-01-01,');
    const [plain, byDate] = [
      await decompose(await readTable(text, { panel })),
      await decompose(await readTable(dated, { panel })),
    ];
    const asDate = (year: number | null) => (year === null ? null : `${year}-01-01`);
    expect(byDate.rows).toEqual(
      plain.rows.map((r: Row) => ({ ...r, treated: asDate(r.treated), control: asDate(r.control) })),
    );
    expect(byDate.cohorts.map((c: { start: string | null }) => c.start)).toEqual([
      '2000-01-01',
      '2002-01-01',
      '2004-01-01',
      null,
    ]);
    const off = dated.replace(/^(u0,2005-01-01,.*),1$/m, '$1,0');
    const { faults } = await runStage(bacon, { from: 'x', y: 'y', x: 'd' }, { from: await readTable(off, { panel }) });
    expect(faults).toMatchObject([{ code: 'CE2502', args: { time: '2005-01-01' } }]);
  });

  test('the parts add up to the two-way estimate on any balanced staggered panel, with controls and without', async () => {
    const start = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
    const cases = fc.tuple(
      fc.uniqueArray(start, { minLength: 2, maxLength: 4 }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 13, maxLength: 13 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([starts, noise]) => {
        fc.pre(starts.some((s) => s !== undefined && s > 0));
        fc.pre(new Set(noise).size === noise.length);
        const table = await readTable(panelText(starts, noise), { panel });
        const plain = await decompose(table);
        close('weights', plain.sum_weights, 1);
        close('sum', plain.weighted_sum, await twoWay(table), 1e-6);
        const controlled = await decompose(table, { controls: 'z' });
        close('weights with a control', controlled.sum_weights, 1);
        close('sum with a control', controlled.weighted_sum, await twoWay(table, ['z']), 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  test('a weight of a unit is that unit standing several times', async () => {
    const [head = '', ...lines] = panelText([2, 4, undefined, 0], NOISE).split('\n');
    const times = (line: string): number => 1 + ((Number(line.slice(1, line.indexOf(','))) * 7) % 3);
    const weighted = [`${head},w`, ...lines.map((l) => `${l},${times(l)}`)].join('\n');
    const repeated = [
      head,
      ...lines.flatMap((l) => Array.from({ length: times(l) }, (_, i) => l.replace(/^u(\d+)/, `u$1-${i}`))),
    ].join('\n');
    for (const params of [{}, { controls: 'z' }]) {
      const one = await decompose(await readTable(weighted, { panel }), { ...params, weights: 'w' });
      const other = await decompose(await readTable(repeated, { panel }), params);
      close('two-way estimate', one.twfe, other.twfe);
      close('sum', one.weighted_sum, one.twfe);
      expect(one.rows).toHaveLength(other.rows.length);
      (one.rows as Row[]).forEach((row, i) => {
        expect(row).toMatchObject({ type: other.rows[i].type });
        close('estimate', row.estimate, other.rows[i].estimate);
        close('weight', row.weight, other.rows[i].weight);
      });
      expect(one.units).toBe(8); // units are counted, not weighed
    }
  });

  test('weights that change within units are a fault', async () => {
    const [head = '', ...lines] = panelText([2, undefined], NOISE).split('\n');
    const text = [`${head},w`, ...lines.map((l, i) => `${l},${1 + i}`)].join('\n');
    const ran = await runStage(
      bacon,
      { from: 'x', y: 'y', x: 'd', weights: 'w' },
      { from: await readTable(text, { panel }) },
    );
    expect(ran.faults.map((f) => [f.code, f.args.name])).toEqual([['CE2962', 'w']]);
  });

  test('row order and unit names do not matter, and estimates scale with the outcome', async () => {
    const text = panelText([2, 4, undefined], NOISE);
    const [head, ...lines] = text.split('\n');
    const base = await decompose(await readTable(text, { panel }));
    const shuffled = [...lines].sort((a, b) => (a.slice(-7) < b.slice(-7) ? -1 : 1)).map((l) => l.replace(/^u/, 'Q'));
    const again = await decompose(await readTable([head, ...shuffled].join('\n'), { panel }));
    const scaled = await decompose(
      await readTable(
        text.replace(/^(u\d+,\d+),([^,]+)/gm, (_, keys, y) => `${keys},${-100 * Number(y)}`),
        { panel },
      ),
    );
    (base.rows as Row[]).forEach((row, i) => {
      expect(again.rows[i]).toMatchObject({ treated: row.treated, control: row.control });
      close('estimate', again.rows[i].estimate, row.estimate);
      close('weight', again.rows[i].weight, row.weight);
      close('scaled', scaled.rows[i].estimate, -100 * row.estimate);
      close('scaled weight', scaled.rows[i].weight, row.weight);
    });
  });

  test('notes say what the estimate rests on', async () => {
    const codes = async (starts: readonly (number | undefined)[]) =>
      (await decompose(await readTable(panelText(starts, NOISE), { panel }))).codes;
    expect(await codes([2, 4, undefined])).toEqual(['CN2500', 'CN2501']);
    expect(await codes([2, 4])).toEqual(['CN2500', 'CN2501', 'CN2502']);
    expect(await codes([0, 3])).toEqual(['CN2500', 'CN2501', 'CN2502', 'CN2503', 'CN2505']);
    expect(await codes([3, undefined])).toEqual(['CN2500', 'CN2505']);
  });

  const gap = (text: string): string =>
    text
      .split('\n')
      .filter((line) => !line.startsWith('u1,2003'))
      .join('\n');

  test('with unbalanced: drop, units with gaps are left out and counted', async () => {
    const d = await decompose(await readTable(gap(panelText([2, 4, undefined], NOISE)), { panel }), {
      unbalanced: 'drop',
    });
    expect(d.units).toBe(5);
    expect(d.nobs).toBe(30);
    expect(d.codes).toContain('CN2504');
    close('sum', d.weighted_sum, d.twfe);
  });

  for (const [name, text, code, args] of [
    [
      'a gap',
      gap(panelText([2, 4, undefined], NOISE)),
      'CE2501',
      { units: 1, all: 6, unit: 'id u1', has: 5, periods: 6 },
    ],
    [
      'a missing outcome',
      panelText([2, 4, undefined], NOISE).replace(/^(u3,2001),[^,]+/m, '$1,'),
      'CE2501',
      { unit: 'id u3' },
    ],
    [
      'a dose',
      panelText([2, undefined], NOISE).replace(/^(u1,2003,.*),1$/m, '$1,0.5'),
      'CE2500',
      { value: 0.5, row: 10 },
    ],
    [
      'a treatment that ends',
      panelText([2, undefined], NOISE).replace(/^(u1,2005,.*),1$/m, '$1,0'),
      'CE2502',
      { time: '2005' },
    ],
    ['one cohort and nobody else', panelText([2], NOISE), 'CE2503', { period: 2002 }],
    ['nobody treated', panelText([undefined], NOISE), 'CE2435', {}],
    ['everybody always treated', panelText([0, undefined], NOISE), 'CE2497', { name: 'd' }],
    ['two rows for a year', `${panelText([2, undefined], NOISE)}\nu0,2003,1,1,1`, 'CE2504', { time: '2003' }],
  ] as const)
    test(`a clear fault: ${name}`, async () => {
      // the panel's keys are declared after reading, so that a repeated row reaches the stage
      const read = await readTable(text);
      const table = { ...read, shape: { ...read.shape, panel } } as Value;
      const ran = await runStage(bacon, { from: 'x', y: 'y', x: 'd' }, { from: table });
      expect(ran.faults.map((f) => f.code)).toEqual([code]);
      expect(ran.faults[0]?.args).toMatchObject(args);
    });

  test('a table without a panel is a fault at check time', async () => {
    const ran = await runStage(bacon, { from: 'x', y: 'y', x: 'd' }, { from: await readTable(panelText([2], NOISE)) });
    expect(ran.faults.map((f) => f.code)).toEqual(['CE2430']);
  });
});
