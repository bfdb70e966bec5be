import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { type ProcessStart, processStart } from '../../cache/process-identity.ts';

/**
 * Processes that work in a folder: found by looking, when who started them was lost before it could tell. None where the system has
 * no /proc.
 */
export function workingIn(folder: string): readonly ProcessStart[] {
  const real = orNone(() => realpathSync(folder));
  if (real === undefined) return [];
  const numbers = (orNone(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name));
  const isIn = (place: string | undefined): boolean => place === real || place?.startsWith(`${real}/`) === true;
  return numbers
    .filter((number) => isIn(orNone(() => readlinkSync(`/proc/${number}/cwd`))))
    .map((number) => processStart(Number(number)));
}

/** Undefined for what is not there, or another's. */
function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
