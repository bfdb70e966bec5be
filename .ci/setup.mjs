// What a fresh Debian 12 needs before the rest can run: npm's packages, and for the tests Debian's.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  return status ?? (signal ? 1 : 0);
}

export function must(command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) {
    console.error(`failed (${status}): ${command} ${args.join(' ')}`);
    process.exit(status);
  }
}

/** Installs node_modules when the lock file is newer than what is installed. */
export function installPackages() {
  const stamp = path.join(root, 'node_modules', '.package-lock.json');
  const wanted = fs.statSync(path.join(root, 'package-lock.json')).mtimeMs;
  if (fs.existsSync(stamp) && fs.statSync(stamp).mtimeMs >= wanted) return;
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

export function build() {
  must(process.execPath, ['.ci/build.mjs']);
}

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;

/**
 * Debian packages that tests use: `want` maps a package to a program or file that shows it is there.
 * Returns the packages that are missing; without root nothing is installed, and the tests that need them say so.
 */
export function installDebian(want) {
  const missing = () =>
    Object.entries(want)
      .filter(([, sign]) => !(sign.startsWith('/') ? fs.existsSync(sign) : has(sign)))
      .map(([name]) => name);
  const before = missing();
  if (before.length === 0) return [];
  if (!isRoot || !has('apt-get')) return before;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...before], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return missing();
}
