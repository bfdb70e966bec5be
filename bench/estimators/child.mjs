// One benchmark in a process of its own: builds a panel, runs the regress stage on its bytes, prints times and peak memory as JSON.
import { once } from 'node:events';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import { chain, panel, SIZES } from './panels.mjs';

const { bundle, size, model, rounds, threads = 1 } = JSON.parse(process.argv[2]);
const { regress, ThreadHelpers, panelJobs } = await import(pathToFileURL(bundle).href);

const CHANNEL = 'bench';
const others = Array.from(
  { length: threads - 1 },
  () => new Worker(new URL('./helper.mjs', import.meta.url), { workerData: { bundle, channel: CHANNEL } }),
);
await Promise.all(others.map((worker) => once(worker, 'message')));
const channel = new BroadcastChannel(CHANNEL);
const help = threads > 1 ? { helpers: new ThreadHelpers(channel, panelJobs) } : {};

const base = process.memoryUsage().rss; // node with the code and nothing read

const MODELS = {
  'two-way': { absorb: ['unit', 'year'] },
  'three-way': { absorb: ['unit', 'year', 'industry^year'] },
  graph: { x: 'x1', absorb: ['unit', 'firm', 'year'] },
};
const HARD = { workers: 200_000, years: 5, firms: 5_000, movers: 0.1 };
const made = size === 'hard' ? chain(HARD) : panel(SIZES[size], { byYear: model.endsWith('by year') });
const own = MODELS[model.replace(', by year', '')];
const params = { from: 'x', y: 'y', x: [1, 2, 3, 4, 5, 6].map((j) => `x${j}`), cluster: 'unit', ...own };
const columns = [...made.parts.keys()].filter((name) => name !== '#rows').map((name) => ({ name, type: 'number' }));
const shape = { kind: 'table', open: false, columns };
const declared = regress.declare({
  params,
  inputs: { from: [{ shape, path: ['from'], inner: [] }] },
  files: {},
  labels: {},
});
if (declared.faults.length > 0) throw new Error(JSON.stringify(declared.faults));
const read = declared.reads.from[0];
const parts = new Map(read.map((name) => [name, made.parts.get(name)]));
const bytes = [...parts.values()].reduce((sum, b) => sum + b.byteLength, 0);
for (const name of made.parts.keys()) if (!parts.has(name)) made.parts.delete(name);
const inputs = { from: [{ kind: 'table', parts }] };

const times = [];
let peak = 0;
let record;
for (let round = 0; round < rounds; round++) {
  const started = performance.now();
  const result = await regress.run({ spec: declared.spec, inputs, files: {}, ...help });
  times.push(performance.now() - started);
  if (round === 0) peak = process.resourceUsage().maxRSS * 1024; // later rounds keep what is not collected yet
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  record = JSON.parse(new TextDecoder().decode(result.outputs.model.parts.get('value')));
}
const { estimate, std_error } = record.terms[0];
console.log(JSON.stringify({ rows: made.n, times, bytes, peak, base, estimate, std_error }));
channel.close();
await Promise.all(others.map((worker) => worker.terminate()));
