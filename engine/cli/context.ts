/** What a command works with, also to go on from what stood before; `engine/main.ts` makes it. Nothing here loads what a command does not use. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Loaded } from '../load/pipeline.ts';
import type { Session } from '../session/session.ts';
import type { ResumeOf } from '../standing/resume.ts';
import type { Arguments } from './arguments.ts';

export interface CliContext extends ResumeOf {
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
}

export const EXIT = { ok: 0, failed: 1, wrong: 2, environment: 3, bug: 70, interrupted: 130 } as const;
