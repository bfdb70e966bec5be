// Latency of `watch`: from the end of a save, made by another process, to finished outputs, on a study of the paper's size.
// node bench/watch.mjs [EDITS]    prints the median and the 99th percentile, in milliseconds, of data and of YAML edits.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const bin = path.resolve(import.meta.dirname, '../dist/ceteris.js');
const edits = Number(process.argv[2] ?? 200);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ceteris-watch-'));

/** 275 cities by 14 years, made up: the numbers do not matter here. */
function panel(bump) {
  const names = ['open', 'fin', 'tec', 'urban', 'market', 'fdi', 'gdp'];
  const lines = [`city,year,y,policy,${names.join(',')},note`];
  for (let city = 0; city < 275; city++)
    for (let year = 2009; year < 2023; year++) {
      const seed = city * 14 + year - 2009;
      const x = names.map((_, k) =>
        (((seed * (k * 2 + 7919)) % 1009) / 1009 + (seed === 0 && k === 0 ? bump : 0)).toFixed(5),
      );
      const policy = city % 3 === 0 && year >= 2016 ? 1 : 0;
      lines.push(
        `c${city},${year},${(((seed * 104729) % 997) / 997 + policy / 10).toFixed(5)},${policy},${x.join(',')},n`,
      );
    }
  return `${lines.join('\n')}\n`;
}

const yaml = (absorb) => `ceteris: 1
name: watched
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  logs: { stage: derive, from: raw, columns: { ly: log(1 + y) } }
  base:
    stage: regress
    from: logs
    y: ly
    x: policy
    cluster: city
    matrix:
      "(1)": {}
      "(2)": { controls: [open, fin, tec, urban, market, fdi, gdp] }
      "(3)": { absorb: [${absorb}] }
      "(4)": { controls: [open, fin, tec, urban, market, fdi, gdp], absorb: [city, year] }
  early: { stage: regress, from: logs, where: year <= 2019, y: ly, x: policy, absorb: [city, year], cluster: city }
  table3: { stage: table, columns: "base[*]", formats: [md, html, tex, csv] }
  table4: { stage: table, columns: early, formats: [md] }
`;

const at = (name) => path.join(folder, name);
fs.writeFileSync(at('panel.csv'), panel(0));
fs.writeFileSync(at('pipeline.yaml'), yaml('city'));
const child = spawn(process.execPath, [bin, 'watch', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
let finished = () => {};
let last;
createInterface({ input: child.stdout }).on('line', (line) => {
  const event = JSON.parse(line);
  if (event.type === 'run-finished') last = event;
  if (event.type === 'watching') finished(last);
});
const next = () => new Promise((resolve) => (finished = resolve));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Another process writes, and says when it was done. */
const save = (name, text) => {
  const script = `const fs = require('fs'); const t = fs.readFileSync(0); fs.writeFileSync(process.argv[1], t); console.log(Date.now())`;
  return Number(execFileSync(process.execPath, ['-e', script, at(name)], { input: text, encoding: 'utf8' }));
};

async function measure(kind, edit) {
  const took = [];
  for (let i = 1; i <= edits / 2; i++) {
    const done = next();
    const saved = edit(i);
    const end = await done;
    if (!end.ok || !end.stages.some((s) => s.status === 'ran')) throw new Error(JSON.stringify(end));
    took.push(end.at - saved);
    await pause(20);
  }
  took.sort((a, b) => a - b);
  const share = (p) => took[Math.min(took.length - 1, Math.floor(p * took.length))];
  console.log(
    `${kind}: median ${share(0.5)} ms, 99th percentile ${share(0.99)} ms, worst ${took.at(-1)} ms (${took.length} edits)`,
  );
}

await next();
await pause(300);
await measure('data', (i) => save('panel.csv', panel(i / 1000)));
await measure('yaml', (i) =>
  save(
    'pipeline.yaml',
    yaml(i % 2 === 0 ? 'city' : `city, year`).replace('year <= 2019', `year <= 2019 and gdp > ${i / 500}`),
  ),
);
child.kill('SIGINT');
await new Promise((resolve) => child.once('exit', resolve)); // it writes to the store until then
fs.rmSync(folder, { recursive: true, force: true });
