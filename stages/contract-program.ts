/** A program to run in a fresh folder that holds just the files placed in it. Stages describe it, the engine runs it. */
export interface Program {
  /** the program and its arguments; no shell */
  readonly argv: readonly string[];
  /** beside PATH, HOME and a UTF-8 locale, all that it sees of the environment */
  readonly env: Readonly<Record<string, string>>;
  /** by path inside the folder */
  readonly place: ReadonlyMap<string, Uint8Array>;
  /** paths of the files that it must leave */
  readonly collect: readonly string[];
  readonly timeoutMs?: number;
  /** how often it is tried again after a failure */
  readonly retries: number;
}

export type ProgramEnd = {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
} & (
  | { readonly kind: 'done'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly ms: number }
  | { readonly kind: 'not-started'; readonly reason: string }
  | { readonly kind: 'no-output'; readonly files: readonly string[] }
);
