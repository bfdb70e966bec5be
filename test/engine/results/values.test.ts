import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCache } from '../../../cache/cache.ts';
import { StoreFailure } from '../../../cache/failure.ts';
import { Values } from '../../../engine/results/values.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Values over a store on disk whose flush of values fails while `isFull`, and how often rows were picked. */
function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-values-'));
  const cache = openCache(join(folder, 'store'), { clock: Date.now });
  onTestFinished(() => {
    cache.actions.close();
    cache.blobs.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const is = { picked: 0, isFull: false };
  const blobs = {
    get: cache.blobs.get.bind(cache.blobs),
    has: cache.blobs.has.bind(cache.blobs),
    putSoon: cache.blobs.putSoon.bind(cache.blobs),
    flush: () => {
      if (is.isFull) throw new StoreFailure('full', 'store', 'ENOSPC');
      cache.blobs.flush();
    },
  };
  const pick = (column: Uint8Array, index: Uint8Array): Uint8Array => {
    is.picked++;
    return bytes(`${Buffer.from(column)}[${Buffer.from(index)}]`);
  };
  return { values: new Values({ blobs, actions: cache.actions }, pick, 'code'), is };
}

test('rows that were picked are let go of when a run did not ask for them, and come back from the store', () => {
  const { values, is } = setUp();
  const [column, index] = [values.put(bytes('y')), values.put(bytes('0'))];
  const ref = { gather: { column: { digest: column }, index: { digest: index } } };
  values.beginRun();
  const picked = values.digest(ref);
  values.commit();
  values.endRun();
  expect(values.gatheredFrom(picked)).toMatchObject({ column, index });

  values.beginRun();
  values.endRun();
  expect(values.gatheredFrom(picked)).toBeUndefined();

  values.beginRun();
  expect(values.digest(ref)).toBe(picked);
  expect(values.gatheredFrom(picked)).toMatchObject({ column, index });
  expect(is.picked).toBe(1);
});

test('rows that were picked and could not be stored are picked again', () => {
  const { values, is } = setUp();
  const [column, index] = [values.put(bytes('y')), values.put(bytes('0'))];
  const ref = { gather: { column: { digest: column }, index: { digest: index } } };
  values.commit();
  is.isFull = true;
  const picked = values.digest(ref);
  values.commit(); // nobody waits to be told
  is.isFull = false;
  expect(values.digest(ref)).toBe(picked);
  expect(is.picked).toBe(2);
});
