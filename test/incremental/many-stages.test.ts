import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BlobStore } from '../../cache/store.ts';
import { ended, openLab } from '../engine/lab.ts';

/** Above a thousand instances, small values share a file. */
const COUNT = 1001;
const names = Array.from({ length: COUNT }, (_, i) => `s${i}`);
const yaml = (from: number): string =>
  `ceteris: 1\nstages:\n  raw: { stage: ingest, file: d.csv }\n${names
    .map((name, i) => `  ${name}: { stage: derive, from: raw, columns: { c: x + ${i + from} } }\n`)
    .join('')}  all: { stage: append, from: [s0, s1, s2] }\n`;
const files = { 'pipeline.yaml': yaml(0), 'd.csv': 'x\n1\n2\n4\n' };
const each = (status: string): string[] => ['raw', ...names, 'all'].map((name) => `${name} ${status}`);

describe('a pipeline of more than a thousand stages', () => {
  test('keeps its values in one file; a second run, an edit and a look find them there', async () => {
    const lab = openLab(files);
    expect((await lab.run()).stages).toEqual(each('ran'));
    const folder = lab.at('.ceteris/blobs');
    expect(readdirSync(folder).filter((name) => name.length === 2)).toEqual([]);
    expect([...BlobStore.open(lab.at('.ceteris')).list()].length).toBeGreaterThan(COUNT);
    rmSync(lab.at('.ceteris/standing'), { recursive: true });
    expect((await lab.run()).stages).toEqual(each('cached'));
    lab.write({ 'pipeline.yaml': files['pipeline.yaml'].replace('x + 1 }', 'x + 5000 }') });
    const edited = await lab.run();
    expect(edited.stages.filter((s) => s.endsWith(' ran'))).toEqual(['s1 ran', 'all ran']);
    expect((await lab.json<{ data: { c: number[] } }>('show', 'all')).data.c.slice(0, 6)).toEqual([
      1, 2, 4, 5001, 5002, 5004,
    ]);
  });

  test('makes damaged values again, and what was told of before a kill is there after it', async () => {
    const lab = openLab(files);
    const child = lab.start(['run', '--json']);
    const end = ended(child);
    child.stdout?.on('data', (text: Buffer) => {
      if (text.includes('stage-finished')) child.kill('SIGKILL');
    });
    const { out } = await end;
    const told = [...out.matchAll(/"type":"stage-finished"[^\n]*"stage":"(\w+)","status":"ran"[^\n]*\}\n/g)].map(
      (m) => m[1],
    );
    const after = await lab.run();
    expect(told.length).toBeGreaterThan(0);
    for (const name of told) expect(after.stage(String(name))?.status, name).toBe('cached');

    const pack = lab.at('.ceteris/blobs/pack');
    const bytes = readFileSync(pack);
    for (let at = 7; at < bytes.length; at += 32) bytes[at]! ^= 0x55;
    writeFileSync(pack, bytes);
    lab.write({ 'pipeline.yaml': files['pipeline.yaml'].replace('x + 2 }', 'x + 7000 }') });
    const mended = await lab.run();
    expect(mended.code).toBe(0);
    expect(mended.stages).toContain('raw ran');
    expect((await lab.json<{ data: { c: number[] } }>('show', 'all')).data.c).toEqual([
      1, 2, 4, 2, 3, 5, 7001, 7002, 7004,
    ]);
  });

  test('is swept: what no run needs goes, the rest is as it was', async () => {
    const lab = openLab(files);
    await lab.run();
    lab.write({ 'pipeline.yaml': yaml(100_000) });
    await lab.run();
    const pack = lab.at('.ceteris/blobs/pack');
    const before = statSync(pack).size;
    const then = Date.now() / 1000 - 30 * 86_400;
    utimesSync(pack, then, then);
    const swept = await lab.json<{ removed: { blobs: number } }>('gc', '--keep', '1');
    expect(swept.removed.blobs).toBeGreaterThan(COUNT - 10);
    expect(statSync(pack).size).toBeLessThan(before);
    rmSync(lab.at('.ceteris/standing'), { recursive: true });
    expect((await lab.run()).stages).toEqual(each('cached'));
    const verified = await lab.json<{ ok: boolean }>('verify', '--sample', '20');
    expect(verified.ok).toBe(true);
  });

  test('goes on in a store that a smaller pipeline has begun, and the other way about', async () => {
    const small =
      'ceteris: 1\nstages:\n  raw: { stage: ingest, file: d.csv }\n  s0: { stage: derive, from: raw, columns: { c: x + 0 } }\n';
    const lab = openLab({ ...files, 'small.yaml': small });
    await lab.cli(['run', 'small.yaml']);
    expect(existsSync(lab.at('.ceteris/blobs/pack'))).toBe(false);
    const large = await lab.run();
    expect(large.stages.filter((s) => s.endsWith('cached'))).toEqual(['raw cached', 's0 cached']);
    rmSync(lab.at('.ceteris/standing'), { recursive: true });
    expect((await lab.cli(['run', 'small.yaml', '--json'])).out).not.toContain('"status":"ran"');
  });
});
