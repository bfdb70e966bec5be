/**
 * What is thrown where nobody waits for it. In the code of a plugin, from a timer or a promise, that is a mistake of its author's: it
 * belongs to no stage any more, and the command that it came in goes on and fails. Anything else is a bug of ours.
 */
import { error } from '../../stages/contract.ts';
import { detailOf, pluginPlace } from '../diagnostic/thrown.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import { type CliContext, EXIT } from './context.ts';

export interface Strays {
  /** the exit code of a command that would end with that one */
  exitCode(code: number): number;
}

/** Hears until the process ends. */
export function hearStrays(context: CliContext): Strays {
  let isHeard = false;
  process.on('uncaughtException', (thrown: unknown) => {
    if (process.listenerCount('uncaughtException') > 1) return; // somebody waits for it after all
    if (!(thrown instanceof Error) || pluginPlace(thrown) === undefined) {
      context.err(`ceteris bug: ${detailOf(thrown)}\n`);
      if (process.env.CETERIS_DEBUG) context.err(`${thrown instanceof Error ? thrown.stack : ''}\n`);
      process.exit(EXIT.bug);
    }
    const fault = error('CE2992', { detail: detailOf(thrown) });
    for (const line of diagnosticLines([fault], context)) context.err(`${line}\n`);
    isHeard = true;
    if (process.exitCode === EXIT.ok) process.exitCode = EXIT.failed; // the command has ended
  });
  return { exitCode: (code) => (isHeard && code === EXIT.ok ? EXIT.failed : code) };
}
