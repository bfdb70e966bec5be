/** What the engine and the process that starts programs say to each other. */

export type LaunchRequest =
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      /** files that take what the program prints */
      readonly stdout: string;
      readonly stderr: string;
      /** from its start */
      readonly timeoutMs?: number;
    }
  /** asks the program's group to end; after a while it is ended */
  | { readonly kind: 'stop'; readonly id: number };

export type LaunchResult = { readonly id: number } & (
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** it was asked to end, or made to, since its time was over */
  | { readonly kind: 'timeout' }
  /** it could not be started: ENOENT, EACCES */
  | { readonly kind: 'error'; readonly code: string }
  /** the files for what it prints cannot be made: ENOSPC, EMFILE */
  | { readonly kind: 'disk'; readonly code: string }
);

/** The leader of the group is told as soon as there is one: who hears it can end the group without the one that started it. */
export type LaunchReport = LaunchResult | { readonly kind: 'started'; readonly id: number; readonly pid: number };
