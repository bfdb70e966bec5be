import exceljs from 'exceljs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeColumn, encodeRows } from '../../stages/columns/codec.ts';
import { type Column, numbers, texts } from '../../stages/columns/column.ts';
import { stataNames } from '../../stages/columns/dta/names.ts';
import { type ColumnType, ROWS } from '../../stages/contract.ts';
import { save } from '../../stages/output/save.ts';
import { Folder, statuses } from '../command-line.ts';
import { declareStage, readTable, runStage, type Value, valuesOf } from '../stage-lab.ts';

type Cells = readonly (number | string | undefined)[];

function tableOf(columns: Readonly<Record<string, readonly [type: ColumnType, cells: Cells]>>): Value {
  const entries = Object.entries(columns);
  const rows = entries[0]?.[1][1].length ?? 0;
  const columnOf = (type: ColumnType, cells: Cells): Column =>
    type === 'text'
      ? texts(cells as readonly (string | undefined)[], rows)
      : numbers(Float64Array.from(cells, (x) => (x === undefined ? Number.NaN : Number(x))));
  return {
    shape: { kind: 'table', open: false, columns: entries.map(([name, [type]]) => ({ name, type })) },
    parts: new Map([
      [ROWS, encodeRows(rows)],
      ...entries.map(([name, [type, cells]]) => [name, encodeColumn(columnOf(type, cells))] as const),
    ]),
  };
}

async function saved(from: Value, params: object) {
  const ran = await runStage(save, { from: 'panel', ...params }, { from });
  return { ...ran, file: (format: string): Uint8Array => ran.outputs.document?.parts.get(format) ?? new Uint8Array() };
}

/** The edges of Stata's kinds: beyond 100, 32740 and 2147483620 stand the codes of missing values. */
const edges = tableOf({
  small: ['integer', [-127, 100, undefined]],
  middle: ['integer', [-128, 32_740, undefined]],
  wide: ['integer', [101, 0, 0]],
  large: ['integer', [32_741, -2_147_483_647, undefined]],
  longer: ['integer', [2_147_483_621, undefined, -1]],
  real: ['number', [0.1, -1e300, undefined]],
  yes: ['boolean', [1, 0, undefined]],
  day: ['date', [-3654, 18_262, undefined]],
  text: ['text', ['', '深圳 (SZ)', undefined]],
  wordy: ['text', ['é'.repeat(1022), `${'é'.repeat(1022)}a`, undefined]],
  long_text: ['text', ['深'.repeat(700), undefined, '深'.repeat(700)]],
});

describe('save', () => {
  test('a Stata file holds every value, in the smallest type; Stata has one missing text', async () => {
    const { file, faults, notes } = await saved(edges, { formats: 'dta' });
    expect([faults, notes]).toEqual([[], []]);
    const back = await readTable(file('dta'), { format: 'dta' });
    for (const name of edges.parts.keys())
      if (name !== ROWS)
        expect([name, valuesOf(back, name).map((x) => (x === '' ? undefined : x))]).toEqual([
          name,
          valuesOf(edges, name).map((x) => (x === '' ? undefined : x)),
        ]);
    const types = back.shape.kind === 'table' ? back.shape.columns.map(({ name, type }) => [name, type]) : [];
    expect(Object.fromEntries(types)).toMatchObject({
      small: 'integer',
      large: 'integer',
      real: 'number',
      day: 'date',
    });
    // variable_types: help dta_118
    const bytes = file('dta');
    const at = Buffer.from(bytes).indexOf('<variable_types>') + '<variable_types>'.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const codes = Array.from({ length: 11 }, (_, i) => view.getUint16(at + 2 * i, true));
    expect(codes).toEqual([65530, 65529, 65529, 65528, 65526, 65526, 65530, 65529, 11, 2045, 32768]);
  });

  test('the map of a Stata file says where its sections begin', async () => {
    const bytes = Buffer.from((await saved(edges, { formats: 'dta' })).file('dta'));
    const at = bytes.indexOf('<map>') + '<map>'.length;
    const places = Array.from({ length: 14 }, (_, i) => Number(bytes.readBigUInt64LE(at + 8 * i)));
    const sections =
      'stata_dta map variable_types varnames sortlist formats value_label_names variable_labels characteristics data strls value_labels /stata_dta';
    const wanted = sections.split(' ').map((tag) => bytes.indexOf(`<${tag}>`));
    expect(places).toEqual([...wanted, bytes.length]);
  });

  test('any columns come back from a Stata file, from CSV, Parquet and Excel', async () => {
    const cell = fc.oneof(fc.constant(undefined), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const whole = fc.option(fc.integer({ min: -3e9, max: 3e9 }), { nil: undefined });
    const text = fc.oneof(fc.constant(undefined), fc.stringMatching(/^[a-zé深"',;][a-zé深 "',;\n]{0,20}[a-z]$/));
    const of = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(of(cell), of(whole), of(text), async (real, integer, words) => {
        // huge numbers have no place in Stata
        const fits = real.map((x) => (x !== undefined && Math.abs(x) >= 2 ** 1023 ? 1 : x));
        // a row with nothing in it is no row of a sheet
        const table = tableOf({
          id: ['integer', [1, 2, 3, 4]],
          real: ['number', fits],
          integer: ['integer', integer],
          words: ['text', words],
        });
        const { file } = await saved(table, { formats: ['csv', 'dta', 'parquet', 'xlsx'] });
        const columns = { real: { type: 'number' }, integer: { type: 'number' }, words: { type: 'text' } };
        for (const format of ['csv', 'dta', 'parquet', 'xlsx']) {
          const back = await readTable(file(format), { format, columns });
          for (const name of ['real', 'integer', 'words'])
            expect([format, name, valuesOf(back, name).map((x) => (x === 0 ? 0 : x))]).toEqual([
              format,
              name,
              valuesOf(table, name).map((x) => (x === 0 ? 0 : x)),
            ]);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('law: a column alone comes back from CSV with all its rows, and numbers as numbers', async () => {
    const amount = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
    const cells = fc.array(fc.option(amount, { nil: undefined }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cells, async (x) => {
        const { file } = await saved(tableOf({ x: ['number', x] }), { formats: ['csv', 'tsv'] });
        for (const format of ['csv', 'tsv'])
          expect(valuesOf(await readTable(file(format), { format }), 'x').map((v) => (v === 0 ? 0 : v))).toEqual(
            x.map((v) => (v === 0 ? 0 : v)),
          );
      }),
      { numRuns: 50 },
    );
  });

  test('dates and booleans stay what they are in a sheet', async () => {
    const table = tableOf({ day: ['date', [18_262, undefined]], yes: ['boolean', [1, 0]] });
    const back = await readTable((await saved(table, { formats: 'xlsx' })).file('xlsx'), { format: 'xlsx' });
    const types = back.shape.kind === 'table' ? back.shape.columns.map(({ type }) => type) : [];
    expect([types, valuesOf(back, 'day')]).toEqual([
      ['date', 'boolean'],
      [18_262, undefined],
    ]);
  });

  test('no row of a table of one column is an empty line, which to other programs is no row', async () => {
    const { file } = await saved(tableOf({ x: ['number', [1, undefined, 3]] }), { formats: 'csv' });
    expect(new TextDecoder().decode(file('csv'))).toBe('x\n1\nNA\n3\n');
    const { file: text } = await saved(tableOf({ t: ['text', ['a', '', undefined]] }), { formats: 'csv' });
    expect(new TextDecoder().decode(text('csv'))).toBe('t\na\nNA\nNA\n');
  });

  test('amounts beyond 2^53 come back as numbers', async () => {
    const { file } = await saved(tableOf({ x: ['number', [2 ** 53, 1234567890123456789, 0.5]] }), { formats: 'csv' });
    expect(new TextDecoder().decode(file('csv'))).toBe('x\n9.007199254740992e+15\n1.2345678901234568e+18\n0.5\n');
    expect(valuesOf(await readTable(file('csv')), 'x')).toEqual([2 ** 53, 1234567890123456789, 0.5]);
  });

  test('a time in a day is that day, in every file', async () => {
    // half a day after 2015-01-01, as a line between two days gives it
    const halves = tableOf({ d: ['date', [16_436.5, undefined, 16_437]] });
    const { file, faults } = await saved(halves, { formats: ['csv', 'parquet'] });
    expect(faults).toEqual([]);
    expect(new TextDecoder().decode(file('csv'))).toBe('d\n2015-01-01\nNA\n2015-01-02\n');
    const back = await readTable(file('parquet'), { format: 'parquet' });
    expect(valuesOf(back, 'd')).toEqual([16_436, undefined, 16_437]);
  });

  test('a column with a day that Excel does not know is text', async () => {
    const early = Date.parse('1900-02-28') / 86_400_000;
    const { file } = await saved(tableOf({ d: ['date', [early, 16_436, undefined]] }), { formats: 'xlsx' });
    const book = new exceljs.Workbook();
    await book.xlsx.load(file('xlsx').slice().buffer);
    expect([2, 3, 4].map((row) => book.getWorksheet('data')?.getCell(row, 1).value)).toEqual([
      '1900-02-28',
      '2015-01-01',
      null,
    ]);
  });

  test('a text that no cell of a sheet can hold is refused with its row; other files hold it', async () => {
    const table = tableOf({ note: ['text', ['a', 'x'.repeat(32_767), '好'.repeat(32_768)]] });
    const { faults } = await runStage(save, { from: 'x', formats: ['xlsx', 'csv'] }, { from: table });
    expect(faults).toMatchObject([{ code: 'CE1143', args: { name: 'note', row: 3, length: 32_768, most: 32_767 } }]);
    const { file } = await saved(table, { formats: 'dta' });
    expect(valuesOf(await readTable(file('dta'), { format: 'dta' }), 'note').map((t) => String(t).length)).toEqual([
      1, 32_767, 32_768,
    ]);
  });

  test('names that Stata does not allow are changed and named; what is infinite is missing', async () => {
    const table = tableOf({
      'gdp (bn)': ['number', [1, Infinity]],
      if: ['number', [-Infinity, 2]],
      城市: ['text', ['a', 'b']],
    });
    const { file, notes } = await saved(table, { formats: 'dta' });
    expect(notes).toEqual([
      { code: 'CN2880', args: { count: 2, names: ['gdp (bn) → gdp__bn_', 'if → if_'] } },
      { code: 'CN2881', args: { count: 2, columns: ['gdp (bn)', 'if'] } },
    ]);
    const back = await readTable(file('dta'), { format: 'dta' });
    expect([valuesOf(back, 'gdp__bn_'), valuesOf(back, 'if_')]).toEqual([
      [1, undefined],
      [undefined, 2],
    ]);
    expect(Buffer.from(file('dta')).includes('gdp (bn)')).toBe(true); // its label
  });

  test('names for Stata are allowed there, and no two are the same', () => {
    expect(stataNames(['2019', 'a b', 'a_b', 'a-b', 'str12', '', 'x'.repeat(40)])).toEqual([
      '_2019',
      'a_b_2',
      'a_b',
      'a_b_3',
      'str12_',
      '_',
      'x'.repeat(32),
    ]);
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 12 }), (names) => {
        const made = stataNames(names);
        expect(new Set(made).size).toBe(names.length);
        for (const name of made) {
          expect(name).toMatch(/^[\p{L}\p{M}_][\p{L}\p{M}\p{Nd}_]*$/u);
          expect([...name].length).toBeLessThanOrEqual(32);
        }
        expect(stataNames(made)).toEqual(made);
      }),
    );
  });

  test('a table that is too wide for a sheet is refused with the limit', async () => {
    const wide = tableOf(Object.fromEntries(Array.from({ length: 16_385 }, (_, i) => [`x${i}`, ['integer', [i]]])));
    const { faults } = await saved(wide, { formats: ['csv', 'xlsx'] });
    expect(faults).toMatchObject([{ code: 'CE2880', args: { format: 'xlsx', columns: 16_385, most_columns: 16_384 } }]);
  });

  test('columns are those asked for, in that order; a wrong one is a fault where it stands', async () => {
    const { file } = await saved(edges, { columns: ['text', 'sm*'] });
    expect(new TextDecoder().decode(file('csv'))).toBe('text,small\n"",-127\n深圳 (SZ),100\n,\n');
    const { faults } = declareStage(save, { from: 'panel', columns: ['bite'] }, { from: edges });
    expect(faults).toMatchObject([{ code: 'CE2001', param: ['columns', 0] }]);
  });

  test('labels of the pipeline are the labels of the variables; an edit of another column saves nothing anew', () => {
    const folder = new Folder({
      'pipeline.yaml': `ceteris: 1
name: replication
labels: { y: { en: Output, zh: 产出 } }
stages:
  raw: { stage: ingest, file: raw.csv }
  data: { stage: save, from: raw, columns: [id, y], formats: [csv, dta], lang: zh, to: replication/panel }
`,
      'raw.csv': 'id,y,z\n1,2,3\n2,5,4\n',
    });
    folder.run();
    expect(folder.read('replication/panel.csv')).toBe('id,y\n1,2\n2,5\n');
    expect(folder.read('replication/panel.dta')).toContain('产出');
    folder.edit('raw.csv', '5,4', '5,7');
    expect(statuses(folder.run())).toEqual({ raw: 'ran', data: 'cached' });
    folder.edit('raw.csv', '2,5', '2,6');
    expect(statuses(folder.run())).toEqual({ raw: 'ran', data: 'ran' });
    expect(folder.read('replication/panel.csv')).toBe('id,y\n1,2\n2,6\n');
  });
});
