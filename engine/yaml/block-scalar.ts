/** Texts over several lines, `|` and `>`, as they are mostly written: no blank line first, none with blanks of its own. */

/** `|`, `>`, without the last line's end after `-`. */
const HEAD = /([|>])(-?) *(?: #.*)?\n/y;

export interface BlockScalar {
  readonly value: string;
  /** where the last line of it ends */
  readonly end: number;
}

/**
 * @param at where the `|` or `>` stands
 * @param indent column of the key or dash that it belongs to: its lines are further in
 * @returns undefined when it is written in another way
 */
export function blockScalar(text: string, at: number, indent: number): BlockScalar | undefined {
  HEAD.lastIndex = at;
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  let start = HEAD.lastIndex;
  const column = blanks(text, start);
  if (column <= indent) return undefined;
  const lines: string[] = [];
  let last = 0;
  let end = start;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const stop = newline === -1 ? text.length : newline;
    const own = blanks(text, start);
    const isBlank = start + own === stop;
    if (!isBlank && own < column) break;
    if (isBlank && (own > column || lines.length === 0)) return undefined;
    lines.push(isBlank ? '' : text.slice(start + column, stop));
    start = stop + 1;
    if (isBlank) continue;
    last = lines.length;
    end = Math.min(start, text.length);
  }
  const value = head[1] === '|' ? lines.slice(0, last).join('\n') : folded(lines.slice(0, last));
  return value === undefined ? undefined : { value: head[2] === '-' ? value : `${value}\n`, end };
}

function blanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at++;
  return at - from;
}

/** Lines become one; what blank lines part stays apart. Lines further in stay as they are: not here. */
function folded(lines: readonly string[]): string | undefined {
  let value = lines[0] as string;
  let blank = 0;
  for (const line of lines.slice(1)) {
    if (line.startsWith(' ')) return undefined;
    if (line === '') {
      blank++;
      continue;
    }
    value += blank === 0 ? ` ${line}` : '\n'.repeat(blank) + line;
    blank = 0;
  }
  return value;
}
