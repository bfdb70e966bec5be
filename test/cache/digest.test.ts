import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, digestOpenFile, EMPTY_DIGEST, isDigest } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { scratch } from './scratch.ts';

// NIST, FIPS 180-4 examples: SHA-256 of "abc" and of no bytes.
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('a digest is the whole SHA-256 of the bytes', () => {
  expect(digestOf('abc')).toBe(ABC);
  expect(digestOf(new Uint8Array([97, 98, 99]))).toBe(ABC);
  expect(EMPTY_DIGEST).toBe(NOTHING);
});

test('a text is digested in UTF-8', () => expect(digestOf('城市')).toBe(digestOf(Buffer.from('城市', 'utf8'))));

test('a digest is 64 lower-case hexadecimal digits and nothing else', () => {
  expect(isDigest(ABC)).toBe(true);
  for (const text of ['', ABC.slice(1), `${ABC}0`, ABC.toUpperCase(), `${ABC}\n`, `../${ABC.slice(3)}`])
    expect(isDigest(text)).toBe(false);
});

test('a file has the digest of its bytes, however short the reads', () => {
  const file = join(scratch(), 'f');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 700 }), (bytes, most) => {
      writeFileSync(file, bytes);
      const short: Disk = {
        ...realDisk,
        read: (fd, into, length, at) => realDisk.read(fd, into, Math.min(length, most), at),
      };
      const fd = openSync(file, 'r');
      expect(digestOpenFile(short, fd)).toEqual({ digest: digestOf(bytes), size: bytes.length });
      closeSync(fd);
    }),
    { numRuns: 30 },
  );
});

test('a file longer than one read has the digest of its bytes', () => {
  const file = join(scratch(), 'f');
  const bytes = new Uint8Array(3_000_001).map((_, i) => i * 31);
  writeFileSync(file, bytes);
  const fd = openSync(file, 'r');
  expect(digestOpenFile(realDisk, fd)).toEqual({ digest: digestOf(bytes), size: bytes.length });
  closeSync(fd);
});
