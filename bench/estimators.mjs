// `npm run bench:estimators [-- S draws M L hard]`: regressions beside collapse (R), as ratios in one run; cost against draws. See README.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { COLLAPSE, collapse } from './estimators/collapse.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const asked = (size) => (wanted.length === 0 ? size !== 'L' : wanted.includes(size));

/** Seconds of fixest 0.14.2 on the machine of README.md, idle: 1 thread, 2 threads. */
const FIXEST = {
  'M two-way': [0.333, 0.227],
  'M three-way': [0.364, 0.301],
  'L two-way': [8.158, 3.56],
  'L three-way': [6.103, 4.666],
};
const runs = [
  ['S', 'two-way', 200],
  ['S', 'three-way', 200],
  ['M', 'two-way', 7],
  ['M', 'three-way', 7],
  ['M', 'two-way, by year', 5],
  ['L', 'two-way', 3],
  ['L', 'three-way', 3],
  ['hard', 'graph', 1],
  ['M', 'two-way', 7, 2],
  ['M', 'two-way, by year', 5, 2],
  ['L', 'two-way', 3, 2],
  ['L', 'three-way', 3, 2],
].filter(([size]) => asked(size));

const folder = mkdtempSync(path.join(tmpdir(), 'ceteris-bench-'));
const STAGES = ['regress', 'placebo', 'mediation', 'spec-curve', 'panel-jobs', '../../engine/execute/helpers'];
const bundle = path.join(folder, 'stages.mjs');
await build({
  stdin: {
    contents: STAGES.map((name) => `export * from './${name}.ts';`).join('\n'),
    resolveDir: path.join(here, '../stages/estimate'),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outfile: bundle,
  logLevel: 'error',
});

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function inChild(file, argument) {
  const child = [path.join(here, 'estimators', file), JSON.stringify({ bundle, ...argument })];
  const { stdout, status, stderr } = spawnSync(process.execPath, child, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What a number of draws or models costs, and what each adds. */
function reportFamilies(families) {
  for (const { what, numbers, first, ms } of families) {
    const costs = numbers.map((number, i) => `${number}: ${ms[i].toFixed(1)} ms`).join(', ');
    const [from, to] = [0, numbers.length - 1];
    const each =
      to > from ? `; each ${(((ms[to] - ms[from]) / (numbers[to] - numbers[from])) * 1000).toFixed(0)} µs` : '';
    console.log(`S ${what}: ${costs}${each}; the largest first of all ${first.toFixed(0)} ms`);
  }
}

function report({ size, model, threads, rows, times, bytes, peak, base, estimate, yardstick }) {
  const seconds = median(times) / 1000;
  const fixest = FIXEST[`${size} ${model.replace(', by year', '')}`];
  const parts = [`${(seconds * 1000).toFixed(size === 'S' ? 2 : 0)} ms`, `first ${times[0].toFixed(0)} ms`];
  if (yardstick !== undefined && size !== 'S')
    parts.push(`${(seconds / yardstick).toFixed(2)} × collapse (${yardstick.toFixed(3)} s)`);
  if (yardstick !== undefined && fixest !== undefined) {
    const faster = fixest.map((f) => `${((f * yardstick) / COLLAPSE / seconds).toFixed(1)}×`);
    parts.push(`faster than fixest: ${faster[0]} (1 thread), ${faster[1]} (2 threads)`);
  }
  if (size !== 'S')
    parts.push(`peak ${(peak / bytes).toFixed(2)} × the columns read, ${((peak - base) / bytes).toFixed(2)} × net`);
  console.log(
    `${size} ${model}, ${threads === 1 ? '' : `${threads} threads, `}${rows} rows: ${parts.join('; ')} (x1 ${estimate.toFixed(6)})`,
  );
}

try {
  if (asked('draws')) reportFamilies(inChild('draws.mjs', { rounds: 15 }));
  let before = collapse();
  if (before === undefined) console.log('collapse is not installed (apt-get install r-cran-collapse): no ratios');
  for (const [size, model, rounds, threads = 1] of runs) {
    const { rows, times, bytes, peak, base, estimate } = inChild('child.mjs', { size, model, rounds, threads });
    const after = before === undefined ? undefined : collapse();
    report({
      size,
      model,
      threads,
      rows,
      times,
      bytes,
      peak,
      base,
      estimate,
      yardstick: after && (before + after) / 2,
    });
    before = after;
  }
} finally {
  rmSync(folder, { recursive: true });
}
