/** After a run in which everything succeeded: the answer to the same command while nothing changes. */
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import type { Lang } from '../../stages/contract.ts';
import type { Found } from '../cli/loaded.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { outcomeJson } from '../report/event-json.ts';
import { counts, diagnosticLines } from '../report/plain-lines.ts';
import type { Stood } from '../run/stood.ts';
import { type Asked, questionOf, standingFile } from './question.ts';
import { clockLagMs, stampsOf, wasQuiet } from './stamp.ts';
import type { Unsure } from './standing.ts';
import { writeStanding } from './write-standing.ts';

export interface Kept {
  readonly asked: Asked;
  readonly found: Extract<Found, { readonly ok: true }>;
  readonly stood: Stood;
  /** when the first file was read or earlier, ms since 1970 */
  readonly sinceMs: number;
}

export function keepStanding({ asked, found, stood, sinceMs }: Kept): void {
  const { pipeline, warnings } = found;
  const { lang, color } = asked;
  // which files a plugin's imports stand for may change without a change of any file that it has now
  if ([...pipeline.instances.values()].some((i) => i.type.origin !== undefined)) return;
  const known = [...textsOf(pipeline), ...contentsOf(stood)];
  // the store's own files are written by us alone: their stats will do
  const files = [...known.map((k) => k.file), ...stood.store];
  const stamps = stampsOf(files);
  const lagMs = clockLagMs(stood.recordFile);
  if (stamps === undefined || !Number.isFinite(lagMs)) return;
  const unsure = known.flatMap(({ digest, isText }, i): Unsure[] =>
    wasQuiet(stamps, i, sinceMs - lagMs) ? [] : [{ file: i, digest: digest(), isText }],
  );
  const question = questionOf(asked, pipeline.file, stood.root);
  writeStanding(
    standingFile(question, stood.root),
    {
      question,
      pipeline: pipeline.name,
      stages: stood.outcomes.length,
      run: stood.run,
      record: stood.record,
      summary: counts(stood.outcomes, { lang, color }),
      warnings: diagnosticLines(warnings, { lang, color })
        .map((line) => `${line}\n`)
        .join(''),
      files,
      stamps,
      unsure,
      outcomes: linesOf(stood, lang),
    },
    realDisk,
  );
}

interface Known {
  readonly file: string;
  readonly digest: () => Digest;
  readonly isText: boolean;
}

const textsOf = ({ sources }: Pipeline): Known[] =>
  sources.map(({ path, text }) => ({ file: path, digest: () => digestOf(text), isText: true }));

const contentsOf = ({ contents }: Stood): Known[] =>
  [...contents].map(([file, digest]) => ({ file, digest: () => digest, isText: false }));

const linesOf = ({ outcomes }: Stood, lang: Lang): string =>
  outcomes.map((outcome) => JSON.stringify(outcomeJson(outcome, lang))).join('\n');
