import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Digest, digestOf } from '../../../cache/digest.ts';
import { FileIndex } from '../../../cache/file-index.ts';
import { Executor } from '../../../engine/execute/executor.ts';
import type { Job, Work } from '../../../engine/execute/job.ts';
import type { Instance } from '../../../engine/load/pipeline.ts';
import { type Storage, Values } from '../../../engine/results/values.ts';
import type { Json } from '../../../stages/contract.ts';

/** An executor over a store in memory, and what happened in it. */
function setUp(jobs = 2) {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-executor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stored = new Map<Digest, Json>();
  const waiting = new Map<Digest, Json>();
  const ran: string[] = [];
  let flushes = 0;
  const storage: Storage = {
    blobs: {
      get: () => ({ found: false, reason: 'absent', detail: '' }),
      has: () => false,
      putSoon: digestOf,
      flush: () => {},
    },
    actions: {
      size: 0,
      get: () => ({ found: false, reason: 'absent' }),
      putSoon: (key, record) => void waiting.set(key, record),
      flush: () => {
        if (waiting.size > 0) flushes++;
        for (const [key, record] of waiting) stored.set(key, record);
        waiting.clear();
      },
      discard: () => waiting.clear(),
      refresh: () => 0,
    },
  };
  const values = new Values(storage, () => new Uint8Array(0), 'gather');
  const files = FileIndex.open(join(folder, 'files.index'));
  const executor = new Executor({ values, files, jobs, pool: undefined, programs: undefined, clock: Date.now });
  const work = (name: string, priority = 1, more: Partial<Work> = {}): Work => {
    const run = () => {
      ran.push(name);
      return { ok: true, outputs: {}, notes: [] };
    };
    const declared = { faults: [], spec: {}, reads: {}, outputs: {} };
    const action = { format: 1, type: 't', code: '', runtime: '', spec: name, inputs: [], files: [] };
    const instance = { name, stage: name, type: { type: 't', run }, inputs: {}, files: {} } as unknown as Instance;
    const key = digestOf(name);
    return { instance, ready: { kind: 'ready', declared, action, key }, priority, expectedMs: 1, ...more };
  };
  return { executor, work, ran, stored, flushes: () => flushes };
}

const all = (jobs: readonly Job[]) => Promise.all(jobs.map((job) => job.done));

test('brief stages: the longest way to the end first, equals in their turn', async () => {
  const { executor, work, ran } = setUp();
  const jobs = [work('a', 1), work('b', 3), work('c', 1), work('d', 3), work('e', 2)].map((w) => executor.submit(w));
  await all(jobs);
  expect(ran).toEqual(['b', 'd', 'e', 'a', 'c']);
});

test('brief stages are stored together, and nobody is told before', async () => {
  const { executor, work, stored, flushes } = setUp();
  const jobs = Array.from({ length: 100 }, (_, i) => executor.submit(work(`s${i}`)));
  const told = await Promise.all(jobs.map(async (job) => [(await job.done).kind, stored.has(job.key)]));
  expect(new Set(told.map(String))).toEqual(new Set(['made,true']));
  expect(flushes()).toBeLessThan(100);
});

test('there is no room while many wait, and there is when they are done', async () => {
  const { executor, work, ran } = setUp();
  const jobs: Job[] = [];
  for (let i = 0; executor.room === undefined; i++) jobs.push(executor.submit(work(`s${i}`)));
  expect(ran).toEqual([]);
  await executor.room;
  expect(ran.length).toBeGreaterThan(0);
  await all(jobs);
  expect(executor.room).toBeUndefined();
});

test('a job that is ended before its turn is cancelled at once and does not run', async () => {
  const { executor, work, ran } = setUp(1);
  const [first, second] = [executor.submit(work('a')), executor.submit(work('b'))];
  second?.abort();
  expect(await second?.done).toEqual({ kind: 'cancelled' });
  await first?.done;
  expect(ran).toEqual(['a']);
  const again = executor.submit(work('b'));
  expect((await again.done).kind).toBe('made');
});
