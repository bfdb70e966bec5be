/**
 * Why a script that is there could not be started. The system says "no such file" of the script, and means the interpreter that its
 * first line names.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { MissingInterpreter } from '../../stages/contract-program.ts';

/** As much of the first line as Linux reads. */
const LINE_BYTES = 256;
/** A script may be the interpreter of another; the system follows no more than four. */
const MOST_SCRIPTS = 5;

export interface Started {
  readonly program: string;
  /** where it was to start */
  readonly cwd: string;
  /** as the program would see it */
  readonly path: string;
}

/** Undefined when the program itself is missing, or an interpreter is not what it lacks. */
export function missingInterpreter({ program, cwd, path }: Started): MissingInterpreter | undefined {
  let script = program;
  let file = program.includes('/') ? resolve(cwd, program) : onPath(program, cwd, path);
  for (let i = 0; i < MOST_SCRIPTS && file !== undefined; i++) {
    const interpreter = interpreterOf(file);
    if (interpreter === undefined) return undefined;
    const next = resolve(cwd, interpreter);
    if (!isThere(next)) return { script, interpreter };
    [script, file] = [interpreter, next];
  }
  return undefined;
}

const onPath = (program: string, cwd: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => resolve(cwd, folder, program))
    .find(isThere);

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;

function interpreterOf(file: string): string | undefined {
  const bytes = Buffer.alloc(LINE_BYTES);
  try {
    const fd = openSync(file, 'r');
    try {
      const text = bytes.toString('utf8', 0, readSync(fd, bytes));
      return /^#![ \t]*([^ \t\n]+)/.exec(text)?.[1];
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
