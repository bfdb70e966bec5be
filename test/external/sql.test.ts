import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sqlReads } from '../../stages/external/sql-reads.ts';
import { ended, type Lab, openLab, type Shown, statuses } from '../engine/lab.ts';

const PANEL = 'city,year,y,on,big,note\nb,2001,1.5,2010-01-02,true,p\na,2002,2.5,,false,q\na,2001,,2010-01-05,,r\n';
const of = (query: string, more = ''): Lab =>
  openLab({
    'panel.csv': PANEL,
    'pipeline.yaml': `ceteris: 1
name: s
stages:
  raw: { stage: ingest, file: panel.csv }
  q:
    stage: sql
    inputs: { panel: raw }
    query: |
      ${query.replaceAll('\n', '\n      ')}
${more}`,
  });

describe('sql', () => {
  test('every type of column goes in and comes out', async () => {
    const folder = of('SELECT *, sum(y) OVER () AS s, count(*) OVER () AS n FROM panel ORDER BY city, year');
    expect((await folder.run()).code).toBe(0);
    const shown = (await folder.json<Shown>('show', 'q')) as {
      data: unknown;
      columns: { name: string; type: string }[];
    };
    expect(shown.data).toEqual({
      city: ['a', 'a', 'b'],
      year: [2001, 2002, 2001],
      y: [null, 2.5, 1.5],
      on: ['2010-01-05', null, '2010-01-02'],
      big: [null, false, true],
      note: ['r', 'q', 'p'],
      s: [4, 4, 4],
      n: [3, 3, 3],
    });
    expect(Object.fromEntries(shown.columns.map((c) => [c.name, c.type]))).toMatchObject({
      year: 'integer',
      y: 'number',
      on: 'date',
      big: 'boolean',
      note: 'text',
    });
  });

  test('a PIVOT finds its columns itself, also behind a name and inside a query', async () => {
    for (const query of [
      'PIVOT panel ON year USING sum(y) GROUP BY city ORDER BY city;',
      'WITH p AS (SELECT city, year, y FROM panel)\nSELECT * FROM (PIVOT p ON year USING sum(y)) ORDER BY city -- ; one',
    ]) {
      const folder = of(query);
      expect((await folder.run()).diagnostics).toEqual([]);
      const { data } = await folder.json<Shown>('show', 'q');
      expect(data).toEqual({ city: ['a', 'b'], 2001: [null, 1.5], 2002: [2.5, null] });
    }
  });

  test('a column that the query does not name re-runs nothing', async () => {
    const folder = of('SELECT city, avg(y) AS m FROM panel GROUP BY city ORDER BY city');
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', q: 'ran' });
    folder.edit('panel.csv', ',p', ',changed');
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', q: 'cached' });
    folder.edit('panel.csv', '1.5', '1.75');
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', q: 'ran' });
    expect((await folder.json<Shown>('show', 'q')).data).toEqual({ city: ['a', 'b'], m: [2.5, 1.75] });
  });

  test('what reads the result is checked once it is known', async () => {
    const folder = of('SELECT city, y FROM panel', '  d: { stage: derive, from: q, columns: { z: yy * 2 } }\n');
    const finished = await folder.run();
    expect(finished.code).toBe(1);
    expect(finished.diagnostics).toMatchObject([{ code: 'CE2001', line: 10 }]);
  });

  test.each([
    ['an unknown column, at its place', 'SELECT city,\n  nope FROM panel', 'CE2965', 10, 9],
    ['a table that is no input, at its place', 'SELECT city FROM pannel', 'CE2966', 9, 24],
    ['a change after a name for a part', 'WITH a AS (SELECT 1) DELETE FROM panel', 'CE2964', 8, 12],
    ['a syntax error', 'SELEC 1', 'CE2921', 9, 7],
    ['a value that does not fit, at its place', 'SELECT CAST(city AS INT) AS c FROM panel', 'CE2921', 9, 14],
    ['two statements', 'SELECT city FROM panel; SELECT year FROM panel', 'CE2923', 8, 12],
    ['a table that is made', 'SELECT 1 AS a; PIVOT panel ON year USING sum(y)', 'CE2923', 8, 12],
    ['two columns of one name', 'SELECT city, city FROM panel', 'CE2922', 8, 12],
    ['a file of the machine', "SELECT * FROM read_csv('/etc/passwd')", 'CE2921', 9, undefined],
  ])('%s is one clear fault', async (_, query, code, line, column) => {
    const finished = await of(query).run();
    expect(finished.code).toBe(1);
    expect(finished.diagnostics).toMatchObject([{ code, line, ...(column === undefined ? {} : { column }) }]);
    expect(finished.diagnostics[0]?.message).not.toMatch(/Failure|Failed to/);
  });

  test('an unknown column is set beside those that the tables have', async () => {
    const [told] = (await of('SELECT income FROM panel').run()).diagnostics;
    expect(told?.hint).toBe('there are: city, year, y, on, big, note');
    expect((await of('SELECT p.ctiy FROM panel p').run()).diagnostics[0]?.hint).toBe("did you mean 'city'?");
  });

  test.each(['DELETE FROM panel', 'DROP TABLE panel', 'UPDATE panel SET y = 1 RETURNING y', 'PRAGMA version'])(
    '%s is refused before anything runs: it is no query',
    async (query) => {
      const run = await of(query).run();
      expect([run.code, run.diagnostics]).toMatchObject([2, [{ code: 'CE2964', line: 8 }]]);
    },
  );

  test('a query of remarks is refused before anything runs', async () => {
    const run = await of('-- SELECT city FROM panel\n;').run();
    expect([run.code, run.diagnostics]).toMatchObject([2, [{ code: 'CE2923', line: 8 }]]);
  });

  test.each([[[]], [['--jobs', '1']]])('Ctrl-C ends a query that would run for an hour: %j', async (args) => {
    const folder = of('SELECT sum(hash(a.range + b.range) % 7) AS s FROM panel, range(1000000) a, range(1000000) b');
    const child = folder.start(['run', '--json', ...args]);
    const end = ended(child);
    await new Promise<void>((seen) => {
      let text = '';
      child.stdout?.on('data', (more: string) => {
        text += more;
        if (/"stage-started".*"q"/.test(text)) seen();
      });
    });
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
  });

  test('random() draws from the seed', async () => {
    const folder = of('SELECT random() AS r FROM panel', '    seed: 7\n');
    await folder.run();
    const first = (await folder.json<Shown>('show', 'q')).data;
    await folder.run('--force');
    expect((await folder.json<Shown>('show', 'q')).data).toEqual(first);
    folder.edit('pipeline.yaml', 'seed: 7', 'seed: 8');
    await folder.run();
    expect((await folder.json<Shown>('show', 'q')).data).not.toEqual(first);
  });
});

describe('columns that a query reads', () => {
  const tables = { t: ['a', 'b', 'Odd name'], u: ['a', 'c'] };
  const all = { t: tables.t, u: tables.u };
  test.each([
    ['select a from t', { t: ['a'], u: ['a'] }],
    ['select T.A, "odd name" from t', { t: ['a', 'Odd name'], u: ['a'] }],
    ['select count(*) from t', { t: [], u: [] }],
    ['select a * b from t', { t: ['a', 'b'], u: ['a'] }],
    ["select 'b' as x from t -- c\n /* a */", { t: [], u: [] }],
    ['select * from t', all],
    ['select t.* from t', all],
    ['select a, * from t', all],
    ['select distinct * from t', all],
    ['from t', all],
    ['select a from (from u)', all],
    ['select t from t', all],
    ['select a from t natural join u', all],
    ['select columns(x -> true) from t', all],
    ['select t.b from t join u on t.a = u.a', { t: ['a', 'b'], u: ['a'] }],
    ['select t.b from t, u where t.a = u.a', { t: ['a', 'b'], u: ['a'] }],
    ['select x.b from t as x, u y where x.a = y.a order by x.b, y.a', { t: ['a', 'b'], u: ['a'] }],
    ['select t.b from (t join u using (a)), t z', { t: ['a', 'b'], u: ['a'] }],
    ['select (select max(c) from u) as m, b from t', { t: ['b'], u: ['c'] }],
    ['select b from t where a in (select a from u), t', all],
    ['select b, u from t, u', all],
    ['select x from t x', all],
    ['select p from t as x(p)', all],
    ['select "join", u from u', all],
    ['select b is distinct from a, u from t, u', all],
  ])('%s', (query, reads) => expect(sqlReads(query, tables)).toEqual(reads));

  test('a named column is always read', async () => {
    fc.assert(
      fc.property(fc.subarray(['a', 'b', 'c']), fc.constantFrom(' ', '\n', ' /* x */ '), (names, gap) => {
        const query = `select${gap}${names.map((n) => `sum(${n})`).join(`,${gap}`) || '1'} from t`;
        const found = sqlReads(query, { t: ['a', 'b', 'c'] }).t ?? [];
        expect(names.every((n) => found.includes(n))).toBe(true);
      }),
    );
  });
});
