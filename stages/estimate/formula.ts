/**
 * Terms of a linear model as users of R and fixest write them: `x`, `log(x)`, `x^2`, `i(year, ref = 2014)`,
 * `i(year, treated, ref = 2014)`, `factor(cyl)`, `a:b`, `a*b`; effects `city`, `province^year`, `state[year]`, `state[[year]]`;
 * and whole formulas `y ~ x | effects | endogenous ~ instruments`.
 */

/** A number per row: a column, or a function of one. */
export type Atom =
  | { readonly is: 'column'; readonly column: string }
  | { readonly is: 'call'; readonly call: 'log' | 'exp' | 'sqrt' | 'abs'; readonly of: Atom }
  | { readonly is: 'power'; readonly of: Atom; readonly power: number }
  /** dummies of a column's values; `ref` values are left out; `all`: no level is left out unless named */
  | {
      readonly is: 'factor';
      readonly column: string;
      readonly ref: readonly (number | string)[];
      readonly all: boolean;
    };

/** A product of atoms: `a:b`. */
export type Term = readonly Atom[];

export type EffectTerm = {
  /** columns whose combinations are the levels */
  readonly columns: readonly string[];
  readonly slopes: readonly string[];
  readonly slopeOnly: boolean;
};

export interface Formula {
  readonly y: Term;
  readonly x: readonly Term[];
  readonly intercept: boolean;
  readonly effects: readonly EffectTerm[];
  readonly endogenous: readonly Term[];
  readonly instruments: readonly Term[];
}

export interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly found: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistake: Mistake };

interface Token {
  readonly text: string;
  readonly kind: 'name' | 'number' | 'string' | 'sign' | 'end';
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:(`[^`]*`|[\p{L}_.][\p{L}\p{N}_.]*)|(\d+\.?\d*(?:[eE][+-]?\d+)?)|('[^']*'|"[^"]*")|(\[\[|\]\]|[~|+:*^()[\],=-])|(\S))/uy;

function tokens(text: string): Token[] | Mistake {
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

class Stop extends Error {
  readonly mistake: Mistake;
  constructor(mistake: Mistake) {
    super('mistake');
    this.mistake = mistake;
  }
}

const CALLS = new Set(['log', 'exp', 'sqrt', 'abs']);

class Reader {
  private at = 0;
  private readonly list: readonly Token[];

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

  atom(): Atom {
    const name = this.name();
    let atom: Atom;
    if (!this.take('(')) atom = { is: 'column', column: name };
    else if (name === 'i' || name === 'factor') return this.indicator();
    else if (name === 'I') {
      atom = this.atom();
      this.need(')');
    } else if (CALLS.has(name)) {
      const of = this.atom();
      this.need(')');
      atom = { is: 'call', call: name as 'log', of };
    } else {
      this.at -= 2;
      this.stop('i(…), factor(…), log(…), exp(…), sqrt(…) or abs(…)');
    }
    return this.take('^') ? { is: 'power', of: atom, power: this.number() } : atom;
  }

  /** After `i(`. With a second column the product is returned through `extra`. */
  extra: Atom | undefined;

  private indicator(): Atom {
    const column = this.name();
    let ref: (number | string)[] = [];
    let by: Atom | undefined;
    while (this.take(',')) {
      if (this.token.text === 'ref' && this.list[this.at + 1]?.text === '=') {
        this.at += 2;
        ref = this.values();
      } else if (by === undefined) by = this.atom();
      else this.stop("'ref = …' or ')'");
    }
    this.need(')');
    this.extra = by;
    return { is: 'factor', column, ref, all: by !== undefined };
  }

  private value(): number | string {
    if (this.token.kind === 'string') return (this.list[this.at++] as Token).text;
    return this.number();
  }

  private values(): (number | string)[] {
    if (this.token.text === 'c' && this.list[this.at + 1]?.text === '(') this.at++;
    const close = this.take('(') ? ')' : this.take('[') ? ']' : undefined;
    const out = [this.value()];
    if (close === undefined) return out;
    while (this.take(',')) out.push(this.value());
    this.need(close);
    return out;
  }

  /** One term, or several: `a*b` is a, b and a:b. */
  terms(): Term[] {
    let out: Term[] = [this.factors()];
    while (this.take('*')) {
      const next = this.factors();
      out = [...out, next, ...out.map((t) => [...t, ...next])];
    }
    return out;
  }

  private factors(): Term {
    const out: Atom[] = [];
    do {
      this.extra = undefined;
      out.push(this.atom());
      if (this.extra !== undefined) out.push(this.extra);
    } while (this.take(':'));
    return out;
  }

  /** `1`, `0` and `-1` speak of the intercept. */
  sum(): { terms: Term[]; intercept: boolean } {
    const terms: Term[] = [];
    let intercept = true;
    do {
      const minus = this.take('-');
      if (this.token.kind === 'number' && (this.token.text === '0' || this.token.text === '1')) {
        if ((this.token.text === '0') !== minus) intercept = false;
        this.at++;
      } else if (minus) this.stop('1');
      else terms.push(...this.terms());
    } while (this.take('+') || this.is('-'));
    return { terms, intercept };
  }

  effect(): EffectTerm {
    const columns = [this.name()];
    while (this.take('^')) columns.push(this.name());
    const only = this.take('[[');
    const slopes: string[] = [];
    if (only || this.take('[')) {
      do slopes.push(this.name());
      while (this.take(','));
      this.need(only ? ']]' : ']');
    }
    return { columns, slopes, slopeOnly: only };
  }

  /** `0` stands for none. */
  effects(): EffectTerm[] {
    const out: EffectTerm[] = [];
    do {
      if (this.token.kind === 'number' && this.token.text === '0') this.at++;
      else out.push(this.effect());
    } while (this.take('+'));
    return out;
  }

  end(): void {
    if (this.token.kind !== 'end') this.stop('the end');
  }
}

function parse<T>(text: string, read: (reader: Reader) => T): Parsed<T> {
  const list = tokens(text);
  if (!Array.isArray(list)) return { ok: false, mistake: list };
  try {
    const reader = new Reader(list);
    const value = read(reader);
    reader.end();
    return { ok: true, value };
  } catch (stop) {
    if (stop instanceof Stop) return { ok: false, mistake: stop.mistake };
    throw stop;
  }
}

export const parseFormula = (text: string): Parsed<Formula> =>
  parse(text, (r) => {
    const [y = [], more] = r.terms();
    if (more !== undefined) r.stop("'~'");
    r.need('~');
    const { terms, intercept } = r.sum();
    let effects: EffectTerm[] = [];
    let endogenous: Term[] = [];
    let instruments: Term[] = [];
    while (r.take('|')) {
      const mark = r.token;
      // the part with a tilde is the instruments', the other the effects'
      if (hasTilde(text, mark.start)) {
        endogenous = r.sum().terms;
        r.need('~');
        instruments = r.sum().terms;
      } else effects = r.effects();
    }
    return { y, x: terms, intercept, effects, endogenous, instruments };
  });

const hasTilde = (text: string, from: number): boolean => /^[^|]*~/.test(text.slice(from));

export const parseTerms = (text: string): Parsed<readonly Term[]> => parse(text, (r) => r.terms());

export const parseEffect = (text: string): Parsed<EffectTerm> => parse(text, (r) => r.effect());

/** A name as it must be written in a formula. */
const quoted = (column: string): string => (/^[\p{L}_.][\p{L}\p{N}_.]*$/u.test(column) ? column : `\`${column}\``);

export function atomName(atom: Atom): string {
  switch (atom.is) {
    case 'column':
      return atom.column;
    case 'call':
      return `${atom.call}(${atomName(atom.of)})`;
    case 'power':
      return `${atomName(atom.of)}^${atom.power}`;
    case 'factor':
      return `i(${quoted(atom.column)})`;
  }
}

export const termName = (term: Term): string => term.map(atomName).join(':');

export const effectName = (effect: EffectTerm): string => {
  const levels = effect.columns.join('^');
  if (effect.slopes.length === 0) return levels;
  return effect.slopeOnly ? `${levels}[[${effect.slopes.join(', ')}]]` : `${levels}[${effect.slopes.join(', ')}]`;
};

export function atomColumns(atom: Atom): string[] {
  return atom.is === 'call' || atom.is === 'power' ? atomColumns(atom.of) : [atom.column];
}

export const termColumns = (term: Term): string[] => term.flatMap(atomColumns);
