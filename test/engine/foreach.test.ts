import { describe, expect, test } from 'vitest';
import { type Lab, openLab, type Shown, statuses } from './lab.ts';

const PANEL = `prov,city,year,y,x,note
B,b1,2001,1.5,0.1,n
B,b1,2002,2.5,0.9,n
B,b2,2001,1.0,0.2,n
B,b2,2002,2.7,0.5,n
A,a1,2001,1.5,0.1,n
A,a1,2002,2.5,0.3,n
A,a2,2001,1.0,0.2,n
A,a2,2002,2.0,0.6,n
`;
const PIPELINE = `ceteris: 1
name: g
stages:
  raw: { stage: ingest, file: panel.csv }
  kept: { stage: filter, from: raw, keep: year < 2005 }
  fit: { stage: regress, from: kept, foreach: prov, y: y, x: x }
  all: { stage: gather, from: "fit[*]", as: prov }
  tab: { stage: table, columns: "fit[*]", formats: [csv] }
`;
const study = (pipeline = PIPELINE, panel = PANEL): Lab => openLab({ 'pipeline.yaml': pipeline, 'panel.csv': panel });

describe('foreach', () => {
  test('what groups are found in is part of the run: its time counts, its files are named', async () => {
    const slow =
      'const { writeFileSync } = require("fs"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400); console.log("g,y,x\\nA,1,2\\nA,2,5\\nB,3,1\\nB,1,2"); writeFileSync("word.txt", "done")';
    const folder = study(`ceteris: 1
name: g
stages:
  raw:
    stage: exec
    run: [node, -e, ${JSON.stringify(slow)}]
    outputs: { t: { file: stdout, format: csv }, word: { file: word.txt } }
  fit: { stage: regress, from: raw.t, foreach: g, y: y, x: x }
`);
    const { events } = await folder.run();
    const of = (type: string) => events.filter((event) => event.type === type);
    expect(of('output-written').map((event) => event.file)).toEqual(['out/raw.txt', 'out/raw.log']);
    const [end] = of('run-finished') as unknown as readonly {
      readonly ms: number;
      readonly stages: { readonly ms: number }[];
    }[];
    expect(end?.ms).toBeGreaterThanOrEqual(end?.stages[0]?.ms ?? Number.POSITIVE_INFINITY);
  });

  test('a group that came is told by its name where tables are gathered, and not by what is known of its columns', async () => {
    const folder = study(`ceteris: 1
name: g
stages:
  raw: { stage: ingest, file: panel.csv }
  part: { stage: select, from: raw, foreach: prov, columns: [y, x] }
  all: { stage: gather, from: "part[*]" }
`);
    await folder.run();
    folder.write({ 'panel.csv': `${PANEL}C,c1,2001,1.5,0.1,n\n` });
    await folder.run();
    const { out } = await folder.cli(['explain', 'all']);
    expect(out).toContain('cases: [A, B] → [A, B, C]');
    expect(out).not.toMatch(/columns\.\d|"name"/);
  });

  test('a stage per group, each as if its rows alone had been given', async () => {
    const folder = study();
    expect(statuses(await folder.run())).toEqual({
      raw: 'ran',
      kept: 'ran',
      'fit[A]': 'ran',
      'fit[B]': 'ran',
      all: 'ran',
      tab: 'ran',
    });
    const alone = study(PIPELINE.replace('foreach: prov', "where: prov == 'B'").replaceAll('fit[*]', 'fit'));
    await alone.run();
    expect((await folder.json<Shown>('show', 'fit[B]')).terms).toEqual((await alone.json<Shown>('show', 'fit')).terms);
    const { data } = (await folder.json<Shown>('show', 'all')) as {
      data: { prov: string[]; term: string[]; nobs: number[] };
    };
    expect(data.prov).toEqual(['A', 'A', 'B', 'B']);
    expect(data.term).toEqual(['(Intercept)', 'x', '(Intercept)', 'x']);
    expect(data.nobs).toEqual([4, 4, 4, 4]);
  });

  test('a changed value runs its group alone; a new group runs itself; the order of rows does not matter', async () => {
    const folder = study();
    await folder.run();
    expect(Object.values(statuses(await folder.run())).every((s) => s === 'cached')).toBe(true);
    folder.edit('panel.csv', '2.7', '2.9');
    expect(statuses(await folder.run())).toEqual({
      raw: 'ran',
      kept: 'cached',
      'fit[A]': 'cached',
      'fit[B]': 'ran',
      all: 'ran',
      tab: 'ran',
    });
    folder.write({ 'panel.csv': `${folder.read('panel.csv')}C,c1,2001,1,2,n\nC,c1,2002,3,4,n\nC,c2,2002,3,5,n\n` });
    expect(statuses(await folder.run())).toEqual({
      raw: 'ran',
      kept: 'ran',
      'fit[A]': 'cached',
      'fit[B]': 'cached',
      'fit[C]': 'ran',
      all: 'ran',
      tab: 'ran',
    });
  });

  test('one group can be asked for by name; an unknown one is a fault', async () => {
    const folder = study();
    expect(statuses(await folder.run('fit[B]'))).toEqual({ raw: 'ran', kept: 'ran', 'fit[B]': 'ran' });
    expect((await folder.run('fit[D]')).diagnostics).toMatchObject([{ code: 'CE1510' }]);
  });

  test('goes together with where, and over numbers', async () => {
    const folder = study(PIPELINE.replace('foreach: prov', "foreach: year, where: prov == 'A' or prov == 'B'"));
    expect(Object.keys(statuses(await folder.run()))).toContain('fit[2002]');
    expect(((await folder.json<Shown>('show', 'all')) as { data: { prov: number[] } }).data.prov).toEqual([
      2001, 2001, 2002, 2002,
    ]);
  });

  test('a stage over groups of what another foreach made', async () => {
    const folder = study(`${PIPELINE}  again: { stage: derive, from: all, foreach: term, columns: { z: estimate * 2 } }
  both: { stage: gather, from: "again[*]" }
`);
    expect(statuses(await folder.run())).toMatchObject({ 'again[(Intercept)]': 'ran', 'again[x]': 'ran', both: 'ran' });
  });

  test('names that hold brackets, quotes and blanks make proper cases', async () => {
    const folder = study(PIPELINE, PANEL.replaceAll('\nB,', '\n"it\'s [1] ",').replaceAll('\nA,', '\n*,'));
    const finished = await folder.run();
    expect(finished.code).toBe(0);
    expect(Object.keys(statuses(finished))).toEqual(['raw', 'kept', 'fit[(*)]', "fit[it's (1)]", 'all', 'tab']);
  });

  test('a group whose name is written as it stands has that name, whatever others come to', async () => {
    const folder = study(PIPELINE, PANEL.replaceAll('\nB,', '\na  b,').replaceAll('\nA,', '\na b,'));
    expect(Object.keys(statuses(await folder.run()))).toContain('fit[a b 2]');
    expect(Object.keys(statuses(await folder.run('fit[a b]')))).toEqual(['raw', 'kept', 'fit[a b]']);
    const from = (group: string) =>
      folder.json<{ readonly terms: readonly { readonly estimate: number }[] }>('show', group);
    // by hand: (0.1, 1.5) (0.3, 2.5) (0.2, 1.0) (0.6, 2.0)
    expect((await from('fit[a b]')).terms[1]?.estimate).toBeCloseTo(0.2 / 0.14, 10);
  });

  test('a comparison says what a group read by the stage that made it, and which group has gone', async () => {
    const folder = study(
      PIPELINE,
      `${PANEL.replaceAll('\nB,', '\n…,')}C,c1,2001,1,2,n\nC,c1,2002,2,5,n\nC,c2,2002,2,4,n\n`,
    );
    expect(Object.keys(statuses(await folder.run()))).toContain('fit[(…)]');
    folder.write({
      'panel.csv': folder
        .read('panel.csv')
        .replace('1.5,0.1', '1.75,0.1')
        .replace(/^C.*\n/gm, ''),
    });
    await folder.run();
    const { out } = await folder.cli(['diff', 'latest~1']);
    expect(out).toMatch(/~ fit\[\(…\)\] {2}another result\n(?: {4}.*\n)* {4}← kept\.y\n/);
    expect(out).toContain('- fit[C]  gone');
  });

  test('a slash in the name of a group makes no path of it', async () => {
    const folder = study(PIPELINE, PANEL.replaceAll('\nA,', '\na/b,'));
    await folder.run();
    expect((await folder.cli(['explain', 'fit[a/b]'])).out).toBe('fit[a/b]: fresh\n');
    expect((await folder.cli(['lineage', 'fit[a/b].model'])).out).toMatch(/^fit\[a\/b\]\.model/);
  });

  test('mistakes are found before anything runs', async () => {
    for (const [from, to, code, line] of [
      ['foreach: prov', 'foreach: prv', 'CE2001', 6],
      ['foreach: prov', 'foreach: [prov]', 'CE1320', 6],
      ['foreach: prov', 'foreach: prov, matrix: { a: {} }', 'CE1321', 6],
      ['x: x }', 'x: xx }', 'CE2001', 6],
      ['"fit[*]", as', 'fit, as', 'CE1203', 7],
    ] as const) {
      const finished = await study(PIPELINE.replace(from, to)).run();
      expect(finished.code, code).toBe(2);
      expect(finished.diagnostics).toMatchObject([{ code, line }]);
    }
  });

  test('a stage that reads no table has no groups, in the words that were written', async () => {
    const { diagnostics } = await study(PIPELINE.replace('file: panel.csv', 'file: panel.csv, foreach: prov')).run();
    expect(diagnostics[0]).toMatchObject({ code: 'CE1230', line: 4, message: expect.stringContaining("'foreach'") });
  });

  test('a column that gives no groups fails its stage and no other; a failure above blocks the stage', async () => {
    const empty = await study(
      `${PIPELINE}  rest: { stage: describe, from: raw, columns: [y] }\n`,
      PANEL.replaceAll(/^[AB],/gm, ','),
    ).run();
    expect(empty.diagnostics).toMatchObject([{ code: 'CE1324', line: 6, column: 47 }]);
    expect(statuses(empty)).toMatchObject({ 'fit[…]': 'failed', all: 'blocked', rest: 'ran' });
    const folder = study(PIPELINE.replace('file: panel.csv', 'file: panel.csv, columns: { y: { type: number } }'));
    folder.edit('panel.csv', '2.7', 'abc');
    expect(statuses(await folder.run())).toMatchObject({ raw: 'failed', 'fit[…]': 'blocked', all: 'blocked' });
    folder.edit('panel.csv', 'abc', '2.7');
    expect(statuses(await folder.run())).toMatchObject({ raw: 'ran', 'fit[A]': 'ran', all: 'ran' });
  });

  test('groups that what is asked for does not need are not looked for', async () => {
    const folder = study();
    expect(statuses(await folder.run('raw'))).toEqual({ raw: 'ran' });
    expect(statuses(await folder.run())).toMatchObject({ raw: 'cached', kept: 'ran' });
    expect(statuses(await folder.run('fit[B]'))).toEqual({ raw: 'cached', kept: 'cached', 'fit[B]': 'cached' });
    expect((await folder.run('fit[D]')).diagnostics).toMatchObject([{ code: 'CE1510' }]);
  });

  test('groups are found in all tables that a stage takes', async () => {
    const folder = openLab({
      'a.csv': 'g,y\n1,2\n2,3\n',
      'b.csv': 'g,y\n3,4\n',
      'pipeline.yaml': `ceteris: 1
stages:
  a: { stage: ingest, file: a.csv }
  b: { stage: ingest, file: b.csv }
  both: { stage: append, from: [a, b], foreach: g }
`,
    });
    expect(Object.keys(statuses(await folder.run()))).toEqual(['a', 'b', 'both[1]', 'both[2]', 'both[3]']);
  });

  test('what stands in the data comes out of a gather; whole numbers in order, also where they are text', async () => {
    const folder = study(PIPELINE, PANEL.replaceAll('\nA,', '\n010,').replaceAll('\nB,', '\n9,'));
    folder.edit('pipeline.yaml', 'file: panel.csv', 'file: panel.csv, columns: { prov: { type: text } }');
    expect(Object.keys(statuses(await folder.run()))).toEqual(['raw', 'kept', 'fit[9]', 'fit[010]', 'all', 'tab']);
    expect(((await folder.json<Shown>('show', 'all')) as { data: { prov: string[] } }).data.prov).toEqual([
      '9',
      '9',
      '010',
      '010',
    ]);
    const odd = study(PIPELINE, PANEL.replaceAll('\nA,', '\n" [a] ",'));
    await odd.run();
    expect(((await odd.json<Shown>('show', 'all')) as { data: { prov: string[] } }).data.prov).toContain(' [a] ');
  });

  test('a table says which group a column is of, behind the label of the stage', async () => {
    const folder = study();
    await folder.run();
    expect(folder.read('out/tab.csv')).toMatch(/^,A,B$/m);
    folder.edit('pipeline.yaml', 'foreach: prov,', 'foreach: prov, label: Slope,');
    await folder.run();
    expect(folder.read('out/tab.csv')).toContain('"Slope, A","Slope, B"');
  });

  test('a group in a port that takes one is a mistake before anything runs, and the way to write it is told', async () => {
    const folder = study(
      `${PIPELINE}  one: { stage: derive, from: "fit[*]", columns: { z: estimate } }\n  two: { stage: derive, from: fit, columns: { z: estimate } }\n`,
    );
    const { code, diagnostics } = await folder.run();
    expect([code, diagnostics.map((d) => [d.code, d.hint])]).toEqual([
      2,
      [
        ['CE1204', expect.stringContaining('fit[<prov>]')],
        ['CE1203', expect.stringContaining('fit[<prov>]')],
      ],
    ]);
  });

  test('plan and explain look at what is stored and run nothing', async () => {
    const folder = study();
    type Planned = { readonly stages: readonly { readonly stage: string; readonly state: string }[] };
    const plan = async () => (await folder.json<Planned>('plan')).stages;
    expect((await plan()).map((s) => s.stage)).toContain('fit[…]');
    await folder.run();
    expect(await plan()).toMatchObject([
      { stage: 'raw', state: 'fresh' },
      { stage: 'kept', state: 'fresh' },
      { stage: 'fit[A]', state: 'fresh' },
      { stage: 'fit[B]', state: 'fresh' },
      { stage: 'all', state: 'fresh' },
      { stage: 'tab', state: 'fresh' },
    ]);
  });

  test('after an edit of the data, who only looks knows the groups of the last run', async () => {
    const folder = study();
    const said = async (...args: readonly string[]): Promise<string> => (await folder.cli(args)).out;
    const refused = async (...args: readonly string[]): Promise<unknown> => {
      const { code, err } = await folder.cli(args);
      return [code, /CE\d+/.exec(err)?.[0]];
    };
    for (const args of [
      ['explain', 'fit[A]'],
      ['verify', 'fit[A]'],
      ['lineage', 'fit[A]'],
      ['plan', 'fit[A]'],
    ])
      expect(await refused(...args), args.join(' ')).toEqual([2, 'CE1565']);
    await folder.run();
    folder.edit('panel.csv', '1.5,0.1', '1.75,0.1');
    expect(await said('explain', 'fit[A]', 'all')).toMatch(/^fit\[A\]: fresh\n(?:.*\n)*.*all: stale\n/);
    expect(await said('explain', 'fit')).toMatch(/fit\[A\]: fresh\n(?:.*\n)*.*fit\[B\]: stale\n/);
    expect(await said('verify', 'fit[B]')).toContain('fit[B]  nothing to compare with');
    expect(await said('lineage', 'fit[A].model')).toMatch(/^fit\[A\]\.model {2}regress, made ← /);
    expect(await said('plan', '--if', 'fit[A]')).toContain('all');
    expect(await said('plan', 'fit[A]')).toMatch(/depends +fit\[A\]/);
    // only the data can tell
    for (const args of [
      ['explain', 'fit[C]'],
      ['verify', 'fit[C]'],
      ['lineage', 'fit[C]'],
      ['plan', 'fit[C]'],
    ])
      expect(await refused(...args), args.join(' ')).toEqual([2, 'CE1565']);
    // a group that the YAML names may be new
    folder.edit('panel.csv', 'B,b1,2001,1.75', 'C,c1,2001,1\nB,b1,2001,1.75');
    folder.edit('pipeline.yaml', 'columns: "fit[*]"', 'columns: ["fit[C]"]');
    expect(await said('plan')).toContain('fit[…]');
  });

  test('a group that is called like a condition is known after an edit, too', async () => {
    const folder = study(
      PIPELINE.replace('foreach: prov,', 'foreach: prov, where: "`prov` == `prov`",'),
      PANEL.replaceAll('\nA,', "\n`prov` == 'h',"),
    );
    await folder.run();
    folder.edit('panel.csv', '1.5,0.1', '1.75,0.1');
    const { out } = await folder.cli(['plan']);
    expect(out).toContain("fit[`prov` == 'h']");
    expect(out).toContain('fit[B]');
  });

  test('all of them are named as in the language; of results, one at a time', async () => {
    const folder = study();
    await folder.run();
    expect((await folder.cli(['explain', 'fit[*]'])).out).toMatch(/^fit\[A\]: fresh\n(?:.*\n)*.*fit\[B\]: fresh/);
    expect((await folder.cli(['verify', 'fit[*]'])).out).toContain('2 same');
    expect((await folder.cli(['lineage', 'fit[*].model'])).out).toContain('fit[B].model');
    const { code, err } = await folder.cli(['show', 'fit[*]']);
    expect([code, err]).toEqual([2, expect.stringContaining('fit[A], fit[B]')]);
  });

  test('groups of a program are those of its tables; without tables it has none', async () => {
    const exec = `
  n: { stage: exec, foreach: prov, run: [awk, "-F,", "NR > 1 { n++ } END { print \\"n\\"; print n }", p.csv], inputs: { p.csv: raw }, outputs: { table: { file: stdout } } }
  ns: { stage: gather, from: "n[*].table", as: prov }
`;
    const folder = study(PIPELINE + exec, `${PANEL}A,a3,2001,1,2,n\n`);
    expect((await folder.run('ns')).code).toBe(0);
    expect((await folder.json<Shown>('show', 'ns')).data).toEqual({ prov: ['A', 'B'], n: [5, 4] });
    const none = study(PIPELINE + exec.replace('inputs: { p.csv: raw }', 'inputs: { p.csv: ./panel.csv }'));
    expect((await none.run()).diagnostics[0]).toMatchObject({ code: 'CE1230', line: 10 });
  });
});
