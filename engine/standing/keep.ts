/** After a run: the answer to the same command while nothing changes, and what an edit is judged by. */
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import type { FileStamp } from '../../cache/file-stamp.ts';
import type { Stood } from '../after-edit/stood.ts';
import { writeCompiled } from '../compiled/compile.ts';
import { restsOn } from '../compiled/compiled.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { outcomeJson } from '../events/event-json.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { counts, diagnosticLines } from '../report/plain-lines.ts';
import { Heads } from './heads.ts';
import { keepOutputs } from './known-outputs.ts';
import { type Asked, compiledPlace, questionOf, standingFile } from './question.ts';
import { clockLagMs, digestsOf, stampsAround, stampsOf, wasQuiet } from './stamp.ts';
import { ABSENT, STAMP } from './standing.ts';
import { writeHeads, writeStanding } from './write-standing.ts';

export interface Kept {
  readonly asked: Asked;
  /** the pipeline that was run, and what was said of it before it ran */
  readonly found: { readonly pipeline: Pipeline; readonly warnings: readonly Diagnostic[] };
  readonly stood: Stood;
  /** when the first file was read or earlier, ms since 1970 */
  readonly sinceMs: number;
}

export function keepStanding({ asked, found, stood, sinceMs }: Kept): void {
  const { pipeline, warnings } = found;
  const { lang, color } = asked;
  const texts = pipeline.sources.map(({ path, text }): readonly [string, Digest] => [path, digestOf(text)]);
  const known = [...texts, ...stood.contents];
  const { around = [], bundles = [] } = pipeline.code ?? {};
  // the store's own files are written by us alone: their stats will do
  const files = [...known.map(([file]) => file), ...around, ...stood.store];
  const atRestMs = sinceMs - clockLagMs(stood.recordFile);
  const stamps = stampsNow(known, around, stood, atRestMs);
  if (stamps === undefined) return;
  const digests = digestsOf(
    known.map(([, digest]) => digest),
    files.length,
  );
  const unsure = [...known.keys()].filter((file) => !wasQuiet(stamps, file, atRestMs));
  const outcomes = stood.outcomes.map((outcome) => JSON.stringify(outcomeJson(outcome, lang)));
  const question = questionOf(asked, pipeline.file, stood.root);
  const path = standingFile(question, stood.root);
  writeHeads(path, Heads.of(stood.heads).file({ question, run: stood.run }), realDisk);
  const standing = {
    question,
    pipeline: pipeline.name,
    stages: outcomes.length,
    files,
    stamps,
    digests,
    unsure,
    yaml: texts.length,
    own: stood.store.length,
    around: around.length,
    rests: restsOn({ groups: pipeline.groups, bundles }),
    run: stood.run,
    pending: stood.pending,
    record: stood.record,
    summary: counts(
      outcomes.map(() => ({ stage: '', status: 'cached' })),
      { lang, color },
    ),
    warnings: diagnosticLines(warnings, { lang, color })
      .map((line) => `${line}\n`)
      .join(''),
    outcomes: outcomes.join('\n'),
  };
  writeStanding(path, standing, realDisk);
  if (warnings.length > 0 || pipeline.branches.length > 0) return;
  const outputs = [...pipeline.instances.keys()].map((name) => stood.outputs.get(name));
  keepOutputs(path, { question, run: stood.run }, outputs);
  // a pipeline that was compiled before cannot be loaded further, and is kept already
  if (pipeline.expand === undefined) return;
  const compiled = compiledPlace(pipeline.file, asked.args.set, { store: stood.root, build: asked.build });
  writeCompiled(compiled.path, compiled.of, pipeline);
}

/** Stats of the files, those around the code and those of the store; undefined when some have gone, or are too new to tell. */
function stampsNow(
  known: readonly (readonly [file: string, digest: Digest])[],
  around: readonly string[],
  { store, stampOf }: Stood,
  atRestMs: number,
): Float64Array | undefined {
  const read = (i: number): FileStamp | undefined => stampOf(...(known[i] as readonly [string, Digest]));
  const files = stampsOf(
    known.map(([file]) => file),
    read,
  );
  const stat = [files, stampsAround(around), stampsOf(store)];
  if (stat.includes(undefined) || !Number.isFinite(atRestMs)) return undefined;
  const stamps = joined(stat as readonly Float64Array[]);
  // the bundle was made before this look at them: one that is newer than the command may not be the one that it was made with
  const isQuiet = around.every(
    (_, i) => stamps[(known.length + i) * STAMP] === ABSENT || wasQuiet(stamps, known.length + i, atRestMs),
  );
  return isQuiet ? stamps : undefined;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
