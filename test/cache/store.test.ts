import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Digest, digestOf, EMPTY_DIGEST } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { StoreFailure } from '../../cache/failure.ts';
import { BlobStore } from '../../cache/store.ts';
import { failingDisk, scratch, steppedDisk, systemError } from './scratch.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function temporaries(store: BlobStore): readonly string[] {
  const folder = join(store.root, 'blobs', 'tmp');
  return existsSync(folder) ? readdirSync(folder) : [];
}

function overwrite(path: string, bytes: Uint8Array): void {
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
}

function failureOf(work: () => unknown): StoreFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreFailure) return error;
    throw error;
  }
  throw new Error('did not fail');
}

describe('storing and reading', () => {
  test('what is put is got, at the digest of its bytes, in a file under blobs/', () => {
    const store = BlobStore.open(scratch());
    const digest = store.put(bytesOf('abc'));
    expect(digest).toBe(digestOf('abc'));
    expect(store.path(digest)).toBe(join(store.root, 'blobs', 'ba', digest));
    expect(store.get(digest)).toEqual({ found: true, bytes: bytesOf('abc') });
    expect(readFileSync(store.path(digest), 'utf8')).toBe('abc');
    expect(temporaries(store)).toEqual([]);
  });

  for (const durable of [false, true]) {
    test(`any bytes come back through short writes and short reads, durable ${durable}`, () => {
      const root = scratch();
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 999 }), (bytes, most) => {
          const disk: Disk = {
            ...realDisk,
            write: (fd, b, offset) => realDisk.write(fd, b.subarray(0, Math.min(b.length, offset + most)), offset),
            read: (fd, into, length, at) => realDisk.read(fd, into, Math.min(length, most), at),
          };
          const store = BlobStore.open(root, { disk, durable });
          expect(store.get(store.put(bytes))).toEqual({ found: true, bytes });
        }),
        { numRuns: 40 },
      );
    });
  }

  test('the bytes got start at the beginning of their memory, so that numbers can be laid over them', () => {
    const store = BlobStore.open(scratch());
    const read = store.get(store.put(new Uint8Array(new Float64Array([1.5, -2]).buffer)));
    if (!read.found) throw new Error('lost');
    expect(read.bytes.byteOffset).toBe(0);
    expect([...new Float64Array(read.bytes.buffer, 0, 2)]).toEqual([1.5, -2]);
  });

  test('an absent blob is a miss and is not there', () => {
    const store = BlobStore.open(scratch());
    expect(store.get(digestOf('x'))).toEqual({ found: false, reason: 'absent', detail: 'ENOENT' });
    expect(store.has(digestOf('x'))).toBe(false);
    expect([...store.list()]).toEqual([]);
  });

  test('the empty value is a value', () => {
    const store = BlobStore.open(scratch());
    expect(store.put(new Uint8Array(0))).toBe(EMPTY_DIGEST);
    expect(store.has(EMPTY_DIGEST)).toBe(true);
    expect(store.get(EMPTY_DIGEST)).toEqual({ found: true, bytes: new Uint8Array(0) });
  });

  test('equal bytes are written once and touched when they are put again', () => {
    const store = BlobStore.open(scratch(), { clock: () => 5_000_000 });
    const digest = store.put(bytesOf('abc'));
    const inode = statSync(store.path(digest)).ino;
    utimesSync(store.path(digest), 1, 1);
    store.put(bytesOf('abc'));
    expect(statSync(store.path(digest)).ino).toBe(inode);
    expect(store.entry(digest)).toEqual({ digest, size: 3, touchedMs: 5_000_000 });
  });

  test('everything stored is listed, and nothing else', () => {
    const store = BlobStore.open(scratch());
    const digests = ['a', 'b', 'c'].map((text) => store.put(bytesOf(text)));
    writeFileSync(join(store.root, 'blobs', digests[0]!.slice(0, 2), 'README'), 'not a blob');
    writeFileSync(join(store.root, 'blobs', '00'), 'not a folder');
    expect([...store.list()].map((blob) => blob.digest).sort()).toEqual([...digests].sort());
  });

  test('a store that is deleted under a running process is made again', () => {
    const store = BlobStore.open(scratch());
    const digest = store.put(bytesOf('a'));
    rmSync(store.root, { recursive: true });
    expect(store.get(digest).found).toBe(false);
    expect(store.get(store.put(bytesOf('a'))).found).toBe(true);
  });
});

describe('damage', () => {
  test('a flipped bit anywhere is found, set aside once, and put right by the next put', () => {
    const root = scratch();
    const content = fc.uint8Array({ minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        const store = BlobStore.open(root);
        const digest = store.put(bytes);
        const wrong = bytes.slice();
        wrong[at % bytes.length]! ^= flip;
        overwrite(store.path(digest), wrong);
        const read = store.get(digest);
        expect(read).toMatchObject({ found: false, reason: 'damaged' });
        if (!read.found) expect(new Uint8Array(readFileSync(read.detail))).toEqual(wrong);
        expect(store.get(digest)).toMatchObject({ found: false, reason: 'absent' });
        expect(store.get(store.put(bytes))).toEqual({ found: true, bytes });
      }),
      { numRuns: 50 },
    );
  });

  for (const length of [0, 1, 2]) {
    test(`a blob cut to ${length} of 3 bytes is damaged`, () => {
      const store = BlobStore.open(scratch());
      const digest = store.put(bytesOf('abc'));
      truncateSync(store.path(digest), length);
      expect(store.has(digest)).toBe(length > 0);
      expect(store.get(digest)).toMatchObject({ found: false, reason: 'damaged' });
      expect(store.has(digest)).toBe(false);
    });
  }

  test('putting a value over its damaged blob of equal length stores the right bytes', () => {
    const store = BlobStore.open(scratch());
    const digest = store.put(bytesOf('abc'));
    overwrite(store.path(digest), bytesOf('abd'));
    store.put(bytesOf('abc'));
    expect(store.get(digest)).toEqual({ found: true, bytes: bytesOf('abc') });
  });

  test('a damaged blob that another process has replaced meanwhile is left in its place', () => {
    const root = scratch();
    const store = BlobStore.open(root);
    const digest = store.put(bytesOf('abc'));
    overwrite(store.path(digest), bytesOf('abd'));
    const late: Disk = {
      ...realDisk,
      read: (fd, into, length, at) => {
        const n = realDisk.read(fd, into, length, at);
        rmSync(store.path(digest), { force: true });
        BlobStore.open(root).put(bytesOf('abc'));
        return n;
      },
    };
    expect(BlobStore.open(root, { disk: late }).get(digest)).toMatchObject({
      reason: 'damaged',
      detail: 'replaced since',
    });
    expect(store.get(digest).found).toBe(true);
  });

  test('a damaged blob that cannot be moved is a miss all the same', () => {
    const root = scratch();
    const digest = BlobStore.open(root).put(bytesOf('abc'));
    const store = BlobStore.open(root, {
      disk: { ...failingDisk('rename', 'EROFS'), unlink: failingDisk('unlink', 'EROFS').unlink },
    });
    overwrite(store.path(digest), bytesOf('abd'));
    expect(store.get(digest)).toMatchObject({ found: false, reason: 'damaged', detail: store.path(digest) });
  });

  for (const code of ['EIO', 'EACCES', 'EMFILE']) {
    test(`a blob whose reading ends in ${code} is unreadable, which is a miss`, () => {
      const root = scratch();
      const digest = BlobStore.open(root).put(bytesOf('abc'));
      const store = BlobStore.open(root, { disk: failingDisk('open', code) });
      expect(store.get(digest)).toEqual({ found: false, reason: 'unreadable', detail: code });
    });
  }
});

describe('a disk that says no', () => {
  for (const [code, kind] of [
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['EROFS', 'read-only'],
    ['EACCES', 'read-only'],
    ['EPERM', 'read-only'],
    ['EMFILE', 'too-many-files'],
    ['ENFILE', 'too-many-files'],
    ['EIO', 'io'],
  ] as const) {
    for (const operation of ['open', 'write', 'close', 'rename', 'sync'] as const) {
      test(`${code} in ${operation} is a failure of kind ${kind} that leaves nothing behind`, () => {
        const root = scratch();
        BlobStore.open(root).put(bytesOf('other'));
        let isSick = true;
        const disk: Disk = {
          ...realDisk,
          [operation]: (...args: never[]) => {
            const result =
              operation === 'open' || operation === 'rename'
                ? undefined
                : (realDisk[operation] as (...a: never[]) => unknown)(...args);
            if (isSick) throw systemError(code);
            return result;
          },
        };
        const store = BlobStore.open(root, { disk, durable: true });
        const failure = failureOf(() => store.put(bytesOf('abc')));
        isSick = false;
        expect(failure).toMatchObject({ kind, code, path: store.path(digestOf('abc')) });
        expect(temporaries(store)).toEqual([]);
        expect(store.has(digestOf('abc'))).toBe(false);
      });
    }
  }

  test('a write that makes no progress is a failure, not an endless loop', () => {
    const store = BlobStore.open(scratch(), { disk: { ...realDisk, write: () => 0 } });
    expect(failureOf(() => store.put(bytesOf('abc'))).kind).toBe('io');
  });

  test('a store that can only be read still holds what it holds', () => {
    const root = scratch();
    const digest = BlobStore.open(root).put(bytesOf('abc'));
    const store = BlobStore.open(root, { disk: failingDisk('touch', 'EROFS') });
    expect(store.put(bytesOf('abc'))).toBe(digest);
  });

  test('an error that is not the disk’s is not dressed up as one', () => {
    const disk: Disk = {
      ...realDisk,
      write: () => {
        throw new TypeError('ours');
      },
    };
    expect(() => BlobStore.open(scratch(), { disk }).put(bytesOf('abc'))).toThrow(TypeError);
  });

  test('durable syncs the bytes before the name is given, and the folder after', () => {
    const calls: string[] = [];
    const disk = steppedDisk((operation, when) => {
      if (when === 'before' && (operation === 'sync' || operation === 'rename')) calls.push(operation);
    });
    const store = BlobStore.open(scratch(), { disk, durable: true });
    store.removeAll([store.put(bytesOf('abc'))], () => false);
    calls.length = 0;
    store.put(bytesOf('abc'));
    expect(calls).toEqual(['sync', 'rename', 'sync']);
  });
});

test('a digest names its file whatever it is', () => {
  const store = BlobStore.open('/nowhere');
  const digest = 'f'.repeat(64) as Digest;
  expect(store.path(digest)).toBe(`/nowhere/blobs/ff/${digest}`);
});
