import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, PANEL } from './lab.ts';

const head = 'ceteris: 1\nname: t\n';
const pipeline = `${head}stages:
  raw:
    stage: ingest
    file: d.csv
    panel: { unit: city, time: year }
  fit:
    stage: regress
    from: raw
    y: y
    x: x
  good: { stage: ingest, file: good.csv }
  sums: { stage: aggregate, from: good, by: id, columns: { m: mean(y) } }
`;
const rows = 'a,1,1,2\na,2,2,3\nb,1,1,1\nb,2,1.5,1\nc,1,2,3\nc,2,3,4\n';
const header = 'city,year,y,x\n';
const lab = (data: string | Uint8Array, yaml = pipeline) =>
  openLab({ 'pipeline.yaml': yaml, 'd.csv': data, 'good.csv': PANEL });

/** Runs, shows that what does not depend on the bad input ran, that nothing crashed, and gives what was said. */
async function outcome(l: Lab): Promise<{ said: string[]; stages: readonly string[]; messages: string[] }> {
  const r = await l.run();
  expect(r.code).toBe(1);
  expect(r.stages).toContain('good ran');
  expect(r.stages).toContain('sums ran');
  expect(`${r.out}${r.err}`).not.toMatch(/ {4}at |node:internal|NaN|undefined|ceteris bug/);
  return { said: [...r.faults], stages: r.stages, messages: r.diagnostics.map((d) => d.message) };
}

describe('data files', () => {
  const failing: readonly [what: string, data: string | Uint8Array, said: string[], message: RegExp][] = [
    ['an empty file', '', ['CE2012 6:d.csv'], /empty/],
    ['a header only', header, ['CE2019 6:d.csv'], /no rows/],
    [
      'ragged rows',
      `${header}a,1,1,2\na,2,1\nb,1,2,3,4\n`,
      ['CE2017 6:d.csv', 'CE2017 6:d.csv'],
      /row 2 \(line 3\) has 3 fields/,
    ],
    ['duplicate keys', `${header}${rows}a,2,9,9\n`, ['CE2022 7:{ unit: city, time: year }'], /a 2 \(2, 7\)/],
    ['a missing key', `${header}${rows}a,,9,9\n`, ['CE2025 7:year'], /'year'.*row 7/],
    ['binary content', Uint8Array.from({ length: 600 }, (_, i) => (i * 7) % 256), ['CE2010 6:d.csv'], /binary/],
    [
      'text that is not UTF-8 nor GB18030',
      Buffer.concat([Buffer.from(header), Buffer.from([0xff, 0xff, 0x2c])]),
      ['CE2011 6:d.csv'],
      /byte 14/,
    ],
    ['an open quote', `${header}"a,1,1,2\n${rows}`, ['CE2016 6:d.csv'], /line 2/],
    ['two columns of one name', `city,year,y,y\n${rows}`, ['CE2015 6:d.csv'], /'y'.*3.*4/],
    ['a column without a name', `city,year,,y\n${rows}`, ['CE2013 6:d.csv'], /3/],
    ['a column named __proto__', `city,year,__proto__,y\n${rows}`, ['CE2014 6:d.csv'], /__proto__/],
    ['a column named #rows', `city,year,#rows,y\n${rows}`, ['CE2014 6:d.csv'], /#rows/],
    ['a column named #content', `city,year,#content,y\n${rows}`, ['CE2014 6:d.csv'], /#content/],
  ];
  test('what is said of one place stands over one frame', async () => {
    const l = openLab({
      'pipeline.yaml': 'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: d.csv }\n',
      'd.csv': 'city,y\n1,2\n2,3,4\n3\n4,5\n',
    });
    const { out } = await l.cli(['run']);
    expect([...out.matchAll(/CE2017/g)].length).toBe(2);
    expect([...out.matchAll(/pipeline\.yaml:4/g)].length).toBe(1);
    expect(out).toMatch(/CE2017: row 2 .*\n.*CE2017: row 3 .*\n {2}pipeline\.yaml:4/);
  });

  test.each([
    ['derive', '{ stage: derive, from: raw, columns: { "#rows": y + 1 } }'],
    ['aggregate', '{ stage: aggregate, from: raw, by: city, columns: { "#rows": mean(y) } }'],
    ['gather', '{ stage: gather, from: raw, as: "#rows" }'],
    ['sql', `{ stage: sql, query: 'select 1 as "#rows" from raw', inputs: { raw: raw } }`],
    ['exec', '{ stage: exec, run: [echo, "#rows"], outputs: { t: { file: stdout } } }'],
  ])('a column named #rows that is made by %s', async (_, stage) => {
    const l = openLab({
      'pipeline.yaml': `ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: d.csv }\n  odd: ${stage}\n  next: { stage: describe, from: odd }\n`,
      'd.csv': 'city,y\n1,2\n2,3\n',
    });
    const run = await l.run();
    expect([run.code === 0, run.diagnostics.map((d) => [d.code, d.stage])]).toEqual([false, [['CE2014', 'odd']]]);
    expect(run.diagnostics[0]?.line).toBe(5);
  });
  test.each(failing)('%s', async (_, data, said, message) => {
    const found = await outcome(lab(data));
    expect(found.said).toEqual(said);
    expect(found.messages[0]).toMatch(message);
    expect(found.stages).toContain('raw failed');
    expect(found.stages).toContain('fit blocked');
  });

  test('text in a declared number column: row, column and value', async () => {
    const yaml = pipeline.replace('    panel:', '    columns: { y: { type: number } }\n    panel:');
    const { said, messages } = await outcome(lab(`${header}${rows.replace('b,2,1.5', 'b,2,"1,5"')}`, yaml));
    expect(said).toEqual(['CE2020 7:{ type: number }']);
    expect(messages[0]).toContain("column 'y', row 4 (line 5): '1,5'");
  });

  test('text in a column that would be numbers: the ingest says which cell, the regression says that it is text', async () => {
    const l = lab(`${header}${rows.replace('b,2,1.5', 'b,2,oops')}`);
    const r = await l.run();
    expect([r.code, r.faults]).toEqual([1, ['CE2002 11:y']]);
    const note = r.stage('raw')?.notes?.find((n) => n.code === 'CN3001')?.message;
    expect(note).toContain("'y'");
    expect(note).toContain('row 4 (line 5)');
    expect(note).toContain("'oops'");
  });

  test('a missing file, a folder, and a pipe are told apart and waited for by nobody', async () => {
    const l = openLab({ 'pipeline.yaml': pipeline, 'good.csv': PANEL });
    expect((await outcome(l)).said).toEqual(['CE3001 6:d.csv']);
    mkdirSync(l.at('d.csv'));
    expect((await outcomeAgain(l)).said).toEqual(['CE3002 6:d.csv']);
    const pipe = openLab({ 'pipeline.yaml': pipeline, 'good.csv': PANEL });
    expect(spawnSync('mkfifo', [pipe.at('d.csv')]).status).toBe(0);
    expect((await outcome(pipe)).said).toEqual(['CE3002 6:d.csv']);
  });

  const outcomeAgain = async (l: Lab) => {
    const r = await l.run();
    return { said: [...r.faults] };
  };

  test('CRLF and a byte-order mark change nothing', async () => {
    const l = lab(`${header}${rows}`);
    expect((await l.run()).code).toBe(0);
    l.write({ 'd.csv': `\ufeff${(header + rows).replaceAll('\n', '\r\n')}` });
    expect((await l.run()).stages).toEqual(['raw ran', 'fit cached', 'good cached', 'sums cached']);
  });
});

describe('regressions', () => {
  test('no variation in a regressor: it is dropped with a note', async () => {
    const l = lab(`${header}a,1,1,2\na,2,3,2\nb,1,2,2\nb,2,4,2\n`);
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(r.stage('fit')?.notes?.map((n) => n.message)).toEqual(["'x' dropped: no variation"]);
  });

  test('n ≤ k: too few observations', async () => {
    const l = lab(`${header}a,1,1,2\na,2,3,3\n`);
    const { said, messages } = await outcome(l);
    expect(said).toEqual(['CE2411 8:fit']);
    expect(messages[0]).toContain('2 observations');
    const again = await l.run();
    expect(again.stages).toEqual(['raw cached', 'fit failed', 'good cached', 'sums cached']);
    expect(again.faults).toEqual(said);
  });

  test('all rows missing, and infinite values, are left out and counted, or an error when none is left', async () => {
    expect((await outcome(lab(`${header}a,1,,2\na,2,NA,3\nb,1,.,1\n`))).said).toEqual(['CE2410 8:fit']);
    const none = lab(`${header}a,1,2,3\nb,1,3,1\n`);
    none.edit('pipeline.yaml', 'y: y', 'where: year > 2000\n    y: y');
    expect((await outcome(none)).said).toEqual(['CE1540 8:fit']);
    const l = lab(`${header}${rows}d,1,Inf,2\nd,2,-inf,3\ne,1,NaN,1\n`);
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(r.stage('fit')?.notes?.map((n) => n.message)).toContain('3 of 9 rows left out: missing or infinite in y');
    const model = await l.json<{ nobs: number; terms: { estimate: number }[] }>('show', 'fit');
    expect(model.nobs).toBe(6);
    expect(model.terms.every((t) => Number.isFinite(t.estimate))).toBe(true);
  });

  test('fewer clusters than parameters: a note, and no NaN', async () => {
    const yaml = pipeline.replace('    x: x\n', '    x: [x, w, v]\n    cluster: city\n');
    const data = Array.from({ length: 24 }, (_, i) => {
      const f = (k: number) => ((i * k) % 17) / 10;
      return `${i % 2 === 0 ? 'a' : 'b'},${i},${(f(5) + f(3)).toFixed(2)},${f(7)},${f(11)},${f(13)}`;
    });
    const l = lab(`city,year,y,x,w,v\n${data.join('\n')}\n`, yaml);
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(r.stage('fit')?.notes?.map((n) => n.code).length).toBeGreaterThan(0);
    expect((await l.cli(['show', 'fit', '--json'])).out).not.toContain('NaN');
  });

  test('a roster city that is not in the panel: a note that names it', async () => {
    const l = openLab({
      'pipeline.yaml': `${head}stages:
  raw: { stage: ingest, file: d.csv, panel: { unit: city, time: year } }
  roster: { stage: ingest, file: roster.csv }
  panel: { stage: treatment, from: raw, roster: roster, on: city, adopted: start }
`,
      'd.csv': `${header}${rows}`,
      'roster.csv': 'city,start\na,2\nAtlantis,1\n',
    });
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(JSON.stringify(r.stage('panel')?.notes)).toContain('Atlantis');
  });
});

describe('pipeline files', () => {
  const refused: readonly [what: string, yaml: string | Uint8Array, said: string[]][] = [
    ['0 bytes', '', ['CE1006']],
    ['binary', Uint8Array.from({ length: 600 }, (_, i) => (i * 7) % 256), ['CE1007']],
    ['100 MB', new Uint8Array(100 * 2 ** 20).fill(35), ['CE1008']],
    ['not UTF-8', Buffer.from(`${head}title: caf\xe9\n`, 'latin1'), ['CE1009']],
    ['UTF-16', Buffer.from(`\ufeff${head}`, 'utf16le'), ['CE1009']],
    ['only a comment', '# nothing\n', ['CE1006']],
    ['no stages', head, ['CE1060']],
    ['a list', '- a\n', ['CE1050']],
    [
      'an alias bomb',
      `${head}vars:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${bomb('abcdefgh', (v) => `*${v}`)}stages: {}\n`,
      ['CE1060', 'CE1033'],
    ],
    [
      'a bomb of vars',
      `${head}vars:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${bomb('abcdefgh', (v) => `"\${${v}}"`)}stages:\n  raw: { stage: ingest, file: d.csv, missing: "\${h}" }\n`,
      ['CE1033'],
    ],
    ['100,000 open brackets', `${head}stages: ${'['.repeat(1e5)}${']'.repeat(1e5)}\n`, ['CE1032']],
    [
      'deep block nesting',
      `${head}stages:\n${Array.from({ length: 500 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}`,
      ['CE1032'],
    ],
    [
      'deep expressions',
      `${head}stages:\n  raw: { stage: ingest, file: d.csv }\n  d: { stage: derive, from: raw, columns: { z: "${'('.repeat(5e4)}y${')'.repeat(5e4)}", w: "${'not '.repeat(5e4)}y", v: "${'y + '.repeat(5e4)}y" } }\n`,
      ['CE2030', 'CE2030'],
    ],
  ];
  test.each(refused)('%s', async (_, yaml, said) => {
    const l = lab(`${header}${rows}`, yaml as string);
    const r = await l.run();
    expect([r.code, r.diagnostics.map((d) => d.code)]).toEqual([2, said]);
    expect(r.err).toBe('');
  });

  function bomb(names: string, use: (name: string) => string): string {
    return [...names]
      .slice(1)
      .map(
        (name, i) =>
          `  ${name}: &${name} [${Array(10)
            .fill(use(names[i] as string))
            .join(', ')}]\n`,
      )
      .join('');
  }

  test('a folder, a pipe and nothing at all', async () => {
    const l = openLab({ 'empty/.keep': '' });
    expect(spawnSync('mkfifo', [l.at('pipe.yaml')]).status).toBe(0);
    const codes = async (arg: string) => {
      const r = await l.run(arg);
      return [r.code, ...r.diagnostics.map((d) => d.code)];
    };
    expect(await codes('empty')).toEqual([2, 'CE1511']);
    expect(await codes('pipe.yaml')).toEqual([2, 'CE1005']);
    expect(await codes('gone.yaml')).toEqual([2, 'CE1002']);
    expect(await codes('.')).toEqual([2, 'CE1511']);
  });

  test('names that mean something to JavaScript or to the file system are refused, or harmless', async () => {
    const l = lab(
      `${header}${rows}`,
      `${head}vars: { __proto__: [a], constructor: 3 }
labels: { __proto__: x }
stages:
  raw: { stage: ingest, file: d.csv }
  __proto__: { stage: ingest, file: d.csv }
  ../../x: { stage: ingest, file: d.csv }
  d: { stage: derive, from: raw, columns: { __proto__: y + 1, valueOf: y } }
  e: { stage: derive, from: raw, columns: { __proto__: y + 1 } }
  fit: { stage: regress, from: raw, y: __proto__, x: x }
  toString: { stage: ingest, file: d.csv }
`,
    );
    const r = await l.run();
    expect(r.code).toBe(2);
    expect(r.faults).toEqual([
      'CE1034 3:__proto__',
      'CE1034 3:constructor',
      'CE1034 4:__proto__',
      'CE1034 7:__proto__',
      'CE1110 8:../../x',
      'CE1034 9:__proto__',
      'CE1034 10:__proto__', // and not that there are no columns
      'CE1034 11:__proto__',
      'CE1110 12:toString',
    ]);
    const ok = lab(
      `${header}${rows}`,
      `${head}vars: { toString: x }
labels: { hasOwnProperty: y }
stages:
  raw: { stage: ingest, file: d.csv }
  d: { stage: derive, from: raw, columns: { valueOf: y * 2, hasOwnProperty: "\${toString} + 1" } }
  valueof: { stage: regress, from: d, y: valueOf, x: hasOwnProperty, matrix: { toString: {}, valueOf: { absorb: city } } }
  t: { stage: table, columns: "valueof[*]", formats: [md, csv] }
`,
    );
    const fine = await ok.run();
    expect([fine.code, fine.diagnostics]).toEqual([0, []]);
    expect(ok.read('out/t.csv')).not.toMatch(/undefined|native code/);
  });

  test('an output may not leave the folder of the pipeline', async () => {
    const l = lab(
      `${header}${rows}`,
      `${head}stages:
  raw: { stage: ingest, file: d.csv }
  fit: { stage: regress, from: raw, y: y, x: x }
  a: { stage: table, columns: fit, formats: [csv], to: ../../a }
  b: { stage: table, columns: fit, formats: [csv], to: /tmp/b }
  c: { stage: table, columns: fit, formats: [csv], to: same }
  d: { stage: table, columns: fit, formats: [csv], to: ./same }
`,
    );
    expect((await l.check()).faults).toEqual(['CE1300 6:../../a', 'CE1300 7:/tmp/b', 'CE1301 9:./same']);
  });

  test('CRLF and a byte-order mark in the YAML run nothing anew', async () => {
    const l = lab(`${header}${rows}`);
    expect((await l.run()).code).toBe(0);
    l.write({ 'pipeline.yaml': `\ufeff${pipeline.replaceAll('\n', '\r\n')}` });
    expect((await l.run()).stages.every((s) => s.endsWith('cached'))).toBe(true);
    l.edit('pipeline.yaml', 'x: x', 'x: q');
    expect((await l.run()).faults).toEqual(['CE2001 12:q']);
  });
});

describe('the disk', () => {
  const preload = `--import ${new URL('faulty-disk.mjs', import.meta.url).href}`;
  const yaml = `${pipeline}  t: { stage: table, columns: fit, formats: [csv] }\n`;
  const env = (disk: string, under: string) => ({
    NODE_OPTIONS: preload,
    CETERIS_DISK: disk,
    CETERIS_DISK_UNDER: under,
  });

  test('full at any byte: one clear error and exit 3, what was stored stays, and the next run goes on from there', async () => {
    const l = lab(`${header}${rows}`, yaml);
    for (const bytes of [0, 100, 400, 800, 1500, 2500, 4000]) {
      const full = await l.cli(['run', '--json'], env(`full:${bytes}`, l.folder));
      expect([0, 3]).toContain(full.code);
      expect(full.err).toBe('');
      if (full.code === 3) expect(full.out).toMatch(/CE4002|CE3010/);
      expect(`${full.out}${full.err}`).not.toMatch(/ {4}at |ceteris bug/);
    }
    expect((await l.run()).code).toBe(0);
    const clean = lab(`${header}${rows}`, yaml);
    await clean.run();
    expect(l.read('out/t.csv')).toBe(clean.read('out/t.csv'));
    expect(await l.json('show', 'fit')).toEqual(await clean.json('show', 'fit'));
  });

  test('a folder that may only be read: results are refused with CE4001, and what is stored is still shown and used', async () => {
    const l = lab(`${header}${rows}`, yaml);
    const cold = await l.cli(['run', '--json'], env('read-only', l.folder));
    expect(cold.code).toBe(3);
    expect(cold.out).toContain('CE4001');
    expect((await l.run()).code).toBe(0);
    const warm = await l.cli(['run', '--json'], env('read-only', l.folder));
    expect([warm.code, warm.err]).toEqual([0, '']);
    expect((await l.cli(['show', 'fit'], env('read-only', l.folder))).code).toBe(0);
    const elsewhere = await l.cli(['run', '--json', '--cache', `${l.folder}-store`], env('read-only', `${l.folder}/`));
    spawnSync('rm', ['-rf', `${l.folder}-store`]);
    expect(elsewhere.code).toBe(0);
  });

  test('something else in the place of the store: one clear error, exit 3, and nothing is removed', async () => {
    const l = lab(`${header}${rows}`, yaml);
    const code = async (args: readonly string[]) => {
      const { code, out, err } = await l.cli(args);
      expect(`${out}${err}`).not.toMatch(/ {4}at |ceteris bug/);
      return [code, /CE\d+/.exec(`${out}${err}`)?.[0]];
    };
    l.write({ '.ceteris': 'mine' });
    expect(await code(['run', '--json'])).toEqual([3, 'CE4006']);
    expect(await code(['plan', '--cache', '.ceteris/in/it'])).toEqual([3, 'CE4006']);
    expect(await code(['plan'])).toEqual([3, 'CE4006']);
    expect(await code(['show', 'fit', '--json'])).toEqual([3, 'CE4006']);
    expect(l.read('.ceteris')).toBe('mine');
    rmSync(l.at('.ceteris'));
    mkdirSync(l.at('.ceteris/actions.log'), { recursive: true });
    expect(await code(['run'])).toEqual([3, 'CE4006']);
    rmSync(l.at('.ceteris'), { recursive: true });
    l.write({ '.ceteris/blobs': 'mine' });
    expect(await code(['run'])).toEqual([3, 'CE4006']);
    rmSync(l.at('.ceteris'), { recursive: true });
    expect((await l.run()).code).toBe(0);
    // what only saves time may be anything
    rmSync(l.at('.ceteris/runs'), { recursive: true });
    rmSync(l.at('.ceteris/latest'), { recursive: true });
    l.write({ '.ceteris/runs': 'x', '.ceteris/latest': 'y', '.ceteris/files.index': 'garbage' });
    expect((await l.run()).stages.every((s) => s.endsWith('cached'))).toBe(true);
    l.write({ '.ceteris/actions.log': `garbage\n${l.read('.ceteris/actions.log').slice(40)}` });
    expect((await l.run()).code).toBe(0);
  });

  const mounts = process.platform === 'linux' && process.getuid?.() === 0;
  test.runIf(mounts)('a real file system that is full', async () => {
    const l = openLab({ 'mount/.keep': '' });
    const mount = l.at('mount');
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', mount]).status !== 0) return;
    try {
      l.write({ 'mount/pipeline.yaml': yaml, 'mount/d.csv': `${header}${rows}`, 'mount/good.csv': PANEL });
      const full = await l.cli(['run', '--json', 'mount']);
      expect(full.code).toBe(3);
      expect(full.out).toMatch(/CE4002|CE3010/);
      expect(`${full.out}${full.err}`).not.toMatch(/ {4}at |ceteris bug/);
      expect(spawnSync('mount', ['-o', 'remount,size=4m', mount]).status).toBe(0);
      expect((await l.cli(['run', '--json', 'mount'])).code).toBe(0);
    } finally {
      spawnSync('umount', ['-l', join(mount)]);
    }
  });
});
