/**
 * Evaluates a checked expression over whole columns. Missing propagates; a comparison with missing is missing; `and` and `or` are
 * Kleene's; arithmetic is IEEE (log(0) is −Inf); `sd` divides by n − 1.
 */
import type { Panel } from '../../contract.ts';
import {
  type Column,
  emptyColumn,
  isEmpty,
  isMissing,
  kindOf,
  lengthOf,
  MISSING,
  numbers,
  type TextColumn,
  textAt,
  texts,
} from '../column.ts';
import { civilFromDays, parseDate } from '../parse.ts';
import type { Table } from '../table.ts';
import { elementary, isElementary } from './elementary.ts';
import { operators } from './operators.ts';
import { groupIndex, panelIndex } from './panel-index.ts';
import { roundDecimals } from './round-decimals.ts';
import { groupSummary } from './summaries.ts';
import type { BinaryOperator, Expression } from './syntax.ts';
import { isTextFunction, textCall } from './text-functions.ts';

export interface EvaluateContext {
  readonly table: Pick<Table, 'rows' | 'column'>;
  readonly panel?: Panel;
  readonly by?: readonly string[];
  /** told of each row with a text that `number()` does not read as one */
  readonly strange?: (row: number, text: string) => void;
}

export function evaluate(tree: Expression, context: EvaluateContext): Column {
  const { rows } = context.table;
  switch (tree.is) {
    case 'number':
      return numbers(new Float64Array(rows).fill(tree.value));
    case 'text':
      return { kind: 'text', codes: new Uint32Array(rows), levels: [tree.value] };
    case 'column':
      return context.table.column(tree.name);
    case 'negate':
      return map(numeric(tree.of, context), (x) => -x);
    case 'not':
      return map(numeric(tree.of, context), (x) => (Number.isNaN(x) ? Number.NaN : x === 0 ? 1 : 0));
    case 'binary':
      return binary(tree.operator, tree.left, tree.right, context);
    case 'in':
      return membership(tree, context);
    case 'call':
      return call(tree.name, tree.arguments, context);
  }
}

function numeric(tree: Expression, context: EvaluateContext): Float64Array {
  const column = evaluate(tree, context);
  if (column.kind !== 'number') throw new Error('ceteris bug: text where a number was checked');
  return column.values;
}

const map = (values: Float64Array, f: (x: number) => number): Column => numbers(values.map(f));

type Pair = (a: number, b: number) => number;

/** 1, 0 or missing */
const logic: Readonly<Record<'and' | 'or', Pair>> = {
  and: (a, b) => (a === 0 || b === 0 ? 0 : Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 1),
  or: (a, b) =>
    (a !== 0 && !Number.isNaN(a)) || (b !== 0 && !Number.isNaN(b))
      ? 1
      : Number.isNaN(a) || Number.isNaN(b)
        ? Number.NaN
        : 0,
};

function binary(operator: BinaryOperator, left: Expression, right: Expression, context: EvaluateContext): Column {
  switch (operator) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, ...alike(evaluate(left, context), evaluate(right, context)), context.table.rows);
    case 'and':
    case 'or':
      return pairwise(numeric(left, context), numeric(right, context), logic[operator]);
    default:
      return pairwise(numeric(left, context), numeric(right, context), operators[operator]);
  }
}

function pairwise(a: Float64Array, b: Float64Array, f: Pair): Column {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = f(a[i] as number, b[i] as number);
  return numbers(out);
}

/** Two columns of one kind: a text beside a date is a date, as was checked; beside a column without a value it stays what it is. */
function alike(a: Column, b: Column): readonly [Column, Column] {
  if (a.kind === b.kind) return [a, b];
  if (isEmpty(a)) return [emptyColumn(b.kind, lengthOf(a)), b];
  if (isEmpty(b)) return [a, emptyColumn(a.kind, lengthOf(b))];
  return [a.kind === 'text' ? datesOf(a) : a, b.kind === 'text' ? datesOf(b) : b];
}

function datesOf({ codes, levels }: TextColumn): Column {
  const days = levels.map(parseDate);
  if (days.includes(undefined)) throw new Error('ceteris bug: a text that is no date beside a number');
  return numbers(Float64Array.from(codes, (code) => days[code] ?? Number.NaN));
}

function compare(operator: '==' | '!=' | '<' | '<=' | '>' | '>=', a: Column, b: Column, rows: number): Column {
  if (a.kind === 'number' && b.kind === 'number') return pairwise(a.values, b.values, operators[operator]);
  const holds: Readonly<Record<typeof operator, (order: number) => boolean>> = {
    '==': (o) => o === 0,
    '!=': (o) => o !== 0,
    '<': (o) => o < 0,
    '<=': (o) => o <= 0,
    '>': (o) => o > 0,
    '>=': (o) => o >= 0,
  };
  const test = holds[operator];
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const order = orderAt(a, b, i);
    out[i] = order === undefined ? Number.NaN : test(order) ? 1 : 0;
  }
  return numbers(out);
}

/** −1, 0, 1; texts by code point; undefined when one is missing. */
function orderAt(a: Column, b: Column, i: number): number | undefined {
  if (isMissing(a, i) || isMissing(b, i)) return undefined;
  const [x, y] =
    a.kind === 'number' && b.kind === 'number'
      ? [a.values[i] as number, b.values[i] as number]
      : [textAt(a as TextColumn, i) as string, textAt(b as TextColumn, i) as string];
  return x < y ? -1 : x > y ? 1 : 0;
}

function membership(tree: Extract<Expression, { is: 'in' }>, context: EvaluateContext): Column {
  const { rows } = context.table;
  const of = evaluate(tree.of, context);
  // a list may hold hundreds of codes: they are looked up, not made into columns
  const literals = new Set<number | string | undefined>();
  const others: Column[] = [];
  for (const one of tree.list) {
    if (one.is === 'number') literals.add(one.value);
    else if (one.is === 'text') literals.add(of.kind === 'text' ? one.value : parseDate(one.value));
    else others.push(alike(of, evaluate(one, context))[1]);
  }
  const listed = of.kind === 'text' ? of.levels.map((level) => literals.has(level)) : [];
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (isMissing(of, i)) out[i] = Number.NaN;
    else {
      const isListed = of.kind === 'text' ? listed[of.codes[i] as number] : literals.has(of.values[i]);
      out[i] = isListed || others.some((one) => orderAt(of, one, i) === 0) ? 1 : 0;
    }
  }
  return numbers(out);
}

const datePart = (part: 'year' | 'month' | 'day') => (days: number) =>
  Number.isNaN(days) ? Number.NaN : civilFromDays(days)[part];

function call(name: string, list: readonly Expression[], context: EvaluateContext): Column {
  const first = list[0] as Expression;
  if (isElementary(name)) return map(numeric(first, context), elementary[name]);
  if (isTextFunction(name)) {
    const columns = list.map((one) => evaluate(one, context));
    return textCall(name, columns, context.table.rows, context.strange);
  }
  switch (name) {
    case 'year':
    case 'month':
    case 'day':
      return map(numeric(first, context), datePart(name));
    case 'round':
      return rounded(numeric(first, context), list[1] === undefined ? undefined : numeric(list[1], context));
    case 'min':
    case 'max':
      return list
        .slice(1)
        .reduce<Column>(
          (a, b) =>
            pairwise((a as { values: Float64Array }).values, numeric(b, context), name === 'min' ? Math.min : Math.max),
          numbers(numeric(first, context)),
        );
    case 'missing': {
      const of = evaluate(first, context);
      return numbers(Float64Array.from({ length: context.table.rows }, (_, i) => (isMissing(of, i) ? 1 : 0)));
    }
    case 'if':
      return choose(list, context);
    case 'coalesce':
      return coalesce(
        list.map((e) => evaluate(e, context)),
        context.table.rows,
      );
    case 'lag':
    case 'lead':
    case 'diff':
    case 'growth':
      return shifted(name, list, context);
    default: {
      const index = groupIndex(context.table, context.by ?? []);
      const p = list[1] === undefined ? Number.NaN : (numeric(list[1], context)[0] as number);
      return groupSummary(name, evaluate(first, context), index, p);
    }
  }
}

function rounded(values: Float64Array, places: Float64Array | undefined): Column {
  return numbers(values.map((x, i) => roundDecimals(x, places?.[i] ?? 0)));
}

function choose(list: readonly Expression[], context: EvaluateContext): Column {
  const { rows } = context.table;
  const condition = numeric(list[0] as Expression, context);
  const yes = evaluate(list[1] as Expression, context);
  const no = list[2] === undefined ? undefined : evaluate(list[2], context);
  const pick = (i: number): Column | undefined =>
    Number.isNaN(condition[i]) ? undefined : condition[i] !== 0 ? yes : no;
  return join(kindOf(no === undefined ? [yes] : [yes, no]), rows, pick);
}

function coalesce(columns: readonly Column[], rows: number): Column {
  return join(kindOf(columns), rows, (i) => columns.find((c) => !isMissing(c, i)));
}

/** Row by row from the column that `pick` names; missing where it names none. */
function join(kind: Column['kind'], rows: number, pick: (row: number) => Column | undefined): Column {
  if (kind === 'number')
    return numbers(
      Float64Array.from(
        { length: rows },
        (_, i) => (pick(i) as { values?: Float64Array } | undefined)?.values?.[i] ?? Number.NaN,
      ),
    );
  return texts(
    (function* () {
      for (let i = 0; i < rows; i++) {
        const from = pick(i);
        yield from?.kind === 'text' ? textAt(from, i) : undefined;
      }
    })(),
    rows,
  );
}

/** By the value of time, not by row: a gap in time gives missing. */
function shifted(
  name: 'lag' | 'lead' | 'diff' | 'growth',
  list: readonly Expression[],
  context: EvaluateContext,
): Column {
  if (context.panel === undefined) throw new Error('ceteris bug: a lag without a panel');
  const values = numeric(list[0] as Expression, context);
  const steps = list[1] === undefined ? 1 : (numeric(list[1], context)[0] as number);
  const at = panelIndex(context.table, context.panel, name === 'lead' ? steps : -steps);
  const other = Float64Array.from(at, (j) => (j === MISSING ? Number.NaN : (values[j] as number)));
  if (name === 'lag' || name === 'lead') return numbers(other);
  return numbers(values.map((x, i) => (name === 'diff' ? x - (other[i] as number) : x / (other[i] as number) - 1)));
}
