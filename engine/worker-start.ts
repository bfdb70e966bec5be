/** Where a worker thread starts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerStart } from './execute/protocol.ts';
import { importModule } from './import-module.ts';
import { loadProgram } from './program.ts';

async function start(port: NonNullable<typeof parentPort>): Promise<void> {
  const { parts } = loadProgram({ folder: __dirname, load: require }, 'run', false);
  const [{ serve }, { registry }] = await Promise.all([parts.worker(), parts.registry()]);
  serve(port, workerData as WorkerStart, { registry, importModule });
}

if (parentPort !== null) void start(parentPort);
