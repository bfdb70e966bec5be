/** Wide to long and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reshape } from '../../stages/prepare/reshape.ts';
import { Folder } from '../command-line.ts';
import { declareStage, fixtures, readTable, runStage, type Value, valuesOf } from '../stage-lab.ts';
import { data } from './bench.ts';

const run = (params: object, from: Value) => runStage(reshape, { from: 'x', ...params }, { from });
const names = (value: Value | undefined): string[] =>
  value?.shape.kind === 'table' ? value.shape.columns.map((c) => c.name) : [];
const cells = (value: Value | undefined): Record<string, unknown> =>
  Object.fromEntries(names(value).map((name) => [name, valuesOf(value, name)]));
const types = (value: Value | undefined): Record<string, string> =>
  value?.shape.kind === 'table' ? Object.fromEntries(value.shape.columns.map((c) => [c.name, c.type])) : {};

const GDP = { columns: { gdp: 'gdp{year}', pop: 'pop{year}' } };
/** gdp of 2019 to 2021, pop without 2020 */
const yearbook = () =>
  readTable('city,province,gdp2019,gdp2020,gdp2021,pop2019,pop2021\nb,p,1,2,,10,12\na,q,3,,,20,\nc,q,,,,,\n');

describe('the tables of R', () => {
  const made = JSON.parse(readFileSync(join(fixtures, 'reshape.json'), 'utf8')) as readonly {
    readonly id: string;
    readonly of: string;
    readonly made: string;
  }[];
  const [hits, stations] = [
    { into: 'long', id: ['artist', 'track'] },
    'Release I80_1 Lisbon Rstr Base_TD BCE BCW BCE2',
  ];
  const text = { GEOID: { type: 'text' }, fish: { type: 'text' } };
  const times = [0.25, 0.5, 0.75, 1, 1.25, 2, 3, 4, 5, 6, 8];
  const params: Readonly<Record<string, object>> = {
    longer: { ...hits, columns: { rank: 'wk{week}' } },
    'longer-drop': { ...hits, columns: { rank: 'wk{week}' }, empty: 'drop' },
    'longer-two': { into: 'long', id: 'row', columns: { x: 'x{set}', y: 'y{set}' } },
    'wider-two': {
      into: 'wide',
      id: ['GEOID', 'NAME'],
      columns: { estimate: 'estimate_{variable}', moe: 'moe_{variable}' },
      values: ['income', 'rent'],
    },
    'wider-gaps': {
      into: 'wide',
      id: 'fish',
      columns: { seen: '{station}' },
      values: `${stations} BCW2 MAE MAW`.split(' '),
    },
    'reshape-wide': { into: 'wide', id: 'Subject', columns: { conc: 'conc.{time}' }, values: times },
    'reshape-long': { into: 'long', id: 'Subject', columns: { conc: 'conc.{time}' }, type: 'number' },
  };
  for (const { id, of, made: want } of made)
    test(id, async () => {
      const declared = Object.fromEntries(Object.entries(text).filter(([name]) => of.includes(`"${name}"`)));
      const ran = await run(params[id] as object, await readTable(of, { columns: declared }));
      expect(ran.faults).toEqual([]);
      expect(cells(ran.outputs.table)).toEqual(cells(await readTable(want, { columns: declared })));
    });
  test('each is tried', () => expect(made.map((c) => c.id)).toEqual(Object.keys(params)));
});

describe('into long', () => {
  test('rows go by the input, in each by the new column; other columns stand in each of its rows', async () => {
    const { outputs, notes } = await run({ into: 'long', id: 'city', ...GDP }, await yearbook());
    expect(names(outputs.table)).toEqual(['city', 'year', 'gdp', 'pop', 'province']);
    expect(types(outputs.table)).toMatchObject({ year: 'integer', gdp: 'integer', province: 'text' });
    const gap = undefined;
    expect(cells(outputs.table)).toEqual({
      city: ['b', 'b', 'b', 'a', 'a', 'a', 'c', 'c', 'c'],
      year: [2019, 2020, 2021, 2019, 2020, 2021, 2019, 2020, 2021],
      gdp: [1, 2, gap, 3, gap, gap, gap, gap, gap],
      pop: [10, gap, 12, 20, gap, gap, gap, gap, gap],
      province: ['p', 'p', 'p', 'q', 'q', 'q', 'q', 'q', 'q'],
    });
    expect(notes).toEqual([
      { code: 'CN2651', args: { name: 'pop', key: 'year', values: ['2020'] } },
      { code: 'CN2652', args: { count: 5, rows: 9, columns: ['gdp', 'pop'] } },
    ]);
  });

  test('rows without any value can be left out', async () => {
    const { outputs, notes } = await run({ into: 'long', id: 'city', ...GDP, empty: 'drop' }, await yearbook());
    expect(cells(outputs.table)).toMatchObject({ city: ['b', 'b', 'b', 'a'], year: [2019, 2020, 2021, 2019] });
    expect(notes.at(-1)).toEqual({ code: 'CN2653', args: { count: 5, rows: 9, columns: ['gdp', 'pop'] } });
  });

  test('patterns without names call the columns by what stands beside the braces', async () => {
    const from = await readTable('id,gdp_2009,gdp_2010,2009年人口,2010年人口\n1,2,3,4,5\n');
    const spec = (columns: unknown) =>
      declareStage(reshape, { from: 'x', into: 'long', id: 'id', columns }, { from }).spec;
    expect(spec(['gdp_{year}', '{year}年人口'])).toEqual(spec({ gdp: 'gdp_{year}', 年人口: '{year}年人口' }));
    expect(spec('gdp_{year}')).toEqual(spec({ gdp: 'gdp_{year}' }));
  });

  test('names that are years, with and without what stands behind them', async () => {
    for (const [header, pattern] of [
      ['2010,2009', '{year}'],
      ['2010年,2009年', '{year}年'],
      ['GDP（2010）,GDP（2009）', 'GDP（{ year }）'],
    ]) {
      const from = await readTable(`city,area,${header}\na,7,2,1\n`);
      const { outputs, notes } = await run({ into: 'long', id: 'city', columns: { gdp: pattern } }, from);
      expect(cells(outputs.table)).toEqual({ city: ['a', 'a'], year: [2009, 2010], gdp: [1, 2], area: [7, 7] });
      expect(notes).toEqual([]);
    }
  });

  test('what stands for no number is carried along and told of, where some do', async () => {
    const from = await readTable('id,gdp2009,gdp_note,gdp2010.1,2011*\n1,5,a,6,7\n');
    const long = (more: object) => run({ into: 'long', id: 'id', columns: { gdp: 'gdp{year}' }, ...more }, from);
    const { outputs, notes } = await long({});
    expect(cells(outputs.table)).toMatchObject({ year: [2009], gdp: [5], gdp_note: ['a'] });
    expect(notes).toEqual([{ code: 'CN2650', args: { columns: ['gdp_note', 'gdp2010.1'], key: 'year' } }]);
    expect(cells((await long({ type: 'number' })).outputs.table)).toMatchObject({ year: [2009, 2010.1], gdp: [5, 6] });
    const bare = await run({ into: 'long', id: 'id', columns: { gdp: '{year}' }, carry: ['gdp*'] }, from);
    expect(cells(bare.outputs.table)).toMatchObject({ year: ['2011*'], gdp: [7] });
  });

  test('the type of the new column: codes are text, and integers where they are asked for', async () => {
    const from = await readTable('id,x09,x10,xa\n1,5,6,7\n');
    const value = async (more: object) => {
      const { outputs } = await run({ into: 'long', id: 'id', columns: { x: 'x{k}' }, ...more }, from);
      return [valuesOf(outputs.table, 'k'), types(outputs.table).k];
    };
    expect(await value({})).toEqual([['09', '10'], 'text']);
    expect(await value({ type: 'integer' })).toEqual([[9, 10], 'integer']);
    expect(await value({ type: 'text' })).toEqual([['09', '10', 'a'], 'text']);
  });

  test('texts, and levels that several columns share', async () => {
    const from = await readTable('id,s1,s2\n1,a,b\n2,,a\n');
    const { outputs } = await run({ into: 'long', id: 'id', columns: { s: 's{k}' } }, from);
    expect(cells(outputs.table)).toEqual({ id: [1, 1, 2, 2], k: [1, 2, 1, 2], s: ['a', 'b', undefined, 'a'] });
  });

  test('ids must name every row', async () => {
    const wide = { into: 'long', columns: { x: 'x{k}' } };
    const from = await readTable('id,g,x1\na,1,1\nb,1,2\na,1,3\n,2,4\n');
    const told = async (id: string | string[], of = from) =>
      (await run({ ...wide, id }, of)).faults.map((f) => [f.code, f.args.keys ?? f.args.row]);
    expect(await told('id')).toEqual([['CE2656', 4]]);
    expect(await told(['g', 'id'], await readTable('id,g,x1\na,1,1\nb,1,2\na,1,3\n'))).toEqual([
      ['CE2655', ['1 a (1, 3)']],
    ]);
  });

  test('every mistake in names and types is told where it is', async () => {
    const from = await readTable('id,g,gdp2009,gdp2010,gdpx2009,s1,s2\n1,2,3,4,5,a,6\n');
    const told = (params: object) =>
      declareStage(reshape, { from: 'x', into: 'long', id: 'id', ...params }, { from }).faults.map((f) => [
        f.code,
        f.param?.join('.'),
      ]);
    expect(told({ id: 'di', columns: { gdp: 'gpd{year}' } })).toEqual([
      ['CE2001', 'id'],
      ['CE2652', 'columns.gdp'],
    ]);
    expect(told({ columns: { gdp: 'gdp' } })).toEqual([['CE2650', 'columns.gdp']]);
    expect(told({ columns: { gdp: '{}{year}' } })).toEqual([['CE2650', 'columns.gdp']]);
    expect(told({ columns: ['gdp', 'gdpx{year}'] })).toEqual([['CE2650', 'columns.0']]);
    expect(told({ columns: '{year}' })).toEqual([['CE2668', 'columns']]);
    expect(told({ columns: { gdp: 'gdp{year}', s: 's{t}' } })).toEqual([['CE2651', 'columns.s']]);
    expect(told({ columns: { s: 's{t}' } })).toEqual([['CE2654', 'columns.s']]);
    expect(told({ columns: { gdp: 'gdp{id}' } })).toEqual([['CE2180', 'columns.gdp']]);
    expect(told({ columns: { g: 'gdp{year}' } })).toEqual([['CE2041', 'columns.g']]);
    expect(told({ columns: { g: 'gdp{year}' }, carry: [] })).toEqual([]);
    expect(told({ columns: { gdp: 'gdp{year}' }, values: [1] })).toEqual([['CE2658', 'values']]);
    expect(told({ columns: { '#rows': 'gdp{year}' } })).toEqual([['CE2014', 'columns.#rows']]);
    const both = { columns: { a: 'gdp{year}', b: 'gdpx{year}' } };
    expect(told(both)).toEqual([]);
    expect(told({ ...both, type: 'text' })).toEqual([['CE2653', 'columns.b']]);
  });

  test('two columns for one value, and signs that are taken for a minus', async () => {
    const twice = await readTable('id,x9,x09\n1,2,3\n');
    const long = { from: 'x', into: 'long', id: 'id', columns: { x: 'x{k}' } };
    expect((await runStage(reshape, { ...long, type: 'integer' }, { from: twice })).faults.map((f) => f.code)).toEqual([
      'CE2667',
    ]);
    const dashed = declareStage(reshape, long, { from: await readTable('id,x-2009,x-2010\n1,2,3\n') });
    expect(dashed.faults.map((f) => [f.code, f.severity, f.args.example])).toEqual([['CE2666', 'warning', '"x-{k}"']]);
    const leads = declareStage(reshape, long, { from: await readTable('id,x-1,x0,x1\n1,2,3,4\n') });
    expect(leads.faults).toEqual([]);
  });

  test('kinds that only the data tell', async () => {
    const types = { x1: 'unknown', x2: 'unknown' } as const;
    const from = data({ id: [1], x1: [2], x2: ['a'] }, { types });
    const ran = await run({ into: 'long', id: 'id', columns: { x: 'x{k}' } }, from);
    expect(ran.faults.map((f) => [f.code, f.args.first, f.args.second])).toEqual([['CE2654', 'x1', 'x2']]);
  });
});

describe('into wide', () => {
  const long = () => readTable('city,year,gdp,pop,area\nb,2020,2,20,9\na,2019,3,30,8\nb,2019,1,10,9\n');
  const wide = { into: 'wide', id: 'city', ...GDP, values: { from: 2019, to: 2021 } };

  test('rows go by the first of each id, columns by the values; combinations without a row are missing', async () => {
    const { outputs, notes } = await run(wide, await long());
    const gap = undefined;
    expect(names(outputs.table).join(' ')).toBe('city gdp2019 gdp2020 gdp2021 pop2019 pop2020 pop2021 area');
    expect(cells(outputs.table)).toEqual({
      city: ['b', 'a'],
      gdp2019: [1, 3],
      gdp2020: [2, gap],
      gdp2021: [gap, gap],
      pop2019: [10, 30],
      pop2020: [20, gap],
      pop2021: [gap, gap],
      area: [9, 8],
    });
    expect(notes).toEqual([
      { code: 'CN2654', args: { count: 1, cells: 4, columns: ['city', 'year'] } },
      { code: 'CN2655', args: { key: 'year', values: ['2021'] } },
    ]);
  });

  test('values of the data that are not declared are named, with what to write', async () => {
    const faults = async (values: unknown, key = 'year', from?: Value) =>
      (
        await run({ ...wide, columns: { gdp: `{${key}}` }, values, carry: [] }, from ?? (await long())).then((r) => r)
      ).faults.map((f) => [f.code, f.args.found ?? f.args.values, f.args.written]);
    expect(await faults([2020])).toEqual([['CE2661', ['2019'], '[2019, 2020]']]);
    expect(await faults([2018, 2020])).toEqual([['CE2661', ['2019'], '{ from: 2018, to: 2020 }']]);
    expect(await faults(['2020'])).toEqual([['CE2659', ['2020'], undefined]]);
    const texts = await readTable('city,k,gdp\na,x,1\na,"y ""z""",2\n');
    expect(await faults(['x'], 'k', texts)).toEqual([['CE2661', ['y "z"'], '["x", "y \\"z\\""]']]);
    const dates = await readTable('city,k,gdp\na,2020-01-31,1\na,2020-02-29,2\n');
    expect(await faults(['2020-01-31'], 'k', dates)).toEqual([
      ['CE2661', ['2020-02-29'], '["2020-01-31", "2020-02-29"]'],
    ]);
    expect(await faults(['2020-02-30'], 'k', dates)).toEqual([['CE2659', ['2020-02-30'], undefined]]);
    const both = await run({ ...wide, columns: { gdp: '{k}' }, values: ['2020-01-31', '2020-02-29'] }, dates);
    expect(cells(both.outputs.table)).toEqual({ city: ['a'], '2020-01-31': [1], '2020-02-29': [2] });
  });

  test('one cell holds one value, and nothing that lacks an id or a value of the key', async () => {
    const told = async (text: string) =>
      (await run({ ...wide, columns: { gdp: 'gdp{year}' } }, await readTable(text))).faults.map((f) => [
        f.code,
        f.args.keys ?? f.args.row,
      ]);
    expect(await told('city,year,gdp\na,2019,1\nb,2019,1\na,2019,2\na,2019,3\nb,2020,\nb,2020,\n')).toEqual([
      ['CE2662', ['a 2019 (1, 3, 4)', 'b 2020 (5, 6)']],
    ]);
    expect(await told('city,year,gdp\na,2019,1\na,,1\n,2019,1\n,,1\n')).toEqual([
      ['CE2656', 3],
      ['CE2660', 2],
    ]);
  });

  test('what is carried along must be the same in all rows of an id', async () => {
    const from = await readTable('city,year,gdp,a,b,c\nx,2019,1,7,,k\nx,2020,2,8,,k\ny,2019,3,,1,\ny,2020,4,5,1,z\n');
    const told = async (more: object) =>
      (await run({ ...wide, columns: { gdp: 'gdp{year}' }, ...more }, from)).faults.map((f) => [f.code, f.args]);
    expect(await told({})).toEqual([
      ['CE2663', { columns: ['a', 'c'], column: 'a', id: 'x', first: 1, left_value: '7', second: 2, right_value: '8' }],
    ]);
    expect(await told({ carry: 'b' })).toEqual([]);
  });

  test('every mistake in names and values is told where it is', async () => {
    const from = await long();
    const told = (params: object) =>
      declareStage(reshape, { from: 'x', ...wide, ...params }, { from }).faults.map((f) => [
        f.code,
        f.param?.join('.'),
      ]);
    expect(told({})).toEqual([]);
    expect(told({ values: undefined })).toEqual([['CE2657', undefined]]);
    expect(told({ values: { from: 2, to: 1 } })).toEqual([['CE2665', 'values']]);
    expect(told({ values: { from: 0, to: 10000 } })).toEqual([['CE2665', 'values']]);
    expect(told({ columns: { gdq: 'gdp{yr}' } })).toEqual([
      ['CE2001', 'columns.gdq'],
      ['CE2001', 'columns.gdq'],
    ]);
    expect(told({ columns: { gdp: '{year}', pop: '{year}' } })).toEqual([['CE2664', 'columns.pop']]);
    expect(told({ columns: { gdp: 'gdp{city}' }, values: ['a'] })).toEqual([['CE2180', 'columns.gdp']]);
    expect(told({ columns: { city: 'c{year}' } })).toEqual([['CE2180', 'columns.city']]);
    expect(told({ columns: { gdp: 'ar{year}' }, values: [1], carry: ['city', 'gdp'] })).toEqual([
      ['CE2180', 'carry'],
      ['CE2180', 'carry'],
    ]);
    const named = await readTable('city,k,gdp,area\na,x,1,2\n');
    expect(
      declareStage(
        reshape,
        { from: 'x', ...wide, columns: { gdp: 'ar{k}' }, values: ['ea'] },
        { from: named },
      ).faults.map((f) => [f.code, f.args.name]),
    ).toEqual([['CE2041', 'area']]);
    expect(told({ type: 'text', empty: 'drop' })).toEqual([
      ['CE2658', 'type'],
      ['CE2658', 'empty'],
    ]);
  });
});

test('law: a wide table made long and wide again is the same, whatever its names and gaps', async () => {
  const cell = fc.oneof(fc.constant(null), fc.integer({ min: -9, max: 9 }));
  const key = fc.oneof(
    fc.uniqueArray(fc.integer({ min: -3, max: 2030 }), { minLength: 1, maxLength: 4 }),
    fc.uniqueArray(fc.stringMatching(/^[a-z市年]{1,3}$/u), { minLength: 1, maxLength: 4 }),
  );
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z𠮷]{1,2}$/u), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(key, ids, fc.infiniteStream(cell), async (values, id, stream) => {
      const some = (): (number | null)[] => id.map(() => stream.next().value as number | null);
      const made: Record<string, (string | number | null)[]> = { id: [...id] };
      const order: readonly (number | string)[] =
        typeof values[0] === 'number' ? [...(values as number[])].sort((a, b) => a - b) : values;
      for (const name of ['x_', 'y_']) for (const value of order) made[`${name}${value}`] = some();
      const columns = { x: 'x_{k}', y: 'y_{k}' };
      const longer = await run({ into: 'long', id: 'id', columns, empty: 'keep' }, data({ ...made, z: some() }));
      expect(valuesOf(longer.outputs.table, 'k')).toEqual(id.flatMap(() => order));
      const back = await run({ into: 'wide', id: 'id', columns, values: [...order] }, longer.outputs.table as Value);
      expect(names(back.outputs.table)).toEqual([...Object.keys(made), 'z']);
      for (const name of Object.keys(made))
        expect(valuesOf(back.outputs.table, name)).toEqual((made[name] ?? []).map((v) => v ?? undefined));
    }),
    { numRuns: 100 },
  );
});

describe('in a pipeline', () => {
  const study = (wide = 'values: { from: 2019, to: 2021 }', read = 'gdp2020 + pop2021') =>
    new Folder({
      'pipeline.yaml': `ceteris: 1
name: years
stages:
  raw: { stage: ingest, file: raw.csv }
  long: { stage: reshape, from: raw, into: long, id: city, columns: { gdp: "gdp{year}", pop: "pop{year}" } }
  wide: { stage: reshape, from: long, into: wide, id: city, columns: { gdp: "gdp{year}", pop: "pop{year}" }, ${wide} }
  read: { stage: derive, from: wide, columns: { made: ${read} } }
`,
      'raw.csv': 'city,area,gdp2019,gdp2020,gdp2021,pop2019,pop2020,pop2021\na,7,1,2,3,4,5,6\n',
    });

  test('columns that a wide table will not have are missed before anything runs', () => {
    const { diagnostics } = JSON.parse(study('values: [2019, 2020]').run('check', '--json').stdout) as {
      diagnostics: { code: string; message: string }[];
    };
    expect(diagnostics.map((d) => [d.code, d.message])).toEqual([['CE2001', "no column 'pop2021' in this input"]]);
  });

  test('braces without quotes, and what other programs call the params, are told what they are here', () => {
    const said = (yaml: string): string[] => {
      const folder = study();
      folder.edit('pipeline.yaml', 'columns: { gdp: "gdp{year}", pop: "pop{year}" } }\n  wide', yaml);
      const { diagnostics } = JSON.parse(folder.run('check', '--json').stdout) as { diagnostics: { code: string }[] };
      return diagnostics.map((d) => d.code);
    };
    expect(said('columns: { gdp: gdp{year}, pop: "pop{year}" } }\n  wide')).toEqual(['CE1043']);
    expect(said('columns: { gdp: {year} } }\n  wide')).toEqual(['CE1255']);
    expect(said('columns: "gdp{year}", names_to: year }\n  wide')).toContain('CE1295');
  });

  test('where only a workbook knows its columns, they are looked at when it has been read', () => {
    const folder = study();
    const yaml = folder.read('pipeline.yaml');
    folder.write('pipeline.yaml', `${yaml.split('  long')[0]}  book: { stage: save, from: raw, formats: xlsx }\n`);
    expect(folder.run().code).toBe(0);
    folder.write('pipeline.yaml', yaml.replace('raw.csv', 'out/book.xlsx'));
    expect(folder.run('check').code).toBe(0);
    expect(folder.run().code).toBe(0);
  });

  test('each column says what it is made of, and an edit beside it runs nothing that reads it', () => {
    const folder = study();
    const ran = (): string[] => folder.run().last.stages.flatMap((s) => (s.status === 'ran' ? [s.stage] : []));
    expect(ran()).toEqual(['raw', 'long', 'wide', 'read']);
    const { steps } = JSON.parse(folder.run('lineage', 'read.made', '--json').stdout) as {
      steps: { stage: string; part: string }[];
    };
    const raw = steps.filter((s) => s.stage === 'raw' && !s.part.startsWith('#')).map((s) => s.part);
    expect(raw.sort()).toEqual('city gdp2019 gdp2020 gdp2021 pop2019 pop2020 pop2021'.split(' '));
    folder.write('raw.csv', folder.read('raw.csv').replace('a,7', 'a,8'));
    // the wide table looks at what it carries along, and comes out as it was but for that
    expect(ran()).toEqual(['raw', 'wide']);
  });
});
