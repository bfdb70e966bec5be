/** What a command works with; `engine/main.ts` makes it. Nothing here loads what a command does not use. */
import type { Lang, Registry } from '../../stages/contract.ts';
import type { Before, Compiled, Edited } from '../load/compiled.ts';
import type { Loaded } from '../load/pipeline.ts';
import type { Session } from '../run/session.ts';
import type { Looked } from '../standing/answer.ts';
import type { Arguments } from './arguments.ts';

export interface CliContext {
  readonly args: Arguments;
  readonly cwd: string;
  readonly lang: Lang;
  /** colours on standard output */
  readonly color: boolean;
  /** standard output is a terminal */
  readonly interactive: boolean;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly registry: () => Promise<Registry>;
  /** loads and statically checks the pipeline file; `read`: as it was loaded just now */
  readonly load: (file: string, set?: readonly string[], read?: Loaded) => Promise<Loaded>;
  /** the pipeline file loaded after an edit, beside what it was before */
  readonly edited: (file: string, before: Before) => Promise<{ readonly edited?: Edited; readonly loaded?: Loaded }>;
  /** the pipeline as it was after loading, not checked; undefined when what is kept is of another time */
  readonly compiled: (file: string, before: Before) => Promise<Compiled | undefined>;
  /** checks a loaded pipeline again, whose data may have changed */
  readonly recheck: (loaded: Loaded) => Promise<Loaded>;
  readonly openSession: (folder: string) => Promise<Session>;
  /** folder of the templates of `init`: the shipped pipelines, so that what is shown is what is tested */
  readonly templates: string;
  /** the published JSON Schema, as text */
  readonly schema: () => string;
  /** made by the build: the packages that the program is made of */
  readonly packageList: string;
  readonly clock: () => number;
  /** digest of the whole program, and when it was started, ms since 1970 */
  readonly build: string;
  readonly startedMs: number;
  /** what stood before a `run`, when something has changed since */
  readonly looked?: Looked;
}

export const EXIT = { ok: 0, failed: 1, wrong: 2, environment: 3, bug: 70, interrupted: 130 } as const;
