// collapse (R) as the yardstick of the machine at this moment.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SIZES } from './panels.mjs';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'collapse.R');

/** Seconds that collapse needs for its part (collapse.R) on the machine of README.md, idle. */
export const COLLAPSE = 0.073;

/** Median seconds of collapse on M, or nothing when R is not there. */
export function collapse() {
  const { units, periods } = SIZES.M;
  const { stdout, status } = spawnSync('Rscript', [script, units, periods, 11].map(String), { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
