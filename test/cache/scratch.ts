import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Disk, realDisk } from '../../cache/disk.ts';

/** A folder of its own for the running test, removed when the test ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ceteris-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An error as the system would throw it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** The real disk, except that one operation throws the given code. */
export function failingDisk(operation: keyof Disk, code: string): Disk {
  return {
    ...realDisk,
    [operation]: () => {
      throw systemError(code);
    },
  };
}

/** The real disk with a hook before and after every operation, for stepping in between. */
export function steppedDisk(step: (operation: keyof Disk, when: 'before' | 'after') => void): Disk {
  const stepped = Object.entries(realDisk).map(([name, run]: [string, (...args: never[]) => unknown]) => [
    name,
    (...args: never[]) => {
      step(name as keyof Disk, 'before');
      const result = run(...args);
      step(name as keyof Disk, 'after');
      return result;
    },
  ]);
  return Object.fromEntries(stepped) as Disk;
}
