// `npm run reference -- [DIR] [ID…]`: every case of DIR/cases through the built command line, all numbers compared.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Comparison } from './comparison.mjs';
import { Lab } from './lab.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const program = path.resolve(here, '../../dist/ceteris.js');
const [folderArgument, ...only] = process.argv.slice(2);
const folder = path.resolve(folderArgument ?? path.join(here, '../fixtures/reference'));
const MOST_LINES = 12;

/** Runs the command line; its standard output. */
function ceteris(args) {
  const { stdout, stderr, status, error } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, NO_COLOR: '1', CI: '1', LC_ALL: 'C.UTF-8' },
  });
  if (error) throw error;
  return { stdout, stderr, status };
}

async function adapters() {
  const byFamily = new Map();
  for (const file of readdirSync(path.join(here, 'families')).sort()) {
    if (!file.endsWith('.mjs')) continue;
    const adapter = await import(new URL(`families/${file}`, import.meta.url).href);
    for (const family of adapter.families) byFamily.set(family, adapter.plan);
  }
  return byFamily;
}

/** A file that cannot be read as a case fails under its name. */
function readCase(file) {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'cases', file), 'utf8'));
  } catch (thrown) {
    return { id: file, family: '', unreadable: thrown.message };
  }
}

function readCases() {
  return readdirSync(path.join(folder, 'cases'))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map(readCase)
    .filter((c) => only.length === 0 || only.some((part) => c.id.includes(part)));
}

const printed = (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent'));

/** The stages of a case and what is compared, or why there is nothing to run. */
function planned(c, i, byFamily, types) {
  const lab = new Lab(folder, c, `c${i}`);
  if (c.unreadable !== undefined) return { c, lab, faults: [c.unreadable] };
  const plan = byFamily.get(c.family);
  if (plan === undefined) return { c, lab, unsupported: `no adapter for family ${c.family}` };
  if (!lab.hasData) return { c, lab, faults: [`no data file ${lab.file}`] };
  try {
    const check = plan(c, lab);
    const absent = [...lab.types].filter((type) => !types.has(type));
    return absent.length > 0 ? { c, lab, unsupported: `no stage type ${absent.join(', ')}` } : { c, lab, check };
  } catch (thrown) {
    return { c, lab, faults: [`adapter: ${thrown.stack}`] };
  }
}

/** Takes cases out whose stages do not pass the static check, until the rest does. */
function checked(cases, pipeline) {
  let left = cases.filter((one) => one.check !== undefined);
  for (;;) {
    const stages = Object.assign({}, ...left.map(({ lab }) => lab.stages));
    writeFileSync(pipeline, JSON.stringify({ ceteris: 1, name: 'reference', stages }));
    if (left.length === 0) return left;
    const { stdout } = ceteris(['check', pipeline, '--json']);
    const errors = JSON.parse(stdout).diagnostics.filter((d) => d.severity === 'error');
    if (errors.length === 0) return left;
    const bad = new Map();
    for (const d of errors) {
      const owner = left.find(
        ({ lab }) => d.stage !== undefined && lab.stages[d.stage.replace(/\[.*/, '')] !== undefined,
      );
      if (owner === undefined) throw new Error(`${d.code} ${d.message} (no stage)`);
      bad.set(owner, [...new Set([...(bad.get(owner) ?? []), `${d.code} ${d.message}`])]);
    }
    for (const [one, faults] of bad) one.faults = faults;
    left = left.filter((one) => !bad.has(one));
  }
}

/** Runs the pipeline and fills what the cases show; cases with failed stages get faults. */
function run(left, pipeline) {
  const events = ceteris(['run', pipeline, '--json'])
    .stdout.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const finished = events.at(-1);
  if (finished?.type !== 'run-finished') throw new Error('the run did not finish');
  const failed = new Map(finished.stages.filter((s) => s.status === 'failed').map((s) => [s.stage, s.diagnostics]));
  for (const one of left)
    for (const stage of Object.keys(one.lab.stages))
      for (const d of failed.get(stage) ?? []) one.faults = [...(one.faults ?? []), `${d.code} ${d.message}`];
  const shown = left.filter((one) => one.faults === undefined).flatMap(({ lab }) => lab.shown);
  if (shown.length === 0) return;
  const { stdout, stderr, status } = ceteris(['show', pipeline, ...shown.map((s) => s.reference), '--json']);
  const lines = stdout.trimEnd().split('\n');
  if (status !== 0 || lines.length !== shown.length)
    throw new Error(`show: exit ${status}\n${stdout.slice(-2000)}${stderr}`);
  shown.forEach(({ slot }, i) => {
    slot.value = JSON.parse(lines[i]);
  });
}

const started = performance.now();
const code = readFileSync(path.join(path.dirname(program), 'code.json'), 'utf8'); // a digest per stage type
const types = new Set(Object.keys(JSON.parse(code)));
const byFamily = await adapters();
const cases = readCases().map((c, i) => planned(c, i, byFamily, types));
const scratch = mkdtempSync(path.join(tmpdir(), 'ceteris-reference-'));
try {
  const pipeline = path.join(scratch, 'pipeline.yaml');
  const left = checked(cases, pipeline);
  if (left.length > 0) run(left, pipeline);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const counts = { passed: 0, failed: 0, unsupported: 0 };
for (const { c, check, faults, unsupported } of cases) {
  const lines = [];
  if (unsupported === undefined && faults === undefined) {
    const compare = new Comparison(c.results);
    try {
      check(compare);
      for (const { what, got, want } of compare.settle())
        lines.push(`${what}: got ${printed(got)}, reference ${printed(want)}`);
    } catch (thrown) {
      lines.push(`adapter: ${thrown.stack}`);
    }
  } else lines.push(...(faults ?? []));
  const state = unsupported !== undefined ? 'unsupported' : lines.length > 0 ? 'failed' : 'passed';
  counts[state]++;
  if (state === 'passed') continue;
  console.log(`${state}: ${c.id} (${c.family})${unsupported === undefined ? '' : `: ${unsupported}`}`);
  for (const line of lines.slice(0, MOST_LINES)) console.log(`  ${line}`);
  if (lines.length > MOST_LINES) console.log(`  … and ${lines.length - MOST_LINES} more`);
}
console.log(`${cases.length} cases in ${((performance.now() - started) / 1000).toFixed(1)} s`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.unsupported} unsupported`);
process.exitCode = counts.failed + counts.unsupported === 0 && counts.passed > 0 ? 0 : 1;
