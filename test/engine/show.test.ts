import { describe, expect, test } from 'vitest';
import { openLab, PANEL } from './lab.ts';

const yaml = `ceteris: 1
name: t
labels: { y: { en: Output, zh: 产出 }, id: { en: City, zh: 城市 } }
defaults: { heterogeneity: { from: raw, y: y, x: x, absorb: [id] } }
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  halves: { stage: heterogeneity, by: z, test: permutation, draws: 19 }
  years: { stage: heterogeneity, by: year, split: groups, groups: [2001, 2002, 2003], absorb: [] }
  fit: { stage: regress, from: raw, y: y, x: x, matrix: { one: {}, two: { controls: z } } }
  halves_table: { stage: table, columns: [halves.low, halves.high], tests: halves.test, lang: zh }
  years_table:
    stage: table
    columns: [years.2001, years.2002, years.2003]
    tests: years.test
    labels: { 2001: First year }
    formats: [csv]
  plot: { stage: figure, kind: coefficients, from: "fit[*]", formats: [svg] }
`;
const lab = () => openLab({ 'pipeline.yaml': yaml, 'panel.csv': PANEL });

interface Printed {
  readonly kind: string;
  readonly files: readonly string[];
  readonly head: readonly (readonly string[])[];
  readonly lines: readonly (readonly string[])[];
}

describe('tables of models by group', () => {
  test('the groups head the columns, and one test between them stands in the foot', async () => {
    const l = lab();
    const halves = await l.json<Printed>('show', 'halves_table');
    expect(halves).toMatchObject({ kind: 'document', files: ['out/halves_table.md'] });
    expect(halves.head).toEqual([
      ['', '(1)', '(2)'],
      ['', '产出', '产出'],
      ['', '低', '高'],
    ]);
    const { p_value } = await l.json<{ p_value: number }>('show', 'halves.test');
    expect(halves.lines.filter(([label]) => label?.startsWith('组间差异'))).toEqual([
      ['组间差异（p值）', p_value.toFixed(3), ''],
    ]);
  });

  test('with three groups it is the joint test, and labels name the groups', async () => {
    const l = lab();
    const years = await l.json<Printed>('show', 'years_table');
    expect(years.head.at(-1)).toEqual(['', 'First year', '2002', '2003']);
    const { joint } = await l.json<{ joint: { p_value: number } }>('show', 'years.test');
    expect(years.lines.filter(([label]) => label?.startsWith('Difference'))).toEqual([
      ['Difference between groups (p-value)', joint.p_value.toFixed(3), '', ''],
    ]);
  });
});

describe('show', () => {
  test('prints a table as it is printed, and of a figure the results that it draws', async () => {
    const l = lab();
    const figure = await l.json<{ files: string[]; data: { from: string; kind: string; nobs: number }[] }>(
      'show',
      'plot',
    );
    expect(figure.files).toEqual(['out/plot.svg']);
    expect(figure.data.map(({ from, kind, nobs }) => [from, kind, nobs])).toEqual([
      ['fit[one].model', 'model', 30],
      ['fit[two].model', 'model', 30],
    ]);
    const table = await l.cli(['show', 'years_table']);
    expect(table.out.split('\n')[2]).toMatch(/^ +First year +2002 +2003$/);
    expect(table.out).toContain('→ out/years_table.csv');
    expect((await l.cli(['show', 'plot'])).out).toContain('from: fit[two].model');
  });

  test('rows of coefficients begin with the term, its estimate, error, test and interval', async () => {
    const { out } = await lab().cli(['show', 'fit[two]']);
    const lines = out.split('\n');
    expect(lines[lines.indexOf('terms') + 1]?.trim().split(/ +/)).toEqual(
      'term estimate std_error statistic p_value conf_low conf_high'.split(' '),
    );
  });

  test('line breaks and control characters in names and texts are written out', async () => {
    const lab = openLab({
      'pipeline.yaml': 'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: d.csv }\n',
      'd.csv': '"of\nwhat",n\n"a\nb",1\n"c\u001b[31m",2\n',
    });
    await lab.run();
    const { out } = await lab.cli(['show', 'raw']);
    expect(out.trimEnd().split('\n')).toEqual(['of\\nwhat     n', 'a\\nb         1', 'c\\u001b[31m  2']);
  });

  test('a long text in a cell does not push the other columns out of sight; JSON has it whole', async () => {
    const l = openLab({
      'pipeline.yaml': 'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: d.csv }\n',
      'd.csv': `note,n\n${'word '.repeat(20)}end,1\n${'深圳'.repeat(30)},2\n`,
    });
    await l.run();
    const { out } = await l.cli(['show', 'raw']);
    expect(out.trimEnd().split('\n')).toEqual([
      `note${' '.repeat(36)}  n`,
      `${'word '.repeat(8).trimEnd()}…  1`,
      `${'深圳'.repeat(9)}深…   2`,
    ]);
    expect((await l.json<{ data: { note: string[] } }>('show', 'raw')).data.note[1]).toBe('深圳'.repeat(30));
  });

  test('a name that is not one result is refused with the names there are', async () => {
    const l = lab();
    const cases = await l.cli(['show', 'fit']);
    expect([cases.code, cases.err]).toEqual([2, expect.stringContaining('there are: fit[one], fit[two]')]);
    const output = await l.cli(['show', 'raw.modle']);
    expect([output.code, output.err]).toEqual([2, expect.stringContaining('raw.table')]);
  });
});
