/** What tables are on their way to programs and back. The Parquet files come from another program: see `make.py` beside them. */
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, statuses } from '../engine/lab.ts';

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/parquet/${name}.parquet`, import.meta.url));

interface ShownTable {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly data: Readonly<Record<string, readonly unknown[]>>;
}

/** `[type, …values]` of each column */
async function shown(lab: Lab, stage: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { columns, data } = await lab.json<ShownTable>('show', stage);
  return Object.fromEntries(columns.map(({ name, type }) => [name, [type, ...(data[name] ?? [])]]));
}

const pipeline = (...lines: readonly string[]): string =>
  `ceteris: 1\nname: e\nstages:\n${lines.map((l) => `  ${l}\n`).join('')}`;

const ARROW = {
  城市: ['text', '北京', null, '上海'],
  group: ['text', '甲', '乙', null],
  day: ['date', '1969-12-31', null, '2024-02-29'],
  time: ['text', '2020-01-01T12:30:00.000Z', null, '1960-01-01T00:00:00.000Z'],
  midnight: ['date', '2020-01-01', null, '1960-01-01'],
  long: ['text', '9007199254740993', null, '-9223372036854775808'],
  safe: ['integer', 9007199254740991, null, -5],
  unsigned: ['text', '18446744073709551615', '0', null],
  short: ['integer', 1, 2, null],
  single: ['number', 0.5, null, null],
  double: ['number', 0.1, 'Inf', '-Inf'],
  flag: ['boolean', true, null, false],
  decimal: ['number', null, null, null],
  list: ['text', '[1,"1152921504606846976"]', null, '[3]'],
  struct: ['text', '{"a":1,"b":"x"}', null, '{"a":2,"b":"y"}'],
};
const take = (name: string): string =>
  `${name}: { stage: exec, run: [cp, in, ${name}.parquet], inputs: { in: ./${name}.parquet }, outputs: { t: { file: ${name}.parquet } } }`;

describe('Parquet', () => {
  test('of Arrow is taken in with its types, however it is compressed', async () => {
    const codecs = ['none', 'snappy', 'zstd', 'gzip', 'brotli'];
    const lab = openLab({ 'pipeline.yaml': pipeline(...codecs.map(take)) });
    for (const codec of codecs) lab.write({ [`${codec}.parquet`]: fixture(codec) });
    expect((await lab.run()).diagnostics).toEqual([]);
    for (const codec of codecs) expect(await shown(lab, `${codec}.t`), codec).toEqual(ARROW);
  });

  test('is read by an ingest as from a program, with what stands for missing', async () => {
    const codecs = ['none', 'snappy', 'zstd', 'gzip', 'brotli'];
    const own =
      'own: { stage: ingest, file: zstd.parquet, missing: [甲, 1], columns: { n: { from: short, type: text } } }';
    const lines = [...codecs.map((c) => `${c}: { stage: ingest, file: ${c}.parquet }`), own];
    const lab = openLab({ 'pipeline.yaml': pipeline(...lines) });
    for (const codec of codecs) lab.write({ [`${codec}.parquet`]: fixture(codec) });
    expect((await lab.run()).diagnostics).toEqual([]);
    for (const codec of codecs) expect(await shown(lab, codec), codec).toEqual(ARROW);
    const { group, n } = await shown(lab, 'own');
    expect([group, n]).toEqual([
      ['text', null, '乙', null],
      ['text', null, '2', null],
    ]);
    lab.write({ 'none.parquet': fixture('none').slice(0, -100) });
    expect((await lab.run()).faults).toEqual(['CE2906 4:none.parquet']);
    const { out } = await lab.cli(['run', '--lang', 'zh']);
    expect(out).toContain('无法读取该 Parquet 文件：开头和结尾没有 Parquet 的标记');
  });

  test('that DuckDB compressed with LZ4 is read, and says itself what is missing', async () => {
    const lab = openLab({ 'pipeline.yaml': pipeline('d: { stage: ingest, file: lz4.parquet }') });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = "SELECT 'text that comes again' AS word, 'NA' AS country, i AS n FROM range(1000) t(i)";
    await connection.run(`COPY (${rows}) TO '${lab.at('lz4.parquet')}' (FORMAT parquet, COMPRESSION lz4_raw)`);
    expect((await lab.run()).diagnostics).toEqual([]);
    const { word, country, n } = await shown(lab, 'd');
    expect([new Set(word), new Set(country), n]).toEqual([
      new Set(['text', 'text that comes again']),
      new Set(['text', 'NA']),
      ['integer', ...Array(1000).keys()],
    ]);
  });

  test('holds decimals that are the doubles next to them, and times of day that are text', async () => {
    const lab = openLab({ 'pipeline.yaml': pipeline('d: { stage: ingest, file: d.parquet }') });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = `SELECT unnest(['-1234567.89', '0.29', NULL])::DECIMAL(9, 2) AS price,
      unnest(['1234567890123.4567', '0.0001', NULL])::DECIMAL(18, 4) AS sum,
      unnest(['12:34:56', '00:00:01.5', NULL])::TIME AS at`;
    await connection.run(`COPY (${rows}) TO '${lab.at('d.parquet')}' (FORMAT parquet)`);
    expect((await lab.run()).diagnostics).toEqual([]);
    expect(await shown(lab, 'd')).toEqual({
      price: ['number', -1234567.89, 0.29, null],
      sum: ['number', 1234567890123.4567, 0.0001, null],
      at: ['text', '12:34:56', '00:00:01.5', null],
    });
  });

  test('holds unsigned integers beyond 2^31 in delta encoding, and times before 1970 with parts of a millisecond', async () => {
    const lab = openLab({ 'pipeline.yaml': pipeline('d: { stage: ingest, file: d.parquet }') });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = `SELECT (3000000000 + 7 * i)::UINTEGER AS far, (4294967295 - i)::UINTEGER AS last, (5 * i)::UINTEGER AS near,
      CASE WHEN i % 3 = 0 THEN NULL ELSE (2147483640 + i)::UINTEGER END AS across, (i - 9)::INTEGER AS signed,
      '1969-12-31 23:59:59.5'::TIMESTAMP - INTERVAL (1500 * i) MICROSECOND AS at,
      '1969-12-31 23:59:59.999999999'::TIMESTAMP_NS AS nanos FROM range(5000) t(i)`;
    // groups of rows are read one by one
    const how = 'FORMAT parquet, PARQUET_VERSION V2, ROW_GROUP_SIZE 2048';
    await connection.run(`COPY (${rows}) TO '${lab.at('d.parquet')}' (${how})`);
    expect((await lab.run()).diagnostics).toEqual([]);
    const { far, last, near, across, signed, at, nanos } = await shown(lab, 'd');
    const each = (f: (i: number) => number | null): readonly unknown[] => [
      'integer',
      ...Array.from({ length: 5000 }, (_, i) => f(i)),
    ];
    expect([far, last, near, signed]).toEqual([
      each((i) => 3_000_000_000 + 7 * i),
      each((i) => 4_294_967_295 - i),
      each((i) => 5 * i),
      each((i) => i - 9),
    ]);
    expect(across).toEqual(each((i) => (i % 3 === 0 ? null : 2_147_483_640 + i)));
    // 59.5 s, 59.4985, 59.497: as after 1970, the part of a millisecond is left out
    expect(at?.slice(0, 4)).toEqual([
      'text',
      '1969-12-31T23:59:59.500Z',
      '1969-12-31T23:59:59.498Z',
      '1969-12-31T23:59:59.497Z',
    ]);
    expect(nanos?.slice(0, 2)).toEqual(['text', '1969-12-31T23:59:59.999Z']);
  });

  test('of lists of unsigned integers that cannot be read as what they are is refused', async () => {
    const lab = openLab({ 'pipeline.yaml': pipeline('d: { stage: ingest, file: d.parquet }') });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const write = (first: string): Promise<unknown> =>
      connection.run(
        `COPY (SELECT [(${first} + i)::UINTEGER] AS l FROM range(3000) t(i)) TO '${lab.at('d.parquet')}' (FORMAT parquet, PARQUET_VERSION V2)`,
      );
    await write('3000000000');
    expect((await lab.run()).faults).toEqual(['CE2906 4:d.parquet']);
    await write('7');
    expect((await lab.run()).faults).toEqual([]);
    expect((await shown(lab, 'd')).l?.slice(0, 3)).toEqual(['text', '[7]', '[8]']);
  });

  test.each([
    [['a', 'b', 'a'], ["two columns are named 'a': 1 and 3"]],
    [
      ['a', '', '__proto__'],
      ['column 2 of the header has no name', "'__proto__' cannot be the name of a column"],
    ],
  ])('with columns named %j is refused as other files are', async (names, said) => {
    const element = { type: 'DOUBLE', repetition_type: 'OPTIONAL' } as const;
    const made = parquetWriteBuffer({
      columnData: names.map((name) => ({ name, data: [1, 2] })),
      schema: [{ name: 'root', num_children: names.length }, ...names.map((name) => ({ name, ...element }))],
    });
    const lab = openLab({
      'pipeline.yaml': pipeline('d: { stage: ingest, file: d.parquet }', take('d').replace('d:', 'e:')),
      'd.parquet': new Uint8Array(made),
    });
    const { diagnostics } = await lab.run();
    const ofProgram = said.map((text) => text.replace('the header', 'what the program wrote'));
    expect(diagnostics.map((d) => d.message)).toEqual([...said, ...ofProgram]);
    for (const half of [diagnostics.slice(0, said.length), diagnostics.slice(said.length)])
      expect(new Set(half.map((d) => d.code)).size).toBe(said.length);
  });

  test('without rows keeps the types that it says', async () => {
    const lab = openLab({ 'pipeline.yaml': pipeline(take('empty')), 'empty.parquet': fixture('empty') });
    expect((await lab.run()).code).toBe(0);
    const types = Object.entries(ARROW).map(([name, [type]]) => [name, type]);
    const asked = { ...Object.fromEntries(types), long: 'integer', unsigned: 'integer', midnight: 'text' };
    const { rows, columns } = await lab.json<ShownTable>('show', 'empty.t');
    expect([rows, Object.fromEntries(columns.map((c) => [c.name, c.type]))]).toEqual([0, asked]);
  });

  test('that is cut short is one clear fault', async () => {
    const lab = openLab({ 'pipeline.yaml': pipeline(take('none')), 'none.parquet': fixture('none').slice(0, -100) });
    expect((await lab.run()).faults).toEqual(['CE2906 4:none.parquet']);
  });

  test('that programs are given has the types of the columns, as another reader sees them', async () => {
    const lab = openLab({
      'pipeline.yaml': pipeline(
        'raw: { stage: ingest, file: d.csv, columns: { day: { type: date } } }',
        's: { stage: exec, run: [cp, in.parquet, out.bin], inputs: { in.parquet: raw }, outputs: { f: { file: out.bin } } }',
        'none: { stage: filter, from: raw, keep: n > 100 }',
        'e: { stage: exec, run: [cp, in.parquet, out.bin], inputs: { in.parquet: none }, outputs: { f: { file: out.bin } } }',
      ),
      'd.csv':
        '城市,n,x,day,flag,late\n北京,1,0.5,1969-12-31,true,\n"广,州",-9007199254740991,-0,,,\n,,1e-300,2024-02-29,false,NA\n',
    });
    expect((await lab.run()).diagnostics).toEqual([]);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const ask = async (file: string) => {
      const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${lab.at(file)}')`);
      const values = reader.getColumnsJS();
      const types = reader.columnTypes().map(String);
      return Object.fromEntries(reader.columnNames().map((name, i) => [name, [types[i], ...(values[i] ?? [])]]));
    };
    expect(await ask('out/s.bin')).toEqual({
      城市: ['VARCHAR', '北京', '广,州', null],
      n: ['BIGINT', 1n, -9007199254740991n, null],
      x: ['DOUBLE', 0.5, -0, 1e-300],
      day: ['DATE', new Date('1969-12-31'), null, new Date('2024-02-29')],
      flag: ['BOOLEAN', true, null, false],
      late: ['BIGINT', null, null, null],
    });
    expect(await ask('out/e.bin')).toEqual({
      城市: ['VARCHAR'],
      n: ['BIGINT'],
      x: ['DOUBLE'],
      day: ['DATE'],
      flag: ['BOOLEAN'],
      late: ['BIGINT'],
    });
  });
});

describe('integers that a double would round', () => {
  const CODES = ['110101199003078515', '110101199003078516', '110101199003078517'];
  const csv = `id,y\n${CODES.map((c, i) => `${c},${i}`).join('\n')}\n`;

  test('are texts: codes that differ in their last digit stay apart, also on their way to programs and back', async () => {
    const lab = openLab({
      'd.csv': csv,
      'pipeline.yaml': pipeline(
        'raw: { stage: ingest, file: d.csv }',
        'csv: { stage: exec, run: [cp, i.csv, o.csv], inputs: { i.csv: raw }, outputs: { t: { file: o.csv } } }',
        'pq: { stage: exec, run: [cp, i.parquet, o.parquet], inputs: { i.parquet: raw }, outputs: { t: { file: o.parquet } } }',
        'q: { stage: sql, inputs: { raw: raw }, query: "SELECT CAST(id AS BIGINT) AS id, y FROM raw ORDER BY y" }',
        'means: { stage: aggregate, from: raw, by: id, columns: { n: count() } }',
      ),
    });
    expect((await lab.run()).diagnostics).toEqual([]);
    for (const stage of ['raw', 'csv.t', 'pq.t', 'q'])
      expect(await shown(lab, stage), stage).toEqual({ id: ['text', ...CODES], y: ['integer', 0, 1, 2] });
    expect((await lab.json<ShownTable>('show', 'means')).rows).toBe(3);
  });

  test.each([
    ['9007199254740992', 'integer'],
    ['-9007199254740993', 'text'],
    ['+9007199254740993', 'text'],
    ['100000000000000000000', 'integer'],
  ])('%s is %s', async (cell, type) => {
    const lab = openLab({ 'd.csv': `x\n${cell}\n`, 'pipeline.yaml': pipeline('raw: { stage: ingest, file: d.csv }') });
    await lab.run();
    expect((await shown(lab, 'raw')).x?.[0]).toBe(type);
  });

  test('one among amounts is named', async () => {
    const lab = openLab({
      'd.csv': 'x\n1\n2\n9007199254740993\n',
      'pipeline.yaml': pipeline('raw: { stage: ingest, file: d.csv }'),
    });
    expect((await lab.run()).stage('raw')?.notes).toMatchObject([{ code: 'CN3001' }]);
  });
});

describe('sql', () => {
  test('takes whole numbers of any size, and sums of them are amounts', async () => {
    const lab = openLab({
      'd.csv': 'k,n,m\na,9007199254740991,100000000000000000000\nb,9007199254740991,Inf\nc,,1\n',
      'pipeline.yaml': pipeline(
        'raw: { stage: ingest, file: d.csv }',
        'q: { stage: sql, inputs: { raw: raw }, query: "SELECT sum(n) AS n, max(m) AS m, count(m) AS k FROM raw" }',
      ),
    });
    expect((await lab.run()).diagnostics).toEqual([]);
    expect(await shown(lab, 'q')).toEqual({
      n: ['integer', 18014398509481982],
      m: ['number', 'Inf'],
      k: ['integer', 3],
    });
  });

  test('takes a time in a day as that day, and gives a time of day as text', async () => {
    const lab = openLab({
      'd.csv': 'u,t,d\n1,1,1969-12-30\n1,2,\n1,3,1969-12-31\n',
      'pipeline.yaml': pipeline(
        'raw: { stage: ingest, file: d.csv, panel: { unit: u, time: t } }',
        'filled: { stage: interpolate, from: raw, columns: d }',
        `q: { stage: sql, inputs: { f: filled }, query: "SELECT strftime(d, '%Y-%m-%d') AS d, TIME '12:34:56.5' AS at FROM f" }`,
      ),
    });
    expect((await lab.run()).faults).toEqual([]);
    expect(await shown(lab, 'q')).toEqual({
      d: ['text', '1969-12-30', '1969-12-30', '1969-12-31'],
      at: ['text', '12:34:56.5', '12:34:56.5', '12:34:56.5'],
    });
  });

  test('without rows keeps the types of the query', async () => {
    const lab = openLab({
      'd.csv': 'k,n,x,day,flag\na,1,0.5,2020-01-01,true\n',
      'pipeline.yaml': pipeline(
        'raw: { stage: ingest, file: d.csv }',
        'q: { stage: sql, inputs: { raw: raw }, query: "SELECT *, count(*) OVER () AS c, x::DECIMAL(9,2) AS d FROM raw WHERE n > 1" }',
        'more: { stage: derive, from: q, columns: { z: x + n } }',
      ),
    });
    expect(statuses(await lab.run())).toEqual({ raw: 'ran', q: 'ran', more: 'ran' });
    expect(await shown(lab, 'q')).toEqual({
      k: ['text'],
      n: ['integer'],
      x: ['number'],
      day: ['date'],
      flag: ['boolean'],
      c: ['integer'],
      d: ['number'],
    });
  });
});
