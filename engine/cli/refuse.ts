/** The command line or the pipeline is wrong: nothing runs, and `--json` still ends with a `run-finished`. */
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { eventJson } from '../events/event-json.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import { type CliContext, EXIT } from './context.ts';

/** A command's context, or as much of one as there is. */
interface Asked extends Pick<CliContext, 'lang' | 'color' | 'out' | 'err' | 'clock'> {
  readonly args: Pick<CliContext['args'], 'json'>;
}

export function refuse(context: Asked, diagnostics: readonly Diagnostic[]): number {
  const { args, lang, out, err, clock } = context;
  if (args.json) {
    const event = { type: 'run-finished', at: clock(), ok: false, ms: 0, stages: [], diagnostics } as const;
    out(`${JSON.stringify(eventJson(event, lang))}\n`);
  } else for (const line of diagnosticLines(diagnostics, context)) err(`${line}\n`);
  return EXIT.wrong;
}
