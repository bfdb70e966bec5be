/**
 * The expression language, text to tree. Precedence from loose to tight: or · and · not · comparison, in · + − · × ÷ % · unary − ·
 * ^ (to the right). So −2^2 is −4.
 */

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

/** Plain JSON, so that a tree is a spec: two ways to write one thing are one tree. */
export type Expression =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'column'; readonly name: string }
  | { readonly is: 'negate' | 'not'; readonly of: Expression }
  | { readonly is: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'in'; readonly of: Expression; readonly list: readonly Expression[] }
  | { readonly is: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxMistake extends Span {
  readonly expected: string;
  readonly found: string;
}

export interface ParsedExpression {
  readonly tree: Expression;
  /** where each column, text, call (its name) and argument stands */
  readonly places: ReadonlyMap<Expression, Span>;
}

interface Token extends Span {
  readonly kind: 'number' | 'text' | 'name' | 'quoted' | 'sign' | 'end';
  readonly text: string;
}

const PATTERN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|('(?:[^']|'')*'|"[^"]*")|([\p{L}_][\p{L}\p{N}_.]*)|(`[^`]+`)|(==|!=|<=|>=|[-+*/%^<>()[\],=!])|(\S))/uy;
/** What a date or a code must be: as a number `2015-01-01` would be 2013, and `010` ten. */
export const QUOTED = 'a text in quotes';
const CODE = /^(?:\d{4}-\d\d-\d\d(?![\d.])|0\d[\d.]*)/;
const DEEPEST = 200;
/** Terms of one sum, or conditions of one `and`: trees lean to the left, and whoever walks one goes as deep. */
const LONGEST_CHAIN = 1000;

const QUOTES = ["'", '"', '`'];

/** A quote inside single quotes is written twice. */
const unquoted = (text: string): string =>
  text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text.slice(1, -1);

class Stop extends Error {
  readonly mistake: SyntaxMistake;
  constructor(mistake: SyntaxMistake) {
    super('mistake');
    this.mistake = mistake;
  }
}

function tokenize(text: string): Token[] {
  const out: Token[] = [];
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < text.length && text.slice(PATTERN.lastIndex).trim() !== '') {
    const m = PATTERN.exec(text);
    if (m === null) break;
    const end = PATTERN.lastIndex;
    const body = m.slice(1).find((g) => g !== undefined) as string;
    const start = end - body.length;
    if (m[6] !== undefined) {
      const expected = QUOTES.includes(body) ? `a closing ${body}` : 'a value or an operator';
      throw new Stop({ start, end, expected, found: body });
    }
    const code = m[1] === undefined ? null : CODE.exec(text.slice(start));
    if (code !== null) throw new Stop({ start, end: start + code[0].length, expected: QUOTED, found: code[0] });
    if (m[1] !== undefined) out.push({ kind: 'number', text: body, start, end });
    else if (m[2] !== undefined) out.push({ kind: 'text', text: unquoted(body), start, end });
    else if (m[3] !== undefined) out.push({ kind: 'name', text: body, start, end });
    else if (m[4] !== undefined) out.push({ kind: 'quoted', text: body.slice(1, -1), start, end });
    else out.push({ kind: 'sign', text: body, start, end });
  }
  out.push({ kind: 'end', text: '', start: text.length, end: text.length + 1 });
  return out;
}

class Parser {
  private at = 0;
  private depth = 0;
  readonly places = new Map<Expression, Span>();
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  private get token(): Token {
    return this.tokens[this.at] as Token;
  }

  stop(expected: string): never {
    const { start, end, kind, text } = this.token;
    throw new Stop({ start, end, expected, found: kind === 'end' ? 'the end' : `'${text}'` });
  }

  private is(text: string): boolean {
    const { kind } = this.token;
    return (kind === 'sign' || kind === 'name') && this.token.text === text;
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private need(text: string): void {
    if (!this.take(text)) this.stop(`'${text}'`);
  }

  whole(): Expression {
    const tree = this.or();
    if (this.token.kind !== 'end') this.stop('an operator or the end');
    return tree;
  }

  private binary(next: () => Expression, operators: readonly BinaryOperator[]): Expression {
    let left = next();
    for (let length = 1; ; length++) {
      const operator = operators.find((o) => this.is(o));
      if (operator === undefined) return left;
      if (length > LONGEST_CHAIN) this.stop('an expression with fewer terms');
      this.at++;
      left = { is: 'binary', operator, left, right: next() };
    }
  }

  private or(): Expression {
    if (++this.depth > DEEPEST) this.stop('an expression that is less deeply nested');
    const tree = this.binary(() => this.binary(() => this.not(), ['and']), ['or']);
    this.depth--;
    return tree;
  }

  private not(): Expression {
    let count = 0;
    while (this.take('not')) count++;
    let tree = this.comparison();
    // a double negation only makes a truth value of what it stands before
    for (count = count > 2 ? 2 - (count % 2) : count; count > 0; count--) tree = { is: 'not', of: tree };
    return tree;
  }

  private comparison(): Expression {
    const left = this.binary(() => this.product(), ['+', '-']);
    if (this.take('in')) return { is: 'in', of: left, list: this.list() };
    if (this.is('not') && this.tokens[this.at + 1]?.text === 'in') {
      this.at += 2;
      return { is: 'not', of: { is: 'in', of: left, list: this.list() } };
    }
    if (this.is('=')) this.stop("'==' to compare");
    const operators = ['==', '!=', '<=', '>=', '<', '>'] as const;
    const operator = operators.find((o) => this.is(o));
    if (operator === undefined) return left;
    this.at++;
    const right = this.binary(() => this.product(), ['+', '-']);
    if (operators.some((o) => this.is(o))) this.stop("'and' between two comparisons");
    return { is: 'binary', operator, left, right };
  }

  private list(): Expression[] {
    this.need('[');
    const out: Expression[] = [];
    if (!this.is(']'))
      do out.push(this.or());
      while (this.take(','));
    this.need(']');
    return out;
  }

  private product(): Expression {
    return this.binary(() => this.unary(), ['*', '/', '%']);
  }

  private unary(): Expression {
    let signs = 0;
    let negative = false;
    while (this.is('-') || this.is('+')) {
      if (this.is('-')) negative = !negative;
      if (++signs > DEEPEST) this.stop('a value');
      this.at++;
    }
    const tree = this.power();
    if (!negative) return tree;
    return tree.is === 'number' ? { is: 'number', value: -tree.value } : { is: 'negate', of: tree };
  }

  private power(): Expression {
    const base = this.primary();
    if (!this.take('^')) return base;
    if (++this.depth > DEEPEST) this.stop('an expression that is less deeply nested');
    const right = this.unary();
    this.depth--;
    return { is: 'binary', operator: '^', left: base, right };
  }

  private primary(): Expression {
    const token = this.token;
    if (token.kind === 'number') {
      this.at++;
      return { is: 'number', value: Number(token.text) };
    }
    if (token.kind === 'text') return this.place({ is: 'text', value: token.text }, token);
    if (this.take('(')) {
      const tree = this.or();
      this.need(')');
      return tree;
    }
    if (token.kind === 'quoted') return this.place({ is: 'column', name: token.text }, token);
    if (token.kind !== 'name' || ['and', 'or', 'not', 'in'].includes(token.text)) this.stop('a value');
    if (this.tokens[this.at + 1]?.text === '(' && this.tokens[this.at + 1]?.kind === 'sign') return this.call(token);
    if (token.text === 'true' || token.text === 'false') {
      this.at++;
      return { is: 'number', value: token.text === 'true' ? 1 : 0 };
    }
    return this.place({ is: 'column', name: token.text }, token);
  }

  private place(tree: Expression, token: Token): Expression {
    this.at++;
    this.places.set(tree, { start: token.start, end: token.end });
    return tree;
  }

  private argument(): Expression {
    const { start } = this.token;
    const tree = this.or();
    const { end } = this.tokens[this.at - 1] as Token;
    if (!this.places.has(tree)) this.places.set(tree, { start, end });
    return tree;
  }

  private call(token: Token): Expression {
    this.at += 2;
    const list: Expression[] = [];
    if (!this.is(')'))
      do list.push(this.argument());
      while (this.take(','));
    this.need(')');
    const tree: Expression = { is: 'call', name: token.text, arguments: list };
    this.places.set(tree, { start: token.start, end: token.end });
    return tree;
  }
}

export type ExpressionResult =
  | ({ readonly ok: true } & ParsedExpression)
  | { readonly ok: false; readonly mistake: SyntaxMistake };

export function parseExpression(text: string): ExpressionResult {
  try {
    const parser = new Parser(tokenize(text));
    const tree = parser.whole();
    return { ok: true, tree, places: parser.places };
  } catch (stop) {
    if (stop instanceof Stop) return { ok: false, mistake: stop.mistake };
    throw stop;
  }
}
