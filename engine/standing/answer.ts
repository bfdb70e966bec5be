/** `ceteris run` when nothing has changed: the standing answer, after one look at every file. */
import { join } from 'node:path';
import { realDisk } from '../../cache/disk.ts';
import { StoreFailure } from '../../cache/failure.ts';
import { RunLog } from '../../cache/run-log.ts';
import { pipelineFile } from '../load/pipeline-file.ts';
import { duration } from '../report/duration.ts';
import { type Asked, questionOf, standingFile } from './question.ts';
import { otherContents, readStanding } from './read-standing.ts';
import { clockLagMs, type Restated, restamped, restate, wasQuiet } from './stamp.ts';
import type { StandingText } from './standing.ts';

export interface Voice {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What was seen of a standing whose answer could not be given. */
export interface Looked {
  readonly standing: StandingText;
  readonly path: string;
  /** absolute path of the store */
  readonly store: string;
  /** files whose content is not what it was */
  readonly changed: readonly number[];
  /** files that were looked at again because their stats had changed or prove nothing, with the stats of now */
  readonly restated: Restated;
}

/** `given`: all is as it was, exit code 0. */
export type Answer = { readonly given: true } | { readonly given: false; readonly looked?: Looked };

const NONE: Answer = { given: false };

export async function answer(asked: Asked, voice: Voice): Promise<Answer> {
  const { args } = asked;
  if (args.command !== 'run' || args.force || args.given.locked === true) return NONE;
  const startedMs = Date.now();
  const elapsedMs = stopwatch();
  const file = pipelineFile(args.pipeline);
  const looked = typeof file === 'string' ? await look(asked, file) : undefined;
  if (looked === undefined) return NONE;
  const { standing, path, store, changed, restated, suspects } = looked;
  if (changed.length > 0 || standing.pending.length > 0) return { given: false, looked };
  const outcomes = args.json ? standing.outcomes() : '';
  if (outcomes === undefined) return NONE;
  const run = record(standing, store, elapsedMs());
  if (args.json) voice.out(jsonLines(standing, outcomes, run, elapsedMs()));
  else {
    if (standing.warnings !== '') voice.err(standing.warnings);
    voice.out(`${standing.summary} (${duration(elapsedMs())})\n`);
  }
  if (suspects.size > 0 && run !== '') {
    const lagMs = clockLagMs(join(store, 'runs', `${run}.jsonl`));
    await becomeSure(standing, restated, path, startedMs - lagMs);
  }
  return { given: true };
}

/**
 * What stands of an earlier run, and which files are not what they were since; undefined when nothing stands that can be gone on from.
 * @param file absolute path of the pipeline file
 * @param saved files whose content is compared, whatever their times say
 */
export async function look(
  asked: Asked,
  file: string,
  saved: ReadonlySet<string> = new Set(),
): Promise<(Looked & { readonly suspects: ReadonlySet<number> }) | undefined> {
  const store = asked.args.cache ?? join(file, '..', '.ceteris');
  const question = questionOf(asked, file, store);
  const path = standingFile(question, store);
  const standing = readStanding(path);
  if (standing?.question !== question) return undefined;
  const restated = restate(standing.files, standing.stamps);
  // another log of results, or another last run: what stood there is not what stood here; nor with other code
  if (restated.files.some((i) => i >= standing.files.length - standing.own - standing.around)) return undefined;
  const suspects = new Set([...restated.files, ...standing.unsure]);
  if (saved.size > 0) standing.files.forEach((one, i) => void (saved.has(one) && suspects.add(i)));
  const changed = suspects.size === 0 ? [] : await otherContents(standing, suspects);
  return { standing, path, store, changed, restated, suspects };
}

/** `performance` would be loaded for it. */
function stopwatch(): () => number {
  const started = process.hrtime();
  return () => {
    const [seconds, ns] = process.hrtime(started);
    return seconds * 1000 + ns / 1e6;
  };
}

/** The run as it goes on record: it found all as an earlier one had left it. */
function record({ record, run }: StandingText, store: string, ms: number): string {
  try {
    const writer = RunLog.open(join(store, 'runs')).start(Date.now());
    writer.write({ type: 'run', ...record, ok: true, ms, same: run, standing: true });
    writer.close();
    return writer.id;
  } catch (thrown) {
    if (thrown instanceof StoreFailure) return '';
    throw thrown;
  }
}

/** The events of a run in which every stage is cached; what they are without times is stored as text. */
function jsonLines({ pipeline, stages }: StandingText, outcomes: string, run: string, ms: number): string {
  const at = Date.now();
  const each = outcomes === '' ? [] : outcomes.split('\n');
  const started = { type: 'run-started', run, pipeline, stages, at };
  let text = `${JSON.stringify(started)}\n`;
  for (const outcome of each) text += `{"type":"stage-finished","at":${at},${outcome.slice(1)}\n`;
  const took = Math.round(ms * 1000) / 1000;
  return `${text}{"type":"run-finished","at":${at},"ok":true,"ms":${took},"stages":[${each.join()}]}\n`;
}

/** Contents were compared just now: files that had been quiet before that need not be read the next time. */
async function becomeSure(standing: StandingText, restated: Restated, path: string, sinceMs: number): Promise<void> {
  const stamps = restamped(standing.stamps, restated);
  const unsure = unsureOf(standing, stamps, restated.files, sinceMs);
  const outcomes = standing.outcomes();
  if (outcomes === undefined || (restated.files.length === 0 && unsure.length === standing.unsure.length)) return;
  const { writeStanding } = await import('./write-standing.ts');
  writeStanding(path, { ...standing, stamps, unsure, outcomes }, realDisk);
}

/** Of the files that were read again, those that were written too shortly before. */
function unsureOf(
  { unsure }: StandingText,
  stamps: Float64Array,
  again: readonly number[],
  sinceMs: number,
): readonly number[] {
  return [...new Set([...unsure, ...again])].filter((file) => !wasQuiet(stamps, file, sinceMs));
}
