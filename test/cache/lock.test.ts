import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { acquireLock, withLock } from '../../cache/lock.ts';
import { scratch } from './scratch.ts';

let owner = '';

beforeAll(async () => {
  owner = join(mkdtempSync(join(tmpdir(), 'ceteris-lock-')), 'owner.mjs');
  const source = `import { acquireLock } from ${JSON.stringify(resolve(import.meta.dirname, '../../cache/lock.ts'))};
    await acquireLock(process.argv[2]); console.log('held'); setInterval(() => {}, 1000);`;
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: owner,
  });
});

/** Another process that holds the lock until it is killed. */
function holder(path: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [owner, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((held) => child.stdout.once('data', () => held(child)));
}

describe('the lock of the store', () => {
  test('dies with its owner, however that ends', async () => {
    const path = join(scratch(), 'lock');
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const child = await holder(path);
      const waited: unknown[] = [];
      const taken = acquireLock(path, { onWait: (h) => waited.push(h?.pid) });
      await expect.poll(() => waited).toEqual([child.pid]);
      child.kill(signal);
      (await taken).release();
      expect(existsSync(path)).toBe(false);
    }
  });

  test('is held by one at a time, and given back after a failure', async () => {
    const path = join(scratch(), 'lock');
    let inside = 0;
    const work = async (): Promise<void> => {
      inside++;
      expect(inside).toBe(1);
      await new Promise((done) => setImmediate(done));
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(path, work)));
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(path)).toBe(false);
  });

  test('waiting for it can be given up', async () => {
    const path = join(scratch(), 'lock');
    const child = await holder(path);
    const abort = new AbortController();
    const waiting = acquireLock(path, { signal: abort.signal, onWait: () => abort.abort(new Error('enough')) });
    await expect(waiting).rejects.toThrow();
    child.kill('SIGKILL');
  });
});
