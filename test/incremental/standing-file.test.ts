import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { restate, stampsOf } from '../../engine/standing/stamp.ts';
import { decodeStanding, encodeStanding, type Standing } from '../../engine/standing/standing.ts';
import { scratch } from '../cache/scratch.ts';

const standing: Standing = {
  question: 'q',
  pipeline: '研究',
  stages: 2,
  yaml: 0,
  own: 0,
  around: 0,
  rests: '',
  run: 'r',
  pending: ['b'],
  record: { pipeline: '研究' },
  summary: '2 cached',
  warnings: '',
  files: ['/a/数据.csv', '/b'],
  stamps: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  digests: Uint8Array.from({ length: 64 }, (_, i) => i),
  unsure: [1],
  outcomes: '{"stage":"a","status":"cached"}\n{"stage":"b","status":"cached"}',
};

/** What a reader makes of bytes: the standing, or nothing. */
function read(bytes: Uint8Array): unknown {
  let decoded: ReturnType<typeof decodeStanding>;
  try {
    decoded = decodeStanding(bytes);
  } catch {
    return undefined;
  }
  if (decoded === undefined) return undefined;
  const { outcomes, ...rest } = decoded;
  return { ...rest, stamps: [...rest.stamps], digests: [...rest.digests], outcomes: outcomes() };
}

const whole = { ...standing, stamps: [...standing.stamps], digests: [...standing.digests] };

describe('the file of a standing', () => {
  test('reads back as it was written, also with no file at all', () => {
    expect(read(encodeStanding(standing))).toEqual(whole);
    const empty = { ...standing, files: [], stamps: new Float64Array(0), digests: new Uint8Array(0), unsure: [] };
    expect(read(encodeStanding(empty))).toEqual({ ...empty, stamps: [], digests: [] });
  });

  test('a flipped bit gives nothing, no outcomes, or stats and digests that no file has', () => {
    const bytes = encodeStanding(standing);
    const { files: _, stamps: __, digests: ___, ...wanted } = whole;
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 1; bit < 256; bit *= 2) {
        const bad = bytes.slice();
        bad[at] = (bad[at] as number) ^ bit;
        const got = read(bad) as typeof whole | undefined;
        if (got === undefined || got.outcomes === undefined) continue;
        const { files, stamps, digests, ...rest } = got;
        expect(rest).toEqual(wanted);
        expect(files.length).toBe(2);
        expect({ files, stamps, digests }).not.toEqual({
          files: whole.files,
          stamps: whole.stamps,
          digests: whole.digests,
        });
      }
  });

  test('a part of it gives nothing', () => {
    const bytes = encodeStanding(standing);
    for (let length = 0; length < bytes.length; length++) expect(read(bytes.slice(0, length))).toBeUndefined();
  });
});

test('a file that is as it was read is unchanged, whatever its times, and one that was written to since is not', () => {
  const file = join(scratch(), 'data.csv');
  writeFileSync(file, 'a');
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 4e9, noNaN: true }), (seconds) => {
      utimesSync(file, seconds, seconds);
      const read = statSync(file, { bigint: true });
      const stamps = stampsOf([file], () => read) as Float64Array;
      expect(restate([file], stamps).files).toEqual([]);
      utimesSync(file, seconds, seconds + 1);
      expect(stampsOf([file], () => read)).toEqual(stamps);
      expect(restate([file], stamps).files).toEqual([0]);
    }),
  );
});
