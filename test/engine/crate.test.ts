import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ceteris, ended, type Lab, labIn, openLab, PANEL } from './lab.ts';

const require = createRequire(import.meta.url);

const PIPELINE = `ceteris: 1
name: study
title: { en: A study, zh: 一个研究 }
include: [parts/vars.yaml]
stages:
  raw: { stage: ingest, file: ../数据/panel.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, where: year > 2001, y: y, x: [x, "\${more}"], absorb: [id, year], cluster: id }
  tab: { stage: table, columns: fit, formats: [csv, md] }
`;
const FILES = {
  'study/pipeline.yaml': PIPELINE,
  'study/parts/vars.yaml': 'vars: { more: z }\n',
  '数据/panel.csv': PANEL,
};

const TWICE = `import { ColumnLookup, ColumnName, defineStage, numbers, Params, Reference, tableOf, tableOutput, tableShapeOf } from 'ceteris';
import { BY } from './by.ts';
export const twice = defineStage({
  type: 'twice',
  doc: { summary: { en: 'twice', zh: '两倍' }, details: { en: '' }, example: '' },
  params: Params({ from: Reference('the table'), column: ColumnName('the column') }),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: 'a column' } },
  declare({ params: { column }, inputs }) {
    const lookup = new ColumnLookup(tableShapeOf(inputs.from?.[0]));
    lookup.number(column, ['column']);
    const parts = ['#rows', 'twice'].map((name) => ({ name, how: 'made' }));
    const shape = { kind: 'table', open: false, columns: [{ name: 'twice', type: 'number' }] };
    return { faults: lookup.faults, spec: { column }, reads: { from: [[column]] }, outputs: { table: { shape, parts } } };
  },
  run({ spec, inputs }) {
    const x = tableOf(inputs.from[0]).numbers(spec.column);
    return { ok: true, outputs: { table: tableOutput(new Map([['twice', numbers(x.map((v) => BY * v))]]), x.length) }, notes: [] };
  },
});
`;

const study = (): Lab => openLab(FILES);

const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-lab-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

type Entity = { readonly [key: string]: unknown; readonly '@id': string; readonly '@type': string | readonly string[] };
const graphOf = (folder: string): readonly Entity[] =>
  (JSON.parse(readFileSync(join(folder, 'ro-crate-metadata.json'), 'utf8')) as { '@graph': Entity[] })['@graph'];

describe('crates', () => {
  test('hold pipeline, data and outputs, also those beside the pipeline folder, and run again elsewhere to the same bytes', async () => {
    const lab = study();
    expect(await lab.cli(['export', 'study', '--to', 'crate.zip'])).toMatchObject({ code: 0 });
    const other = labIn(freshFolder(), { 'crate.zip': lab.bytes('crate.zip') });
    const imported = await other.cli(['import', 'crate.zip', 'again', '--json']);
    expect(imported).toMatchObject({ code: 0 });
    expect(JSON.parse(imported.out)).toEqual({ ok: true, folder: 'again', stages: 3 });
    expect(other.read('again/study/out/tab.csv')).toBe(lab.read('study/out/tab.csv'));
  });

  test('are the same bytes each time, as zip', async () => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'a.zip']);
    await lab.cli(['export', 'study', '--to', 'b.zip']);
    expect(lab.bytes('a.zip')).toEqual(lab.bytes('b.zip'));
  });

  test('vars that were set on the command line are set again', async () => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'crate', '--set', 'more=[]']);
    expect(await lab.cli(['import', 'crate', 'again'])).toMatchObject({ code: 0 });
    expect(lab.read('again/study/out/tab.csv')).toBe(lab.read('study/out/tab.csv'));
  });

  test('every reference in the metadata leads to an entity, every file is described, every stage is an action', async () => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'crate']);
    const graph = graphOf(lab.at('crate'));
    const ids = new Set(graph.map((e) => e['@id']));
    expect(ids.size).toBe(graph.length);
    const references = (value: unknown): string[] => {
      if (Array.isArray(value)) return value.flatMap(references);
      if (typeof value !== 'object' || value === null) return [];
      const id = (value as { '@id'?: unknown })['@id'];
      return typeof id === 'string' ? [id] : Object.values(value).flatMap(references);
    };
    const inside = graph.flatMap((e) => Object.values(e).flatMap(references)).filter((id) => !/^https?:/.test(id));
    expect(inside.filter((id) => !ids.has(id))).toEqual([]);
    const described = graph
      .filter((e) => [e['@type']].flat().includes('File'))
      .map((e) => decodeURIComponent(e['@id']));
    expect([...described, 'ro-crate-metadata.json'].sort()).toEqual(filesIn(lab.at('crate')));
    const actions = graph.filter((e) => e['@type'] === 'CreateAction').map((e) => e.name);
    for (const name of ['raw (ingest)', 'fit (regress)', 'tab (table)']) expect(actions).toContain(name);
    const main = graph.find((e) => e['@id'] === 'study/pipeline.yaml');
    for (const type of ['File', 'SoftwareSourceCode', 'ComputationalWorkflow', 'HowTo'])
      expect(main?.['@type']).toContain(type);
  });

  test('pass the validator of the ro-crate library', async () => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'crate']);
    const { ROCrate, Validator } = require('ro-crate') as {
      ROCrate: new (json: object, options: object) => { resolveContext(): Promise<unknown> };
      Validator: new (
        crate: object,
      ) => {
        readonly results: readonly { readonly status: string; readonly message: string }[];
        rootDataEntity(): void;
        checkFiles(files: object): Promise<void>;
      };
    };
    // the address of the context cannot be reached from here: the library has a copy
    const context = (require('ro-crate/lib/context.json') as { '@context': object })['@context'];
    const json = JSON.parse(lab.read('crate/ro-crate-metadata.json')) as object;
    const crate = new ROCrate({ ...json, '@context': context }, { array: true, link: true });
    await crate.resolveContext();
    const validator = new Validator(crate);
    validator.rootDataEntity();
    const files = Object.fromEntries(
      filesIn(lab.at('crate')).map((path) => [encodeURI(path), { path, inCrate: false }]),
    );
    await validator.checkFiles(files);
    expect(validator.results.filter((r) => r.status === 'error').map((r) => r.message)).toEqual([]);
    expect(validator.results.length).toBeGreaterThan(5);
  });

  test('provenance in PROV-O: every value that a stage made names its activity', async () => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'crate']);
    const prov = JSON.parse(lab.read('crate/prov.jsonld')) as { '@graph': Entity[] };
    const activities = prov['@graph'].filter((e) => e['@type'] === 'prov:Activity').map((e) => e['@id']);
    expect(activities).toEqual(expect.arrayContaining(['#raw', '#fit', '#tab']));
    const made = prov['@graph'].filter((e) => e.wasGeneratedBy !== undefined);
    expect(made.length).toBeGreaterThan(8);
    expect(made.every((e) => activities.includes(e.wasGeneratedBy as string))).toBe(true);
  });

  test('a result that comes out otherwise is told, by stage and part', async () => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'crate']);
    const manifest = JSON.parse(lab.read('crate/ceteris-run.json')) as {
      stages: { name: string; outputs: Record<string, Record<string, string>> }[];
    };
    const fit = manifest.stages.find((s) => s.name === 'fit');
    (fit?.outputs.model as Record<string, string>).value = '0'.repeat(64);
    lab.write({ 'crate/ceteris-run.json': JSON.stringify(manifest) });
    const { code, err } = await lab.cli(['import', 'crate', 'again']);
    expect(code).toBe(1);
    expect(err).toContain("CE3109: 'fit' gives another result (model.value)");
  });

  test('what came out otherwise because of what it read is told apart from the cause, also with the same code', async () => {
    const lab = openLab({
      'study/pipeline.yaml': `ceteris: 1
name: study
stages:
  raw: { stage: ingest, file: panel.csv }
  clock: { stage: exec, inputs: { raw.csv: raw }, run: [sh, -c, "echo t,year; date +1%N,2001"], outputs: { t: { file: stdout } } }
  later: { stage: derive, from: clock.t, columns: { u: t + 1 } }
  years: { stage: derive, from: clock.t, columns: { v: year + 1 } }
  half: { stage: describe, from: later, where: u > 0, columns: [u] }
`,
      'study/panel.csv': PANEL,
    });
    await lab.cli(['export', 'study', '--to', 'crate']);
    const { code, out } = await lab.cli(['import', 'crate', 'again', '--json']);
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; message: string }[] };
    expect([code, diagnostics.map((d) => d.code)]).toEqual([1, ['CE3165', 'CE3071', 'CE3110']]);
    expect(diagnostics[0]?.message).toContain("'clock' gives another result (t.t, log.log)");
    expect(diagnostics[1]?.message).toMatch(/: later, years, half$/);
  });

  test('of a program that answers otherwise each time, the program is named as the cause', async () => {
    const lab = openLab({
      'study/pipeline.yaml': `ceteris: 1
name: study
stages:
  clock: { stage: exec, run: [sh, -c, "echo t; date +%s%N"], outputs: { t: { file: stdout } } }
`,
    });
    await lab.cli(['export', 'study', '--to', 'crate']);
    const { code, err } = await lab.cli(['import', 'crate', 'again']);
    expect([code, [...err.matchAll(/CE31\d\d/g)].map((m) => m[0])]).toEqual([1, expect.arrayContaining(['CE3165'])]);
    expect(err).not.toContain('version of node');
  });

  test('so it is when it comes from another version, whose code is told apart from what only follows', async () => {
    const lab = openLab({
      'study/pipeline.yaml': `ceteris: 1
name: study
stages:
  raw: { stage: ingest, file: panel.csv }
  logs: { stage: derive, from: raw, columns: { l: log(y) } }
  late: { stage: filter, from: logs, keep: year > 2001 }
`,
      'study/panel.csv': PANEL,
    });
    // the other version: its derive says that it is another, and takes other logarithms
    cpSync(dirname(ceteris), lab.at('app/dist'), { recursive: true });
    symlinkSync(join(dirname(ceteris), '../node_modules'), lab.at('app/node_modules'));
    const codes = JSON.parse(lab.read('app/dist/code.json')) as Record<string, string>;
    lab.write({ 'app/dist/code.json': JSON.stringify({ ...codes, derive: '0'.repeat(64) }) });
    const other = 'data:text/javascript,const%20l=Math.log;Math.log=(x)=>l(x)*2';
    const options = { NODE_OPTIONS: `--import ${other}` };
    const packed = await ended(lab.start(['export', 'study', '--to', 'crate'], options, lab.at('app/dist/ceteris.js')));
    expect(packed).toMatchObject({ code: 0, err: '' });
    const { code, err } = await lab.cli(['import', 'crate', 'again']);
    expect(code).toBe(1);
    expect(err).toContain("CE3108: 'logs' gives another result (table.l), and the code of derive is another");
    expect(err).toContain('CE3071: what follows from that came out otherwise too: late');
    expect(err).not.toContain('CE3109');
  });

  test.each([
    [
      'a changed data file',
      async (lab: Lab) => lab.write({ 'crate/数据/panel.csv': 'x\n1\n' }),
      ['import', 'crate', 'b'],
      'CE3107',
    ],
    ['no crate at all', async (lab: Lab) => lab.write({ 'bad.zip': 'not a zip' }), ['import', 'bad.zip'], 'CE3115'],
    ['a device without an end', async () => {}, ['import', '/dev/zero'], 'CE1005'],
    ['nothing there', async () => {}, ['import', 'nowhere'], 'CE3105'],
    ['no name', async () => {}, ['import'], 'CE3104'],
    ['a folder that is not empty', async () => {}, ['import', 'crate', 'study'], 'CE3102'],
    ['an export onto something', async () => {}, ['export', 'study', '--to', 'crate'], 'CE3102'],
  ])('%s is refused, and nothing is written', async (_, prepare, args, code) => {
    const lab = study();
    await lab.cli(['export', 'study', '--to', 'crate']);
    await prepare(lab);
    const before = filesIn(lab.folder);
    const ended = await lab.cli(args);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(code);
    expect(filesIn(lab.folder)).toEqual(before);
  });

  test('an absolute path cannot be packed; a study that fails is not packed', async () => {
    const lab = study();
    lab.edit('study/pipeline.yaml', '../数据/panel.csv', lab.at('数据/panel.csv'));
    const absolute = await lab.cli(['export', 'study']);
    expect([absolute.code, absolute.err.includes('CE3101')]).toEqual([2, true]);
    const failing = study();
    failing.write({ '数据/panel.csv': 'id,year,y,x,z\n1,2001,1,1,1\n1,2001,1,1,1\n' });
    const failed = await failing.cli(['export', 'study']);
    expect([failed.code, failed.err.includes('CE3103')]).toEqual([1, true]);
    // what the stage said is said once
    expect(`${failed.out}${failed.err}`.match(/error CE/g)).toHaveLength(2);
  });

  test('an absolute path of a script is found too', async () => {
    const lab = study();
    lab.write({ 'study/s.sh': 'echo a' });
    const program = `  prog: { stage: exec, run: [sh, s.sh], inputs: { s.sh: ${lab.at('study/s.sh')} }, outputs: { o: { file: stdout } } }\n`;
    lab.write({ 'study/pipeline.yaml': `${lab.read('study/pipeline.yaml')}${program}` });
    const { code, err } = await lab.cli(['export', 'study']);
    expect([code, err.includes('CE3101')]).toEqual([2, true]);
  });

  test('data that changes while the study is packed is not packed with results of the old', async () => {
    const lab = study();
    const file = lab.at('数据/panel.csv');
    const program = `  late: { stage: exec, run: [sh, -c, "cat d.csv; echo '9,2009,1,1,1,z' >> ${file}"], inputs: { d.csv: raw }, outputs: { o: { file: stdout } } }\n`;
    lab.write({ 'study/pipeline.yaml': `${lab.read('study/pipeline.yaml')}${program}` });
    const { code, err } = await lab.cli(['export', 'study', '--to', 'crate.zip']);
    expect([code, err.includes("CE3117: '数据/panel.csv'")]).toEqual([2, true]);
    expect(existsSync(lab.at('crate.zip'))).toBe(false);
  });

  test('plugins, with what they import, and scripts go along', async () => {
    const lab = study();
    lab.write({
      'study/插件/by.ts': 'export const BY = 2;\n',
      'study/插件/twice.ts': TWICE,
      'study/脚本/count.sh': 'wc -l < d.csv\n',
      'study/pipeline.yaml': lab
        .read('study/pipeline.yaml')
        .replace('stages:', 'plugins: [插件/twice.ts]\nstages:')
        .concat(
          '  double: { stage: twice, from: raw, column: y }\n',
          '  lines: { stage: exec, run: [sh, count.sh], inputs: { d.csv: raw, count.sh: 脚本/count.sh }, outputs: { o: { file: stdout } } }\n',
          '  by: { stage: describe, from: raw, columns: [y], foreach: id }\n',
        ),
    });
    expect(await lab.cli(['export', 'study', '--to', 'crate.zip'])).toMatchObject({ code: 0 });
    const other = labIn(freshFolder(), { 'crate.zip': lab.bytes('crate.zip') });
    expect(await other.cli(['import', 'crate.zip', 'again'])).toMatchObject({ code: 0, err: '' });
    expect(existsSync(other.at('again/study/插件/by.ts'))).toBe(true);
  });
});
