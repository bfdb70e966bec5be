// npm run bench:engines [-- --ns 100,1000,10000 --shapes wide,chain,layered --tools make,ninja,ceteris,"ceteris exec" --limit 120]
// The same graphs run by other engines and by ceteris in one go: cold, nothing changed, a source touched, a source edited, in watch mode.
// Each cold run has a folder of its own: making files where many have just been removed is slow on ext4, for everybody.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { source, writeGraph } from './engine-files.mjs';
import { shapeNames } from './engine-graphs.mjs';
import { once, pause, reran, watched } from './engine-run.mjs';
import { environment, present, settle, tools } from './engine-tools.mjs';
import { median, nodeStart, table, text } from './measure.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return (at === -1 ? otherwise : process.argv[at + 1]).split(',');
};
const limit = 1000 * Number(option('limit', '120')[0]);
const names = option('tools', Object.keys(tools).join());
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ceteris-bench-'));
const home = path.join(root, 'home');
fs.mkdirSync(home);
const phases = ['cold', 'unchanged', 'touched', 'edit', 'watch', 'memory'];
/** A phase is given up once it has taken as long (ms), however few rounds were made. */
const ENOUGH = 30_000;
let made = 0;

function fresh(tool, shape, n) {
  const folder = path.join(root, String(made++));
  const graph = writeGraph(tool, shape, n, folder);
  const env = environment(tool, folder, home);
  settle(tool, folder, env);
  return { folder, env, ...graph };
}

/** The median of some runs, each after `prepare`; or the fault of the first that has one. */
async function rounds(count, prepare, run) {
  const times = [];
  for (let spent = 0; times.length < count && spent < ENOUGH; spent += times.at(-1)) {
    await prepare(times.length);
    const result = await run();
    if (result.fault !== undefined) return result;
    times.push(result.ms);
  }
  return { ms: median(times) };
}

/** @returns what each phase took, and how many stages an edit ran again */
async function measure(tool, shape, n) {
  const { run, watch, stop } = tools[tool];
  let graph;
  let megabytes;
  const leave = () => {
    if (stop && graph)
      spawnSync(stop[0], stop.slice(1), { cwd: graph.folder, env: graph.env, timeout: 20_000, stdio: 'ignore' });
  };
  const start = (weigh = false) => once(run, { cwd: graph.folder, env: graph.env, limit, weigh });
  const cold = await rounds(
    n >= 10_000 ? 1 : 3,
    () => {
      leave();
      graph = fresh(tool, shape, n);
    },
    async () => {
      const result = await start(megabytes === undefined);
      megabytes ??= result.mb;
      return result;
    },
  );
  if (cold.fault !== undefined) {
    leave();
    if (cold.said) console.error(`${tool}, ${shape}, ${n}: ${cold.said}`);
    return { cold };
  }
  const file = path.join(graph.folder, 'src', graph.edited);
  const settled = () => pause(200); // past the margin within which a stat proves nothing
  const edit = (i) => fs.writeFileSync(file, source(i + 1, i + 11));
  await settled();
  await start();
  const unchanged = await rounds(9, settled, start);
  const touched = await rounds(
    3,
    async () => {
      fs.utimesSync(file, new Date(), new Date());
      await settled();
    },
    start,
  );
  let again;
  const edited = await rounds(
    3,
    async (i) => {
      edit(i);
      await settled();
    },
    async () => {
      const from = Date.now();
      const result = await start();
      again = reran(tool, graph.folder, from);
      return result;
    },
  );
  let saves = 100;
  const seen =
    watch === undefined || n > 1_000
      ? undefined
      : await watched(tool, watch, { cwd: graph.folder, env: graph.env, limit, edit: () => edit(saves++) });
  leave();
  const latency = seen === undefined || seen.fault !== undefined ? seen : { ms: median(seen.times) };
  return {
    cold,
    unchanged,
    touched,
    edit: edited,
    watch: latency,
    memory: megabytes && { mb: megabytes },
    again,
    of: graph.reached,
  };
}

const amount = (cell) => cell?.ms ?? cell?.mb;
function cell(value) {
  if (value === undefined) return '';
  if (value.fault !== undefined) return value.fault;
  return value.ms === undefined ? `${value.mb.toFixed(0)} MB` : text(value.ms);
}
/** How many times as much as ceteris, and as ceteris with a program for each stage. */
function against(results, tool, phase) {
  const ours = ['ceteris', 'ceteris exec'].map((name) => amount(results.get(name)?.[phase]));
  const theirs = results.get(tool)[phase];
  if (theirs?.fault !== undefined) return theirs.fault;
  const digits = (x) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
  const ratios = ours.map((own) =>
    own === undefined || amount(theirs) === undefined ? '–' : digits(amount(theirs) / own),
  );
  return ratios.every((r) => r === '–') ? '' : ratios.join(' / ');
}

const { there, skipped } = present(names);
for (const reason of skipped) console.log(`skipped ${reason}`);
const node = nodeStart();
console.log(
  `${new Date().toISOString().slice(0, 10)}; node -e 0: ${text(node)}; ${os.cpus()[0]?.model}, ${os.availableParallelism()} jobs, load ${os.loadavg()[0]?.toFixed(1)}`,
);
const ratios = [];
for (const n of option('ns', '100,1000').map(Number))
  for (const shape of option('shapes', shapeNames.join())) {
    const results = new Map();
    for (const tool of there) {
      console.error(`${shape}, ${n}: ${tool}`);
      results.set(tool, await measure(tool, shape, n));
      for (const name of fs.readdirSync(root))
        if (name !== 'home') fs.rmSync(path.join(root, name), { recursive: true, force: true });
    }
    const rows = [...results].map(([tool, r]) => [
      tool,
      ...phases.map((p) => cell(r[p])),
      r.again === undefined ? '' : `${r.again} of ${r.of}`,
    ]);
    console.log(`\n${shape}, ${n} stages\n\n${table(['engine', ...phases, 'run again'], rows)}`);
    for (const tool of there.filter((name) => !name.startsWith('ceteris')))
      ratios.push([`${shape} ${n}`, tool, ...phases.map((p) => against(results, tool, p))]);
  }
console.log(`\ntimes as much as ceteris / as ceteris exec\n\n${table(['graph', 'engine', ...phases], ratios)}`);
fs.rmSync(root, { recursive: true, force: true });
