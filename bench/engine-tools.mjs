// How each engine is started, and what has to be there.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { ceteris } from './measure.mjs';

const peers = path.join(import.meta.dirname, 'peers');
const modules = path.join(peers, 'node_modules');
const jobs = String(os.availableParallelism());
const ours = {
  run: [process.execPath, ceteris, 'run', '--jobs', jobs],
  watch: [process.execPath, ceteris, 'watch', '--json', '--jobs', jobs],
};

/**
 * run, watch: the command; git: it wants a repository with the sources committed; modules: it looks for itself in node_modules;
 * path: a folder of the graph's that goes before PATH; stop: ends what it left running.
 */
export const tools = {
  ceteris: ours,
  'ceteris exec': ours,
  make: { run: ['make', '-s', `-j${jobs}`] },
  ninja: { run: ['ninja', '--quiet', `-j${jobs}`] },
  doit: { run: ['doit', '-n', jobs, '-P', 'thread'] },
  turbo: {
    run: ['turbo', 'run', 'z', '--output-logs=none', `--concurrency=${jobs}`, '--log-order=grouped'],
    watch: ['turbo', 'watch', 'z', '--output-logs=none'],
    npm: true,
    git: true,
    path: 'bin',
  },
  wireit: {
    run: ['npm', 'run', '-s', 'z'],
    watch: ['npm', 'run', '-s', 'z', '--watch'],
    npm: true,
    modules: true,
  },
  nx: {
    run: ['nx', 'run', 'p:z', `--parallel=${jobs}`, '--outputStyle=static'],
    watch: ['nx', 'watch', '--projects=p', '--', 'nx run p:z --outputStyle=static'],
    stop: ['nx', 'daemon', '--stop'],
    npm: true,
    git: true,
    modules: true,
  },
  moon: { run: ['moon', 'run', 'p:z', '--quiet', '--concurrency', jobs], npm: true, git: true },
  snakemake: { run: ['snakemake', '-c', jobs, '-q', 'all', '--nolock'] },
};

/** No colours, no questions, nothing sent or fetched, two at a time, and a home of their own. */
export function environment(tool, folder, home) {
  const { CI: _, ...own } = process.env;
  const before = [
    ...(tools[tool].path === undefined ? [] : [path.join(folder, tools[tool].path)]),
    path.join(modules, '.bin'),
  ];
  return {
    ...own,
    PATH: [...before, own.PATH].join(path.delimiter),
    HOME: home,
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    WIREIT_PARALLEL: jobs,
    WIREIT_LOGGER: 'quiet-ci',
    NX_DAEMON: 'true', // it turns its daemon off by itself in containers
    NX_TUI: 'false',
    NX_INTERACTIVE: 'false',
    NX_NO_CLOUD: 'true',
    MOON_TOOLCHAIN_FORCE_GLOBALS: 'true',
    PROTO_OFFLINE: 'true',
  };
}

/** Makes a graph's folder into what the tool wants to find. */
export function settle(tool, folder, env) {
  if (tools[tool].modules) fs.symlinkSync(modules, path.join(folder, 'node_modules'));
  if (!tools[tool].git) return;
  const commit =
    'git init -q . && git add -A . && git -c user.name=bench -c user.email=bench@localhost commit -qm graph';
  spawnSync('sh', ['-c', commit], { cwd: folder, env, stdio: 'ignore' });
}

/** @returns those that can be run here, and why the others cannot */
export function present(names) {
  const skipped = [];
  if (names.some((name) => tools[name].npm) && !fs.existsSync(path.join(modules, '.bin'))) {
    console.error('bench/peers: npm ci');
    const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: peers,
      stdio: 'ignore',
    });
    if (status !== 0) console.error('bench/peers: npm ci failed');
  }
  const there = names.filter((name) => {
    const { npm, run, modules: local } = tools[name];
    const program = npm && local ? path.join(modules, '.bin', name) : run[0];
    const env = { ...process.env, PATH: `${path.join(modules, '.bin')}${path.delimiter}${process.env.PATH}` };
    const found = npm
      ? fs.existsSync(path.join(modules, '.bin', name))
      : spawnSync(program, ['--version'], { env, stdio: 'ignore' }).error === undefined;
    if (!found) skipped.push(`${name}: ${npm ? 'npm ci in bench/peers' : `${run[0]} is not installed`}`);
    return found;
  });
  return { there, skipped };
}
