import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest } from '../../cache/digest.ts';
import { decodeTable, encodeTable, type FileEntry } from '../../cache/file-table.ts';

const entry = fc
  .record({
    size: fc.bigInt(0n, 2n ** 60n),
    mtimeNs: fc.bigInt(-(2n ** 60n), 2n ** 60n),
    ino: fc.bigInt(0n, 2n ** 60n),
  })
  .map(({ size, mtimeNs, ino }): FileEntry => {
    const digest = ino.toString(16).padStart(64, '0') as Digest;
    return { size, mtimeNs, ctimeNs: mtimeNs + 1n, ino, digest };
  });
const path = fc.constantFrom('/a', '/b', '/数据.csv', '/d/e', '', ...Array.from({ length: 20 }, (_, i) => `/f${i}`));
const entries = fc.array(fc.tuple(path, entry)).map((pairs) => new Map(pairs));
const changes = fc.array(fc.tuple(path, fc.option(entry, { nil: undefined }))).map((pairs) => new Map(pairs));

/** What an index says of every path that there may be. */
function said(bytes: Buffer, paths: Iterable<string>): unknown {
  const table = decodeTable(bytes);
  return [...paths].map((p) => [p, table?.entry(p)]);
}

describe('the table of files', () => {
  test('with rows put in their places says what it says when it is written anew', () => {
    fc.assert(
      fc.property(entries, fc.array(changes, { maxLength: 4 }), (start, rounds) => {
        let bytes = encodeTable(start);
        const now = new Map(start);
        for (const round of rounds) {
          for (const [p, e] of round)
            if (e === undefined) now.delete(p);
            else now.set(p, e);
          bytes = decodeTable(bytes)?.patched(round) ?? encodeTable(now);
          const paths = new Set([...now.keys(), ...start.keys(), ...round.keys()]);
          expect(said(bytes, paths)).toEqual([...paths].map((p) => [p, now.get(p)]));
        }
      }),
    );
  });

  test('a flipped byte in what was put in its place leaves no index', () => {
    const at = (n: bigint): FileEntry => ({
      size: n,
      mtimeNs: n,
      ctimeNs: n,
      ino: n,
      digest: '1'.repeat(64) as Digest,
    });
    const bytes = decodeTable(encodeTable(new Map([['/a', at(1n)]])))?.patched(new Map([['/a', at(2n)]])) as Buffer;
    expect(decodeTable(bytes)?.entry('/a')).toEqual(at(2n));
    for (let i = 0; i < bytes.length; i++) {
      const bad = Buffer.from(bytes);
      bad[i] = (bad[i] as number) ^ 1;
      expect(decodeTable(bad)).toBeUndefined();
    }
  });
});
