/** The run in which a stage last ran, and the run before it that has another state of that stage to compare with. */
import type { RunId } from '../../cache/run-log.ts';
import type { RunText } from './run-list.ts';

export interface LastChange {
  readonly run: RunId;
  readonly before: RunId;
}

/**
 * By stage; none of those that ran once only, or in no run that is on record.
 * @param runs newest first; read as far as is needed
 */
export function lastChanges(runs: Iterable<RunText>, stages: readonly string[]): ReadonlyMap<string, LastChange> {
  const found = new Map<string, LastChange>();
  const ran = new Map<string, RunId>();
  for (const { id, text } of runs) {
    for (const stage of stages) {
      if (found.has(stage)) continue;
      const status = statusIn(text, stage);
      const run = ran.get(stage);
      if (run === undefined) {
        if (status === 'ran') ran.set(stage, id);
      } else if (status !== undefined) found.set(stage, { run, before: id });
    }
    if (found.size === stages.length) break;
  }
  return found;
}

/** A run that failed before it came to the stage has what it rests on, and not the stage itself, as it is: it tells nothing. */
function statusIn(text: string, stage: string): string | undefined {
  const opening = `\n{"type":"stage","name":${JSON.stringify(stage)},"status":"`;
  const at = text.indexOf(opening);
  return at === -1 ? undefined : text.slice(at + opening.length, text.indexOf('"', at + opening.length));
}
