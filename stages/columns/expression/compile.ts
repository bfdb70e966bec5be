/** Checks an expression against a table's schema: columns, functions, types; every mistake with its place in the text. */
import { closest } from '../../catalogue/suggest.ts';
import { type ColumnType, error, type Fault, type Panel, type ParamPath, type TableShape } from '../../contract.ts';
import { meantInExpression } from '../meant.ts';
import { parseDate } from '../parse.ts';
import { columnNames, findColumn } from '../schema.ts';
import {
  functionMeant,
  isMissingElsewhere,
  missingMeant,
  type Shifts,
  shiftMeant,
  spellingMeant,
} from './counterparts.ts';
import { type FunctionInfo, functionNames, functions } from './functions.ts';
import { operators } from './operators.ts';
import { type Expression, parseExpression, QUOTED, type Span, type SyntaxMistake } from './syntax.ts';
import { constantMistakes, withDates } from './text-arguments.ts';

export interface CompiledExpression {
  readonly faults: readonly Fault[];
  /** the canonical form; meaningful only without faults */
  readonly tree: Expression;
  readonly reads: readonly string[];
  readonly type: ColumnType;
}

export interface CompileContext {
  readonly shape: TableShape;
  readonly param: ParamPath;
  /** columns whose groups the summaries are taken over */
  readonly by?: readonly string[];
}

type Kind = 'number' | 'boolean' | 'text' | 'unknown';

export function compileExpression(written: string | number | boolean, context: CompileContext): CompiledExpression {
  const text = String(written);
  const parsed = parseExpression(text);
  if (!parsed.ok) {
    const fault = mistakeFault(parsed.mistake, text, context.param);
    return { faults: [fault], tree: { is: 'number', value: Number.NaN }, reads: [], type: 'unknown' };
  }
  const checker = new Checker(context, parsed.places, text);
  const kind = checker.kind(parsed.tree);
  return {
    faults: checker.faults,
    tree: checker.ofDates.size === 0 ? parsed.tree : withDates(parsed.tree, checker.ofDates),
    reads: [...checker.reads],
    type: typeOf(parsed.tree, { kind, isDate: checker.isDate(parsed.tree) }, context.shape),
  };
}

function mistakeFault(mistake: SyntaxMistake, text: string, param: ParamPath): Fault {
  const { start, end, expected, found } = mistake;
  const spelt = spellingMeant(mistake, text);
  if (spelt !== undefined)
    return {
      ...error('CE2083', { found: spelt.found, plain: spelt.plain }, param),
      within: { start: spelt.start, end: spelt.end },
    };
  if (found === "'by'" || found === "'over'") return { ...error('CE2085', {}, param), within: { start, end } };
  if (expected === QUOTED) return { ...error('CE2051', { found }, param), within: { start, end } };
  const mark = /^(?:&&|\|\||.)/u.exec(text.slice(start, end + 1))?.[0] ?? '';
  const plain = meantInExpression(mark);
  if (plain === undefined) return { ...error('CE2030', { expected, found }, param), within: { start, end } };
  return { ...error('CE2050', { found: mark, plain }, param), within: { start, end: start + mark.length } };
}

function typeOf(tree: Expression, found: { kind: Kind; isDate: boolean }, shape: TableShape): ColumnType {
  if (tree.is === 'column') return findColumn(shape, tree.name)?.type ?? 'unknown';
  return found.isDate ? 'date' : found.kind;
}

const SHIFTS: Shifts = { l: 'lag', f: 'lead', d: 'diff' };

/** Functions of dates that give numbers. */
const DATE_PARTS = new Set(['year', 'month', 'day']);

type Call = Extract<Expression, { is: 'call' }>;

/** The arguments of which a call gives one, as it is or that of another row; none where it computes. */
function passedOn({ name, arguments: list }: Call): readonly Expression[] {
  if (name === 'if') return list.slice(1);
  if (name === 'lag' || name === 'lead') return list.slice(0, 1);
  return name === 'min' || name === 'max' || name === 'coalesce' ? list : [];
}

/** The value of an expression of numbers alone, such as 1/3. */
function constantOf(tree: Expression): number | undefined {
  if (tree.is === 'number') return tree.value;
  if (tree.is !== 'binary' || tree.operator === 'and' || tree.operator === 'or') return undefined;
  const [left, right] = [constantOf(tree.left), constantOf(tree.right)];
  return left === undefined || right === undefined ? undefined : operators[tree.operator](left, right);
}

/** Trees of panel functions read the unit and the time. */
class Checker {
  readonly faults: Fault[] = [];
  readonly reads = new Set<string>();
  private readonly context: CompileContext;
  private readonly places: ReadonlyMap<Expression, Span>;
  private readonly text: string;
  /** sums of texts */
  private readonly joined = new Set<Expression>();
  /** calls of text() whose argument is a date */
  readonly ofDates = new Set<Expression>();

  constructor(context: CompileContext, places: ReadonlyMap<Expression, Span>, text: string) {
    this.context = context;
    this.places = places;
    this.text = text;
  }

  private fault(code: Fault['code'], args: Fault['args'], tree: Expression): void {
    this.faults.push({ ...error(code, args, this.context.param), within: this.placeOf(tree) });
  }

  private placeOf(tree: Expression): Span {
    return this.places.get(tree) ?? { start: 0, end: this.text.length };
  }

  private written(tree: Expression): string {
    if (tree.is === 'call') return `${tree.name}(…)`;
    const { start, end } = this.placeOf(tree);
    return this.text.slice(start, end);
  }

  kind(tree: Expression): Kind {
    switch (tree.is) {
      case 'number':
        return 'number';
      case 'text':
        return 'text';
      case 'column':
        return this.column(tree);
      case 'negate':
        this.number(tree.of);
        return 'number';
      case 'not':
        this.number(tree.of);
        return 'boolean';
      case 'binary':
        return this.binary(tree);
      case 'in': {
        const of = this.kind(tree.of);
        for (const one of tree.list)
          if (!this.isMeantAsText(one, tree.of) && !this.isBesideDate(one, tree.of))
            this.alike(of, this.kind(one), tree.of);
        return 'boolean';
      }
      case 'call':
        return this.call(tree);
    }
  }

  private column(tree: Extract<Expression, { is: 'column' }>): Kind {
    const found = findColumn(this.context.shape, tree.name);
    if (found === undefined) {
      const known = columnNames(this.context.shape);
      const truth = /^(?:true|false)$/i.test(tree.name) ? tree.name.toLowerCase() : undefined;
      const plain = truth ?? shiftMeant(tree.name, known, SHIFTS);
      if (plain === undefined) this.fault('CE2001', { name: tree.name, known }, tree);
      else this.fault('CE2083', { found: tree.name, plain }, tree);
      return 'unknown';
    }
    this.reads.add(tree.name);
    if (found.type === 'unknown' || found.type === 'text') return found.type;
    return found.type === 'boolean' ? 'boolean' : 'number';
  }

  private number(tree: Expression): void {
    if (this.kind(tree) === 'text') this.fault('CE2032', { name: this.written(tree) }, tree);
  }

  private alike(left: Kind, right: Kind, tree: Expression): void {
    if (left === 'unknown' || right === 'unknown') return;
    if ((left === 'text') !== (right === 'text')) this.fault('CE2033', { left, right }, tree);
  }

  private binary(tree: Extract<Expression, { is: 'binary' }>): Kind {
    switch (tree.operator) {
      case 'and':
      case 'or':
        this.number(tree.left);
        this.number(tree.right);
        return 'boolean';
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        this.compared(tree);
        return 'boolean';
      default:
        return this.arithmetic(tree);
    }
  }

  private arithmetic(tree: Extract<Expression, { is: 'binary' }>): Kind {
    const sides = [tree.left, tree.right] as const;
    const kinds = sides.map((side) => this.kind(side));
    const inQuotes = sides.find((side) => side.is === 'text');
    const isSum = this.joined.has(tree.left) || inQuotes !== undefined || kinds.every((kind) => kind === 'text');
    const isJoining = tree.operator === '+' && isSum;
    if (!isJoining) {
      for (const [i, side] of sides.entries())
        if (kinds[i] === 'text') this.fault('CE2032', { name: this.written(side) }, side);
      return 'number';
    }
    // of a + b + c the first is told of
    if (!this.joined.has(tree.left)) this.fault('CE2091', {}, inQuotes ?? tree.left);
    this.joined.add(tree);
    return 'text';
  }

  private compared({ left, right, operator }: Extract<Expression, { is: 'binary' }>): void {
    if (left.is === 'column' && right.is === 'column' && isMissingElsewhere(right.name) && !this.isColumn(right)) {
      const within = { start: this.placeOf(left).start, end: this.placeOf(right).end };
      const found = this.text.slice(within.start, within.end);
      const plain = missingMeant(left.name, operator);
      this.kind(left);
      this.faults.push({ ...error('CE2083', { found, plain }, this.context.param), within });
      return;
    }
    if (this.isBesideDate(left, right) || this.isBesideDate(right, left)) {
      this.kind(left);
      this.kind(right);
      return;
    }
    const [leftIsText, rightIsText] = [this.isMeantAsText(left, right), this.isMeantAsText(right, left)];
    const [a, b] = [leftIsText ? 'text' : this.kind(left), rightIsText ? 'text' : this.kind(right)] as const;
    this.alike(a, b, left);
  }

  private isColumn(tree: Extract<Expression, { is: 'column' }>): boolean {
    return findColumn(this.context.shape, tree.name) !== undefined;
  }

  /** A name that is no column, nor nearly one, beside a column that may be text: a text without its quotes. */
  private isMeantAsText(tree: Expression, beside: Expression): boolean {
    if (tree.is !== 'column' || beside.is !== 'column' || this.isColumn(tree)) return false;
    const { shape } = this.context;
    const type = findColumn(shape, beside.name)?.type;
    if (type !== 'text' && type !== 'unknown') return false;
    const others = shape.columns.filter((c) => c.type === type && c.name !== beside.name).map((c) => c.name);
    if (closest(tree.name, others) !== undefined) return false;
    if (shiftMeant(tree.name, columnNames(shape), SHIFTS) !== undefined) return false;
    this.fault('CE2084', { name: tree.name }, tree);
    return true;
  }

  /** A text beside a date is a date itself, or a mistake. */
  private isBesideDate(tree: Expression, date: Expression): boolean {
    if (tree.is !== 'text' || !this.isDay(date)) return false;
    if (parseDate(tree.value) === undefined) this.fault('CE2089', { found: tree.value }, tree);
    return true;
  }

  /** A column of dates, the date of another row, or one of several dates. */
  isDate(tree: Expression): boolean {
    if (tree.is === 'column') return findColumn(this.context.shape, tree.name)?.type === 'date';
    const values = tree.is === 'call' ? passedOn(tree) : [];
    return values.length > 0 && values.every((one) => this.isDate(one));
  }

  /** A date, or some days before or after one: a number, of which nobody knows whether a date or a count is wanted. */
  private isDay(tree: Expression): boolean {
    if (tree.is === 'binary')
      return (tree.operator === '+' || tree.operator === '-') && this.isDay(tree.left) && !this.isDay(tree.right);
    if (this.isDate(tree)) return true;
    const [first] = tree.is === 'call' ? passedOn(tree) : [];
    return first !== undefined && this.isDay(first);
  }

  private call(tree: Call): Kind {
    const info = Object.hasOwn(functions, tree.name) ? functions[tree.name] : undefined;
    if (info === undefined) {
      const plain = functionMeant(tree.name);
      if (plain === undefined) this.fault('CE2031', { name: tree.name, known: functionNames }, tree);
      else this.fault('CE2083', { found: `${tree.name}(…)`, plain }, tree);
      for (const one of tree.arguments) this.kind(one);
      return 'unknown';
    }
    this.counted(tree, info);
    if (info.takes !== undefined) return this.texts(tree, info, info.takes);
    if (info.kind === 'panel') this.panel(tree);
    if (info.kind === 'group') for (const name of this.context.by ?? []) this.reads.add(name);
    const isSecondSound = this.second(tree, info);
    const kinds = tree.arguments.slice(0, info.most).map((one, i): Kind => {
      if (info.anyType && !(tree.name === 'if' && i === 0)) return this.kind(one);
      if (DATE_PARTS.has(tree.name)) this.date(tree.name, one);
      else if (i !== 1 || isSecondSound) this.number(one);
      return 'number';
    });
    if (info.gives !== 'same') return info.gives;
    const values = tree.name === 'if' ? kinds.slice(1) : kinds;
    const [first = 'unknown', ...rest] = values;
    for (const other of rest) this.alike(first, other, tree);
    return values.find((k) => k !== 'unknown') === 'boolean' && values.some((k) => k === 'number')
      ? 'number'
      : (values.find((k) => k !== 'unknown') ?? 'unknown');
  }

  /** Functions that take or give texts. */
  private texts(tree: Call, info: FunctionInfo, takes: NonNullable<FunctionInfo['takes']>): Kind {
    const given = tree.arguments.slice(0, info.most);
    for (const [i, one] of given.entries()) {
      if (i > 0 && this.isUnquoted(one)) continue;
      const kind = this.kind(one);
      if (kind !== 'unknown') this.taken(tree, one, kind, takes[Math.min(i, takes.length - 1)] === 'text');
    }
    for (const { code, at } of constantMistakes(tree, constantOf)) this.fault(code, { found: this.written(at) }, at);
    return info.gives === 'same' ? 'unknown' : info.gives;
  }

  private taken(call: Call, one: Expression, kind: Kind, isText: boolean): void {
    const type = one.is === 'column' ? findColumn(this.context.shape, one.name)?.type : undefined;
    const is = this.isDay(one) ? 'date' : (type ?? kind);
    const args = { function: call.name, name: this.written(one), is };
    if (call.name === 'text' && is === 'date') this.ofDates.add(call);
    if (call.name === 'text' && kind === 'boolean') this.fault('CE2096', args, one);
    if ((kind === 'text') === isText) return;
    if (call.name === 'text' || call.name === 'number') this.fault('CE2094', args, one);
    else this.fault(isText ? 'CE2090' : 'CE2032', args, one);
  }

  /** A name that is no column, nor nearly one, where a text is wanted. */
  private isUnquoted(tree: Expression): boolean {
    if (tree.is !== 'column' || this.isColumn(tree)) return false;
    if (closest(tree.name, columnNames(this.context.shape)) !== undefined) return false;
    this.fault('CE2084', { name: tree.name }, tree);
    return true;
  }

  private counted(tree: Call, info: FunctionInfo): void {
    const given = tree.arguments.length;
    if ((tree.name === 'min' || tree.name === 'max') && given === 1) this.fault('CE2086', { name: tree.name }, tree);
    else if (info.kind === 'group' && given > info.most) this.fault('CE2085', {}, tree);
    else if (given < info.least || given > info.most) {
      const wanted = info.least === info.most ? String(info.least) : `${info.least} – ${info.most}`;
      this.fault('CE2034', { name: tree.name, given, wanted }, tree);
    }
  }

  /** Periods and probabilities are the same in all rows. */
  private second(tree: Call, info: FunctionInfo): boolean {
    const second = tree.arguments[1];
    if (second === undefined) return true;
    const value = constantOf(second);
    const found = this.written(second);
    if (tree.name === 'quantile' && !(value !== undefined && value >= 0 && value <= 1))
      this.fault('CE2081', { found }, second);
    else if (info.kind === 'panel' && !Number.isInteger(value))
      this.fault('CE2082', { name: tree.name, found }, second);
    else if (tree.name === 'round' && value !== undefined && !Number.isInteger(value))
      this.fault('CE2088', { found }, second);
    else return true;
    return false;
  }

  /** Whole numbers of the data are years already, or no days. */
  private date(name: string, tree: Expression): void {
    const kind = this.kind(tree);
    const type = tree.is === 'column' ? findColumn(this.context.shape, tree.name)?.type : undefined;
    if (kind === 'text' || type === 'boolean' || (this.isWhole(tree) && constantOf(tree) === undefined))
      this.fault('CE2087', { function: name, name: this.written(tree), is: type ?? kind }, tree);
  }

  private isWhole(tree: Expression): boolean {
    if (tree.is === 'column') return findColumn(this.context.shape, tree.name)?.type === 'integer';
    if (tree.is === 'number') return Number.isInteger(tree.value);
    if (tree.is === 'binary')
      return ['+', '-', '*'].includes(tree.operator) && this.isWhole(tree.left) && this.isWhole(tree.right);
    const values = tree.is === 'call' ? passedOn(tree) : [];
    return values.length > 0 && values.every((one) => this.isWhole(one));
  }

  private panel(tree: Call): void {
    const panel: Panel | undefined = this.context.shape.panel;
    if (panel === undefined) {
      this.fault('CE2035', { name: tree.name }, tree);
      return;
    }
    if (findColumn(this.context.shape, panel.time)?.type === 'text')
      this.fault('CE2080', { name: `${tree.name}()`, time: panel.time }, tree);
    this.reads.add(panel.unit);
    this.reads.add(panel.time);
  }
}
