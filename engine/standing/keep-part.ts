/** After a run that looked at what an edit may reach: what stood before, with what was looked at in its place. */
import { type Digest, digestOf } from '../../cache/digest.ts';
import { realDisk } from '../../cache/disk.ts';
import type { Stood } from '../after-edit/stood.ts';
import { putCompiled } from '../compiled/compile.ts';
import type { Edited } from '../compiled/compiled.ts';
import { outcomeJson } from '../events/event-json.ts';
import { OutcomeLines } from './outcome-lines.ts';
import { type Asked, compiledPlace } from './question.ts';
import type { Resumed } from './resume.ts';
import { clockLagMs, restamped, stampsOf, wasQuiet } from './stamp.ts';
import { DIGEST, STAMP, type StandingText } from './standing.ts';
import { writeHeads, writeStanding } from './write-standing.ts';

/** @param sinceMs when the first file was read or earlier, ms since 1970 */
export function keepPart(asked: Asked, { part, before, edited }: Resumed, stood: Stood, sinceMs: number): void {
  const { standing, path } = before.looked;
  const lagMs = clockLagMs(stood.recordFile);
  const heads = before.heads.with(stood.heads);
  const fresh = new Map(stood.outcomes.map((o) => [o.stage, JSON.stringify(outcomeJson(o, asked.lang))]));
  const outcomes = new OutcomeLines(before.outcomes).with(fresh);
  const sheet = sheetOf(before.looked, edited, stood, sinceMs - lagMs);
  if (heads === undefined || outcomes === undefined || sheet === undefined || !Number.isFinite(lagMs)) return;
  writeHeads(path, heads.file({ question: standing.question, run: stood.run }), realDisk);
  const outputs = [...stood.outputs].map(([name, of]) => [part.graph.index(name) as number, of] as const);
  before.known.keep(stood.run, new Map(outputs), part.graph.size);
  writeStanding(path, { ...standing, ...sheet, run: stood.run, pending: stood.pending, outcomes }, realDisk);
  if (edited === undefined) return;
  const place = compiledPlace(edited.pipeline.file, asked.args.set, { store: stood.root, build: asked.build });
  putCompiled(place.path, edited.bytes);
}

type Sheet = Pick<StandingText, 'files' | 'stamps' | 'digests' | 'unsure'>;

/** The files as they were compared before the run, or looked at in it. */
function sheetOf(
  { standing, restated }: Resumed['before']['looked'],
  edited: Edited | undefined,
  stood: Stood,
  sinceMs: number,
): Sheet | undefined {
  const { contents, store } = stood;
  const kept = stillOf(standing, edited, stood);
  const places = new Map(kept.map((i, at) => [standing.files[i] as string, at]));
  const [aroundFrom, aroundTo] = aroundIn(standing);
  const more = [...contents.keys()].filter((file) => !places.has(file));
  for (const file of more) places.set(file, places.size);
  const aroundAt = places.size;
  const files = [...places.keys(), ...standing.files.slice(aroundFrom, aroundTo), ...store];
  const looked = [...contents];
  const stat = stampsOf([...looked.map(([file]) => file), ...store]);
  if (stat === undefined) return undefined;
  const stamps = new Float64Array(files.length * STAMP);
  const digests = new Uint8Array(files.length * DIGEST);
  const before = restamped(standing.stamps, restated);
  const doubtful = new Set([...standing.unsure, ...restated.files]);
  const again = new Set<number>();
  for (const [at, i] of kept.entries()) {
    stamps.set(before.subarray(i * STAMP, (i + 1) * STAMP), at * STAMP);
    digests.set(standing.digests.subarray(i * DIGEST, (i + 1) * DIGEST), at * DIGEST);
    if (doubtful.has(i)) again.add(at);
  }
  const put = (at: number, digest: Digest): void => digests.set(Buffer.from(digest, 'hex'), at * DIGEST);
  for (const [i, [file, digest]] of looked.entries()) {
    const at = places.get(file) as number;
    stamps.set(stat.subarray(i * STAMP, (i + 1) * STAMP), at * STAMP);
    put(at, digest);
    again.add(at);
  }
  stamps.set(before.subarray(aroundFrom * STAMP, aroundTo * STAMP), aroundAt * STAMP);
  stamps.set(stat.subarray(looked.length * STAMP), (files.length - store.length) * STAMP);
  edited?.pipeline.sources.forEach(({ text }, i) => void put(i, digestOf(text)));
  return { files, stamps, digests, unsure: [...again].filter((file) => !wasQuiet(stamps, file, sinceMs)) };
}

/** Where the files lie that are around the code of plugins: the answer was not looked for further if one had changed. */
const aroundIn = ({ files, own, around }: StandingText): readonly [from: number, to: number] => [
  files.length - own - around,
  files.length - own,
];

/** Files of before that still count: not those that no stage reads or writes after the edit. */
function stillOf(standing: StandingText, edited: Edited | undefined, { contents, stems }: Stood): readonly number[] {
  const { files, yaml } = standing;
  const all = [...files.keys()].slice(0, aroundIn(standing)[0]);
  if (edited === undefined) return all;
  return all.filter((i) => {
    const file = files[i] as string;
    if (i < yaml || contents.has(file)) return true;
    return edited.graph.around(file).length > 0 && !stems.has(file.slice(0, file.lastIndexOf('.')));
  });
}
