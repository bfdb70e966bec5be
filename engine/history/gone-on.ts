/** What goes on record of the stages after a run that looked at some of them: of the others, the lines that they had. */
import type { PastStage } from './past.ts';
import { lineAt, nameIn, OPENINGS, type PastText, type StageLine } from './past-text.ts';

export interface GoneOn {
  /** those that are done */
  readonly stages: readonly PastStage[];
  /** names of all that it looked at */
  readonly lookedAt: readonly string[];
  /** whether a stage keeps the result that it had; absent when it is just those that were looked at and are not done */
  readonly isCarried?: (name: string) => boolean;
  /** where a stage stands in the pipeline; when stages that were carried over in that record are looked at now */
  readonly position?: (name: string) => number;
}

/** Their lines, in the order of the pipeline; what is carried comes last. */
export function goneOn(past: PastText, done: GoneOn): string {
  const { stages, lookedAt, isCarried, position } = done;
  if (isCarried === undefined && position === undefined) return changedIn(past, linesNow(stages), lookedAt);
  return eachOf(past, done)
    .map(({ line }) => line)
    .join('');
}

const linesNow = (stages: readonly PastStage[]): ReadonlyMap<string, string> =>
  new Map(stages.map((s) => [s.name, `${JSON.stringify({ type: 'stage', ...s })}\n`]));

/** Whether the stages stand in that record in the order in which they would go on record now. */
export function isInOrder(past: PastText, done: GoneOn): boolean {
  if (done.position === undefined) return true;
  const names: string[] = [];
  past.eachLine((line) => void names.push(nameIn(line)));
  return eachOf(past, done).every(({ name }, i) => name === names[i]);
}

interface Named {
  readonly name: string;
  readonly line: string;
}

function eachOf(past: PastText, { stages, lookedAt, isCarried, position }: GoneOn): readonly Named[] {
  const now = linesNow(stages);
  const looked = new Set(lookedAt);
  const lines = { stage: [] as Named[], carried: [] as Named[] };
  past.eachLine((line) => {
    const name = nameIn(line);
    const stage = now.get(name);
    if (stage !== undefined) lines.stage.push({ name, line: stage });
    else if (isCarried?.(name) ?? looked.has(name)) lines.carried.push({ name, line: asCarried(line) });
    else
      lines.stage.push({
        name,
        line: isAsUnlooked(line) ? line.text.slice(line.at, line.end) : asUnlooked(line),
      });
  });
  // what was carried stands at the end there
  if (position !== undefined) lines.stage.sort((a, b) => position(a.name) - position(b.name));
  return [...lines.stage, ...lines.carried];
}

/** The same, with no look at lines that stay as they are: after an edit, nearly all of thousands. */
function changedIn(past: PastText, now: ReadonlyMap<string, string>, lookedAt: readonly string[]): string {
  const { text } = past;
  const carried: string[] = [];
  const changes = new Map<number, { readonly end: number; readonly line: string }>();
  for (const name of lookedAt) {
    const at = past.lineOf(name);
    const line = at === undefined ? undefined : lineAt(text, at);
    if (line === undefined) continue;
    const stage = now.get(name);
    if (stage === undefined) carried.push(asCarried(line));
    changes.set(line.at, { end: line.end, line: stage ?? '' });
  }
  for (const { index } of text.matchAll(OFTEN_LOOKED_AT)) {
    const line = lineAt(text, text.lastIndexOf('\n', index) + 1);
    if (line === undefined || isAsUnlooked(line) || changes.has(line.at)) continue;
    changes.set(line.at, { end: line.end, line: asUnlooked(line) });
  }
  const [from, to] = stagesIn(text);
  const pieces: string[] = [];
  let at = from;
  for (const [start, { end, line }] of [...changes].sort(([a], [b]) => a - b)) {
    pieces.push(text.slice(at, start), line);
    at = end;
  }
  return [...pieces, text.slice(at, to), ...carried].join('');
}

/** All lines that are not as of a stage that was not looked at, and perhaps some that are. */
const OFTEN_LOOKED_AT = /","status":"(?!cached")|\n\{"type":"carried",/g;

const isAsUnlooked = ({ text, statusAt, isCarried }: StageLine): boolean =>
  !isCarried && text.startsWith(CACHED, statusAt);

const CACHED = 'cached"';

/** What follows the status is as it was. */
const asUnlooked = ({ text, end, nameAt, statusAt }: StageLine): string =>
  `${OPENINGS.stage}${text.slice(nameAt, statusAt)}cached${text.slice(text.indexOf('"', statusAt), end)}`;

const asCarried = ({ text, nameAt, end }: StageLine): string => OPENINGS.carried + text.slice(nameAt, end);

/** From the first line of a stage to the end of the last; there is nothing else in between. */
function stagesIn(text: string): readonly [from: number, to: number] {
  const starts = [OPENINGS.stage, OPENINGS.carried].map((opening) => `\n${opening}`);
  const firsts = starts.map((s) => text.indexOf(s)).filter((at) => at !== -1);
  if (firsts.length === 0) return [0, 0];
  const last = Math.max(...starts.map((s) => text.lastIndexOf(s))) + 1;
  return [Math.min(...firsts) + 1, text.indexOf('\n', last) + 1];
}
