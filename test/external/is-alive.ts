import { existsSync, readFileSync } from 'node:fs';

/** Who is dead and was not waited for is not alive. */
export const isAlive = (pid: string): boolean =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
