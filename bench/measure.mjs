// Wall time of processes started one after another, interleaved so that a busy machine is as busy for all.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

export const ceteris = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '../dist/ceteris.js',
);

export function timed([command, ...args], cwd) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} in ${cwd}: exit ${status}\n${stderr.slice(-400)}`);
  return ms;
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

/** What starting node costs here and now. */
export const nodeStart = (rounds = 11) =>
  median(Array.from({ length: rounds }, () => timed([process.execPath, '-e', '0'], '.')));

export const text = (ms) => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`);

export function table(header, rows) {
  const all = [header, ...rows];
  const widths = header.map((_, j) => Math.max(...all.map((r) => String(r[j]).length)));
  const line = (r) =>
    r.map((c, j) => (j === 0 ? String(c).padEnd(widths[j]) : String(c).padStart(widths[j]))).join('  ');
  return all.map(line).join('\n');
}
