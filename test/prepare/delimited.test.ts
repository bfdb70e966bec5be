/** What a delimited file may hold, and what is said of what it may not. */
import { describe, expect, test } from 'vitest';
import { messageOf } from '../../stages/catalogue/render.ts';
import type { Fault } from '../../stages/contract.ts';
import { ingest } from '../../stages/prepare/ingest.ts';
import { declareStage, runStage, valuesOf } from '../stage-lab.ts';

const file = (text: string) => ({ files: { file: { ending: 'csv', bytes: new TextEncoder().encode(text) } } });
const read = (text: string, params: object = {}) => runStage(ingest, { file: 'data.csv', ...params }, {}, file(text));
const said = (faults: readonly Fault[]) => faults.map((f) => [f.code, f.args.line]);

describe('quotes', () => {
  test('text behind a closing quote is refused, not thrown away', async () => {
    expect(said((await read('a,b\n"12"34,5\n')).faults)).toEqual([['CE2070', 2]]);
    expect(said((await read('a,b\n1,"12"x\n2,"13"y\n3,4\n')).faults)).toEqual([
      ['CE2070', 2],
      ['CE2070', 3],
    ]);
    expect((await read('a,b\n"12"34,5\n')).faults[0]?.args.field).toBe('"12"34');
  });

  test('the line is that of the closing quote, when the field holds line breaks', async () => {
    expect(said((await read('a,b\n"x\ny"z,5\n')).faults)).toEqual([['CE2070', 3]]);
  });

  test('blanks behind a closing quote are no text', async () => {
    const ran = await read('a,b\n"12" ,5\n"13"\t,6\n');
    expect(valuesOf(ran.outputs.table!, 'a')).toEqual([12, 13]);
  });

  test('in the header too, in the check and in the run', async () => {
    for (const [text, code] of [
      ['a,"b\n1,2\n', 'CE2016'],
      ['a,"b"c\n1,2\n', 'CE2070'],
    ] as const) {
      const { faults, outputs } = declareStage(ingest, { file: 'data.csv' }, {}, file(text));
      expect(faults).toEqual([]);
      expect(outputs.table?.shape).toMatchObject({ open: true });
      expect(said((await read(text)).faults)).toEqual([[code, 1]]);
    }
  });

  test('of very many such lines the first are named and the rest counted', async () => {
    const { faults } = await read(`a,b\n${'"1"2,3\n'.repeat(30)}`);
    expect(faults.filter((f) => f.code === 'CE2070')).toHaveLength(20);
    expect(faults.at(-1)).toMatchObject({ code: 'CE2018', args: { more: 10 } });
  });
});

describe('names that are given', () => {
  const columns = { a: { from: 'b' } };

  test('a column cannot take the name of another one of the file, in the check and in the run', async () => {
    const { faults } = declareStage(ingest, { file: 'data.csv', columns }, {}, file('a,b\n1,2\n'));
    expect(faults).toMatchObject([{ code: 'CE1140', args: { name: 'a', from: 'b' }, param: ['columns', 'a'] }]);
    expect((await read('a,b\n1,2\n', { columns })).faults.map((f) => f.code)).toContain('CE1140');
  });

  test('two columns change names', async () => {
    const ran = await read('a,b\n1,2\n', { columns: { ...columns, b: { from: 'a' } } });
    expect([valuesOf(ran.outputs.table!, 'a'), valuesOf(ran.outputs.table!, 'b')]).toEqual([[2], [1]]);
  });
});

test('what says nothing of a file of its format is told, and does not stop it', () => {
  const warned = (ending: string, params: object) => {
    const { faults } = declareStage(
      ingest,
      { file: 'd', ...params },
      {},
      { files: { file: { ending, bytes: new Uint8Array() } } },
    );
    return faults.map((f) => [f.code, f.severity, f.param, f.args.format]);
  };
  expect(warned('parquet', { skip: 2, decimal: ',' })).toEqual([
    ['CE1141', 'warning', ['skip'], 'parquet'],
    ['CE1141', 'warning', ['decimal'], 'parquet'],
  ]);
  expect(warned('xlsx', { skip: 2, decimal: ',', sheet: 2, range: 'A3' })).toEqual([]);
  // a stage takes back the defaults of all ingests
  expect(warned('dta', { skip: 0, decimal: '.' })).toEqual([]);
  expect(warned('csv', { range: 'A3', labels: 'text', delimiter: ';' }).map(([, , param]) => param)).toEqual([
    ['range'],
    ['labels'],
  ]);
  expect(warned('txt', { format: 'xlsx', delimiter: ';' }).map(([, , param]) => param)).toEqual([['delimiter']]);
});

describe('lines that are no data', () => {
  const yearbook = '表1 城市面板,,\n\ncity,year,gdp\n,,亿元\nA,2001,5\nA,2002,6\n';

  test('titles above the header and units below it are passed over; lines stay those of the file', async () => {
    const params = { skip: 1, 'skip-after-header': 1 };
    const ran = await read(yearbook, params);
    expect(valuesOf(ran.outputs.table!, 'gdp')).toEqual([5, 6]);
    const wrong = await read(yearbook.replace('2002,6', '2002,x'), { ...params, columns: { gdp: { type: 'number' } } });
    expect(wrong.faults[0]?.args).toMatchObject({ row: 2, line: 6 });
    const { outputs } = declareStage(ingest, { file: 'data.csv', ...params }, {}, file(yearbook));
    expect(outputs.table?.shape).toMatchObject({ columns: [{ name: 'city' }, { name: 'year' }, { name: 'gdp' }] });
  });

  test('a header that is said to be where nothing stands is told as that, and not as an empty file', async () => {
    const said = async (text: string, params: object) => (await read(text, params)).faults.map((f) => [f.code, f.args]);
    expect(await said('a\n1\n', { skip: 5 })).toEqual([['CE1144', { said: ['skip: 5'] }]]);
    expect(await said('a\n1\n', { 'header-rows': 3 })).toEqual([['CE1144', { said: ['header-rows: 3'] }]]);
    expect(await said('\n\n', {})).toEqual([['CE2012', {}]]);
  });

  test('the delimiter is found from the header, not from the titles above it', async () => {
    const ran = await read('表1, 城市, 面板\r\ncity;x\r\nA;1\r\n', { skip: 1 });
    expect(valuesOf(ran.outputs.table!, 'x')).toEqual([1]);
    expect(valuesOf((await read('\n\ncity;x\nA;1\n')).outputs.table!, 'x')).toEqual([1]);
  });

  test('columns without names are named at once, with the way out', async () => {
    const { faults } = await read(yearbook);
    expect(faults.map((f) => f.code)).toEqual(['CE2013']);
    expect(messageOf('CE2013', faults[0]!.args, 'en')).toBe('columns 2, 3 of the header have no name');
  });

  test('columns with neither a name nor a value, as Excel writes them, are left out with a note', async () => {
    const ran = await read('a,,b,\n1,,2,\n3," ",4,\n');
    expect(ran.outputs.table?.shape).toMatchObject({ columns: [{ name: 'a' }, { name: 'b' }] });
    expect(valuesOf(ran.outputs.table!, 'b')).toEqual([2, 4]);
    expect(ran.notes).toEqual([{ code: 'CN1140', args: { columns: ['2', '4'] } }]);
  });

  test('a column under no name that holds something is named, and the empty one beside it is not', async () => {
    const { faults } = await read('a,,\n1,,\n2,,x\n');
    expect(faults).toMatchObject([{ code: 'CE2013', args: { columns: ['3'] } }]);
  });

  test('a header of several rows: names go down, and over what stands below them', async () => {
    const text = '统计年鉴,,,,\n城市,年份,经济,,社会\n,,GDP,人口,学校\nA,2001,5,6,7\n';
    const params = { skip: 1, 'header-rows': 2 };
    const ran = await read(text, params);
    const names = ['城市', '年份', '经济_GDP', '经济_人口', '社会_学校'];
    expect(ran.outputs.table?.shape).toMatchObject({ columns: names.map((name) => ({ name })) });
    expect(valuesOf(ran.outputs.table!, '经济_人口')).toEqual([6]);
    const { outputs } = declareStage(ingest, { file: 'data.csv', ...params }, {}, file(text));
    expect(outputs.table?.shape).toMatchObject({ columns: names.map((name) => ({ name })) });
  });

  test('a name does not go over columns that have none below it', async () => {
    const ran = await read('id,a,,b\nno,,x,y\n1,2,3,4\n', { 'header-rows': 2 });
    expect(ran.outputs.table?.shape).toMatchObject({
      columns: ['id_no', 'a', 'x', 'b_y'].map((name) => ({ name })),
    });
  });

  test('a title taken for the header is told once, with how many lines to pass over', async () => {
    expect((await read('title line\nsource: x\nid,a\n1,2\n3,4\n')).faults).toMatchObject([
      { code: 'CE2071', args: { line: 1, fields: 1, found: 2, skip: 2 } },
    ]);
    expect((await read('Source: bureau, 2020\n\nid,y,a,b\n1,2,3,4\n')).faults).toMatchObject([
      { code: 'CE2071', args: { line: 1, fields: 2, found: 4, skip: 2 } },
    ]);
  });

  test('one cell more than the header in every row is no title', async () => {
    expect((await read('a,b\n1,2,3\n4,5,6\n')).faults.map((f) => f.code)).toEqual(['CE2017', 'CE2017']);
  });
});
