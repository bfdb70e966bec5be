import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, labIn, openLab, PANEL } from './lab.ts';

const FILES = {
  'study/pipeline.yaml': `ceteris: 1
name: study
stages:
  raw: { stage: ingest, file: 数据/面板.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, y: y, x: x, absorb: [id, year], cluster: id }
  tab: { stage: table, columns: fit, formats: [csv] }
`,
  'study/数据/面板.csv': PANEL,
};

interface Manifest {
  ceteris: string;
  readonly [key: string]: unknown;
  files: Record<string, unknown>;
  readonly machine: Record<string, string>;
  stages: { readonly name: string; readonly outputs: Record<string, Record<string, string>> }[];
}

let first: string;

beforeAll(async () => {
  first = mkdtempSync(join(tmpdir(), 'ceteris-lab-'));
  const ended = await labIn(first, FILES).cli(['export', 'study', '--to', 'crate']);
  expect(ended).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(first, { recursive: true, force: true }));

/** A study and its crate, as a folder. */
function packed(): Lab {
  const lab = openLab({});
  cpSync(first, lab.folder, { recursive: true });
  return lab;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
    .sort();

/** Rewrites the crate's manifest. */
function rewrite(lab: Lab, change: (manifest: Manifest) => void): void {
  const manifest = JSON.parse(lab.read('crate/ceteris-run.json')) as Manifest;
  change(manifest);
  lab.write({ 'crate/ceteris-run.json': JSON.stringify(manifest) });
}

const entriesOf = (lab: Lab): Record<string, Uint8Array> =>
  Object.fromEntries(
    filesIn(lab.at('crate')).map((name) => [name, new Uint8Array(readFileSync(lab.at(`crate/${name}`)))]),
  );

/** Names as a program writes them that does not say in which encoding: bit 11 of both headers is cleared. */
function withoutEncoding(
  zip: Uint8Array,
  encode: (name: string) => Uint8Array | undefined = () => undefined,
): Uint8Array {
  const bytes = Buffer.from(zip);
  for (let at = 0; at < bytes.length - 4; at++) {
    const [flag, length, name] = [
      [0x04034b50, 6, 26, 30],
      [0x02014b50, 8, 28, 46],
    ].flatMap(([signature = 0, ...offsets]) => (bytes.readUInt32LE(at) === signature ? offsets : []));
    if (flag === undefined || length === undefined || name === undefined) continue;
    bytes.writeUInt16LE(bytes.readUInt16LE(at + flag) & ~0x800, at + flag);
    const start = at + name;
    const end = start + bytes.readUInt16LE(at + length);
    encode(bytes.subarray(start, end).toString('utf8'))?.forEach((byte, i) => bytes.writeUInt8(byte, start + i));
  }
  return bytes;
}

const faultyDisk = pathToFileURL(resolve(import.meta.dirname, 'faulty-disk.mjs')).href;

describe('a crate that is not as it was packed', () => {
  const changes: Readonly<Record<string, readonly [change: (lab: Lab) => void, code: string]>> = {
    'a file changed': [(lab) => lab.edit('crate/数据/面板.csv', '2001', '2002'), 'CE3107'],
    'a comment in the YAML': [
      (lab) => lab.write({ 'crate/pipeline.yaml': `# x\n${lab.read('crate/pipeline.yaml')}` }),
      'CE3107',
    ],
    'an output changed': [(lab) => lab.write({ 'crate/out/tab.csv': 'x' }), 'CE3107'],
    'a file missing': [(lab) => rmSync(lab.at('crate/数据/面板.csv')), 'CE3107'],
    'the provenance missing': [(lab) => rmSync(lab.at('crate/prov.jsonld')), 'CE3107'],
    'the metadata missing': [(lab) => rmSync(lab.at('crate/ro-crate-metadata.json')), 'CE3106'],
    'metadata that is none': [(lab) => lab.write({ 'crate/ro-crate-metadata.json': '{"@graph":[]}' }), 'CE3106'],
    'a link in the place of a file': [
      (lab) => {
        rmSync(lab.at('crate/数据/面板.csv'));
        symlinkSync(lab.at('study/数据/面板.csv'), lab.at('crate/数据/面板.csv'));
      },
      'CE3107',
    ],
    'a manifest of a form to come': [
      (lab) => rewrite(lab, (m) => Object.assign(m, { format: 9, ceteris: '7.0' })),
      'CE3113',
    ],
    'a manifest that names nothing': [(lab) => rewrite(lab, (m) => Object.assign(m, { files: { a: null } })), 'CE3106'],
    'a manifest with a stage that is none': [(lab) => rewrite(lab, (m) => Object.assign(m, { stages: [3] })), 'CE3106'],
    'a manifest with settings that are none': [(lab) => rewrite(lab, (m) => Object.assign(m, { set: [5] })), 'CE3106'],
    'a pipeline outside': [
      (lab) => rewrite(lab, (m) => Object.assign(m, { pipeline: '../study/pipeline.yaml' })),
      'CE3106',
    ],
    'a pipeline that is data': [
      (lab) => rewrite(lab, (m) => Object.assign(m, { pipeline: '数据/面板.csv' })),
      'CE3106',
    ],
    'a file outside': [
      (lab) => rewrite(lab, (m) => Object.assign(m.files, { '../study/x': { kind: 'data', sha256: '' } })),
      'CE3107',
    ],
    'a store among the files': [
      (lab) => {
        lab.write({ 'crate/.ceteris/x': '' });
        const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
        rewrite(lab, (m) => Object.assign(m.files, { '.ceteris/x': { kind: 'data', sha256 } }));
      },
      'CE3107',
    ],
  };
  for (const [title, [change, expected]] of Object.entries(changes))
    test(`${title}: refused, and nothing is unpacked`, async () => {
      const lab = packed();
      change(lab);
      const { code, err } = await lab.cli(['import', 'crate', 'again']);
      expect([code, [...err.matchAll(/error (CE\d+)/g)].map((m) => m[1])]).toEqual([2, [expected]]);
      expect(existsSync(lab.at('again'))).toBe(false);
    });

  test('authors and a licence may be added to the metadata', async () => {
    const lab = packed();
    const text = lab
      .read('crate/ro-crate-metadata.json')
      .replace('"#licence"', '"https://spdx.org/licenses/CC-BY-4.0"');
    lab.write({ 'crate/ro-crate-metadata.json': text });
    expect(await lab.cli(['import', 'crate', 'again'])).toMatchObject({ code: 0 });
    expect(lab.read('again/ro-crate-metadata.json')).toBe(text);
  });

  test('what is not described takes no part: neither a store with results nor a file is unpacked, and that is said', async () => {
    const lab = packed();
    cpSync(lab.at('study/.ceteris'), lab.at('crate/.ceteris'), { recursive: true });
    lab.write({ 'crate/notes.txt': 'a word' });
    symlinkSync('/etc', lab.at('crate/etc'));
    symlinkSync('/nowhere', lab.at('crate/nowhere'));
    const { code, out, err } = await lab.cli(['import', 'crate', 'again']);
    expect([code, err.includes('CE3112'), err.includes('notes.txt')]).toEqual([0, true, true]);
    expect(out).toContain('3 ran');
    expect(filesIn(lab.at('again')).filter((name) => /notes|etc|nowhere/.test(name))).toEqual([]);
    const asJson = await lab.json<object>('import', 'crate', 'once-more');
    expect(asJson).toMatchObject({ ok: true, left_out: ['notes.txt'] });
  });

  test('a store that holds the results already proves nothing: all is computed again', async () => {
    const lab = packed();
    const { code, out } = await lab.cli(['import', 'crate', 'again', '--cache', 'study/.ceteris']);
    expect([code, out.includes('3 ran')]).toEqual([0, true]);
  });

  test('another result elsewhere is told with both environments', async () => {
    const lab = packed();
    rewrite(lab, (m) => {
      const fit = m.stages.find((s) => s.name === 'fit');
      Object.assign(fit?.outputs.model ?? {}, { value: '0'.repeat(64) });
      Object.assign(m, { ceteris: '0.0.1' });
      Object.assign(m.machine, { node: 'v18.0.0' });
    });
    const { code, err } = await lab.cli(['import', 'crate', 'again']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /CE3109[\s\S]*CE3116: packed with ceteris 0\.0\.1, node v18\.0\.0, .*; this is ceteris .*, node v\d+/,
    );
  });

  test('an output that was put in with a digest of its own is found', async () => {
    const lab = packed();
    lab.write({ 'crate/out/tab.csv': 'x' });
    const sha256 = createHash('sha256').update('x').digest('hex');
    rewrite(lab, (m) => Object.assign(m.files, { 'out/tab.csv': { kind: 'output', sha256 } }));
    const { code, err } = await lab.cli(['import', 'crate', 'again']);
    expect([code, err.includes("CE3110: output 'out/tab.csv'")]).toEqual([1, true]);
    expect(lab.read('again/out/tab.csv')).toBe(lab.read('study/out/tab.csv'));
  });

  test('another version and another node are no difference when all results are the same', async () => {
    const lab = packed();
    rewrite(lab, (m) => {
      Object.assign(m, { ceteris: '0.0.1', packages: undefined });
      Object.assign(m.machine, { node: 'v18.0.0' });
    });
    expect(await lab.cli(['import', 'crate', 'again'])).toMatchObject({ code: 0, err: '' });
  });
});

describe('a zip', () => {
  test('cut short anywhere is refused, and nothing is unpacked', async () => {
    const lab = packed();
    const whole = zipSync(entriesOf(lab));
    for (const length of [0, 10, 1000, whole.length >> 1, whole.length - 1]) {
      lab.write({ 'cut.zip': whole.subarray(0, length) });
      const { code, err } = await lab.cli(['import', 'cut.zip', 'again']);
      expect([code, err.includes('CE3115')], String(length)).toEqual([2, true]);
      expect(existsSync(lab.at('again'))).toBe(false);
    }
  });

  test('writes nothing outside its folder', async () => {
    const lab = packed();
    const bad = Object.fromEntries(
      ['../slip', 'a/../../slip', '/tmp/ceteris-slip', 'C:\\slip', '..\\slip', '__proto__/slip'].map((n) => [
        n,
        new Uint8Array(1),
      ]),
    );
    lab.write({ 'in/bad.zip': zipSync({ ...entriesOf(lab), ...bad }) });
    expect(await lab.cli(['import', 'in/bad.zip', 'in/again'])).toMatchObject({ code: 0 });
    expect(existsSync('/tmp/ceteris-slip')).toBe(false);
    expect(readdirSync(lab.folder).sort()).toEqual(['crate', 'in', 'study']);
    expect(filesIn(lab.folder).filter((name) => name.includes('slip'))).toEqual([]);
  });

  test('that says of a file outside that it is part of the study is refused', async () => {
    const lab = packed();
    const slip = new TextEncoder().encode('slip');
    const sha256 = createHash('sha256').update(slip).digest('hex');
    for (const name of ['../slip', '/tmp/ceteris-slip', 'a/../../slip', '..\\slip', '.ceteris/slip']) {
      rewrite(lab, (m) => Object.assign(m.files, { [name]: { kind: 'data', sha256 } }));
      lab.write({ 'in/bad.zip': zipSync({ ...entriesOf(lab), [name]: slip }) });
      const { code, err } = await lab.cli(['import', 'in/bad.zip', 'in/again']);
      expect([code, err.includes('CE3107')], name).toEqual([2, true]);
      rewrite(lab, (m) => void delete m.files[name]);
    }
    expect(filesIn(lab.folder).filter((name) => name.includes('slip'))).toEqual([]);
  });

  test('that was packed anew from the unpacked folder is a crate too', async () => {
    const lab = packed();
    const deeper = Object.entries(entriesOf(lab)).map(([name, bytes]) => [`study-crate/${name}`, bytes] as const);
    const other = { '__MACOSX/study-crate/._pipeline.yaml': new Uint8Array(3) };
    lab.write({ 'anew.zip': zipSync({ ...Object.fromEntries(deeper), ...other }) });
    expect(await lab.cli(['import', 'anew.zip', 'again'])).toMatchObject({ code: 0, err: '' });
    expect(lab.read('again/数据/面板.csv')).toBe(PANEL);
  });

  test('whose program did not say that its names are UTF-8 is read all the same', async () => {
    const lab = packed();
    lab.write({ 'odd.zip': withoutEncoding(zipSync(entriesOf(lab))) });
    expect(await lab.cli(['import', 'odd.zip', 'again'])).toMatchObject({ code: 0, err: '' });
    expect(lab.read('again/数据/面板.csv')).toBe(PANEL);
  });

  test('whose names are in GBK, as a Chinese Windows writes them, is read all the same', async () => {
    const lab = packed();
    const { '数据/面板.csv': data, ...others } = entriesOf(lab);
    // 数据 is CA FD BE DD, 面板 is C3 E6 B0 E5
    const name = Uint8Array.of(0xca, 0xfd, 0xbe, 0xdd, 0x2f, 0xc3, 0xe6, 0xb0, 0xe5, 0x2e, 0x63, 0x73, 0x76);
    const zip = zipSync({ ...others, 'AABB/CCDD.csv': data as Uint8Array });
    lab.write({ 'odd.zip': withoutEncoding(zip, (n) => (n === 'AABB/CCDD.csv' ? name : undefined)) });
    expect(await lab.cli(['import', 'odd.zip', 'again'])).toMatchObject({ code: 0, err: '' });
    expect(lab.read('again/数据/面板.csv')).toBe(PANEL);
  });
});

describe('a disk that says no', () => {
  const full = (bytes: number) => ({ NODE_OPTIONS: `--import=${faultyDisk}`, CETERIS_DISK: `full:${bytes}` });
  const noise = Array.from({ length: 20_000 }, (_, i) => ((i * 2_654_435_761) >>> 0).toString(36)).join('\n');

  test.each(['crate.zip', 'crate'])(
    'full while %s is written: said, exit code 3, and nothing half-written is left',
    async (target) => {
      const lab = openLab({ ...FILES, 'study/more.csv': `x\n${noise}\n` });
      lab.edit('study/pipeline.yaml', 'stages:', 'stages:\n  more: { stage: ingest, file: more.csv }');
      await lab.run('study');
      const { code, err } = await lab.cli(['export', 'study', '--to', target], full(40_000));
      expect([code, err.includes(`CE3111: '${target}' cannot be written (ENOSPC)`)]).toEqual([3, true]);
      expect(readdirSync(lab.folder)).toEqual(['study']);
    },
  );

  test('full while a crate is unpacked', async () => {
    const lab = openLab({ ...FILES, 'study/more.csv': `x\n${noise}\n` });
    lab.edit('study/pipeline.yaml', 'stages:', 'stages:\n  more: { stage: ingest, file: more.csv }');
    await lab.cli(['export', 'study', '--to', 'crate.zip']);
    const { code, err } = await lab.cli(['import', 'crate.zip', 'again'], full(40_000));
    expect([code, err.includes("CE3111: 'again' cannot be written (ENOSPC)")]).toEqual([3, true]);
  });

  test.each([
    ['a folder in the place of the zip', (lab: Lab) => mkdirSync(lab.at('there.zip')), 'there.zip', 'EISDIR'],
    ['a file in the place of a folder', (lab: Lab) => lab.write({ there: 'x' }), 'there/crate.zip', 'ENOTDIR'],
  ])('%s: said, exit code 3', async (_, prepare, target, reason) => {
    const lab = openLab(FILES);
    prepare(lab);
    const { code, err } = await lab.cli(['export', 'study', '--to', target]);
    expect([code, err.includes(`CE3111: '${target}' cannot be written (`), err.includes(reason)]).toEqual([
      3,
      true,
      true,
    ]);
    expect(readdirSync(lab.folder).length).toBe(2);
  });

  test('a crate that may not be read', async () => {
    const lab = openLab({ 'loop/x': '' });
    symlinkSync('round', lab.at('round'));
    mkdirSync(lab.at('crate.zip'));
    symlinkSync(lab.at('nowhere'), lab.at('crate.zip/ro-crate-metadata.json'));
    expect(await lab.cli(['import', 'crate.zip'])).toMatchObject({ code: 2 });
    expect((await lab.cli(['import', 'round'])).err).toContain('CE3105');
  });
});
