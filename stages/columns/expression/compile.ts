/** Checks an expression against a table's schema: columns, functions, types; every mistake with its place in the text. */
import { type ColumnType, error, type Fault, type Panel, type ParamPath, type TableShape } from '../../contract.ts';
import { meantInExpression } from '../meant.ts';
import { columnNames, findColumn } from '../schema.ts';
import { functionNames, functions } from './functions.ts';
import { type Expression, parseExpression, QUOTED, type Span, type SyntaxMistake } from './syntax.ts';

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
    tree: parsed.tree,
    reads: [...checker.reads],
    type: typeOf(parsed.tree, kind, context.shape),
  };
}

function mistakeFault({ start, end, expected, found }: SyntaxMistake, text: string, param: ParamPath): Fault {
  if (expected === QUOTED) return { ...error('CE2051', { found }, param), within: { start, end } };
  const mark = /^(?:&&|\|\||.)/u.exec(text.slice(start, end + 1))?.[0] ?? '';
  const plain = meantInExpression(mark);
  if (plain === undefined) return { ...error('CE2030', { expected, found }, param), within: { start, end } };
  return { ...error('CE2050', { found: mark, plain }, param), within: { start, end: start + mark.length } };
}

function typeOf(tree: Expression, kind: Kind, shape: TableShape): ColumnType {
  if (tree.is === 'column') return findColumn(shape, tree.name)?.type ?? 'unknown';
  return kind;
}

/** Trees of panel functions read the unit and the time. */
class Checker {
  readonly faults: Fault[] = [];
  readonly reads = new Set<string>();
  private readonly context: CompileContext;
  private readonly places: ReadonlyMap<Expression, Span>;
  private readonly text: string;

  constructor(context: CompileContext, places: ReadonlyMap<Expression, Span>, text: string) {
    this.context = context;
    this.places = places;
    this.text = text;
  }

  private fault(
    code: 'CE2001' | 'CE2031' | 'CE2032' | 'CE2033' | 'CE2034',
    args: Fault['args'],
    tree: Expression,
  ): void {
    const span = this.places.get(tree) ?? { start: 0, end: this.text.length };
    this.faults.push({ ...error(code, args, this.context.param), within: span });
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
        for (const one of tree.list) this.alike(of, this.kind(one), tree.of);
        return 'boolean';
      }
      case 'call':
        return this.call(tree);
    }
  }

  private column(tree: Extract<Expression, { is: 'column' }>): Kind {
    const found = findColumn(this.context.shape, tree.name);
    if (found === undefined) {
      this.fault('CE2001', { name: tree.name, known: columnNames(this.context.shape) }, tree);
      return 'unknown';
    }
    this.reads.add(tree.name);
    if (found.type === 'unknown' || found.type === 'text') return found.type;
    return found.type === 'boolean' ? 'boolean' : 'number';
  }

  private number(tree: Expression): void {
    if (this.kind(tree) === 'text') this.fault('CE2032', { name: tree.is === 'column' ? tree.name : 'text' }, tree);
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
        this.alike(this.kind(tree.left), this.kind(tree.right), tree.left);
        return 'boolean';
      default:
        this.number(tree.left);
        this.number(tree.right);
        return 'number';
    }
  }

  private call(tree: Extract<Expression, { is: 'call' }>): Kind {
    const info = Object.hasOwn(functions, tree.name) ? functions[tree.name] : undefined;
    if (info === undefined) {
      this.fault('CE2031', { name: tree.name, known: functionNames }, tree);
      for (const one of tree.arguments) this.kind(one);
      return 'unknown';
    }
    const given = tree.arguments.length;
    if (given < info.least || given > info.most) {
      const wanted = info.least === info.most ? String(info.least) : `${info.least} – ${info.most}`;
      this.fault('CE2034', { name: tree.name, given, wanted }, tree);
    }
    if (info.kind === 'panel') this.panel(tree);
    if (info.kind === 'group') for (const name of this.context.by ?? []) this.reads.add(name);
    const kinds = tree.arguments.map((one): Kind => {
      if (info.anyType) return this.kind(one);
      this.number(one);
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

  private panel(tree: Extract<Expression, { is: 'call' }>): void {
    const panel: Panel | undefined = this.context.shape.panel;
    if (panel === undefined) {
      const span = this.places.get(tree);
      this.faults.push({
        ...error('CE2035', { name: tree.name }, this.context.param),
        ...(span === undefined ? {} : { within: span }),
      });
      return;
    }
    this.reads.add(panel.unit);
    this.reads.add(panel.time);
  }
}
