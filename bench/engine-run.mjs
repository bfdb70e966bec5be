// Runs an engine in a graph's folder: how long it takes, what its largest process holds, how many outputs it wrote, and in watch mode how long
// after a save the sink is new.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { ceteris } from './measure.mjs';

const TIME = '/usr/bin/time';
const canTime = fs.existsSync(TIME);
export const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));
const since = (start) => Number(process.hrtime.bigint() - start) / 1e6;

/** All that a started group still runs; it may be gone already. */
function end(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {}
}

/**
 * One run from process start to its end. After `limit` ms the whole process group is killed.
 * @returns ms; megabytes of the largest process (with `weigh`, which costs a millisecond, and where GNU time is); or what went wrong
 */
export function once([command, ...args], { cwd, env, limit, weigh = false }) {
  const said = path.join(env.HOME, 'said');
  const sizes = path.join(env.HOME, 'sizes');
  const out = fs.openSync(said, 'w');
  const argv = weigh && canTime ? [TIME, '-f', '%M', '-o', sizes, command, ...args] : [command, ...args];
  return new Promise((resolve) => {
    const start = process.hrtime.bigint();
    const child = spawn(argv[0], argv.slice(1), { cwd, env, stdio: ['ignore', out, out], detached: true });
    const settle = (result) => {
      clearTimeout(clock);
      fs.closeSync(out);
      resolve(result);
    };
    const clock = setTimeout(() => {
      end(child, 'SIGKILL');
      settle({ fault: `> ${limit / 1000} s` });
    }, limit);
    child.on('error', (e) => settle({ fault: e.message }));
    child.on('exit', (status) => {
      const ms = since(start);
      if (ms >= limit) return; // killed, and told so already
      if (status !== 0) return settle({ fault: 'fails', said: fs.readFileSync(said, 'utf8').slice(-600) });
      settle({
        ms,
        mb: weigh && canTime ? Number(fs.readFileSync(sizes, 'utf8').trim().split('\n').at(-1)) / 1024 : undefined,
      });
    });
  });
}

/** The bytes of the sink, for engines that write it to o/z. */
const sink = (folder) => {
  const file = path.join(folder, 'o', 'z');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
};

/** What says that ceteris has finished a batch; of the others, that the sink's bytes are new and whole. */
function finished(tool, child, folder) {
  if (!tool.startsWith('ceteris'))
    return async (limit) => {
      const before = sink(folder);
      for (const start = Date.now(); Date.now() - start < limit; await pause(1)) {
        const now = sink(folder);
        if (now !== '' && now !== before) return true;
      }
      return false;
    };
  let told = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line);
    if (event.type === 'run-finished' && event.ok) told(true);
  });
  return (limit) =>
    new Promise((resolve) => {
      const clock = setTimeout(() => resolve(false), limit);
      told = (value) => {
        clearTimeout(clock);
        resolve(value);
      };
    });
}

const ROUNDS = 7;
const PATIENCE = 20_000;

/** @returns ms from the start of a save to the new sink, for each of some edits; or why there are none */
export async function watched(tool, command, { cwd, env, edit, limit }) {
  const ours = tool.startsWith('ceteris');
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env,
    stdio: ['ignore', ours ? 'pipe' : 'ignore', 'ignore'],
    detached: true,
  });
  const next = finished(tool, child, cwd);
  const times = [];
  try {
    if (ours) await next(limit);
    // the others do not say when they wait
    await pause(ours ? 500 : 4_000);
    for (let i = 0; i < ROUNDS; i++) {
      const done = next(PATIENCE);
      const start = process.hrtime.bigint();
      edit();
      if (!(await done)) return times.length > 0 ? { times } : { fault: 'none' };
      times.push(since(start));
      await pause(Math.min(1_500, 300 + 2 * times.at(-1)));
    }
    return { times };
  } finally {
    end(child, 'SIGINT');
    await pause(500);
    end(child, 'SIGKILL');
  }
}

/** How many stages the last run did: what ceteris logged of it; of the others, the outputs written since `started` (ms). */
export function reran(tool, cwd, started) {
  if (tool.startsWith('ceteris')) {
    const { stdout } = spawnSync(process.execPath, [ceteris, 'log', '--json'], { cwd, encoding: 'utf8' });
    return JSON.parse(stdout).runs[0].counts.ran ?? 0;
  }
  const outputs = path.join(cwd, 'o');
  return fs.readdirSync(outputs).filter((name) => fs.statSync(path.join(outputs, name)).mtimeMs >= started - 4).length;
}
