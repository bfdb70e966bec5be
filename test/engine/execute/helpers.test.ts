/** Threads that help with one estimate: the same bytes whatever their number, and nobody waits for one that is gone. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Call, ThreadHelpers } from '../../../engine/execute/helpers.ts';
import { panelJobs } from '../../../stages/estimate/panel-jobs.ts';
import { fitLinear } from '../../../stages/kernels/fit.ts';
import { stream } from '../../../stages/kernels/random.ts';
import { floats, integers } from '../../../stages/kernels/shared-memory.ts';

const root = join(import.meta.dirname, '../../..');
const CHANNEL = 'helpers of a test';

/** What a worker of the engine does when it is called. */
const LISTENER = `
const { BroadcastChannel, parentPort, workerData } = require('node:worker_threads');
import(workerData.bundle).then(({ answer, panelJobs }) => {
  new BroadcastChannel(workerData.channel).onmessage = ({ data }) => {
    answer(panelJobs, data);
    parentPort.postMessage('answered');
  };
  parentPort.postMessage('ready');
});`;

let folder = '';
let bundle = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ceteris-helpers-'));
  bundle = join(folder, 'bundle.mjs');
  await build({
    stdin: {
      contents: `export * from './engine/execute/helpers.ts'; export * from './stages/estimate/panel-jobs.ts';`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: bundle,
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function model() {
  const [units, years, n] = [5_000, 20, 100_000];
  const random = stream(3, 0);
  const column = () => floats(n).map(() => random.normal());
  const shared = (values: Float64Array) => {
    const out = floats(n);
    out.set(values);
    return out;
  };
  const [unit, year] = [integers(n), integers(n)];
  for (let i = 0; i < n; i++) [unit[i], year[i]] = [Math.floor(i / years), i % years];
  const by = { codes: unit, levels: units };
  const x = [1, 2, 3, 4].map(() => shared(column()));
  return { y: shared(column()), x, effects: [by, { codes: year, levels: years }], scoresBy: [by] };
}

describe('helpers', () => {
  test('one, two and three threads give the same bytes', async () => {
    const task = model();
    const seen: string[][] = [];
    for (const others of [0, 1, 2]) {
      const workers = Array.from(
        { length: others },
        () =>
          new Worker(LISTENER, { eval: true, workerData: { bundle: pathToFileURL(bundle).href, channel: CHANNEL } }),
      );
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      const channel = new BroadcastChannel(CHANNEL);
      const helpers = new ThreadHelpers(channel, panelJobs);
      const answered = workers.map((worker) => once(worker, 'message'));
      const fit = fitLinear({ ...task, run: (job, parts) => helpers.run(job, parts) });
      await Promise.all(answered); // each was called, even if too late to take a part
      seen.push(
        [fit.coef, fit.residuals, fit.bread, ...fit.scores!.values()].map((a) => Buffer.from(a.buffer).toString('hex')),
      );
      channel.close();
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('a part that somebody took and never did is done again', () => {
    const done: number[] = [];
    const lost = {
      postMessage: ({ control }: Call) => void Atomics.add(control, 0, 2), // parts 0 and 1 are gone
    };
    const helpers = new ThreadHelpers(lost, new Map([['count', (_, part) => void done.push(part)]]), 20);
    helpers.run({ kind: 'count' }, 5);
    expect(done.sort()).toEqual([0, 1, 2, 3, 4]);
  });
});
