import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cache, openCache } from '../../cache/cache.ts';
import { type Digest, digestOf } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { sweep } from '../../cache/gc.ts';
import { PACKED_BYTES } from '../../cache/store.ts';
import { scratch } from './scratch.ts';

const MANY = 1500;
const key = (n: number): Digest => digestOf(`key ${n}`);
const value = (n: number): Uint8Array => new TextEncoder().encode(`value ${n} ${'x'.repeat(n % 97)}`);
const record = (n: number, said = 'as first') => ({ n, said, text: '甲'.repeat(n % 5) });

function open(root: string, disk: Disk = realDisk): Cache {
  const cache = openCache(root, { disk });
  cache.blobs.packUpTo(PACKED_BYTES);
  return cache;
}

const close = ({ actions, blobs }: Cache): void => {
  actions.close();
  blobs.close();
};

/** Values and records from one number up to another. */
function put(cache: Cache, from: number, to: number): Cache {
  for (let n = from; n < to; n++) {
    cache.blobs.putSoon(value(n));
    cache.actions.putSoon(key(n), record(n));
  }
  cache.blobs.flush();
  cache.actions.flush();
  return cache;
}

function filled(root = scratch()): string {
  close(put(open(root), 0, MANY));
  return root;
}

const packIndex = (root: string): string => join(root, 'blobs', 'pack.index');
const logIndex = (root: string): string => join(root, 'actions.log.index');

/** The number of what is not there. */
function lost({ blobs, actions }: Cache, upTo: number, step = 1): number[] {
  const numbers = Array.from({ length: Math.ceil(upTo / step) }, (_, i) => i * step);
  return numbers.filter((n) => {
    const [blob, action] = [blobs.get(digestOf(value(n))), actions.get(key(n))];
    if (blob.found) expect(Buffer.from(blob.bytes)).toEqual(Buffer.from(value(n)));
    if (action.found) expect(action.record).toEqual(record(n));
    return !blob.found || !action.found;
  });
}

/** How many bytes are read from a file. */
function counting(file: string): { readonly disk: Disk; readonly read: () => number } {
  const fds = new Set<number>();
  let bytes = 0;
  const disk: Disk = {
    ...realDisk,
    open: (path, ...rest) => {
      const fd = realDisk.open(path, ...rest);
      if (path === file) fds.add(fd);
      else fds.delete(fd);
      return fd;
    },
    read: (fd, ...rest) => {
      const n = realDisk.read(fd, ...rest);
      if (fds.has(fd)) bytes += n;
      return n;
    },
  };
  return { disk, read: () => bytes };
}

describe('an index beside a long file', () => {
  test('is left by who has put many things, and not for few', () => {
    const few = scratch();
    close(put(open(few), 0, 900));
    expect([packIndex(few), logIndex(few)].filter(existsSync)).toEqual([]);
    const many = filled();
    expect([packIndex(many), logIndex(many)].filter(existsSync)).toHaveLength(2);
    expect(lost(open(many), MANY)).toEqual([]);
  });

  test('tells where a few of many are: what is read of the file does not grow with it', () => {
    const root = filled();
    close(put(open(root), MANY, MANY + 10));
    for (const [name, most] of [
      ['blobs/pack', 8000],
      ['actions.log', 8000],
    ] as const) {
      const { disk, read } = counting(join(root, name));
      const cache = open(root, disk);
      for (const n of [3, 700, MANY - 1, MANY + 9]) {
        expect(cache.blobs.get(digestOf(value(n))).found).toBe(true);
        expect(cache.actions.get(key(n))).toEqual({ found: true, record: record(n) });
      }
      expect(cache.actions.get(key(MANY + 10)).found).toBe(false);
      expect(cache.actions.size).toBe(MANY + 10);
      expect(read()).toBeGreaterThan(0);
      expect(read()).toBeLessThan(most);
      expect(statSync(join(root, name)).size).toBeGreaterThan(15 * most);
      // and all of them are there for who asks for all
      expect(lost(cache, MANY + 10)).toEqual([]);
      expect(cache.actions.size).toBe(MANY + 10);
      close(cache);
    }
  });

  test('is made anew when much has come since, and not when little has', () => {
    const root = filled();
    const before = readFileSync(packIndex(root));
    close(put(open(root), MANY, MANY + 100));
    expect(readFileSync(packIndex(root)).equals(before)).toBe(true);
    close(put(open(root), MANY + 100, 2 * MANY));
    expect(readFileSync(packIndex(root)).equals(before)).toBe(false);
    const { disk, read } = counting(join(root, 'blobs', 'pack'));
    expect(open(root, disk).blobs.has(digestOf(value(2 * MANY - 1)))).toBe(true);
    expect(read()).toBeLessThan(1000);
    expect(lost(open(root), 2 * MANY)).toEqual([]);
  });

  test('does not hide what became of a thing later', () => {
    const root = filled();
    const cache = open(root);
    cache.actions.put(key(7), record(7, 'and then'));
    const before = statSync(join(root, 'actions.log')).size;
    cache.actions.put(key(8), record(8)); // as it is there already
    expect(statSync(join(root, 'actions.log')).size).toBe(before);
    close(cache);
    // a damaged value is marked as gone
    const [pack, at] = [join(root, 'blobs', 'pack'), readFileSync(join(root, 'blobs', 'pack')).indexOf('value 9 ')];
    const bytes = readFileSync(pack);
    bytes[at]! ^= 1;
    writeFileSync(pack, bytes); // in place
    expect(open(root).blobs.get(digestOf(value(9)))).toMatchObject({ found: false, reason: 'damaged' });
    const after = open(root);
    expect(after.blobs.get(digestOf(value(9)))).toMatchObject({ found: false, reason: 'absent' });
    expect(after.actions.get(key(7))).toEqual({ found: true, record: record(7, 'and then') });
    expect(after.actions.size).toBe(MANY);
  });

  test('costs nothing when it is damaged or cut', () => {
    const root = filled();
    const whole = [packIndex(root), logIndex(root)].map((file) => [file, readFileSync(file)] as const);
    const damage = fc.record({
      which: fc.nat(1),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(damage, ({ which, at, cut }) => {
        const [file, bytes] = whole[which]!;
        const place = Math.floor(at * bytes.length);
        if (cut) writeFileSync(file, bytes.subarray(0, place));
        else writeFileSync(file, Buffer.from(bytes).fill(bytes[place]! ^ 0x41, place, place + 1));
        const cache = open(root);
        expect(lost(cache, MANY, 37)).toEqual([]);
        expect(cache.actions.size).toBe(MANY);
        close(cache);
        writeFileSync(file, bytes);
      }),
      { numRuns: 60 },
    );
  });

  test('of another file, or of what the file was, is none', () => {
    const root = filled();
    const other = scratch();
    close(put(open(other), MANY, 3 * MANY));
    copyFileSync(packIndex(other), packIndex(root));
    copyFileSync(logIndex(other), logIndex(root));
    expect(lost(open(root), MANY, 11)).toEqual([]);
    // the same file with other contents, as when the system gives a number again
    const index = [packIndex(other), logIndex(other)].map((file) => [file, readFileSync(file)] as const);
    for (const name of ['blobs/pack', 'actions.log']) {
      const bytes = readFileSync(join(root, name));
      truncateSync(join(other, name), 0);
      writeFileSync(join(other, name), Buffer.concat([bytes, bytes, bytes]), { flag: 'r+' });
    }
    for (const [file, bytes] of index) writeFileSync(file, bytes);
    const cache = open(other);
    expect(lost(cache, MANY, 11)).toEqual([]);
    expect(cache.actions.get(key(MANY)).found).toBe(false);
    expect(cache.blobs.has(digestOf(value(MANY)))).toBe(false);
  });

  test('goes when the file is written anew, and who has it open goes on', async () => {
    const root = filled();
    const beside = open(root);
    expect(beside.actions.get(key(1)).found).toBe(true);
    const keeps = Array.from({ length: MANY / 2 }, (_, n) => n);
    await sweep(
      open(root),
      { keys: keeps.map(key), blobs: keeps.map((n) => digestOf(value(n))), references: () => [], keepMs: 0 },
      { clock: () => Date.now() + 3_600_000 },
    );
    expect([packIndex(root), logIndex(root)].filter(existsSync)).toEqual([]);
    beside.actions.refresh();
    for (const cache of [beside, open(root)]) expect(lost(cache, MANY / 2)).toEqual([]);
    expect(open(root).blobs.has(digestOf(value(MANY - 1)))).toBe(false);
    expect(lost(put(beside, MANY / 2, MANY), MANY)).toEqual([]);
    expect(lost(open(root), MANY)).toEqual([]);
  });

  test('is not missed where none can be written, and outlives its file without harm', () => {
    const root = scratch();
    const full: Disk = {
      ...realDisk,
      open: (path, flags, mode) => {
        if (flags === 'wx') throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        return realDisk.open(path, flags, mode);
      },
    };
    close(put(open(root, full), 0, MANY));
    expect(existsSync(packIndex(root))).toBe(false);
    expect(lost(open(root), MANY)).toEqual([]);
    filled(root);
    rmSync(join(root, 'blobs', 'pack'));
    rmSync(join(root, 'actions.log'));
    const emptied = open(root);
    expect([emptied.actions.size, emptied.blobs.has(digestOf(value(1)))]).toEqual([0, false]);
    expect(lost(put(emptied, 0, 10), 10)).toEqual([]);
  });

  test('a log that is removed under who reads by its index is made anew by what is put', () => {
    const root = filled();
    const cache = open(root);
    expect(cache.actions.get(key(1)).found).toBe(true);
    rmSync(join(root, 'actions.log'));
    cache.actions.put(key(5), record(5, 'again'));
    cache.actions.refresh();
    expect(cache.actions.size).toBe(1);
    expect(open(root).actions.get(key(5))).toEqual({ found: true, record: record(5, 'again') });
  });
});
