/** The run in which a stage last ran, and the run before it that has another state of that stage to compare with. */
import type { Cache } from '../../cache/cache.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { RecordedRun } from './run-list.ts';

export interface LastChange {
  readonly run: RunId;
  readonly before: RunId;
}

/** @param runs newest first, those in which something happened; undefined when it ran once only, or in none that is on record */
export function lastChange(cache: Cache, runs: readonly RecordedRun[], stage: string): LastChange | undefined {
  const opening = `{"type":"stage","name":${JSON.stringify(stage)},"status":"`;
  const statusIn = (run: RunId): string | undefined => {
    const text = textOf(cache, run);
    const at = text.startsWith(opening) ? 0 : text.indexOf(`\n${opening}`) + 1;
    if (at === 0 && !text.startsWith(opening)) return undefined;
    const from = at + opening.length;
    return text.slice(from, text.indexOf('"', from));
  };
  const last = runs.findIndex((run) => statusIn(run.id) === 'ran');
  const [run, ...older] = last === -1 ? [] : runs.slice(last);
  // a run that failed before it came to the stage has what it rests on, and not the stage itself, as it is
  const before = older.find((r) => statusIn(r.id) !== undefined);
  return run === undefined || before === undefined ? undefined : { run: run.id, before: before.id };
}

function textOf(cache: Cache, run: RunId): string {
  try {
    return cache.runs.text(run) ?? '';
  } catch (thrown) {
    if (thrown instanceof StoreFailure) return '';
    throw thrown;
  }
}
