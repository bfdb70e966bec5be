/** Mistakes in data and in the stages that prepare them: each is found, under its code, where it was made. */
import { readFileSync } from 'node:fs';
import exceljs from 'exceljs';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { readTable as readTableFile } from '../../stages/columns/table-file.ts';
import type { AnyStageType, Note } from '../../stages/contract.ts';
import { append } from '../../stages/prepare/append.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { gather } from '../../stages/prepare/gather.ts';
import { ingest } from '../../stages/prepare/ingest.ts';
import { merge } from '../../stages/prepare/merge.ts';
import { select } from '../../stages/prepare/select.ts';
import { winsorize } from '../../stages/prepare/winsorize.ts';
import { declareStage, type LabInputs, readTable, runStage, type Value } from '../stage-lab.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (text: string, ending = 'csv') => ({ files: { file: { ending, bytes: bytes(text) } } });
const codesOf = (of: readonly { readonly code: string; readonly param?: unknown }[]) =>
  of.map((f) => [f.code, f.param]);

const read = (text: string, params: object = {}) => runStage(ingest, { file: 'data.csv', ...params }, {}, file(text));

const run = async (type: AnyStageType, params: object, inputs: LabInputs) => {
  const ran = await runStage(type, { from: 'x', ...params }, inputs);
  return { codes: codesOf(ran.faults), notes: ran.notes, ran };
};

const noteOf = (notes: readonly Note[], code: string) => notes.find((n) => n.code === code)?.args;

const cities = () => readTable('city,year,x\na,1,2\na,2,3\nb,1,5\n');

describe('reading a file', () => {
  test('of very many rows with too few cells the first are named and the rest counted', async () => {
    const ran = await read(`a,b\n${'1\n'.repeat(30)}`);
    const codes = ran.faults.map((f) => f.code);
    expect(codes.at(-1)).toBe('CE2018');
    expect(codes.filter((c) => c === 'CE2017').length + (ran.faults.at(-1)?.args.more as number)).toBe(30);
  });

  test('of very many cells that are no numbers, too', async () => {
    const ran = await read(`a\n${'x\n'.repeat(30)}`, { columns: { a: { type: 'number' } } });
    const codes = ran.faults.map((f) => f.code);
    expect(codes.at(-1)).toBe('CE2021');
    expect(codes.filter((c) => c === 'CE2020').length + (ran.faults.at(-1)?.args.more as number)).toBe(30);
  });

  test('a declared column, a key and a panel column that the file does not have', () => {
    const declared = (params: object) =>
      codesOf(declareStage(ingest, { file: 'data.csv', ...params }, {}, file('a,b\n1,2\n')).faults);
    expect(declared({ columns: { c: { type: 'number' } } })).toEqual([['CE2023', ['columns', 'c']]]);
    expect(declared({ columns: { c: { from: 'd' } } })).toEqual([['CE2023', ['columns', 'c', 'from']]]);
    expect(declared({ key: ['a', 'e'] })).toEqual([['CE2023', ['key', 1]]]);
    expect(declared({ panel: { unit: 'a', time: 'f' } })).toEqual([['CE2023', ['panel', 'time']]]);
  });

  test('two columns from one', () => {
    const columns = { p: { from: 'a' }, q: { from: 'a' } };
    const { faults } = declareStage(ingest, { file: 'data.csv', columns }, {}, file('a,b\n1,2\n'));
    expect(codesOf(faults)).toEqual([['CE2024', ['columns', 'q']]]);
  });

  test('a workbook that is none', async () => {
    const ran = await runStage(ingest, { file: 'data.xlsx', format: 'xlsx' }, {}, file('a,b\n1,2\n', 'xlsx'));
    expect(codesOf(ran.faults)).toEqual([['CE2027', ['file']]]);
  });

  test('a sheet that the workbook does not have', async () => {
    const book = new exceljs.Workbook();
    book.addWorksheet('2021').addRow(['a']);
    book.addWorksheet('城市').addRow(['a']);
    const xlsx = { file: { ending: 'xlsx', bytes: new Uint8Array(await book.xlsx.writeBuffer()) } };
    for (const sheet of ['2012', 3]) {
      const ran = await runStage(ingest, { file: 'data.xlsx', format: 'xlsx', sheet }, {}, { files: xlsx });
      expect(codesOf(ran.faults)).toEqual([['CE2026', ['sheet']]]);
      expect(ran.faults[0]?.args).toEqual({ name: String(sheet), known: ['2021', '城市'] });
    }
  });

  test('names of columns that a table cannot have, in a workbook', async () => {
    const book = new exceljs.Workbook();
    book.addWorksheet('s').addRows([
      ['a', '__proto__', 'a', '', 'b'],
      [1, 2, 3, 4, 5],
    ]);
    const xlsx = { file: { ending: 'xlsx', bytes: new Uint8Array(await book.xlsx.writeBuffer()) } };
    const ran = await runStage(ingest, { file: 'data.xlsx', format: 'xlsx' }, {}, { files: xlsx });
    expect(ran.faults.map((f) => f.code)).toEqual(['CE2013', 'CE2014', 'CE2015']);
  });

  test('a Parquet file that is none', async () => {
    const left = await readTableFile(bytes('a,b\n1,2\n'), 'parquet');
    expect(left.ok ? [] : left.faults.map((f) => [f.code, f.param])).toEqual([['CE2906', ['file']]]);
  });

  test('a damaged Parquet file is told of in words, not in those of what fell over it', async () => {
    const whole = readFileSync(new URL('../fixtures/parquet/none.parquet', import.meta.url));
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    const damage = fc.asyncProperty(flips, async (changes) => {
      const damaged = new Uint8Array(whole);
      for (const [at, byte] of changes) damaged[at] = byte;
      const read = await readTableFile(damaged, 'parquet');
      if (!read.ok) expect(JSON.stringify(read.faults)).not.toMatch(/undefined|Cannot read|bounds|Invalid/);
    });
    await fc.assert(damage, { numRuns: 500 });
  });

  test('a Parquet file with a column of fewer than no parts is damaged', async () => {
    const element = { name: 'x', type: 'DOUBLE', repetition_type: 'OPTIONAL', num_children: -1 } as const;
    const schema = [{ name: 'root', num_children: 1 }, element];
    const made = parquetWriteBuffer({ columnData: [{ name: 'x', data: [1, 2] }], schema });
    const read = await readTableFile(new Uint8Array(made), 'parquet');
    expect(read.ok ? [] : read.faults.map((f) => f.args.reason)).toEqual(['its parts do not fit together']);
  });

  test('gaps of a panel are counted', async () => {
    const ran = await read('id,t\na,1\na,2\nb,1\n', { panel: { unit: 'id', time: 't' } });
    expect(noteOf(ran.notes, 'CN2001')).toEqual({ units: 2, periods: 2, gaps: 1, cells: 4 });
  });
});

describe('expressions', () => {
  const texts = () => readTable('city,x\na,1\nb,2\n');

  test('text where a number is needed, and a condition that is text', async () => {
    expect((await run(derive, { columns: { y: 'city + 1' } }, { from: await texts() })).codes[0]?.[0]).toBe('CE2032');
    expect((await run(filter, { keep: 'city' }, { from: await texts() })).codes).toEqual([['CE2049', ['keep']]]);
  });

  test('a function with too many arguments', async () => {
    const { ran } = await run(derive, { columns: { y: 'log(x, 2, 3)' } }, { from: await texts() });
    expect(ran.faults.map((f) => [f.code, f.args.given])).toEqual([['CE2034', 3]]);
  });

  test('a lag in a table that is no panel', async () => {
    const { ran } = await run(derive, { columns: { y: 'x + lag(x)' } }, { from: await texts() });
    expect(ran.faults.map((f) => [f.code, f.within?.start])).toEqual([['CE2035', 4]]);
  });
});

describe('expressions as other programs have them', () => {
  const from = () => readTable('city,year,day,l_x,x\na,2001,2001-01-05,1,1\nb,2001,2001-01-06,2,2\n', panel);
  const panel = { panel: { unit: 'city', time: 'year' } };
  /** Code, what is underlined, and what is said to stand there. */
  const said = async (y: string) => {
    const { ran } = await run(derive, { columns: { y } }, { from: await from() });
    return ran.faults.map((f) => [f.code, y.slice(f.within?.start, f.within?.end), f.args.plain ?? f.args.name ?? '']);
  };

  for (const [expression, underlined, plain] of [
    ['2 * l.x', 'l.x', 'lag(x)'],
    ['L2.x', 'L2.x', 'lag(x, 2)'],
    ['F.x + 1', 'F.x', 'lead(x)'],
    ['D.x', 'D.x', 'diff(x)'],
    ['D2.x', 'D2.x', 'diff(diff(x))'],
    ['x[_n-1]', 'x[_n-1]', 'lag(x)'],
    ['1 + x[_n + 2]', 'x[_n + 2]', 'lead(x, 2)'],
    ['ln(x)', 'ln', 'log(…)'],
    ['cond(x == 1, 1, 0)', 'cond', 'if(condition, a, b)'],
    ['ifelse(x == 1, 1, 0)', 'ifelse', 'if(condition, a, b)'],
    ["inlist(city, 'a')", 'inlist', 'x in [a, b]'],
    ['is.na(x)', 'is.na', 'missing(…)'],
    ['rowmax(x, l_x)', 'rowmax', 'max(a, b)'],
    ['x if year > 2000', 'x if year > 2000', 'if(year > 2000, x)'],
    ['x ** 2', '**', '^'],
    ['x <> 1', '<>', '!='],
    ['x ~= 1', '~=', '!='],
    ['x =< 1', '=<', '<='],
    ['x => 1', '=>', '>='],
    ['x >= .', 'x >= .', 'missing(x)'],
    ['year > 1 and x != .', 'x != .', 'not missing(x)'],
    ['x == NA', 'x == NA', 'missing(x)'],
    ['x != NaN', 'x != NaN', 'not missing(x)'],
    ['x == TRUE', 'TRUE', 'true'],
    ["city %in% c('a')", '%in%', 'in [a, b]'],
  ] as const)
    test(expression, async () => expect(await said(expression)).toEqual([['CE2083', underlined, plain]]));

  for (const [expression, code, underlined] of [
    ['city == a', 'CE2084', 'a'],
    ['city in [a]', 'CE2084', 'a'],
    ['mean(x, city)', 'CE2085', 'mean'],
    ['mean(x) by city', 'CE2085', 'by'],
    ['1 + max(x)', 'CE2086', 'max'],
    ['year(city)', 'CE2087', 'city'],
    ['year(year)', 'CE2087', 'year'],
    ['quantile(x, 90)', 'CE2081', '90'],
    ['quantile(x, x)', 'CE2081', 'x'],
    ['lag(x, 1.5)', 'CE2082', '1.5'],
    ['lag(x, year)', 'CE2082', 'year'],
    ["diff(x, 'a')", 'CE2082', "'a'"],
    ["day == '2001/01/05'", 'CE2089', "'2001/01/05'"],
    ["day in ['2001-01-05', '5 Jan']", 'CE2089', "'5 Jan'"],
    ["x == '2001-01-05'", 'CE2033', 'x'],
    ['round(x, 1 / 2)', 'CE2088', '1 / 2'],
    ["log('a')", 'CE2032', "'a'"],
    ['city == cty', 'CE2084', 'cty'],
    ['x == yeer', 'CE2001', 'yeer'],
    ['L.y', 'CE2001', 'L.y'],
    ['regexr(city, 1, 2)', 'CE2031', 'regexr'],
  ] as const)
    test(expression, async () =>
      expect((await said(expression)).map((f) => f.slice(0, 2))).toEqual([[code, underlined]]),
    );

  test('what stands for a text without quotes while types are not known yet', () => {
    const shape = { kind: 'table', open: false, columns: ['city', 'year'].map((name) => ({ name, type: 'unknown' })) };
    const told = (keep: string) =>
      declareStage(filter, { from: 'x', keep }, { from: { shape, parts: new Map() } as Value }).faults;
    expect(codesOf(told('city == Texas'))).toEqual([['CE2084', ['keep']]]);
    expect(codesOf(told('city == yaer'))).toEqual([['CE2001', ['keep']]]);
  });

  test('an unclosed quote of either kind, and one sign of equality', async () => {
    const expected = async (y: string) => {
      const { ran } = await run(derive, { columns: { y } }, { from: await from() });
      return ran.faults.map((f) => [f.code, f.args.expected]);
    };
    expect(await expected("city == 'a")).toEqual([['CE2030', "a closing '"]]);
    expect(await expected('city == "a')).toEqual([['CE2030', 'a closing "']]);
    expect(await expected('if(x = 1, 1, 0)')).toEqual([['CE2030', "'==' to compare"]]);
  });

  test('dates have a year, and so has what is computed of them', async () => {
    const { codes } = await run(derive, { columns: { y: 'year(day) + year(day + 365)' } }, { from: await from() });
    expect(codes).toEqual([]);
  });
});

test('a glob finds a column whose name has a line break', async () => {
  const table = await readTable('"GDP\nper head",GDP total\n1,2\n');
  const ran = await run(select, { columns: ['GDP*'] }, { from: table });
  expect((ran.ran.outputs.table as Value).shape).toMatchObject({
    columns: [{ name: 'GDP\nper head' }, { name: 'GDP total' }],
  });
});

describe('tables put together', () => {
  test('a selection without columns, and a new name that is taken', async () => {
    expect((await run(select, { columns: [] }, { from: await cities() })).codes).toEqual([['CE2040', ['columns']]]);
    const renamed = await run(select, { rename: { x: 'year' } }, { from: await cities() });
    expect(renamed.codes).toEqual([['CE2041', ['rename', 'x']]]);
  });

  test('a new name for a column that is left out', async () => {
    const from = await readTable('city,year,gdp\na,1,2\n');
    const left = await run(select, { columns: ['city', 'g*'], rename: { x: 'year', y: 'gdp' } }, { from });
    expect(left.codes).toEqual([['CE2112', ['rename', 'x']]]);
    expect(left.ran.faults[0]?.args).toEqual({ name: 'year', to: 'x' });
    // which columns a glob stands for is not known yet
    const open = { ...from, shape: { ...from.shape, open: true } } as Value;
    const declared = (columns: string[]) =>
      declareStage(select, { columns, rename: { x: 'year' } }, { from: open }).faults.map((f) => f.code);
    expect([declared(['city', 'y*']), declared(['city', 'g*'])]).toEqual([[], ['CE2112']]);
  });

  test('two new names for one column', async () => {
    const twice = await run(
      select,
      { rename: { x: 'year', z: 'year' } },
      { from: await readTable('city,year\na,1\n') },
    );
    expect(twice.codes).toEqual([['CE2110', ['rename', 'z']]]);
  });

  test('the same column as text and as a number', async () => {
    const other = await readTable('city,year,x\n1,1,2\n');
    expect((await run(append, { from: ['a', 'b'] }, { from: [await cities(), other] })).codes.map(([c]) => c)).toEqual([
      'CE2042',
    ]);
    const numbered = await readTable('city,gdp\n1,2\n');
    const merged = await run(merge, { with: 'y', on: ['city'] }, { from: await cities(), with: numbered });
    expect(merged.codes.map(([c]) => c)).toEqual(['CE2042']);
  });

  test('a merge without keys', async () => {
    const other = await readTable('gdp\n2\n');
    expect((await run(merge, { with: 'y', on: [] }, { from: await cities(), with: other })).codes).toEqual([
      ['CE2046', ['on']],
    ]);
  });

  test('keys that repeat where each was to be there once; rows without a match, as a fault or as a note', async () => {
    const gdp = await readTable('city,gdp\na,1\nc,2\n');
    const merged = async (params: object, from?: Value) =>
      run(merge, { with: 'y', on: ['city'], ...params }, { from: from ?? (await cities()), with: gdp });
    expect((await merged({ validate: '1:1' })).codes).toEqual([['CE2044', ['validate']]]);
    expect((await merged({ unmatched: 'error' })).codes[0]).toEqual(['CE2045', ['unmatched']]);
    expect(noteOf((await merged({})).notes, 'CN2004')).toEqual({ side: 'from', count: 1, keys: ['b'] });
  });

  test("a key called as the column that says a key's table is refused", async () => {
    const sides = await readTable('side,x\na,1\n');
    const other = await readTable('side,y\na,1\n');
    expect((await run(merge, { with: 'y', on: ['side'] }, { from: sides, with: other })).codes).toEqual([
      ['CE2072', ['on', 0]],
    ]);
  });

  test('a mapping of keys says the same in any order', async () => {
    const other = await readTable('town,t,y\na,1,1\n');
    const specs = [
      { city: 'town', year: 't' },
      { year: 't', city: 'town' },
    ].map(async (on) => declareStage(merge, { from: 'x', with: 'y', on }, { from: await cities(), with: other }).spec);
    expect(await specs[0]).toEqual(await specs[1]);
  });

  test('rows kept are counted; none left is said', async () => {
    expect(noteOf((await run(filter, { keep: 'x > 2' }, { from: await cities() })).notes, 'CN2002')).toEqual({
      kept: 2,
      rows: 3,
    });
    expect(noteOf((await run(filter, { keep: 'x > 9' }, { from: await cities() })).notes, 'CN2003')).toEqual({
      rows: 3,
    });
  });

  test('a figure is no result to gather', async () => {
    const figure: Value = { shape: { kind: 'document', formats: ['svg'] }, parts: new Map() };
    expect((await run(gather, { from: ['a'] }, { from: [figure] })).codes.map(([c]) => c)).toEqual(['CE2930']);
  });

  test('a column of missing values is not winsorized', async () => {
    const table = await readTable('x,y\n.,1\n.,2\n', { columns: { x: { type: 'number' } } });
    expect(noteOf((await run(winsorize, { columns: 'x' }, { from: table })).notes, 'CN3201')).toEqual({ column: 'x' });
  });
});
