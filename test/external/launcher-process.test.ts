import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LauncherProcess, LostLauncher } from '../../engine/programs/launcher-process.ts';
import { Stop } from '../../engine/programs/stop.ts';
import { until } from '../command-line.ts';
import { isAlive } from './is-alive.ts';

/** Starts a program and is gone before it says so. */
const GONE = `
const { spawn } = require('node:child_process');
process.on('message', ({ cwd }) => {
  const { pid } = spawn('sh', ['-c', 'sleep 7777 & echo $! > child; wait'], { cwd, detached: true, stdio: 'ignore' });
  require('node:fs').writeFileSync(cwd + '/pid', String(pid));
  while (!require('node:fs').existsSync(cwd + '/child')) {}
  process.kill(process.pid, 'SIGKILL');
});`;

test('a program of which nobody was told ends with who started it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-launcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const entry = join(folder, 'gone.cjs');
  writeFileSync(entry, GONE);
  const request = { kind: 'start', id: 1, argv: [], cwd: folder, env: {}, stdout: '', stderr: '' } as const;
  await expect(new LauncherProcess(entry).await(request, new Stop())).rejects.toBeInstanceOf(LostLauncher);
  for (const name of ['pid', 'child']) {
    const pid = readFileSync(join(folder, name), 'utf8').trim();
    await until(() => !isAlive(pid));
  }
});
