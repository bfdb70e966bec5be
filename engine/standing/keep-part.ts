/** After a run that looked at what an edit may reach: what stood before, with what was looked at in its place. */
import { realDisk } from '../../cache/disk.ts';
import { outcomeJson } from '../report/event-json.ts';
import type { Stood } from '../run/stood.ts';
import { OutcomeLines } from './outcome-lines.ts';
import type { Asked } from './question.ts';
import type { Resumed } from './resume.ts';
import { clockLagMs, restamped, stampsOf, wasQuiet } from './stamp.ts';
import { DIGEST, STAMP } from './standing.ts';
import { writeHeads, writeStanding } from './write-standing.ts';

/** @param sinceMs when the first file was read or earlier, ms since 1970 */
export function keepPart({ lang }: Asked, { before }: Resumed, stood: Stood, sinceMs: number): void {
  const { standing, path, restated } = before.looked;
  const lagMs = clockLagMs(stood.recordFile);
  const heads = before.heads.with(stood.heads);
  const fresh = new Map(stood.outcomes.map((o) => [o.stage, JSON.stringify(outcomeJson(o, lang))]));
  const outcomes = new OutcomeLines(before.outcomes).with(fresh);
  const own = standing.files.length - standing.own;
  const looked = [...stood.contents.keys()];
  const stat = stampsOf([...looked, ...stood.store]);
  if (heads === undefined || outcomes === undefined || stat === undefined || !Number.isFinite(lagMs)) return;
  // those that the run had nothing to do with were compared before it
  const stamps = restamped(standing.stamps, restated).slice();
  const digests = Uint8Array.from(standing.digests);
  const again = new Set([...standing.unsure, ...restated.files]);
  const places = new Map(standing.files.map((file, i) => [file, i]));
  for (const [i, file] of looked.entries()) {
    const at = places.get(file);
    if (at === undefined || at >= own) return; // a file more than there was: the next run looks at everything
    stamps.set(stat.subarray(i * STAMP, (i + 1) * STAMP), at * STAMP);
    digests.set(Buffer.from(stood.contents.get(file) as string, 'hex'), at * DIGEST);
    again.add(at);
  }
  stamps.set(stat.subarray(looked.length * STAMP), own * STAMP);
  const unsure = [...again].filter((file) => file < own && !wasQuiet(stamps, file, sinceMs - lagMs));
  writeHeads(path, heads.file({ question: standing.question, run: stood.run }), realDisk);
  writeStanding(path, { ...standing, run: stood.run, stamps, digests, unsure, outcomes }, realDisk);
}
