/** Values of what formulas compute of columns, over all rows of a table. */
import { type Column, MISSING } from '../columns/column.ts';
import { panelIndex } from '../columns/expression/panel-index.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault } from '../contract.ts';
import { CALLS, type Operator, shiftsIn, type Term, type ValueAtom } from './term.ts';

/** Values by table and what is computed: samples, designs and other models ask for the same. */
const computed = new WeakMap<Table, Map<string, Float64Array>>();

/** An atom's values over all rows of the table (NaN where it is missing). Never written to. */
export function atomValues(atom: ValueAtom, table: Table): Float64Array {
  if (atom.is === 'column') return table.numbers(atom.column);
  let known = computed.get(table);
  if (known === undefined) computed.set(table, (known = new Map()));
  const key = JSON.stringify(atom);
  let values = known.get(key);
  if (values === undefined) known.set(key, (values = compute(atom, table)));
  return values;
}

function compute(atom: Exclude<ValueAtom, { is: 'column' }>, table: Table): Float64Array {
  switch (atom.is) {
    case 'number':
      return new Float64Array(table.rows).fill(atom.value);
    case 'call':
      return atomValues(atom.of, table).map(CALLS[atom.call]);
    case 'power':
      return atomValues(atom.of, table).map((x) => x ** atom.power);
    case 'arithmetic': {
      const right = atomValues(atom.right, table);
      const by = OPERATORS[atom.op];
      return atomValues(atom.left, table).map((x, i) => by(x, right[i] as number));
    }
    case 'shift': {
      const values = atomValues(atom.of, table);
      const at = panelIndex(table, atom, -atom.by);
      const other = Float64Array.from(at, (row) => (row === MISSING ? Number.NaN : (values[row] as number)));
      return atom.how === 'lag' ? other : values.map((x, i) => x - (other[i] as number));
    }
  }
}

const truth = (holds: boolean, a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : holds ? 1 : 0;

const OPERATORS: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => truth(a < b, a, b),
  '<=': (a, b) => truth(a <= b, a, b),
  '>': (a, b) => truth(a > b, a, b),
  '>=': (a, b) => truth(a >= b, a, b),
  '==': (a, b) => truth(a === b, a, b),
  '!=': (a, b) => truth(a !== b, a, b),
};

/** Lags in a table where a unit has the same period twice: which of the two would be meant? */
export function shiftFaults(terms: readonly Term[], table: Table): readonly Fault[] {
  const shift = terms.flatMap((term) => term.flatMap(shiftsIn))[0];
  if (shift === undefined) return [];
  const row = repeatedRow(table.column(shift.unit), table.column(shift.time), table.rows);
  if (row < 0) return [];
  const { unit, time } = shift;
  return [
    error('CE2751', { unit, value: printed(table.column(unit), row), time, period: printed(table.column(time), row) }),
  ];
}

const keyOf = (column: Column, row: number): number =>
  (column.kind === 'number' ? column.values[row] : column.codes[row]) as number;

function printed(column: Column, row: number): string {
  return column.kind === 'number' ? String(column.values[row]) : (column.levels[column.codes[row] as number] ?? '');
}

/** First row whose unit and time both stand before it; −1 if there is none. */
function repeatedRow(unit: Column, time: Column, rows: number): number {
  const seen = new Map<number, Set<number>>();
  for (let i = 0; i < rows; i++) {
    const [u, t] = [keyOf(unit, i), keyOf(time, i)];
    if (Number.isNaN(u) || Number.isNaN(t) || u === MISSING || t === MISSING) continue;
    let times = seen.get(u);
    if (times === undefined) seen.set(u, (times = new Set()));
    if (times.has(t)) return i;
    times.add(t);
  }
  return -1;
}
