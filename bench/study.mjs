// npm run bench [-- pipelines/cbec]: a whole study cold, with nothing changed, and after one edit, beside the start of node.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { COLLAPSE, collapse } from './estimators/collapse.mjs';
import { ceteris, median, table, text, timed } from './measure.mjs';

const home = path.resolve(path.dirname(new URL(import.meta.url).pathname), '..');
const study =
  process.argv[2] ??
  ['pipelines/cbec', 'pipelines/province'].find((p) => fs.existsSync(path.join(home, p, 'pipeline.yaml')));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ceteris-bench-'));
const copy = (name) => {
  const folder = path.join(root, name);
  fs.cpSync(path.join(home, study), folder, { recursive: true, filter: (f) => !/(^|\/)(\.ceteris|out)$/.test(f) });
  return folder;
};
const run = [process.execPath, ceteris, 'run'];
const pause = () => new Promise((wake) => setTimeout(wake, 200));

const cold = [];
let folder = '';
for (let i = 0; i < 3; i++) cold.push(timed(run, (folder = copy(`cold-${i}`))));
await pause();
timed(run, folder);
// in turns with node alone, so that a busy machine is as busy for both
const turns = Array.from({ length: 15 }, () => [timed([process.execPath, '-e', '0'], '.'), timed(run, folder)]);
const node = median(turns.map(([alone]) => alone));
const unchanged = turns.map(([, ours]) => ours);

/** One figure of the largest data file, another each time. */
function editData(round) {
  const files = fs.readdirSync(folder, { recursive: true }).map((f) => path.join(folder, String(f)));
  const data = files.filter((f) => f.endsWith('.csv') && !/\/(out|\.ceteris)\//.test(f));
  const file = data.sort((a, b) => fs.statSync(b).size - fs.statSync(a).size)[0];
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const cells = lines[1].split(',');
  cells[cells.length - 1] = String(round + 1);
  lines[1] = cells.join(',');
  fs.writeFileSync(file, lines.join('\n'));
}
function editYaml(round) {
  fs.appendFileSync(path.join(folder, 'pipeline.yaml'), `# ${round}\n`);
}
const after = async (edit) => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    edit(i);
    await pause();
    times.push(timed(run, folder));
  }
  return times;
};
const rows = [
  ['cold', cold],
  ['nothing changed', unchanged],
  ['a comment in the YAML', await after(editYaml)],
  ['a figure in the data', await after(editData)],
].map(([what, times]) => [
  what,
  text(median(times)),
  `${(median(times) / node).toFixed(1)}×`,
  text(median(times) - node),
]);
console.log(`${study}; node -e 0: ${text(node)}; load ${os.loadavg()[0]?.toFixed(1)}\n`);
console.log(table(['', 'time', 'node -e 0', 'net of it'], rows));

/** What the script of README.md does with fixest, of pipelines/cbec: no tables and figures, but the simulation of the panel. */
const COMPARABLE = ['index', 'baseline', 'trends', 'robustness', 'mechanism', 'by_gdp', 'placebo'];
/** Seconds of that script on 2 threads, on the machine of README.md, idle. */
const SCRIPT = 13.8;

if (study === 'pipelines/cbec') {
  const before = collapse();
  const times = Array.from({ length: 3 }, (_, i) => timed([...run, ...COMPARABLE], copy(`comparable-${i}`)));
  const after = collapse();
  const seconds = median(times) / 1000;
  const whole = median(cold) / 1000;
  const scale = before === undefined || after === undefined ? 1 : (before + after) / 2 / COLLAPSE;
  const ratio = (s) => `${((SCRIPT * scale) / s).toFixed(1)}× faster than R with fixest`;
  console.log(
    `\nindex, regressions, 500 placebo and 1,000 bootstrap draws, cold: ${text(seconds * 1000)}, ${ratio(seconds)}`,
  );
  console.log(`all stages, tables and figures with it: ${ratio(whole)}`);
  if (before === undefined)
    console.log('collapse is not installed (apt-get install r-cran-collapse): as if on the machine of README.md');
  else console.log(`this machine, now: ${scale.toFixed(1)} times as slow as that of README.md (collapse)`);
}
fs.rmSync(root, { recursive: true, force: true });
