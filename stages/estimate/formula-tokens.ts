/** The text of a formula as tokens that know where they stand. */

export interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly found: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistake: Mistake };

export interface Token {
  readonly text: string;
  readonly kind: 'name' | 'number' | 'string' | 'sign' | 'end';
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:(`[^`]*`|[\p{L}_.][\p{L}\p{N}_.]*)|(\d+\.?\d*(?:[eE][+-]?\d+)?)|('[^']*'|"[^"]*")|(\[\[|\]\]|[<>]=?|[=!]=|[~|+:*^()[\],=/-])|(\S))/uy;

export function tokens(text: string): Token[] | Mistake {
  const out: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    if (/^\s*$/.test(text.slice(TOKEN.lastIndex))) break;
    const m = TOKEN.exec(text);
    if (m === null) break;
    const body = m[1] ?? m[2] ?? m[3] ?? m[4] ?? m[5] ?? '';
    const end = TOKEN.lastIndex;
    const start = end - body.length;
    if (m[5] !== undefined) return { start, end, expected: 'a term', found: body };
    const kind = m[1] !== undefined ? 'name' : m[2] !== undefined ? 'number' : m[3] !== undefined ? 'string' : 'sign';
    out.push({
      text: kind === 'name' || kind === 'string' ? body.replace(/^[`'"]|[`'"]$/g, '') : body,
      kind,
      start,
      end,
    });
  }
  out.push({ text: '', kind: 'end', start: text.length, end: text.length });
  return out;
}

export class Stop extends Error {
  readonly mistake: Mistake;
  constructor(mistake: Mistake) {
    super('mistake');
    this.mistake = mistake;
  }
}

/** Steps through the tokens of a text; what does not fit stops it. */
export class TokenReader {
  protected at = 0;
  protected readonly list: readonly Token[];

  constructor(list: readonly Token[]) {
    this.list = list;
  }

  get token(): Token {
    return this.list[this.at] as Token;
  }

  is(sign: string): boolean {
    return this.token.kind === 'sign' && this.token.text === sign;
  }

  take(sign: string): boolean {
    if (!this.is(sign)) return false;
    this.at++;
    return true;
  }

  need(sign: string): void {
    if (!this.take(sign)) this.stop(`'${sign}'`);
  }

  stop(expected: string): never {
    const t = this.token;
    throw new Stop({
      start: t.start,
      end: Math.max(t.end, t.start + 1),
      expected,
      found: t.kind === 'end' ? 'the end' : t.text,
    });
  }

  name(): string {
    if (this.token.kind !== 'name') this.stop('a column');
    return (this.list[this.at++] as Token).text;
  }

  number(): number {
    const negative = this.take('-');
    if (this.token.kind !== 'number') this.stop('a number');
    const value = Number((this.list[this.at++] as Token).text);
    return negative ? -value : value;
  }
}
