/** Sheets of workbooks: header, rows, days and times, and cells that have no value to read. */
import exceljs from 'exceljs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../stages/prepare/ingest.ts';
import { runStage, valuesOf } from '../stage-lab.ts';

type Cells = readonly (readonly exceljs.CellValue[])[];

async function workbook(rows: Cells): Promise<Uint8Array> {
  const book = new exceljs.Workbook();
  book.addWorksheet('other').addRow(['nothing']);
  book.addWorksheet('城市').addRows(rows.map((row) => [...row]));
  return new Uint8Array(await book.xlsx.writeBuffer());
}

const read = async (rows: Cells, params: object = {}) =>
  runStage(
    ingest,
    { file: 'd.xlsx', sheet: '城市', ...params },
    {},
    { files: { file: { ending: 'xlsx', bytes: await workbook(rows) } } },
  );

const typesOf = (ran: Awaited<ReturnType<typeof read>>) => {
  const { shape } = ran.outputs.table!;
  return shape.kind === 'table' ? Object.fromEntries(shape.columns.map((c) => [c.name, c.type])) : {};
};

describe('days and times', () => {
  const at = (text: string) => new Date(`2020-01-01T${text}:00.000Z`);

  test('a column with a time of day is text, in full; days are dates', async () => {
    const ran = await read([
      ['t', 'd'],
      [at('13:45'), at('00:00')],
      [at('18:00'), at('00:00')],
      [at('00:00'), null],
    ]);
    expect(typesOf(ran)).toEqual({ t: 'text', d: 'date' });
    expect(valuesOf(ran.outputs.table!, 't')).toEqual([
      '2020-01-01T13:45:00.000Z',
      '2020-01-01T18:00:00.000Z',
      '2020-01-01T00:00:00.000Z',
    ]);
  });
});

test('a whole second is that second, though its part of a day is not quite that of a millisecond', async () => {
  const book = new exceljs.Workbook();
  const sheet = book.addWorksheet('s');
  // 05:00 and 14:00, as R's openxlsx writes them; midnight as a formula may leave it
  sheet.addRows([
    ['t', 'd'],
    [42_006 + 5 / 24, 42_005],
    [42_005 + 14 / 24, 42_006 - 1e-9],
  ]);
  for (const column of [1, 2]) sheet.getColumn(column).numFmt = 'yyyy-mm-dd hh:mm';
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  const ran = await runStage(ingest, { file: 'd.xlsx' }, {}, { files: { file: { ending: 'xlsx', bytes } } });
  expect(valuesOf(ran.outputs.table!, 't')).toEqual(['2015-01-02T05:00:00.000Z', '2015-01-01T14:00:00.000Z']);
  expect(valuesOf(ran.outputs.table!, 'd')).toEqual(
    ['2015-01-01', '2015-01-02'].map((day) => Date.parse(day) / 86_400_000),
  );
});

test('numbers of which a workbook has lost digits are told, amounts of fewer digits are not', async () => {
  const ran = await read([
    ['id', 'gdp', 'code'],
    [110_101_199_001_011_000, 123_456_789_012_345, '110101199001011234'],
    [5, 0.5, null],
    [-1e15, 1e-20, null],
  ]);
  const args = { column: 'id', count: 2, row: 2, value: '110101199001011000' };
  expect(ran.notes.filter((n) => n.code === 'CN2112')).toEqual([{ code: 'CN2112', args }]);
});

test('days before March 1900 are those that the sheet shows', async () => {
  // as a number, for the library would write another count: 1 is 1900-01-01 in Excel, 59 is 1900-02-28, 61 is 1900-03-01
  const book = new exceljs.Workbook();
  const sheet = book.addWorksheet('s');
  sheet.addRows([['d'], [1], [59], [61], [42_005]]);
  sheet.getColumn(1).numFmt = 'yyyy-mm-dd';
  const bytes = new Uint8Array(await book.xlsx.writeBuffer());
  const ran = await runStage(ingest, { file: 'd.xlsx' }, {}, { files: { file: { ending: 'xlsx', bytes } } });
  const days = ['1900-01-01', '1900-02-28', '1900-03-01', '2015-01-01'].map((day) => Date.parse(day) / 86_400_000);
  expect(valuesOf(ran.outputs.table!, 'd')).toEqual(days);
});

describe('header and rows', () => {
  test('a first column without a name is called row', async () => {
    const ran = await read([
      [null, 'x\u200b'],
      [0, 5],
      [1, 6],
    ]);
    expect(typesOf(ran)).toEqual({ row: 'integer', x: 'integer' });
  });

  test('columns with neither a name nor a value between others are left out with a note', async () => {
    const ran = await read([
      ['a', null, 'b'],
      [1, ' ', 2],
      [3, null, 4],
    ]);
    expect(typesOf(ran)).toEqual({ a: 'integer', b: 'integer' });
    expect(ran.notes).toEqual([{ code: 'CN1140', args: { columns: ['2'] } }]);
    const filled = await read([
      ['a', null, 'b'],
      [1, 'x', 2, 'y'],
    ]);
    expect(filled.faults).toMatchObject([{ code: 'CE2013', args: { columns: ['2', '4'] } }]);
  });

  test('lines are rows of the sheet, also behind blank ones, in a range and behind lines passed over', async () => {
    const rows: Cells = [['统计年鉴'], [], ['city', 'x'], ['', '万元'], ['A', 1], [], ['B', 'oops']];
    const columns = { x: { type: 'number' } };
    for (const params of [
      { skip: 1, 'skip-after-header': 1 },
      { range: 'A3', 'skip-after-header': 1 },
      { range: 'A3:B7', 'skip-after-header': 1 },
    ]) {
      const ran = await read(rows, { ...params, columns });
      expect(ran.faults.map((f) => [f.code, f.args.row, f.args.line])).toEqual([['CE2020', 2, 7]]);
    }
  });

  test('a header of two rows with merged cells, as of a yearbook', async () => {
    const book = new exceljs.Workbook();
    const sheet = book.addWorksheet('城市');
    sheet.addRows([['统计年鉴'], ['城市', '年份', '经济'], [null, null, 'GDP', '人口'], ['A', 2001, 5, 6]]);
    for (const cells of ['A1:D1', 'A2:A3', 'B2:B3', 'C2:D2']) sheet.mergeCells(cells);
    const bytes = new Uint8Array(await book.xlsx.writeBuffer());
    const params = { file: 'd.xlsx', skip: 1, 'header-rows': 2 };
    const ran = await runStage(ingest, params, {}, { files: { file: { ending: 'xlsx', bytes } } });
    expect(Object.keys(typesOf(ran))).toEqual(['城市', '年份', '经济_GDP', '经济_人口']);
  });

  test('a range of columns, and one that ends before the sheet does', async () => {
    const rows: Cells = [
      ['a', 'b', 'c'],
      [1, 2, 3],
      [4, 5, 6],
    ];
    const ran = await read(rows, { range: 'B1:C2' });
    expect(typesOf(ran)).toEqual({ b: 'integer', c: 'integer' });
    expect(valuesOf(ran.outputs.table!, 'c')).toEqual([3]);
  });

  test('a range or a skip that leaves nothing is told as that', async () => {
    const rows: Cells = [['a'], [1]];
    for (const [params, said] of [
      [{ range: 'C1:B2' }, ['range: C1:B2']],
      [{ range: 'A1', skip: 9 }, ['range: A1', 'skip: 9']],
    ] as const)
      expect((await read(rows, params)).faults).toMatchObject([{ code: 'CE1144', args: { said } }]);
  });

  test('numbers stay numbers beside texts with a decimal comma', async () => {
    const ran = await read([['x'], [1.5], ['2,5']], { decimal: ',' });
    expect(valuesOf(ran.outputs.table!, 'x')).toEqual([1.5, 2.5]);
  });
});

describe('cells that do not say where they stand', () => {
  /** The workbook with another sheet data. */
  const withSheet = async (edit: (xml: string) => string): Promise<Uint8Array> => {
    const parts = unzipSync(await workbook([['x']]));
    const sheet = 'xl/worksheets/sheet2.xml';
    return zipSync({ ...parts, [sheet]: strToU8(edit(strFromU8(parts[sheet] as Uint8Array))) });
  };
  const text = (value: string, at = ''): string => `<c${at} t="inlineStr"><is><t>${value}</t></is></c>`;
  const readBytes = (bytes: Uint8Array) =>
    runStage(ingest, { file: 'd.xlsx', sheet: '城市' }, {}, { files: { file: { ending: 'xlsx', bytes } } });

  test('follow one another, and so do rows', async () => {
    const bytes = await withSheet((xml) =>
      xml.replace(
        /<sheetData>.*<\/sheetData>/s,
        `<sheetData><row>${text('city')}${text('gdp')}${text('note')}</row><row>${text('a')}<c><v>1.5</v></c></row>
         <row>${text('b')}<c/>${text('n')}</row><row/><row>${text('c')}<c t="e"><v>#N/A</v></c></row></sheetData>`,
      ),
    );
    const ran = await readBytes(bytes);
    const table = ran.outputs.table!;
    expect(valuesOf(table, 'city')).toEqual(['a', 'b', 'c']);
    expect(valuesOf(table, 'gdp')).toEqual([1.5, undefined, undefined]);
    expect(valuesOf(table, 'note')).toEqual([undefined, 'n', undefined]);
    // the error is told of in its row, behind the empty one
    expect(ran.notes).toEqual([{ code: 'CN3070', args: { column: 'gdp', count: 1, cells: ['#N/A (5)'] } }]);
  });

  test('go on from one that does, past the column Z', async () => {
    const names = Array.from({ length: 28 }, (_, i) => `c${i + 1}`);
    const values = (from: number): string => names.map((_, i) => `<c><v>${from + i}</v></c>`).join('');
    const bytes = await withSheet((xml) =>
      xml.replace(
        /<sheetData>.*<\/sheetData>/s,
        `<sheetData><row r="2">${names.map((n) => text(n)).join('')}</row><row>${values(100)}</row>
         <row r="7"><c r="Y7"><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row></sheetData>`,
      ),
    );
    const ran = await readBytes(bytes);
    const table = ran.outputs.table!;
    expect(['c1', 'c25', 'c26', 'c27', 'c28'].map((name) => valuesOf(table, name))).toEqual([
      [100, undefined],
      [124, 1],
      [125, 2],
      [126, 3],
      [127, undefined],
    ]);
  });
});

describe('cells without a value', () => {
  const rows: Cells = [
    ['city', 'x', 'y'],
    ['A', { error: '#DIV/0!' }, { formula: '1+1' } as exceljs.CellFormulaValue],
    ['B', { error: '#N/A' }, { formula: '1+2', result: 3 }],
    ['C', 3, 4],
  ];

  test('errors and formulas without their results are missing, and told with their rows', async () => {
    const ran = await read(rows);
    expect(valuesOf(ran.outputs.table!, 'x')).toEqual([undefined, undefined, 3]);
    expect(valuesOf(ran.outputs.table!, 'y')).toEqual([undefined, 3, 4]);
    expect(ran.notes).toEqual([
      { code: 'CN3070', args: { column: 'x', count: 2, cells: ['#DIV/0! (2)', '#N/A (3)'] } },
      { code: 'CN3071', args: { column: 'y', count: 1, rows: ['2'] } },
    ]);
  });

  test('errors that stand for missing values are not', async () => {
    const ran = await read(rows, { missing: ['#N/A', '#DIV/0!'] });
    expect(ran.notes.map((n) => n.code)).toEqual(['CN3071']);
  });
});
