/** After a run in which everything succeeded: the answer to the same command while nothing changes, and what an edit is judged by. */
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import type { Found } from '../cli/loaded.ts';
import { writeCompiled } from '../load/compiled.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { outcomeJson } from '../report/event-json.ts';
import { counts, diagnosticLines } from '../report/plain-lines.ts';
import type { Stood } from '../run/stood.ts';
import { type Asked, compiledPlace, questionOf, standingFile } from './question.ts';
import { clockLagMs, stampsOf, wasQuiet } from './stamp.ts';
import { STAMP, type StandingText, type Unsure } from './standing.ts';
import { writeHeads, writeStanding } from './write-standing.ts';

export interface Kept {
  readonly asked: Asked;
  readonly found: Extract<Found, { readonly ok: true }>;
  readonly stood: Stood;
  /** when the first file was read or earlier, ms since 1970 */
  readonly sinceMs: number;
  /** what stood before a run that looked only at what an edit could have reached */
  readonly before?: Before;
}

export interface Before {
  readonly standing: StandingText;
  readonly heads: ReadonlyMap<string, string>;
  /** what goes to standard error */
  readonly warnings: string;
}

export function keepStanding({ asked, found, stood, sinceMs, before }: Kept): void {
  const { pipeline, warnings } = found;
  const { lang, color } = asked;
  // which files a plugin's imports stand for may change without a change of any file that it has now
  if ([...pipeline.instances.values()].some((i) => i.type.origin !== undefined)) return;
  const lagMs = clockLagMs(stood.recordFile);
  const outcomes = outcomeLines(asked, stood, before?.standing);
  const sheet = Number.isFinite(lagMs) ? sheetOf(pipeline, stood, before?.standing, sinceMs - lagMs) : undefined;
  if (sheet === undefined || outcomes === undefined) return;
  const question = questionOf(asked, pipeline.file, stood.root);
  const path = standingFile(question, stood.root);
  writeHeads(path, { question, run: stood.run, heads: new Map([...(before?.heads ?? []), ...stood.heads]) }, realDisk);
  const said =
    before?.warnings ??
    diagnosticLines(warnings, { lang, color })
      .map((line) => `${line}\n`)
      .join('');
  writeStanding(
    path,
    {
      question,
      pipeline: pipeline.name,
      stages: outcomes.length,
      ...sheet,
      run: stood.run,
      record: stood.record,
      summary: counts(
        outcomes.map(() => ({ stage: '', status: 'cached' })),
        { lang, color },
      ),
      warnings: said,
      outcomes: outcomes.join('\n'),
    },
    realDisk,
  );
  // a pipeline that was compiled before cannot be loaded further, and is kept already
  if (pipeline.expand === undefined || warnings.length > 0) return;
  const compiled = compiledPlace(pipeline.file, asked.args.set, { store: stood.root, build: asked.build });
  writeCompiled(compiled.path, compiled.of, pipeline);
}

/** A line a stage; those that were not looked at say what they said. */
function outcomeLines(
  { lang }: Asked,
  { outcomes }: Stood,
  before: StandingText | undefined,
): readonly string[] | undefined {
  const fresh = outcomes.map((outcome) => JSON.stringify(outcomeJson(outcome, lang)));
  if (before === undefined) return fresh;
  const text = before.outcomes();
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const at = new Map(lines.map((line, i) => [nameIn(line), i]));
  for (const line of fresh) {
    const i = at.get(nameIn(line));
    if (i === undefined) return undefined;
    lines[i] = line;
  }
  return lines;
}

const nameIn = (line: string): string => line.slice(0, line.indexOf(',"status"'));

interface Sheet {
  readonly files: readonly string[];
  readonly stamps: Float64Array;
  readonly unsure: readonly Unsure[];
  readonly yaml: number;
  readonly own: number;
}

/** A file with its digest, should that be needed; `at`: where its stamp stood before, when nobody has looked at it since. */
interface Known {
  readonly file: string;
  readonly digest: () => Digest;
  readonly isText: boolean;
  readonly at?: number;
}

/** Undefined when a file has gone meanwhile. */
function sheetOf(
  pipeline: Pipeline,
  stood: Stood,
  before: StandingText | undefined,
  sinceMs: number,
): Sheet | undefined {
  const texts = pipeline.sources.map(
    ({ path, text }): Known => ({ file: path, digest: () => digestOf(text), isText: true }),
  );
  const looked = [...stood.contents].map(([file, digest]): Known => ({ file, digest: () => digest, isText: false }));
  const before_ = before === undefined ? [] : notLookedAt(before, stood);
  const fresh = [...texts, ...looked];
  // the store's own files are written by us alone: their stats will do
  const stat = stampsOf([...fresh.map((k) => k.file), ...stood.store]);
  if (stat === undefined) return undefined;
  const known = [...texts, ...looked, ...before_];
  const files = [...known.map((k) => k.file), ...stood.store];
  const stamps = new Float64Array(files.length * STAMP);
  stamps.set(stat.subarray(0, fresh.length * STAMP));
  before_.forEach(({ at = 0 }, i) => {
    stamps.set((before as StandingText).stamps.subarray(at * STAMP, (at + 1) * STAMP), (fresh.length + i) * STAMP);
  });
  stamps.set(stat.subarray(fresh.length * STAMP), known.length * STAMP);
  const unsureBefore = new Map(before?.unsure.map((u) => [u.file, u.digest]));
  const unsure = known.flatMap(({ digest, isText, at }, file): Unsure[] => {
    if (at !== undefined) return unsureBefore.has(at) ? [{ file, digest: digest(), isText }] : [];
    return wasQuiet(stamps, file, sinceMs) ? [] : [{ file, digest: digest(), isText }];
  });
  return { files, stamps, unsure, yaml: texts.length, own: stood.store.length };
}

function notLookedAt({ files, yaml, own, unsure }: StandingText, { contents }: Stood): readonly Known[] {
  const digests = new Map(unsure.map((u) => [u.file, u.digest]));
  const out: Known[] = [];
  for (let at = yaml; at < files.length - own; at++) {
    const file = files[at] as string;
    if (!contents.has(file)) out.push({ file, digest: () => digests.get(at) as Digest, isText: false, at });
  }
  return out;
}
