/** A path as people read it: relative to the working folder where that is shorter. */
import { relative } from 'node:path';

export function printedPath(path: string, cwd = process.cwd()): string {
  const short = relative(cwd, path);
  return short !== '' && short.length < path.length ? short : path;
}
