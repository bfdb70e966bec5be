/**
 * Terms of a linear model as users of R and fixest write them: `x`, `log(x + 1)`, `x^2`, `I(x1 / x2)`, `poly(x, 2)`, `l(x, 1)`,
 * `i(year, ref = 2014)`, `i(year, treated, ref = 2014)`, `factor(cyl)`, `a:b`, `a*b`; effects `city`, `province^year`, `state[year]`,
 * `state[[year]]`; and whole formulas `y ~ x | effects | endogenous ~ instruments`.
 */
import { isElementary } from '../columns/expression/elementary.ts';
import { type Parsed, Stop, type Token, TokenReader, tokens } from './formula-tokens.ts';
import type { Atom, Bin, EffectTerm, Operator, Term, ValueAtom } from './term.ts';

export interface Formula {
  readonly y: Term;
  readonly x: readonly Term[];
  readonly intercept: boolean;
  readonly effects: readonly EffectTerm[];
  readonly endogenous: readonly Term[];
  readonly instruments: readonly Term[];
}

/** What `i( )` says of a factor's levels. */
interface Levels {
  ref: (number | string)[];
  keep?: (number | string)[];
  bin?: Bin[];
}

/** As many values as a range may stand for. */
const MOST_VALUES = 10_000;

class Reader extends TokenReader {
  /** A whole number of at least `least`. */
  private whole(least: number): number {
    const at = this.at;
    const value = this.number();
    if (Number.isInteger(value) && value >= least) return value;
    this.at = at;
    return this.stop(least === 1 ? 'a whole number from 1' : 'a whole number');
  }

  /** A name followed by an opening bracket, both taken. */
  private call(...names: readonly string[]): string | undefined {
    const { kind, text } = this.token;
    if (kind !== 'name' || !names.includes(text) || this.list[this.at + 1]?.text !== '(') return undefined;
    this.at += 2;
    return text;
  }

  private named(name: string): boolean {
    if (this.token.text !== name || this.list[this.at + 1]?.text !== '=') return false;
    this.at += 2;
    return true;
  }

  /** What stands between two colons: one product of atoms, or several to choose from (`l(x, 1:3)`). */
  private atoms(): readonly Term[] {
    if (this.call('i', 'factor', 'as.factor') !== undefined) return [this.indicator()];
    if (this.call('poly') !== undefined) return [[this.polynomial()]];
    const shifts = this.shifts();
    const found = shifts ?? [this.value()];
    if (!this.take('^')) return found.map((atom) => [atom]);
    const power = this.number();
    return found.map((of) => [{ is: 'power', of, power }]);
  }

  /** A column, or a function of what may be any arithmetic. */
  private value(): ValueAtom {
    if (this.call('I') !== undefined) return this.closed();
    const { kind, text } = this.token;
    if (kind === 'name' && isElementary(text) && this.list[this.at + 1]?.text === '(') {
      this.at += 2;
      return { is: 'call', call: text, of: this.closed() };
    }
    const column = this.name();
    if (!this.is('(')) return { is: 'column', column };
    this.at--;
    return this.stop('i(…), factor(…), poly(…), l(…), f(…), d(…), I(…), log(…), exp(…), sqrt(…) or abs(…)');
  }

  private closed(): ValueAtom {
    const inside = this.expression();
    this.need(')');
    return inside;
  }

  /** Arithmetic as R has it. */
  expression(): ValueAtom {
    const left = this.summands();
    const op = this.operator('<', '<=', '>', '>=', '==', '!=');
    return op === undefined ? left : { is: 'arithmetic', op, left, right: this.summands() };
  }

  private operator(...ops: readonly Operator[]): Operator | undefined {
    const op = ops.find((one) => this.is(one));
    if (op !== undefined) this.at++;
    return op;
  }

  private summands(): ValueAtom {
    let left = this.multiplied();
    for (let op = this.operator('+', '-'); op !== undefined; op = this.operator('+', '-'))
      left = { is: 'arithmetic', op, left, right: this.multiplied() };
    return left;
  }

  private multiplied(): ValueAtom {
    let left = this.signed();
    for (let op = this.operator('*', '/'); op !== undefined; op = this.operator('*', '/'))
      left = { is: 'arithmetic', op, left, right: this.signed() };
    return left;
  }

  private signed(): ValueAtom {
    if (!this.take('-')) return this.raised();
    const of = this.signed();
    if (of.is === 'number') return { is: 'number', value: -of.value };
    return { is: 'arithmetic', op: '*', left: { is: 'number', value: -1 }, right: of };
  }

  private raised(): ValueAtom {
    const of = this.operand();
    if (!this.take('^')) return of;
    const power = this.signed();
    if (power.is === 'number' && of.is !== 'number') return { is: 'power', of, power: power.value };
    return { is: 'arithmetic', op: '^', left: of, right: power };
  }

  private operand(): ValueAtom {
    if (this.token.kind === 'number') return { is: 'number', value: this.number() };
    if (this.take('(')) return this.closed();
    const before = this.at;
    const shifts = this.shifts();
    if (shifts === undefined) return this.value();
    if (shifts.length === 1) return shifts[0] as ValueAtom;
    this.at = before;
    return this.stop('one lag: several stand for several terms');
  }

  /** `l(x)`, `l(x, 1:3)`, `f(x, 2)`, `d(x)`; without a step it is 1; a lag of 0 is the value itself. */
  private shifts(): readonly ValueAtom[] | undefined {
    const letter = this.call('l', 'f', 'd');
    if (letter === undefined) return undefined;
    const of = this.expression();
    const steps = this.take(',') ? this.steps() : [1];
    this.need(')');
    const how = letter === 'd' ? 'difference' : 'lag';
    return steps.map((step): ValueAtom => {
      if (step === 0 && letter !== 'd') return of;
      return { is: 'shift', how, of, by: letter === 'f' ? -step : step, unit: '', time: '' };
    });
  }

  private steps(): readonly number[] {
    const before = this.token;
    const steps = this.values();
    if (steps.every((s): s is number => Number.isInteger(s))) return steps;
    throw new Stop({ start: before.start, end: before.end, expected: 'whole numbers of periods', found: before.text });
  }

  private polynomial(): Atom {
    const of = this.expression();
    this.need(',');
    this.named('degree');
    const degree = this.whole(1);
    let raw = false;
    if (this.take(',')) {
      if (!this.named('raw')) this.stop("'raw = TRUE' or ')'");
      const flag = this.name();
      raw = flag === 'TRUE' || flag === 'T' || flag === 'true';
    }
    this.need(')');
    return { is: 'poly', of, degree, raw };
  }

  /** After `i(`: the factor, and what it is multiplied by; `i.name` is a second factor. */
  private indicator(): Term {
    const column = this.name();
    const [own, other]: [Levels, Levels] = [{ ref: [] }, { ref: [] }];
    let by: Atom | undefined;
    while (this.take(',')) {
      const { text } = this.token;
      if (this.named('ref')) own.ref = this.values();
      else if (this.named('keep')) own.keep = this.values();
      else if (this.named('bin')) own.bin = this.bins();
      else if (this.named('ref2')) other.ref = this.values();
      else if (this.named('keep2')) other.keep = this.values();
      else if (this.named('bin2')) other.bin = this.bins();
      else if (by !== undefined || this.list[this.at + 1]?.text === '=')
        this.stop("'ref = …', 'keep = …', 'bin = …' or ')'");
      else if (this.token.kind === 'name' && text.startsWith('i.') && text.length > 2) {
        this.at++;
        by = { is: 'factor', column: text.slice(2), ref: [], all: true };
      } else by = this.expression();
    }
    this.need(')');
    const factor: Atom = { is: 'factor', column, ...own, all: by !== undefined };
    if (by === undefined) return [factor];
    return [factor, by.is === 'factor' ? { ...by, ...other } : by];
  }

  private level(): number | string {
    if (this.token.kind === 'string') return (this.list[this.at++] as Token).text;
    return this.number();
  }

  /** `2014`, `'east'`, `2010:2014`, `c(1, 3:5)`, `[1, 2]` */
  private values(): (number | string)[] {
    if (this.token.text === 'c' && this.list[this.at + 1]?.text === '(') this.at++;
    const close = this.take('(') ? ')' : this.take('[') ? ']' : undefined;
    const out = this.range();
    if (close === undefined) return out;
    while (this.take(',')) out.push(...this.range());
    this.need(close);
    return out;
  }

  private range(): (number | string)[] {
    const first = this.level();
    if (typeof first === 'string' || !this.take(':')) return [first];
    const last = this.number();
    const step = last < first ? -1 : 1;
    const count = Math.min(Math.floor(Math.abs(last - first)) + 1, MOST_VALUES);
    return Array.from({ length: count }, (_, i) => first + step * i);
  }

  /** `list(early = 2009:2011, 'late' = c(2019, 2020))`; fixest's `.( )` is the same. */
  private bins(): Bin[] {
    if (this.call('list', '.') === undefined) this.stop('list(name = values, …)');
    const out: Bin[] = [];
    do {
      const { kind, text } = this.token;
      if (kind !== 'name' && kind !== 'string') this.stop('the name of a bin');
      this.at++;
      this.need('=');
      out.push({ name: text, values: this.values() });
    } while (this.take(','));
    this.need(')');
    return out;
  }

  /** One term, or several: `a*b` is a, b and a:b. */
  terms(): Term[] {
    let out = this.factors();
    while (this.take('*')) {
      const next = this.factors();
      out = [...out, ...next, ...out.flatMap((t) => next.map((n) => [...t, ...n]))];
    }
    return out;
  }

  private factors(): Term[] {
    let out: Term[] = [[]];
    do {
      const next = this.atoms();
      out = out.flatMap((t) => next.map((n) => [...t, ...n]));
    } while (this.take(':'));
    return out;
  }

  /** A sum, a ratio or a function of columns needs no `I( )` on the left; what is several columns is for the caller to refuse. */
  outcome(): Term {
    const { kind, text } = this.token;
    const several = kind === 'name' && ['i', 'factor', 'as.factor', 'poly'].includes(text);
    return several && this.list[this.at + 1]?.text === '(' ? (this.atoms()[0] ?? []) : [this.expression()];
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
    // as in R, main effects come before products: of collinear terms the product is dropped
    const order = (term: Term): number => (term[0]?.is === 'factor' && term[0].all ? 1 : term.length);
    return { terms: terms.sort((a, b) => order(a) - order(b)), intercept };
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
    const y = r.outcome();
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

/** The left side by itself. */
export const parseOutcome = (text: string): Parsed<Term> => parse(text, (r) => r.outcome());

export const parseTerms = (text: string): Parsed<readonly Term[]> => parse(text, (r) => r.terms());

export const parseEffect = (text: string): Parsed<EffectTerm> => parse(text, (r) => r.effect());
