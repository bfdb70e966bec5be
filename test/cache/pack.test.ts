import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cache, type CacheOptions, openCache } from '../../cache/cache.ts';
import { type Digest, digestOf, EMPTY_DIGEST } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { StoreFailure } from '../../cache/failure.ts';
import { GRACE_MS, sweep } from '../../cache/gc.ts';
import { BlobStore, type BlobStoreOptions, PACKED_BYTES } from '../../cache/store.ts';
import { failingDisk, scratch, steppedDisk } from './scratch.ts';

/** A store that packs. */
const open = (root: string, options: BlobStoreOptions = {}): BlobStore =>
  BlobStore.open(root, { packedBytes: PACKED_BYTES, ...options });
function openPacking(root: string, options: CacheOptions = {}): Cache {
  const cache = openCache(root, options);
  cache.blobs.packUpTo(PACKED_BYTES);
  return cache;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const nth = (n: number): Uint8Array => bytesOf(`value ${n} ${'x'.repeat(n % 97)}`);
const read = (store: BlobStore, digest: Digest): string | undefined => {
  const got = store.get(digest);
  return got.found ? Buffer.from(got.bytes).toString() : undefined;
};
const digestsIn = (root: string): Digest[] => [...open(root).list()].map((b) => b.digest).sort();
const flip = (file: string, at: number): void => {
  const bytes = readFileSync(file);
  bytes[at]! ^= 0x55;
  rmSync(file);
  writeFileSync(file, bytes);
};

describe('small values', () => {
  test('share a file up to a size; larger ones have their own', () => {
    const store = open(scratch());
    const small = store.put(new Uint8Array(PACKED_BYTES).fill(1));
    const large = store.put(new Uint8Array(PACKED_BYTES + 1).fill(2));
    expect(statSync(store.packFile).size).toBeGreaterThan(PACKED_BYTES);
    expect(() => statSync(store.path(small))).toThrow();
    expect(statSync(store.path(large)).size).toBe(PACKED_BYTES + 1);
    const again = open(store.root);
    for (const digest of [small, large]) expect([again.has(digest), again.get(digest).found]).toEqual([true, true]);
    expect([...again.list()].map((b) => b.size).sort()).toEqual([PACKED_BYTES, PACKED_BYTES + 1]);
  });

  test('that were stored one after another are read many at a time, and each is compared with its digest', () => {
    const root = scratch();
    const store = open(root);
    const values = Array.from({ length: 2000 }, (_, n) => nth(n));
    for (let n = 0; n < values.length; n += 50) {
      for (const value of values.slice(n, n + 50)) store.putSoon(value);
      store.flush();
    }
    let reads = 0;
    const disk: Disk = { ...realDisk, read: (...args) => [realDisk.read(...args), reads++][0] as number };
    const again = open(root, { disk });
    for (const [n, value] of values.entries())
      expect(read(again, digestOf(value))).toBe(Buffer.from(nth(n)).toString());
    expect(reads).toBeLessThan(50);
    flip(again.packFile, readFileSync(again.packFile).indexOf('value 1500 '));
    const last = open(root);
    const found = values.map((value) => last.get(digestOf(value)).found);
    expect(found.flatMap((is, n) => (is ? [] : [n]))).toEqual([1500]);
  });

  test('any bytes come back, in this process and in another, through short writes and short reads', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.integer({ min: 20, max: 999 }), (values, most) => {
        const disk: Disk = {
          ...realDisk,
          write: (fd, bytes, offset) =>
            realDisk.write(fd, bytes.subarray(0, Math.min(bytes.length, offset + most)), offset),
          read: (fd, into, length, at) => realDisk.read(fd, into, Math.min(length, most), at),
        };
        const root = scratch();
        const store = open(root, { disk });
        const half = values.length >> 1;
        const digests = values.map((bytes, i) => (i < half ? store.put(bytes) : store.putSoon(bytes)));
        const check = (s: BlobStore): void =>
          values.forEach((bytes, i) => expect(s.get(digests[i]!)).toEqual({ found: true, bytes }));
        check(store);
        store.flush();
        check(store);
        check(open(root, { disk }));
      }),
      { numRuns: 40 },
    );
  });

  test('memory of a value starts at offset 0 of its own buffer', () => {
    const root = scratch();
    const digest = open(root).put(new Uint8Array(new Float64Array([1.5, -2]).buffer));
    const got = open(root).get(digest);
    expect(got.found && [...new Float64Array(got.bytes.buffer)]).toEqual([1.5, -2]);
  });

  test('the empty value is a value', () => {
    const root = scratch();
    expect(open(root).put(new Uint8Array(0))).toBe(EMPTY_DIGEST);
    expect(open(root).get(EMPTY_DIGEST)).toEqual({ found: true, bytes: new Uint8Array(0) });
  });

  test('those that wait are one write, and are had by whoever put them before they are written', () => {
    let writes = 0;
    const root = scratch();
    const store = open(root, {
      disk: steppedDisk((operation, when) => void (operation === 'write' && when === 'before' && writes++)),
    });
    const digests = [1, 2, 3].map((n) => store.putSoon(nth(n)));
    expect(digests.map((d) => store.has(d) && store.get(d).found)).toEqual([true, true, true]);
    expect([writes, digestsIn(root)]).toEqual([0, []]);
    store.flush();
    expect([writes, digestsIn(root)]).toEqual([1, [...digests].sort()]);
  });

  test('a value that is there already is not written again', () => {
    const root = scratch();
    open(root).put(nth(1));
    const size = statSync(open(root).packFile).size;
    const store = open(root);
    store.put(nth(1));
    store.put(nth(1));
    expect(statSync(store.packFile).size).toBe(size);
  });

  test('what an earlier version stored in a file of its own is found, listed once, and removed', () => {
    const root = scratch();
    const digest = BlobStore.open(root).put(nth(1));
    const store = open(root);
    expect(read(store, digest)).toBe('value 1 x');
    store.put(nth(1));
    expect(digestsIn(root)).toEqual([digest]);
    expect([...store.removeAll([digest], () => false)]).toEqual([digest]);
    expect(digestsIn(root)).toEqual([]);
  });

  test('what another process puts is found without opening the store anew', () => {
    const root = scratch();
    const [one, other] = [open(root), open(root)];
    const first = one.put(nth(1));
    expect(read(other, first)).toBe('value 1 x');
    const second = other.put(nth(2));
    const third = one.put(nth(3));
    expect([one, other].map((s) => [first, second, third].every((d) => s.get(d).found))).toEqual([true, true]);
  });

  test('a pack that is removed under a process is made anew with what is put again', () => {
    const root = scratch();
    const store = open(root);
    store.put(nth(1));
    rmSync(join(root, 'blobs'), { recursive: true });
    const digests = [store.put(nth(1)), store.put(nth(2))];
    expect(digestsIn(root)).toEqual([...digests].sort());
  });
});

describe('torn and damaged', () => {
  const filled = (root: string, count: number): Digest[] => {
    const store = open(root);
    const digests = Array.from({ length: count }, (_, n) => {
      const digest = store.putSoon(nth(n));
      if (n % 3 === 2) store.flush();
      return digest;
    });
    store.flush();
    return digests;
  };

  test('after any torn write, what was there before is there, and what is put after it is found', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(4), (cut, more) => {
        const root = scratch();
        const before = filled(root, 7);
        const { packFile } = open(root);
        const sound = statSync(packFile).size;
        const torn = open(root);
        for (let n = 100; n < 103; n++) torn.putSoon(nth(n));
        torn.flush();
        const whole = readFileSync(packFile);
        writeFileSync(packFile, whole.subarray(0, sound + (cut % (whole.length - sound))));
        const store = open(root);
        store.put(nth(0)); // is there, before whatever is torn
        const after = Array.from({ length: more }, (_, n) => store.put(nth(200 + n)));
        const fresh = open(root);
        for (const digest of [...before, ...after]) expect(fresh.get(digest).found).toBe(true);
        for (const { digest } of fresh.list()) expect(fresh.get(digest).found).toBe(true);
        expect(read(fresh, fresh.put(nth(101)))).toBe(Buffer.from(nth(101)).toString());
      }),
      { numRuns: 150 },
    );
  });

  test('a flipped bit anywhere costs what it hits, is set aside once, and is put right by the next put', () => {
    fc.assert(
      fc.property(fc.nat(), (where) => {
        const root = scratch();
        const digests = filled(root, 8);
        const { packFile } = open(root);
        flip(packFile, where % statSync(packFile).size);
        const store = open(root);
        const lost = digests.filter((d) => !store.get(d).found);
        expect(lost.length).toBeLessThanOrEqual(3); // a batch at most
        expect(store.damaged().length).toBeLessThanOrEqual(1);
        for (const digest of lost) expect(open(root).get(digest)).toMatchObject({ found: false, reason: 'absent' });
        filled(root, 8);
        for (const digest of digests) expect(open(root).get(digest).found).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('a value that was found damaged is stored anew by whoever found it', () => {
    const root = scratch();
    const store = open(root);
    const digest = store.put(nth(5));
    const fd = openSync(store.packFile, 'r+'); // in place, as a disk does it
    writeSync(fd, 'y', statSync(store.packFile).size - 1);
    closeSync(fd);
    expect(store.get(digest).found).toBe(false);
    store.put(nth(5));
    expect(read(store, digest)).toBe('value 5 xxxxx');
    expect(read(open(root), digest)).toBe('value 5 xxxxx');
  });

  test('a put over a damaged value stores it anew without its having been read', () => {
    const root = scratch();
    const digest = open(root).put(nth(5));
    const { packFile } = open(root);
    flip(packFile, statSync(packFile).size - 1);
    open(root).put(nth(5));
    expect(read(open(root), digest)).toBe('value 5 xxxxx');
  });

  test('a file that is no pack is passed over', () => {
    const root = scratch();
    const [digest] = filled(root, 1);
    const { packFile } = open(root);
    writeFileSync(packFile, 'something else entirely');
    expect(open(root).get(digest!).found).toBe(false);
    filled(root, 1);
    expect(open(root).get(digest!).found).toBe(true);
  });
});

describe('a disk that says no', () => {
  for (const [code, kind] of [
    ['ENOSPC', 'full'],
    ['EROFS', 'read-only'],
    ['EIO', 'io'],
  ] as const)
    for (const operation of ['open', 'write', 'fstat'] as const)
      test(`${code} in ${operation} is a failure of kind ${kind}, and the value is not there`, () => {
        const root = scratch();
        const other = open(root).put(bytesOf('other'));
        let isSick = true;
        const sick = failingDisk(operation, code)[operation] as (...a: never[]) => unknown;
        const well = realDisk[operation] as (...a: never[]) => unknown;
        const disk: Disk = { ...realDisk, [operation]: (...a: never[]) => (isSick ? sick : well)(...a) };
        const store = open(root, { disk });
        let failure: unknown;
        try {
          store.put(bytesOf('abc'));
        } catch (error) {
          failure = error;
        }
        expect(failure).toBeInstanceOf(StoreFailure);
        expect(failure).toMatchObject({ kind, code });
        isSick = false;
        expect(store.get(digestOf('abc')).found || operation === 'fstat').toBe(operation === 'fstat');
        expect(read(store, other)).toBe('other');
        store.put(bytesOf('abc'));
        expect(read(open(root), digestOf('abc'))).toBe('abc');
      });

  test('a pack that can only be read gives what it holds, also damaged', () => {
    const root = scratch();
    const digests = [open(root).put(nth(1)), open(root).put(nth(2))];
    const { packFile } = open(root);
    flip(packFile, statSync(packFile).size - 1);
    const disk: Disk = {
      ...realDisk,
      open: (path, flags, mode) =>
        flags === 'r' ? realDisk.open(path, flags, mode) : failingDisk('open', 'EROFS').open(path, flags),
      makeFolder: failingDisk('makeFolder', 'EROFS').makeFolder,
    };
    const store = open(root, { disk });
    expect(read(store, digests[0]!)).toBe('value 1 x');
    expect(store.put(nth(1))).toBe(digests[0]);
    expect(store.get(digests[1]!)).toMatchObject({ found: false, reason: 'damaged' });
    expect(store.get(digests[1]!)).toMatchObject({ found: false, reason: 'absent' });
  });
});

describe('the sweep', () => {
  const DAY = 86_400_000;
  const plan = { keys: [], references: () => [], keepMs: 0 };
  const old = (cache: Cache): void => utimesSync(cache.blobs.packFile, 1, (Date.now() - DAY) / 1000);

  test('removes what nobody keeps and leaves the rest readable, for who has the pack open as well', async () => {
    const root = scratch();
    const cache = openPacking(root);
    const digests = Array.from({ length: 10 }, (_, n) => cache.blobs.put(nth(n)));
    const other = open(root);
    expect(other.get(digests[3]!).found).toBe(true);
    old(cache);
    const kept = digests.filter((_, n) => n % 2 === 0);
    const before = statSync(cache.blobs.packFile).size;
    const report = await sweep(openPacking(root), { ...plan, blobs: kept });
    expect(report).toMatchObject({ kept: { blobs: 5 }, removed: { blobs: 5 } });
    expect(digestsIn(root)).toEqual([...kept].sort());
    expect(statSync(cache.blobs.packFile).size).toBeLessThan(before);
    for (const digest of kept) expect(other.get(digest).found).toBe(true);
    const again = other.put(nth(3));
    expect(read(open(root), again)).toBe('value 3 xxx');
  });

  test('what is young stays, and so does what is asked for again', async () => {
    const root = scratch();
    const now = { ms: Date.now() - DAY };
    const clock = () => now.ms;
    const cache = openPacking(root, { clock });
    const digests = [1, 2, 3].map((n) => cache.blobs.put(nth(n)));
    now.ms += DAY;
    expect(cache.blobs.entry(digests[0]!)?.touchedMs).toBe(now.ms - DAY);
    open(root, { clock }).put(nth(2));
    const young = cache.blobs.put(nth(4));
    await sweep(openPacking(root), plan, { clock: () => now.ms + GRACE_MS });
    expect(digestsIn(root)).toEqual([digests[1]!, young].sort());
  });

  test('values that are put at any moment of it are there after it', async () => {
    const count = async (stepAt: number): Promise<number> => {
      const root = scratch();
      const cache = openPacking(root);
      const [doomed, kept] = [cache.blobs.put(nth(1)), cache.blobs.put(nth(2))];
      old(cache);
      const engine = open(root);
      expect(engine.get(doomed).found).toBe(true);
      let steps = 0;
      let put: Digest[] = [];
      const disk = steppedDisk(() => {
        if (steps++ === stepAt) put = [engine.put(nth(1)), engine.put(nth(3))];
      });
      await sweep(openPacking(root, { disk }), { ...plan, blobs: [kept] }, { disk });
      for (const digest of [kept, ...put]) expect(read(open(root), digest), `step ${stepAt}`).toBeDefined();
      return steps;
    };
    const steps = await count(-1);
    expect(steps).toBeGreaterThan(30);
    for (let at = 0; at < steps; at++) await count(at);
  });
});

test('processes that append at once, some of them killed, leave nothing that cannot be found', async () => {
  const root = scratch();
  const built = join(scratch(), 'store.mjs');
  const source = join(import.meta.dirname, '../../cache/store.ts');
  await build({ entryPoints: [source], outfile: built, bundle: true, platform: 'node', format: 'esm' });
  const script = `
    const { BlobStore } = await import(${JSON.stringify(built)});
    const store = BlobStore.open(${JSON.stringify(root)}, { packedBytes: 1000 });
    const own = Number(process.argv[1]);
    for (let n = 0; n < 400; n++) {
      store.putSoon(Buffer.from('of ' + own + ' ' + n + 'y'.repeat(n)));
      store.putSoon(Buffer.from('of all ' + n));
      if (n % 5 === 0) { store.flush(); console.log(n); }
    }
    store.flush();
    console.log(399);`;
  const told = await Promise.all(
    [0, 1, 2, 3].map(async (own) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, String(own)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (own < 2 && out.length > 60 * (own + 1)) child.kill('SIGKILL');
      });
      await new Promise((resolve) => child.on('close', resolve));
      return Math.max(-1, ...out.split('\n').slice(0, -1).map(Number));
    }),
  );
  const store = open(root);
  expect(told.slice(2)).toEqual([399, 399]);
  told.forEach((last, own) => {
    for (let n = 0; n <= last; n++) {
      expect(store.get(digestOf(`of ${own} ${n}${'y'.repeat(n)}`)).found).toBe(true);
      expect(store.get(digestOf(`of all ${n}`)).found).toBe(true);
    }
  });
});
