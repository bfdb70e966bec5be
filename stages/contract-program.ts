/** A program to run in a fresh folder that holds just the files placed in it. Stages describe it, the engine runs it. */
export interface Program {
  /** the program and its arguments; no shell */
  readonly argv: readonly string[];
  /** beside PATH, HOME, TMPDIR, TZ and a UTF-8 locale, all that it sees of the environment */
  readonly env: Readonly<Record<string, string>>;
  /** by path inside the folder */
  readonly place: ReadonlyMap<string, Uint8Array>;
  /** paths of the files that it must leave */
  readonly collect: readonly string[];
  readonly timeoutMs?: number;
  /** how often it is tried again after a failure */
  readonly retries: number;
}

export interface Printed {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** when it failed without printing anything: the end of the `.log` or `.Rout` that it wrote (Stata, SAS and R in batch) */
  readonly log?: Uint8Array;
}

/** A script is there, and the interpreter that its first line (`#!`) names is not. */
export interface MissingInterpreter {
  /** as it was called */
  readonly script: string;
  readonly interpreter: string;
}

/** What a program that ended with code 0 left of the files that it must leave. */
export type Collected =
  | { readonly kind: 'done'; readonly files: ReadonlyMap<string, Uint8Array> }
  /** `left`: what it wrote instead; a folder where a file is wanted ends in a slash */
  | { readonly kind: 'no-output'; readonly files: readonly string[]; readonly left: readonly string[] }
  /** a file is there and cannot be read: EACCES, or too large */
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: string };

export type ProgramEnd = Printed & { /** absent: it was tried once */ readonly tries?: number } & (
    | Collected
    | { readonly kind: 'exit'; readonly code: number }
    | { readonly kind: 'signal'; readonly signal: string }
    | { readonly kind: 'timeout'; readonly ms: number }
    | { readonly kind: 'not-started'; readonly reason: string; readonly lacks?: MissingInterpreter }
  );
