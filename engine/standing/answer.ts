/** `ceteris run` when nothing has changed: the standing answer, after one look at every file. */
import { join } from 'node:path';
import { realDisk } from '../../cache/disk.ts';
import { StoreFailure } from '../../cache/failure.ts';
import { RunLog } from '../../cache/run-log.ts';
import { pipelineFile } from '../cli/context.ts';
import { duration } from '../report/duration.ts';
import { type Asked, questionOf, standingFile } from './question.ts';
import { contentStands, readStanding } from './read-standing.ts';
import { allStand, clockLagMs, wasQuiet } from './stamp.ts';
import type { StandingText } from './standing.ts';

export interface Voice {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** True when the answer was given: all is as it was, exit code 0. */
export async function answer(asked: Asked, voice: Voice): Promise<boolean> {
  const { args } = asked;
  if (args.command !== 'run' || args.force || args.given.locked === true) return false;
  const startedMs = Date.now();
  const started = performance.now();
  const file = pipelineFile(args.pipeline);
  if (typeof file !== 'string') return false;
  const store = args.cache ?? join(file, '..', '.ceteris');
  const question = questionOf(asked, file, store);
  const path = standingFile(question, store);
  const standing = readStanding(path);
  if (standing?.question !== question || !allStand(standing.files, standing.stamps)) return false;
  const outcomes = args.json ? standing.outcomes() : '';
  if (outcomes === undefined || !(await allContentStands(standing))) return false;
  const run = record(standing, store, performance.now() - started);
  if (args.json) voice.out(jsonLines(standing, outcomes, run, performance.now() - started));
  else {
    if (standing.warnings !== '') voice.err(standing.warnings);
    voice.out(`${standing.summary} (${duration(performance.now() - started)})\n`);
  }
  if (standing.unsure.length > 0 && run !== '') {
    const lagMs = clockLagMs(join(store, 'runs', `${run}.jsonl`));
    await becomeSure(standing, path, startedMs - lagMs);
  }
  return true;
}

async function allContentStands({ unsure, files }: StandingText): Promise<boolean> {
  for (const one of unsure) if (!(await contentStands(one, files))) return false;
  return true;
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
async function becomeSure(standing: StandingText, path: string, sinceMs: number): Promise<void> {
  const unsure = standing.unsure.filter(({ file }) => !wasQuiet(standing.stamps, file, sinceMs));
  const outcomes = standing.outcomes();
  if (unsure.length === standing.unsure.length || outcomes === undefined) return;
  const { writeStanding } = await import('./write-standing.ts');
  writeStanding(path, { ...standing, unsure, outcomes }, realDisk);
}
