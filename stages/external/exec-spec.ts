import type { PlacedInput } from './program-input.ts';
import type { CollectedOutput } from './program-output.ts';

/** What a program is started with, and what it must leave. */
export type ExecSpec = {
  readonly run: readonly string[];
  readonly inputs: readonly PlacedInput[];
  readonly outputs: readonly CollectedOutput[];
  readonly env: Readonly<Record<string, string>>;
};
