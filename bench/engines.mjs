// npm run bench:engines [-- --ns 100,1000,10000 --shapes wide,chain --tools make,ninja,ceteris,"ceteris exec"]
// The same graphs run by other engines and by ceteris in one go: cold, nothing changed, all sources touched, one source edited.
// Each cold run has a folder of its own: making files where many have just been removed is slow on ext4, for everybody.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { writeGraph } from './engine-graphs.mjs';
import { ceteris, median, nodeStart, table, text, timed } from './measure.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return (at === -1 ? otherwise : process.argv[at + 1]).split(',');
};
const jobs = String(os.availableParallelism());
const ceterisRun = [process.execPath, ceteris, 'run', '--jobs', jobs];
const known = {
  make: { run: ['make', '-s', `-j${jobs}`], most: 10_000 },
  ninja: { run: ['ninja', '--quiet', `-j${jobs}`], most: 10_000 },
  ceteris: { run: ceterisRun, most: 10_000 },
  'ceteris exec': { run: ceterisRun, most: 1_000 },
};
const isThere = (tool) => spawnSync(known[tool].run[0], ['--version'], { stdio: 'ignore' }).status === 0;
const tools = option('tools', Object.keys(known).join()).filter(isThere);
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ceteris-bench-'));
let made = 0;

function measure(tool, shape, n) {
  const { run } = known[tool];
  const fresh = () => {
    const folder = path.join(root, String(made++));
    return { folder, ...writeGraph(tool, shape, n, folder) };
  };
  const cold = [];
  let graph = fresh();
  for (let i = 0; i < (n >= 10_000 ? 1 : 3); i++) {
    if (i > 0) graph = fresh();
    cold.push(timed(run, graph.folder));
  }
  const { folder, edited, stages } = graph;
  const quiet = () => spawnSync('sleep', ['0.2']); // past the margin within which a stat proves nothing
  const rounds = (count, prepare) =>
    Array.from({ length: count }, (_, i) => {
      prepare(i);
      quiet();
      return timed(run, folder);
    });
  const file = path.join(folder, 'src', edited);
  quiet();
  timed(run, folder);
  const alone = [];
  const unchanged = rounds(9, () => alone.push(nodeStart(1)));
  const touched = rounds(3, () => fs.utimesSync(file, new Date(), new Date()));
  const edit = rounds(3, (i) => fs.writeFileSync(file, `a,b\n${i + 1},${i + 11}\n`));
  return {
    stages: stages.length,
    node: median(alone),
    cold: median(cold),
    unchanged: median(unchanged),
    touched: median(touched),
    edit: median(edit),
  };
}

const node = nodeStart();
console.log(`node -e 0: ${text(node)}; ${os.cpus()[0]?.model}, ${jobs} jobs, load ${os.loadavg()[0]?.toFixed(1)}`);
for (const shape of option('shapes', 'wide,chain')) {
  for (const n of option('ns', '100,1000').map(Number)) {
    const results = new Map(tools.filter((t) => n <= known[t].most).map((tool) => [tool, measure(tool, shape, n)]));
    const ours = results.get('ceteris');
    const ratio = (tool, phase) =>
      ours === undefined || tool === 'ceteris' ? '' : `${(results.get(tool)[phase] / ours[phase]).toFixed(1)}×`;
    const phases = ['cold', 'unchanged', 'touched', 'edit'];
    const rows = [...results].map(([tool, r]) => [tool, ...phases.flatMap((p) => [text(r[p]), ratio(tool, p)])]);
    console.log(`\n${shape}, ${n} stages (× = times what ceteris takes)\n`);
    console.log(table(['engine', ...phases.flatMap((p) => [p, '×'])], rows));
    if (ours !== undefined) console.log(`ceteris unchanged, net of node's start: ${text(ours.unchanged - ours.node)}`);
  }
}
fs.rmSync(root, { recursive: true, force: true });
