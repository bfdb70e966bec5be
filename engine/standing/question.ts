/** What a command asks, as text: two commands with the same question get the same answer while no file changes. */
import { join } from 'node:path';
import type { Lang } from '../../stages/catalogue/entry.ts';

export interface Asked {
  /** the command line */
  readonly args: {
    readonly command: string;
    readonly names: readonly string[];
    readonly set: readonly string[];
    /** absolute path of the pipeline file or folder */
    readonly pipeline: string;
    readonly cache?: string;
    readonly json: boolean;
    readonly force: boolean;
    /** options that only one command has */
    readonly given: Readonly<Record<string, unknown>>;
  };
  readonly cwd: string;
  readonly lang: Lang;
  /** colours on standard output */
  readonly color: boolean;
  /** digest of the whole program */
  readonly build: string;
}

/** @param store absolute path of the store @param file absolute path of the pipeline file */
export function questionOf({ args, cwd, lang, color, build }: Asked, file: string, store: string): string {
  return JSON.stringify([[file, args.names, args.set], [store, cwd, lang, color], programOf(build)]);
}

/** One file per pipeline, targets and vars: what was answered before under another version is overwritten. */
export function standingFile(question: string, store: string): string {
  const [work] = JSON.parse(question) as readonly unknown[];
  return join(store, 'standing', shortHash(JSON.stringify(work)));
}

/** Where a compiled pipeline is, for all targets, languages and folders that a command may be given from; what it depends on beside its files. */
export function compiledPlace(
  file: string,
  set: readonly string[],
  { store, build }: { readonly store: string; readonly build: string },
): { readonly path: string; readonly of: string } {
  const work = JSON.stringify([file, set]);
  return { path: join(store, 'standing', `${shortHash(work)}.plan`), of: JSON.stringify([work, programOf(build)]) };
}

/** The program that is running. */
function programOf(build: string): readonly string[] {
  const { versions, arch, platform } = process;
  return [build, versions.node, versions.v8, platform, arch];
}

/** FNV-1a in two lanes. Who shares a name with another takes turns with it: the question itself is compared. */
function shortHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9dc5811c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 13);
  }
  return [a, b].map((x) => (x >>> 0).toString(16).padStart(8, '0')).join('');
}
