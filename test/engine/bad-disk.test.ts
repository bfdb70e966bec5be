/** Disks that are full, may only be read, or hold something else in the place of the store. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLab, PANEL } from './lab.ts';
import { header, lab, pipeline, rows } from './small-study.ts';

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
