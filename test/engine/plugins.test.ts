import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ended, type Lab, openLab, readRun, type Shown, statuses } from './lab.ts';
import { watch } from './watched.ts';

const root = resolve(import.meta.dirname, '..', '..');
const THEIL = readFileSync(join(root, 'docs', 'examples', 'theil.ts'), 'utf8');
const PIPELINE = `ceteris: 1
name: p
plugins: [types/theil.ts]
stages:
  raw: { stage: ingest, file: panel.csv }
  t: { stage: theil, from: raw, column: y, by: year }
  twice: { stage: derive, from: t, columns: { two: theil * 2 } }
`;
const PANEL = 'year,y,note\n2001,1,a\n2001,3,b\n2002,2,c\n2002,2,d\n2002,,e\n';

const study = (plugin = THEIL): Lab =>
  openLab({ 'pipeline.yaml': PIPELINE, 'panel.csv': PANEL, 'types/theil.ts': plugin });

describe('plugins', () => {
  test('a stage type in TypeScript runs, passes static checks, and reads just its columns', async () => {
    const folder = study();
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', t: 'ran', twice: 'ran' });
    const { theil } = (await folder.json<Shown>('show', 't')).data as { theil: number[] };
    // by hand: 2001: mean 2, (0.5 ln 0.5 + 1.5 ln 1.5) / 2; 2002: equal
    expect(theil[0]).toBeCloseTo((0.5 * Math.log(0.5) + 1.5 * Math.log(1.5)) / 2, 14);
    expect(theil[1]).toBe(0);
    folder.edit('panel.csv', ',a', ',changed');
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', t: 'cached', twice: 'cached' });
    folder.edit('pipeline.yaml', 'column: y', 'column: yy');
    const wrong = await folder.run();
    expect(wrong.code).toBe(2);
    expect(wrong.diagnostics).toMatchObject([{ code: 'CE2001', line: 6, column: 41 }]);
  });

  test('an edit of its code re-runs its stages, a remark or what reads an equal result does not', async () => {
    const folder = study();
    await folder.run();
    folder.write({ 'types/theil.ts': `// a remark\n${THEIL}` });
    expect(statuses(await folder.run())).toEqual({ raw: 'cached', t: 'cached', twice: 'cached' });
    folder.write({ 'types/theil.ts': THEIL.replace('values.length;\n    });', 'values.length + 0;\n    });') });
    expect(statuses(await folder.run())).toEqual({ raw: 'cached', t: 'ran', twice: 'cached' });
  });

  test('what it imports is part of its code', async () => {
    const folder = study(
      THEIL.replace("from 'ceteris';", "from 'ceteris';\nimport { scale } from './scale.mjs';").replace(
        '* Math.log(v / mean), 0)',
        '* Math.log(v / mean) * scale, 0)',
      ),
    );
    folder.write({ 'types/scale.mjs': 'export const scale = 1;\n' });
    expect(statuses(await folder.run()).t).toBe('ran');
    folder.write({ 'types/scale.mjs': 'export const scale = 2;\n' });
    expect(statuses(await folder.run())).toEqual({ raw: 'cached', t: 'ran', twice: 'ran' });
  });

  test('while nothing changes the answer stands; a file that an import would take instead, or a setting, is noticed', async () => {
    const folder = study(
      THEIL.replace("from 'ceteris';", "from 'ceteris';\nimport { scale } from './scale';").replace(
        '* Math.log(v / mean), 0)',
        '* Math.log(v / mean) * scale, 0)',
      ),
    );
    folder.write({ 'types/scale.js': 'export const scale = 1;\n' });
    const isStanding = (): boolean => {
      const [last = ''] = readdirSync(folder.at('.ceteris/runs')).sort().reverse();
      return folder.read(`.ceteris/runs/${last}`).includes('"standing":true');
    };
    const expectRan = async (ran: Readonly<Record<string, string>>): Promise<void> => {
      expect(statuses(await folder.run())).toEqual({ raw: 'cached', t: 'cached', twice: 'cached', ...ran });
      expect(isStanding()).toBe(false);
      expect(statuses(await folder.run())).toEqual({ raw: 'cached', t: 'cached', twice: 'cached' });
      expect(isStanding()).toBe(true);
    };
    await expectRan({ raw: 'ran', t: 'ran', twice: 'ran' });
    folder.write({ 'types/scale.ts': 'export const scale = 2;\n' }); // goes before scale.js
    await expectRan({ t: 'ran', twice: 'ran' });
    folder.write({ 'types/scale.ts': 'export const scale = 3;\n' });
    await expectRan({ t: 'ran', twice: 'ran' });
    folder.write({ 'panel.csv': PANEL.replace('2001,1', '2001,2') });
    await expectRan({ raw: 'ran', t: 'ran', twice: 'ran' });
    folder.write({ 'types/theil.ts': `${folder.read('types/theil.ts')}// a remark\n` });
    await expectRan({});
    rmSync(folder.at('types/scale.ts'));
    await expectRan({ t: 'ran', twice: 'ran' });
    folder.write({ 'types/tsconfig.json': '{}' });
    await folder.run();
    expect(isStanding()).toBe(false);
  });

  test('an edit of it is foretold', async () => {
    const folder = study();
    await folder.run();
    expect((await folder.cli(['plan', '--if', 'types/theil.ts'])).out).toMatch(/^t +\d.*\ntwice /);
  });

  test('long work goes to a thread', async () => {
    const folder = study(THEIL.replace("  type: 'theil',", "  type: 'theil',\n  weight: () => 10_000,"));
    expect(statuses(await folder.run())).toEqual({ raw: 'ran', t: 'ran', twice: 'ran' });
  });

  test('code that does not come back is ended by Ctrl-C, and code that ends its thread fails its stage alone', async () => {
    const folder = study(THEIL.replace('\n  run(', '\n  run: () => { for (;;); },\n  work('));
    const child = folder.start(['run', '--json']);
    const end = ended(child);
    await new Promise<void>((seen) => {
      child.stdout?.on('data', (text: string) => {
        if (text.includes('"stage-started"') && text.includes('"stage":"t"')) seen();
      });
    });
    child.kill('SIGINT');
    const run = readRun(await end, folder.folder);
    expect([run.code, run.stages]).toEqual([130, ['raw ran', 't cancelled', 'twice cancelled']]);

    folder.write({ 'types/theil.ts': THEIL.replace('\n  run(', '\n  run: () => process.exit(5),\n  work(') });
    const failed = await folder.run();
    expect(failed.stages).toEqual(['raw cached', 't failed', 'twice blocked']);
    expect(failed.diagnostics).toMatchObject([{ code: 'CE2991', stage: 't' }]);
  });

  test('faults that it reports stand at the param', async () => {
    const folder = study();
    folder.edit('panel.csv', '2001,3', '2001,-3');
    const finished = await folder.run();
    expect(finished.code).toBe(1);
    expect(finished.diagnostics).toMatchObject([{ code: 'CE2990', line: 6, message: 'row 2: -3 is not positive' }]);
  });

  test('params are checked against its schema', async () => {
    const folder = study();
    folder.edit('pipeline.yaml', 'by: year', 'bye: year');
    expect((await folder.run()).diagnostics.map((d) => d.code).sort()).toEqual(['CE1250']);
  });

  test.each([
    ['a file that is not there', undefined, 'CE1310', 3],
    ['a mistake in its syntax, at its place', 'export const x = ;\n', 'CE1311', 1],
    ['an import that is not there', "import { a } from './nothing.ts';\nexport const b = a;\n", 'CE1316', 1],
    ['a package that is not there', "\nimport { a } from 'no-such-package';\nexport const b = a;\n", 'CE1316', 2],
    ['no stage type', 'export const x = 1;\n', 'CE1312', 3],
    ['a name that is taken', THEIL.replace("'theil'", "'ingest'"), 'CE1313', 3],
    ['a type without inputs', THEIL.replace('inputs: {', 'input: {'), 'CE1314', 3],
    ['code that throws, at its place', "\nthrow new Error('no');\nexport const x = 1;\n", 'CE1315', 2],
    [
      'code that declares by throwing',
      THEIL.replace('const lookup =', "throw new Error('no');\n    const lookup ="),
      'CE2991',
      6,
    ],
    [
      'a declaration that is none',
      THEIL.replace('const lookup =', 'return {} as never;\n    const lookup ='),
      'CE2991',
      6,
    ],
  ])('%s is one clear fault', async (_, plugin, code, line) => {
    const folder = openLab({ 'pipeline.yaml': PIPELINE, 'panel.csv': PANEL });
    if (plugin !== undefined) folder.write({ 'types/theil.ts': plugin });
    const finished = await folder.run();
    expect(finished.code).toBe(2);
    expect(finished.diagnostics).toMatchObject([{ code, line }]);
    expect(finished.err).toBe('');
  });

  test('a run that throws fails its stage alone, as a fault of the plugin', async () => {
    const finished = await study(THEIL.replace('const table = tableOf(input);', "throw new Error('not today');")).run();
    expect(statuses(finished)).toEqual({ raw: 'ran', t: 'failed', twice: 'blocked' });
    expect(finished.diagnostics).toMatchObject([{ code: 'CE2991', line: 6 }]);
    expect(finished.code).toBe(1);
  });

  test.each([
    ['here', THEIL],
    ['in a thread', THEIL.replace('\n  run(', '\n  weight: () => 1e6, run(')],
  ])('what it prints is none of the command, and it ends no run but its own stage: %s', async (_, plugin) => {
    const first = (code: string): string =>
      plugin.replace('const table = tableOf(input);', `${code} const table = tableOf(input);`);
    const folder = study(first("console.log('said', 1); console.table([1]);"));
    const { code, out, err } = await folder.cli(['run', '--json', '--jobs', '2']);
    expect(code).toBe(0);
    for (const line of out.trimEnd().split('\n')) expect(line).toMatch(/^\{.*\}$/);
    expect(err).toContain('said 1\n');
    folder.write({ 'types/theil.ts': first('process.exit(5);') });
    const ended = await folder.run('--jobs', '2');
    expect([ended.code, statuses(ended)]).toEqual([1, { raw: 'cached', t: 'failed', twice: 'blocked' }]);
    expect(ended.diagnostics).toMatchObject([{ code: 'CE2991', message: expect.stringContaining('process.exit(5)') }]);
  });

  test.each([
    ['nothing', 'return undefined as never;'],
    ['no outputs', 'return { ok: true, notes: [] } as never;'],
    ['no notes', 'return { ok: true, outputs: {} } as never;'],
    ['no parts', 'return { ok: true, outputs: { table: {} }, notes: [] } as never;'],
    ['faults that are none', "return { ok: false, faults: 'bad' } as never;"],
    ['a fault of no known code', "return { ok: false, faults: [{ code: 'XX', args: {} }] } as never;"],
    ['a function', 'return { ok: true, outputs: {}, notes: [() => 1] } as never;'],
    [
      'a column of another length',
      'return { ok: true, outputs: { table: tableOutput([["theil", numbers(new Float64Array(3))]], 2) }, notes: [] };',
    ],
    [
      'a text that was declared as a number',
      'return { ok: true, outputs: { table: tableOutput([["year", numbers(new Float64Array(1))], ["theil", { kind: "text", codes: new Uint32Array(1), levels: ["a"] }]], 1) }, notes: [] };',
    ],
  ])('a run that returns %s fails its stage alone, and nothing of it is kept', async (_, code) => {
    const folder = study(THEIL.replace('const table = tableOf(input);', `${code}\n    const table = tableOf(input);`));
    for (let i = 0; i < 2; i++) {
      const finished = await folder.run();
      expect(statuses(finished)).toMatchObject({ t: 'failed', twice: 'blocked' });
      expect(finished.diagnostics).toMatchObject([{ code: 'CE2991', line: 6 }]);
      // in words of its own: neither of the program's code nor of a message without its arguments
      expect(finished.diagnostics[0]?.message).not.toMatch(/[{]detail[}]|program\.js|properties of undefined/);
    }
    folder.write({ 'types/theil.ts': THEIL });
    expect(statuses(await folder.run())).toEqual({ raw: 'cached', t: 'ran', twice: 'ran' });
  });

  test('a run that throws says where in the plugin', async () => {
    const finished = await study(THEIL.replace('const table = tableOf(input);', "throw new Error('not today');")).run();
    const line = THEIL.split('\n').findIndex((l) => l.includes('const table = tableOf(input);')) + 1;
    expect(finished.diagnostics).toMatchObject([
      { code: 'CE2991', message: expect.stringContaining(`theil.ts:${line}:`) },
    ]);
  });

  describe('what it throws where nobody waits for it', () => {
    const late = "setTimeout(() => { throw new Error('too late'); }, 0);";
    const line = THEIL.split('\n').findIndex((l) => l.includes('const table = tableOf(input);')) + 1;
    const withFirst = (code: string, plugin = THEIL): string =>
      plugin.replace('const table = tableOf(input);', `${code} const table = tableOf(input);`);

    test.each([
      ['from a timer', withFirst(late)],
      ['from a promise', withFirst("void Promise.reject(new Error('too late'));")],
      ['from a timer in a thread', withFirst(late, THEIL.replace('\n  run(', '\n  weight: () => 1e6, run('))],
    ])('is told as a mistake in it, and stops nothing else: %s', async (_, plugin) => {
      const folder = study(plugin);
      const { code, out, err } = await folder.cli(['run', '--jobs', '2']);
      expect(code).toBe(1);
      expect(out).toContain('3 ran');
      expect(err.split('\n')[0]).toMatch(new RegExp(`^error CE2992: .*too late \\[theil.ts:${line}:\\d+\\]$`));
      expect(err).not.toMatch(/data:|^ +at /m);
      folder.write({ 'types/theil.ts': THEIL });
      expect((await folder.run()).code).toBe(0);
    });

    test('leaves a watch watching', async () => {
      const folder = study(withFirst(late));
      const watched = watch(folder);
      expect(await watched.settled()).toEqual([['raw ran', 't ran', 'twice ran']]);
      folder.write({ 'types/theil.ts': THEIL.replace('values.length;', 'values.length + 1;') });
      expect((await watched.settled()).at(-1)).toEqual(['raw cached', 't ran', 'twice ran']);
      await watched.stop();
    });
  });

  test('a remark is told with the result, and again when that is taken from the store', async () => {
    const folder = study();
    for (const status of ['ran', 'cached']) {
      const ran = await folder.run();
      expect(ran.stage('t')).toMatchObject({
        status,
        notes: [{ code: 'CN2990', message: '1 missing values left out' }],
      });
    }
    expect((await folder.cli(['run', '--force', 't', '--lang', 'zh'])).out).toContain(
      '插件：1 missing values left out',
    );
  });

  test.each([
    ['of a package that it loads while it runs', "await import('no-such-package'.slice(0));", 'from "theil.ts"'],
    ['of node that is not there', "const name = 'fs'; require(name);", 'theil.ts:'],
    ['that quotes where it was', 'throw new Error(new Error().stack);', 'theil.ts:'],
    ['that is no error', 'throw new Error().stack;', 'theil.ts:'],
  ])('a message %s names the file, and not its code', async (_, code, said) => {
    const text = THEIL.replace('run(', 'async run(').replace(
      'const table = tableOf(input);',
      `${code}\n    const table = tableOf(input);`,
    );
    const [told, ...more] = (await study(text).run()).diagnostics;
    expect([told?.code, more]).toEqual(['CE2991', []]);
    expect(told?.message).toContain(said);
    expect(told?.message).not.toContain('base64');
  });

  test('so does one that stops while it is loaded', async () => {
    const code = "import { createRequire } from 'node:module';\ncreateRequire(import.meta.url);\n";
    const [told] = (await study(code + THEIL).run()).diagnostics;
    expect([told?.code, told?.message]).toEqual(['CE1315', expect.not.stringContaining('base64')]);
  });

  test('a weight that throws is a fault of its stage, found before anything runs', async () => {
    const text = THEIL.replace('declare(', "weight() {\n    throw new Error('no');\n  },\n  declare(");
    const { code, diagnostics } = await study(text).run();
    expect([code, diagnostics]).toMatchObject([2, [{ code: 'CE2991', message: expect.stringContaining('theil.ts:') }]]);
  });

  test('the schema for editors knows the types of a pipeline with plugins', async () => {
    const folder = study();
    expect((await folder.cli(['schema'])).out).not.toContain('theil');
    const schema = JSON.parse((await folder.cli(['schema', 'pipeline.yaml'])).out) as object;
    expect(JSON.stringify(schema)).toContain('"const":"theil"');
    expect((await folder.cli(['schema', './nothing.yaml'])).code).toBe(2);
  });

  test('the published types fit: the example compiles against the package', async () => {
    const folder = study();
    mkdirSync(folder.at('node_modules'));
    symlinkSync(root, folder.at('node_modules/ceteris'));
    folder.write({ 'package.json': '{ "type": "module" }' });
    folder.write({
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "module": "NodeNext", "target": "ES2023", "noEmit": true, "types": [], "preserveSymlinks": true }, "include": ["types"] }',
    });
    const check = (): string =>
      spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder.folder], {
        encoding: 'utf8',
      }).stdout;
    expect(check()).toBe('');
    folder.edit('types/theil.ts', 'spec.column', 'spec.colum');
    expect(check()).toContain('TS2551');
  });
});
