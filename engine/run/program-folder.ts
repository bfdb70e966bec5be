/**
 * The folder that a program runs in. It is used again once it is as empty as a new one: to remove a folder costs the file system more
 * than many a program.
 */
import { lstatSync, mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface ProgramFolder {
  readonly base: string;
  /** where the program starts */
  readonly cwd: string;
  readonly home: string;
  readonly stdout: string;
  readonly stderr: string;
  /** what the folders were when they were made */
  readonly made: readonly string[];
}

export function makeProgramFolder(base: string): ProgramFolder {
  const [cwd, home] = [join(base, 'work'), join(base, 'home')];
  mkdirSync(cwd, { recursive: true });
  mkdirSync(home);
  return {
    base,
    cwd,
    home,
    stdout: join(base, 'stdout'),
    stderr: join(base, 'stderr'),
    made: [base, cwd, home].map(identity),
  };
}

/** Takes out all that a program left; false when the folder cannot serve another one, and then it is gone. */
export function emptied({ base, cwd, home, made }: ProgramFolder): boolean {
  try {
    if ([base, cwd, home].every((folder, i) => identity(folder) === made[i])) {
      empty(base, ['work', 'home']);
      empty(cwd, []);
      empty(home, []);
      return true;
    }
  } catch {
    // what cannot be emptied may still be removed
  }
  rmSync(base, { recursive: true, force: true });
  return false;
}

function empty(folder: string, but: readonly string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (but.includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) rmSync(path, { recursive: true });
    else unlinkSync(path);
  }
}

/** A program may put a link, another folder or other rights in its place. */
function identity(folder: string): string {
  const { dev, ino, mode, uid, gid } = lstatSync(folder);
  return [dev, ino, mode, uid, gid].join();
}
