import { describe, expect, test } from 'vitest';
import type { Cell } from '../../stages/output/document.ts';
import { starRule } from '../../stages/output/stars.ts';
import { type StatisticsSpec, statisticsTable } from '../../stages/output/statistics-table.ts';

const spec: StatisticsSpec = {
  caption: [],
  labels: { open: 'Openness' },
  notes: [],
  remarks: true,
  digits: 2,
  style: 'three-line',
  lang: 'en',
  fields: [],
  panels: [''],
  stars: starRule(true),
};

const texts = (cells: readonly Cell[]): string[] => cells.map((c) => c.text + (c.stars ?? ''));

describe('tables of summaries', () => {
  const correlation = {
    fields: ['variable', 'open', 'fin'],
    rows: [
      { variable: 'open', open: 1 },
      { variable: 'fin', fin: 1, open: -0.5 },
    ],
    p_values: [{ variable: 'open' }, { variable: 'fin', open: 0.02 }],
  };

  test('correlations keep the order of the record and carry stars, which the note explains', () => {
    const { document } = statisticsTable([correlation], spec);
    expect(texts(document.head[0]!.cells)).toEqual(['Variable', 'Openness', 'fin']);
    expect(document.sections[0]!.map((row) => texts(row.cells))).toEqual([
      ['Openness', '1.00', ''],
      ['fin', '-0.50**', '1.00'],
    ]);
    expect(document.notes.join()).toContain('***');
    const plain = statisticsTable([correlation], { ...spec, stars: [] }).document;
    expect(plain.notes).toEqual([]);
  });

  test('a cell may hold a text in each language', () => {
    const record = {
      rows: [{ variable: 'open', definition: { en: 'trade over GDP', zh: '进出口额占比' }, mean: 0.2 }],
    };
    const shown = (lang: 'en' | 'zh') =>
      texts(statisticsTable([record], { ...spec, lang }).document.sections[0]![0]!.cells);
    expect(shown('en')).toEqual(['Openness', 'trade over GDP', '0.20']);
    expect(shown('zh')[1]).toBe('进出口额占比');
  });
});

test('a decomposition: years are whole, groups are named, no control is the never treated', () => {
  const rows = [
    { type: 'treated_vs_untreated', treated: 2012, control: null, estimate: 0.94, weight: 0.6 },
    { type: 'later_vs_earlier', treated: 2015, control: 2012, estimate: 1.1, weight: 0.4 },
  ];
  const { document } = statisticsTable([{ rows }], spec);
  const lines = [...document.head, ...document.sections.flat()].map((row) => row.cells.map((c: Cell) => c.text));
  expect(lines).toEqual([
    ['Comparison', 'Estimate', 'Weight', 'Treated from', 'Compared with'],
    ['Treated vs never treated', '0.94', '0.60', '2012', 'Never treated'],
    ['Later vs earlier treated', '1.10', '0.40', '2015', '2012'],
  ]);
});
