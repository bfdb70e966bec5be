#!/usr/bin/env node
// Runs black-box scenarios (see README.md) against the project in the current folder.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const project = process.cwd();
const require = createRequire(path.join(project, 'package.json'));
const { parse } = require('yaml');
const pkg = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8'));
const bin = path.join(project, typeof pkg.bin === 'string' ? pkg.bin : pkg.bin.ceteris);
const args = process.argv.slice(2);
const verbose = args.includes('-v');
const here = path.dirname(fileURLToPath(import.meta.url));
const files = args.filter((a) => !a.startsWith('-'));
if (files.length === 0)
  for (const f of fs.readdirSync(here).sort()) if (f.endsWith('.yaml')) files.push(path.join(here, f));

const cli = (cwd, argv, env = {}) =>
  spawnSync(process.execPath, [bin, ...argv], {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...env },
  });

const jsonLines = (text) =>
  text.split('\n').flatMap((l) => {
    try {
      return l.trim().startsWith('{') ? [JSON.parse(l)] : [];
    } catch {
      return [];
    }
  });

function dig(value, dotted) {
  for (const key of dotted.split('.')) {
    if (value === null || value === undefined) return undefined;
    const named = /^\[(\w+)=(.*)\]$/.exec(key); // [term=x]
    value = named ? value.find?.((v) => String(v[named[1]]) === named[2]) : value[key];
  }
  return value;
}

function damageStore(dir) {
  let n = 0;
  const walk = (d) => {
    for (const e of fs.readdirSync(d, { withFileTypes: true })) {
      const p = path.join(d, e.name);
      if (e.isDirectory()) walk(p);
      else if (e.isFile() && p.includes(`${path.sep}blobs${path.sep}`)) {
        const b = fs.readFileSync(p);
        if (b.length === 0) continue;
        b[b.length >> 1] ^= 0x55;
        fs.chmodSync(p, 0o644);
        fs.writeFileSync(p, b);
        n++;
      }
    }
  };
  walk(path.join(dir, '.ceteris'));
  if (n === 0) throw new Error('no blobs found under .ceteris/**/blobs/ to damage');
}

function runStep(dir, step, memory) {
  const at = (f) => path.join(dir, f);
  const put = (f, text) => {
    fs.mkdirSync(path.dirname(at(f)), { recursive: true });
    fs.writeFileSync(at(f), text);
  };
  for (const [f, text] of Object.entries(step.write ?? {})) put(f, text);
  for (const [f, [from, to]] of Object.entries(step.edit ?? {})) {
    const old = fs.readFileSync(at(f), 'utf8');
    if (!old.includes(from)) throw new Error(`scenario is wrong: ${f} does not contain ${JSON.stringify(from)}`);
    if (step.keep_mtime) {
      fs.writeFileSync(at('.stamp'), '');
      spawnSync('touch', ['-r', at(f), at('.stamp')]);
    }
    put(
      f,
      old.replace(from, () => to),
    );
    if (step.keep_mtime) {
      spawnSync('touch', ['-r', at('.stamp'), at(f)]);
      fs.rmSync(at('.stamp'));
    }
  }
  for (const [f, how] of Object.entries(step.rewrite ?? {})) {
    let text = fs.readFileSync(at(f), 'utf8');
    if (how.includes('quoted')) text = text.replace(/[^,\r\n]+/g, '"$&"');
    if (how.includes('crlf')) text = text.replaceAll('\n', '\r\n');
    if (how.includes('bom')) text = `\ufeff${text}`;
    if (how.includes('replace')) {
      fs.writeFileSync(at(`${f}.tmp`), text);
      fs.renameSync(at(`${f}.tmp`), at(f));
    } else put(f, text);
  }
  for (const [link, target] of Object.entries(step.link ?? {})) {
    fs.rmSync(at(link), { force: true });
    fs.symlinkSync(target, at(link));
  }
  for (const f of step.remove ?? []) fs.rmSync(at(f), { recursive: true, force: true });
  for (const [a, b] of Object.entries(step.rename ?? {})) fs.renameSync(at(a), at(b));
  for (const f of step.touch ?? []) {
    const t = new Date(Date.now() + 2000);
    fs.utimesSync(at(f), t, t);
  }
  if (step.damage) damageStore(dir);

  const problems = [];
  const argv = step.run ?? ['run'];
  const got = cli(dir, [...argv, ...(step.json === false ? [] : ['--json'])], step.env);
  const events = jsonLines(got.stdout);
  const end = events.findLast((e) => e.type === 'run-finished');
  const status = new Map((end?.stages ?? []).map((s) => [s.stage, s]));
  const wantExit = step.exit ?? 0;
  if (got.status !== wantExit)
    problems.push(`exit ${got.status ?? got.signal}, expected ${wantExit}: ${(got.stderr || got.stdout).slice(-600)}`);
  const listed = new Set();
  for (const want of ['ran', 'cached', 'failed', 'blocked'])
    for (const name of step[want] ?? []) {
      listed.add(name);
      const is = status.get(name)?.status ?? 'absent';
      if (is !== want) problems.push(`stage ${name}: ${is}, expected ${want}`);
    }
  for (const name of step.absent ?? []) {
    listed.add(name);
    if (status.has(name)) problems.push(`stage ${name} is there, expected absent`);
  }
  if (step.only)
    for (const [name, s] of status)
      if (!listed.has(name)) problems.push(`stage ${name}: ${s.status}, expected not to be there`);
  const diagnostics = [
    ...events.flatMap((e) => e.diagnostics ?? []),
    ...(end?.stages ?? []).flatMap((s) => s.diagnostics ?? []),
  ];
  for (const d of step.diagnostics ?? []) {
    const hit = diagnostics.some(
      (x) =>
        (d.line === undefined || x.line === d.line) &&
        (d.code === undefined || x.code === d.code) &&
        (d.contains === undefined || `${x.message} ${x.hint ?? ''}`.includes(d.contains)),
    );
    if (!hit)
      problems.push(
        `no diagnostic like ${JSON.stringify(d)} among ${JSON.stringify(diagnostics.map((x) => [x.line, x.message, x.hint]))}`,
      );
  }
  for (const text of step.stderr_lacks ?? [])
    if (got.stderr.includes(text)) problems.push(`stderr has ${JSON.stringify(text)}`);
  const read = (f) => (fs.existsSync(at(f)) ? fs.readFileSync(at(f)) : undefined);
  for (const [f, want] of Object.entries(step.files ?? {})) {
    const is = read(f);
    if (
      typeof want === 'string'
        ? is?.toString() !== want
        : want.exists !== undefined
          ? (is !== undefined) !== want.exists
          : want.contains !== undefined
            ? !is?.toString().includes(want.contains)
            : want.same !== undefined
              ? is === undefined || !memory.get(`${want.same}/${f}`)?.equals(is)
              : true
    )
      problems.push(
        `file ${f}: ${is === undefined ? 'missing' : JSON.stringify(is.toString().slice(0, 200))}, expected ${JSON.stringify(want).slice(0, 200)}`,
      );
  }
  for (const s of [step.show ?? []].flat()) {
    const shown = cli(dir, ['show', s.stage, '--json']);
    let value;
    try {
      value = dig(JSON.parse(shown.stdout), s.path);
    } catch {
      problems.push(`show ${s.stage}: no JSON: ${shown.stderr.slice(0, 300)}`);
      continue;
    }
    const ok =
      s.near !== undefined
        ? Math.abs(value - s.near) <= (s.tol ?? 1e-9) * Math.max(1, Math.abs(s.near))
        : s.same !== undefined
          ? JSON.stringify(value) === memory.get(`${s.same}:${s.stage}.${s.path}`)
          : s.differs !== undefined
            ? JSON.stringify(value) !== memory.get(`${s.differs}:${s.stage}.${s.path}`)
            : JSON.stringify(value) === JSON.stringify(s.is);
    if (!ok) problems.push(`show ${s.stage} ${s.path}: ${JSON.stringify(value)}, expected ${JSON.stringify(s)}`);
    if (step.id) memory.set(`${step.id}:${s.stage}.${s.path}`, JSON.stringify(value));
  }
  if (step.id)
    for (const f of step.remember ?? []) {
      const b = read(f);
      if (b) memory.set(`${step.id}/${f}`, b);
    }
  return problems;
}

let passed = 0,
  failed = 0;
for (const file of files) {
  for (const scenario of parse(fs.readFileSync(file, 'utf8'), { merge: true, maxAliasCount: -1 })) {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ceteris-scenario-'));
    const memory = new Map();
    let problems = [];
    try {
      for (const [f, text] of Object.entries(scenario.files ?? {})) {
        fs.mkdirSync(path.dirname(path.join(dir, f)), { recursive: true });
        fs.writeFileSync(path.join(dir, f), typeof text === 'string' ? text : Buffer.from(text.base64, 'base64'));
      }
      for (const [i, step] of scenario.steps.entries()) {
        problems = runStep(dir, step, memory).map((p) => `step ${step.id ?? i + 1}: ${p}`);
        if (problems.length > 0) break;
      }
    } catch (error) {
      problems.push(String(error.message ?? error));
    }
    fs.rmSync(dir, { recursive: true, force: true });
    if (problems.length === 0) passed++;
    else failed++;
    if (problems.length > 0 || verbose)
      console.log(
        `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${scenario.id}${problems.map((p) => `\n       ${p}`).join('')}`,
      );
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
