/** Values of what formulas compute of columns, over all rows of a table. */
import { MISSING } from '../columns/column.ts';
import { elementary } from '../columns/expression/elementary.ts';
import { operators } from '../columns/expression/operators.ts';
import { panelFaults, panelIndex } from '../columns/expression/panel-index.ts';
import type { Table } from '../columns/table.ts';
import type { Fault } from '../contract.ts';
import { shiftsIn, type Term, termName, type ValueAtom } from './term.ts';

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
      return atomValues(atom.of, table).map(elementary[atom.call]);
    case 'power':
      return atomValues(atom.of, table).map((x) => operators['^'](x, atom.power));
    case 'arithmetic': {
      const right = atomValues(atom.right, table);
      const by = operators[atom.op];
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

/** Why the lags of terms cannot be told in a table. */
export function shiftFaults(terms: readonly Term[], table: Table): readonly Fault[] {
  for (const term of terms) {
    const shift = term.flatMap(shiftsIn)[0];
    if (shift !== undefined) return panelFaults(table, shift, termName(term));
  }
  return [];
}
