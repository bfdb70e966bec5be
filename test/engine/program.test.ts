import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ended, type Lab, openLab, PANEL } from './lab.ts';

const root = resolve(import.meta.dirname, '../..');
const PIPELINE = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, y: y, x: [x, z], absorb: id }
`;

let folder: string;
let lab: Lab;
const kept = (use = 'check'): string => join(folder, 'dist', 'compiled', use);
const bytes = (use?: string): Buffer => readFileSync(kept(use));
const ceteris = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  ended(lab.start(args, env, join(folder, 'dist', 'ceteris.js')));
const checked = { code: 0, signal: undefined, out: 'no mistakes found: 2 stages\n', err: '' };
const check = (env?: Readonly<Record<string, string>>) => ceteris(['check'], env);

/** An installed program that has not been used yet. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ceteris-program-'));
  const filter = (path: string): boolean => basename(path) !== 'compiled';
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  lab = openLab({ 'pipeline.yaml': PIPELINE, 'panel.csv': PANEL });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what was compiled', () => {
  test('is kept by the first command, and taken by the next', async () => {
    expect(await check()).toEqual(checked);
    const first = bytes();
    expect(first.length).toBeGreaterThan(100_000);
    expect(await check()).toEqual(checked);
    expect(bytes().equals(first)).toBe(true); // what is not accepted is written anew, and no two are alike
    expect(existsSync(kept('run'))).toBe(false);
  });

  test('grows when a command compiles much that was not kept', async () => {
    lab.write({ 'pipeline.yaml': 'ceteris: 1\nname: t\nstages: { raw: { stage: ingest, file: panel.csv } }\n' });
    await ceteris(['run']);
    const small = bytes('run');
    lab.write({
      'pipeline.yaml': PIPELINE.replace('absorb: id', 'absorb: id, cluster: id').concat(
        '  tab: { stage: table, columns: fit }\n  pic: { stage: figure, kind: coefficients, from: fit }\n',
      ),
    });
    await ceteris(['run', '--force']);
    expect(bytes('run').length).toBeGreaterThan(small.length);
  });

  test('when damaged in any place, is not run but made again', async () => {
    await check();
    const good = bytes();
    const flipped = Array.from({ length: 8 }, (_, i) => {
      const bad = Buffer.from(good);
      const at = Math.floor(((i + 0.3) / 8) * bad.length);
      bad[at] = (bad[at] as number) ^ 0x10;
      return bad;
    });
    const cut = [0, 20, 40, 100, good.length >> 1, good.length - 1].map((n) => good.subarray(0, n));
    for (const bad of [...flipped, ...cut, Buffer.alloc(good.length), Buffer.concat([good, Buffer.alloc(8)])]) {
      writeFileSync(kept(), bad);
      expect(await check()).toEqual(checked);
      expect(bytes().equals(bad)).toBe(false);
    }
  });

  test('of a package that is loaded when it is wanted, is kept beside it and goes the same way', async () => {
    const table = (title: string): string =>
      PIPELINE.concat(`  tab: { stage: table, columns: fit, title: ${title}, formats: [docx, xlsx] }\n`);
    const run = async (title: string): Promise<void> => {
      lab.write({ 'pipeline.yaml': table(title) });
      const { code, err } = await ceteris(['run', '--jobs', '1']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
    };
    const written = () => ['docx', 'xlsx'].map((format) => readFileSync(join(lab.folder, `out/tab.${format}`)));
    await run('one');
    const first = written();
    const packages = (): Buffer[] => ['docx', 'exceljs'].map((name) => bytes(name));
    for (const compiled of packages()) expect(compiled.length).toBeGreaterThan(100_000);
    await run('two'); // the first run after an edit: its program is compiled, under other flags
    const second = packages();
    await run('three');
    expect(packages().map((compiled, i) => compiled.equals(second[i] as Buffer))).toEqual([true, true]);
    writeFileSync(kept('docx'), 'damaged');
    rmSync(join(lab.folder, '.ceteris'), { recursive: true });
    await run('one');
    expect(written()).toEqual(first);
    expect(bytes('docx').length).toBeGreaterThan(100_000);
  });

  test('by another node, another build or under other flags, is not taken', async () => {
    await check();
    const other = join(folder, 'other-node.cjs');
    writeFileSync(other, "Object.defineProperty(process, 'version', { value: 'v99.0.0' });\n");
    for (const options of [`--require ${other}`, '--stack-trace-limit=20']) {
      const before = bytes();
      expect(await check({ NODE_OPTIONS: options })).toEqual(checked);
      expect(bytes().equals(before)).toBe(false);
      const theirs = bytes();
      expect(await check()).toEqual(checked);
      expect(bytes().equals(theirs)).toBe(false);
    }
    const start = join(folder, 'dist', 'ceteris.js');
    const build = /build:"([0-9a-f]{64})"/.exec(readFileSync(start, 'utf8'))?.[1] ?? '';
    expect(build).not.toBe('');
    writeFileSync(start, readFileSync(start, 'utf8').replaceAll(build, 'f'.repeat(64)));
    const before = bytes();
    expect(await check()).toEqual(checked);
    expect(bytes().equals(before)).toBe(false);
  });

  test('where it cannot be written, nothing is said and nothing is left', async () => {
    const env = {
      NODE_OPTIONS: `--import ${join(import.meta.dirname, 'faulty-disk.mjs')}`,
      CETERIS_DISK: 'read-only',
      CETERIS_DISK_UNDER: folder,
    };
    expect(await check(env)).toEqual(checked);
    expect(existsSync(join(folder, 'dist', 'compiled'))).toBe(false);
    writeFileSync(join(folder, 'dist', 'compiled'), 'in the way');
    expect(await check()).toEqual(checked);
    rmSync(join(folder, 'dist', 'compiled'));
    chmodSync(join(folder, 'dist'), 0o555);
    expect(await check()).toEqual(checked);
    chmodSync(join(folder, 'dist'), 0o755);
  });

  test('is neither read nor written when node is told to keep none', async () => {
    expect(await check({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(checked);
    expect(existsSync(kept())).toBe(false);
    await check();
    writeFileSync(kept(), 'damaged');
    expect(await check({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(checked);
    expect(bytes().toString()).toBe('damaged');
  });

  test('by two commands at once, is that of one of them', async () => {
    const both = await Promise.all([check(), check()]);
    expect(both).toEqual([checked, checked]);
    const one = bytes();
    await check();
    expect(bytes().equals(one)).toBe(true);
  });
});
