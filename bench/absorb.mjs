// Time to absorb and estimate: node bench/absorb.mjs [units] [periods]. Prints one line of JSON for each model.
// The panel is that of test/fixtures/reference/bench.md, 6 regressors, errors clustered by unit; data are made before the clock starts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const units = Number(process.argv[2] ?? 50_000);
const periods = Number(process.argv[3] ?? 20);
const rounds = 5;

const folder = mkdtempSync(join(tmpdir(), 'ceteris-bench-'));
const outfile = join(folder, 'kernels.mjs');
const kernels = new URL('../stages/kernels/', import.meta.url).pathname;
const contents = `export { fitLinear } from './fit.ts'; export { inference } from './inference.ts';`;
await build({
  stdin: { contents, resolveDir: kernels, loader: 'ts' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { fitLinear, inference } = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });

const n = units * periods;
let state = 12345;
const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
const unit = Int32Array.from({ length: n }, (_, i) => Math.floor(i / periods));
const year = Int32Array.from({ length: n }, (_, i) => i % periods);
const industryYear = unit.map((u, i) => (u % 20) * periods + year[i]);
const x = Array.from({ length: 6 }, () => Float64Array.from(unit, (u, i) => normal() + (u % 7) / 5 + year[i] / 10));
const y = x[0].map((v, i) => 0.5 * v + 0.2 * x[1][i] + (unit[i] % 11) + year[i] * 0.3 + normal());
const byUnit = { codes: unit, levels: units };
const byYear = { codes: year, levels: periods };
const models = {
  'unit + year': [byUnit, byYear],
  'unit + year + industry×year': [byUnit, byYear, { codes: industryYear, levels: 20 * periods }],
};

for (const [model, effects] of Object.entries(models)) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    inference(fitLinear({ y, x, effects }), { type: 'cluster', by: [byUnit] });
    times.push(Math.round(performance.now() - start));
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)];
  console.log(JSON.stringify({ rows: n, model, firstMs: times[0], medianMs: median }));
}
