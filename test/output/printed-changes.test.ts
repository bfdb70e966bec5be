import { describe, expect, test } from 'vitest';
import { printedChanges } from '../../stages/columns/printed-changes.ts';
import { encodeRecord } from '../../stages/columns/record.ts';
import { type Cell, cell, EMPTY, type Row, STYLES, type TableDocument } from '../../stages/output/document.ts';
import { numberCell } from '../../stages/output/number-cell.ts';

const number = (x: number, stars = ''): Cell => numberCell(x, { digits: 2, stars });
const t = (x: number): Cell => numberCell(x, { digits: 2, before: '(', after: ')' });
const line = (label: string, ...cells: Cell[]): Row => ({ kind: 'line', cells: [cell(label), ...cells] });
const below = (...cells: Cell[]): Row => ({ kind: 'statistic', cells: [EMPTY, ...cells] });
const head = (...texts: string[]): Row => ({ kind: 'header', cells: [EMPTY, ...texts.map(cell)] });

const table = (rows: readonly Row[], more: Partial<TableDocument> = {}): Uint8Array =>
  encodeRecord({
    caption: ['Table 3'],
    lang: 'en',
    head: [head('(1)', '(2)'), head('Wage', 'Wage')],
    sections: [rows],
    notes: ['t in parentheses'],
    textColumns: 1,
    columns: 3,
    style: STYLES['three-line'],
    ...more,
  });
const ROWS = [
  line('Policy', number(0.5, '**'), number(0.25)),
  below(t(2.1), t(1.2)),
  line('N', cell('40'), cell('38')),
];
const changes = (after: readonly Row[], more?: Partial<TableDocument>) =>
  printedChanges(table(ROWS), table(after, more));

describe('changes of a printed table', () => {
  test('a cell is named by its row and column, an estimate with the statistic below it; other stars are said', () => {
    const after = [line('Policy', number(0.5), number(0.3)), below(t(1.5), t(1.2)), line('N', cell('40'), cell('37'))];
    expect(changes(after)).toEqual({
      caption: 'Table 3',
      of: 4,
      cells: [
        { row: 'Policy', column: '(1)', before: '0.50** (2.10)', after: '0.50 (1.50)', stars: true },
        { row: 'Policy', column: '(2)', before: '0.25 (1.20)', after: '0.30 (1.20)' },
        { row: 'N', column: '(2)', before: '38', after: '37' },
      ],
      texts: [],
    });
  });

  test('digits that are not printed are no change of a cell', () => {
    const after = [line('Policy', number(0.5001, '**'), number(0.25)), ...ROWS.slice(1)];
    expect(changes(after)).toMatchObject({ cells: [], texts: [] });
  });

  test('a row under another label is that row, and rows that come or go are told by their cells', () => {
    const renamed = [line('Pilot zone', number(0.5, '**'), number(0.25)), ...ROWS.slice(1)];
    expect(changes(renamed)).toMatchObject({ cells: [], texts: [{ before: 'Policy', after: 'Pilot zone' }] });
    expect(changes([...ROWS, line('R²', number(0.1), EMPTY)])?.cells).toEqual([
      { row: 'R²', column: '(1)', before: '', after: '0.10' },
    ]);
    expect(changes(ROWS.slice(0, 2))?.cells.map((c) => [c.row, c.column, c.before, c.after])).toEqual([
      ['N', '(1)', '40', ''],
      ['N', '(2)', '38', ''],
    ]);
  });

  test('of a caption in two languages both are known', () => {
    const caption = ['Table 3', '表3'];
    expect(changes(ROWS, { caption })).toMatchObject({ caption: 'Table 3', captionBelow: '表3' });
  });

  test('a column more is told by itself; another heading, caption or note is words', () => {
    const wider = ROWS.map((row): Row => ({ ...row, cells: [...row.cells, cell('9')] }));
    const found = changes(wider, { head: [head('(1)', '(2)', '(3)')], columns: 4 });
    expect(found?.cells.every((c) => c.column === '(3)' && c.before === '')).toBe(true);
    const texts = changes(ROWS, { caption: ['Table 4'], head: [head('(1)', 'Late')], notes: [] })?.texts;
    expect(texts).toEqual([
      { before: 'Table 3', after: 'Table 4' },
      { before: '(2)', after: 'Late' },
      { before: 't in parentheses', after: '' },
    ]);
  });

  test('rows of one name are told apart, and panels name theirs', () => {
    const group = (text: string): Row => ({ kind: 'group', cells: [{ text, span: 3 }] });
    const rows = (x: number): Row[] => [
      group('Panel A'),
      line('Mean', number(1), number(1)),
      group('Panel B'),
      line('Mean', number(1), number(x)),
      line('Mean', number(1), number(x)),
    ];
    expect(printedChanges(table(rows(1)), table(rows(2)))?.cells.map((c) => c.row)).toEqual([
      'Panel B / Mean',
      'Panel B / Mean #2',
    ]);
  });

  test('what is no table has none', () => {
    expect(printedChanges(encodeRecord({ marks: [] }), table(ROWS))).toBeUndefined();
  });
});
