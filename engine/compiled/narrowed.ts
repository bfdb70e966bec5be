/**
 * What an edit leaves to be read of a pipeline file: of its `stages:`, those that the differing characters lie in, and all other
 * sections. Only for files that are read without the full parser (`plain-yaml.ts`): in those each line of an entry is further in than
 * its name, so what stands between two lines as far out as names are is whole entries.
 */
export interface Narrowed {
  readonly before: string;
  readonly now: string;
  /** where in the file a place in `now` is */
  readonly placeOf: (offset: number) => number;
}

const NO_STAGES = 'stages: {}\n';
const HEADING = /^stages: *(?:#.*)?\n/m;
const [NEWLINE, SPACE, HASH] = [10, 32, 35] as const;

/** Undefined when more may differ than entries of `stages:`, or these hold anchors. */
export function narrowed(before: string, now: string): Narrowed | undefined {
  const heading = HEADING.exec(before);
  if (heading === null) return undefined;
  const first = heading.index + heading[0].length;
  const column = columnAt(before, lineOut(before, first, Infinity));
  const same = samePrefix(before, now);
  const from = entryBefore(before, first, same, column);
  if (column === 0 || from === undefined) return undefined;
  // the line end before it is one in both
  const newline = before.indexOf('\n', before.length - sameSuffix(before, now, same));
  const to = newline === -1 ? before.length : lineOut(before, newline + 1, column);
  const until = now.length - (before.length - to);
  const entries = { before: before.slice(from, to), now: now.slice(from, until) };
  for (const text of [entries.before, entries.now])
    if (text.includes('&') || lineOut(text, 0, column - 1) < text.length) return undefined;
  const head = before.slice(0, first);
  const foot = before.slice(lineOut(before, to, 0));
  const own = withoutRemarks(entries.now, column);
  const rest = first + own.length;
  return {
    before: head + withoutRemarks(entries.before, column) + foot,
    now: head + own + foot,
    placeOf: (at) => (at < first ? at : at < rest ? at - first + from : at - rest + now.length - foot.length),
  };
}

/** Of a file that is as it was. */
export function withoutStages(text: string): Narrowed {
  const heading = HEADING.exec(text);
  if (heading === null) return { before: text, now: text, placeOf: (at) => at };
  const head = `${text.slice(0, heading.index)}${NO_STAGES}`;
  const foot = text.slice(lineOut(text, heading.index + heading[0].length, 0));
  const placeOf = (at: number): number => (at < head.length ? at : at - head.length + text.length - foot.length);
  return { before: head + foot, now: head + foot, placeOf };
}

function samePrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a.charCodeAt(n) === b.charCodeAt(n)) n++;
  return n;
}

/** @param taken characters at the start that are spoken for */
function sameSuffix(a: string, b: string, taken: number): number {
  const most = Math.min(a.length, b.length) - taken;
  let n = 0;
  while (n < most && a.charCodeAt(a.length - 1 - n) === b.charCodeAt(b.length - 1 - n)) n++;
  return n;
}

/** The column of what stands in the line that starts there. */
function columnAt(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === SPACE) at++;
  return at - start;
}

const isRemark = (code: number): boolean => !(code > SPACE) || code === HASH;

/** Start of the first line, from the one that starts at `start`, with content in that column or further out; the end if there is none. */
function lineOut(text: string, start: number, column: number): number {
  for (let line = start; line < text.length; ) {
    const own = columnAt(text, line);
    if (own <= column && !isRemark(text.charCodeAt(line + own))) return line;
    const newline = text.indexOf('\n', line + own);
    line = newline === -1 ? text.length : newline + 1;
  }
  return text.length;
}

/** Start of the last entry that begins before `at`; undefined when that lies elsewhere. */
function entryBefore(text: string, first: number, at: number, column: number): number | undefined {
  for (let end = at; end > first; ) {
    const line = text.lastIndexOf('\n', end - 1) + 1;
    const own = columnAt(text, line);
    const isContent = line + own < at && !isRemark(text.charCodeAt(line + own));
    if (isContent && own < column) return undefined;
    if (isContent && own === column) return line < first ? undefined : line;
    end = line - 1;
  }
  return undefined;
}

/** Without blank lines and comments at the end; such a line further in may be one of a text. */
function withoutRemarks(text: string, column: number): string {
  let end = text.length;
  for (;;) {
    const line = text.lastIndexOf('\n', end - 2) + 1;
    const own = columnAt(text, line);
    const code = text.charCodeAt(line + own);
    if (end === 0 || !(code === NEWLINE || Number.isNaN(code) || (code === HASH && own <= column)))
      return text.slice(0, end);
    end = line;
  }
}
