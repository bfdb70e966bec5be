/** What a linear model is made of: numbers per row, factors, their products, and effects; with the names that are printed. */
import type { Elementary } from '../columns/expression/elementary.ts';
import type { NumberOperator } from '../columns/expression/operators.ts';
import type { Periods } from '../columns/expression/panel-index.ts';

/** A number per row: a column, or what is computed of columns. */
export type ValueAtom =
  | { readonly is: 'column'; readonly column: string }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'call'; readonly call: Elementary; readonly of: ValueAtom }
  | { readonly is: 'power'; readonly of: ValueAtom; readonly power: number }
  | { readonly is: 'arithmetic'; readonly op: Operator; readonly left: ValueAtom; readonly right: ValueAtom }
  /** the value of the same unit `by` periods earlier (later when negative), or the change since then */
  | {
      readonly is: 'shift';
      readonly how: 'lag' | 'difference';
      readonly of: ValueAtom;
      readonly by: number;
      /** the panel; empty until `onPanel` has put it in */
      readonly unit: string;
      readonly time: string;
      /** those of the two that are dates */
      readonly dates?: readonly string[];
    };

/** Levels that become one. */
export type Bin = { readonly name: string; readonly values: readonly (number | string)[] };

/** What stands in a product: one column, or several. */
export type Atom =
  | ValueAtom
  /** dummies of a column's values; `ref` values are left out; `all`: no level is left out unless named */
  | {
      readonly is: 'factor';
      readonly column: string;
      readonly ref: readonly (number | string)[];
      readonly all: boolean;
      /** the only levels that get a dummy */
      readonly keep?: readonly (number | string)[];
      readonly bin?: readonly Bin[];
    }
  /** powers up to the degree: as they are (`raw`), or orthonormal over the rows of the estimation */
  | { readonly is: 'poly'; readonly of: ValueAtom; readonly degree: number; readonly raw: boolean };

export type FactorAtom = Extract<Atom, { is: 'factor' }>;
export type PolyAtom = Extract<Atom, { is: 'poly' }>;

/** A product of atoms: `a:b`. */
export type Term = readonly Atom[];

export type EffectTerm = {
  /** columns whose combinations are the levels */
  readonly columns: readonly string[];
  readonly slopes: readonly string[];
  readonly slopeOnly: boolean;
};

/** Comparisons give 1 or 0. */
export type Operator = Exclude<NumberOperator, '%'>;

export const isValue = (atom: Atom): atom is ValueAtom => atom.is !== 'factor' && atom.is !== 'poly';

/** A name as it must be written in a formula. */
const quoted = (column: string): string => (/^[\p{L}_.][\p{L}\p{N}_.]*$/u.test(column) ? column : `\`${column}\``);

const STRENGTH: Record<Operator, number> = {
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '==': 1,
  '!=': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
  '^': 5,
};

const strengthOf = (atom: ValueAtom): number => {
  if (atom.is === 'arithmetic') return STRENGTH[atom.op];
  if (atom.is === 'power') return STRENGTH['^'];
  return atom.is === 'number' && atom.value < 0 ? 4 : 6;
};

/** As it would be written inside `I(…)`. */
function expressionName(atom: ValueAtom): string {
  const within = (part: ValueAtom, least: number): string =>
    strengthOf(part) < least ? `(${expressionName(part)})` : expressionName(part);
  switch (atom.is) {
    case 'column':
      return quoted(atom.column);
    case 'number':
      return String(atom.value);
    case 'call':
      return `${atom.call}(${expressionName(atom.of)})`;
    case 'power':
      return `${within(atom.of, 6)}^${atom.power}`;
    case 'arithmetic': {
      const own = STRENGTH[atom.op];
      if (atom.op === '^') return `${within(atom.left, 6)}^${within(atom.right, 6)}`;
      return `${within(atom.left, own)} ${atom.op} ${within(atom.right, own + 1)}`;
    }
    case 'shift':
      return shiftName(atom);
  }
}

/** `l(x, 1)`, `f(x, 2)`, `d(x, 1)`, as fixest prints lags, leads and differences. */
function shiftName({ how, of, by }: Extract<ValueAtom, { is: 'shift' }>): string {
  const [letter, steps] = how === 'difference' ? ['d', by] : by < 0 ? ['f', -by] : ['l', by];
  return `${letter}(${expressionName(of)}, ${steps})`;
}

export function atomName(atom: Atom): string {
  switch (atom.is) {
    case 'column':
      return atom.column;
    case 'call':
      // a column by itself is not put in backticks
      return `${atom.call}(${atom.of.is === 'column' || atom.of.is === 'call' ? atomName(atom.of) : expressionName(atom.of)})`;
    case 'factor':
      return `i(${quoted(atom.column)})`;
    case 'poly':
      return `poly(${expressionName(atom.of)}, ${atom.degree}${atom.raw ? ', raw = TRUE' : ''})`;
    case 'power':
      if (atom.of.is === 'column' || atom.of.is === 'call') return `${atomName(atom.of)}^${atom.power}`;
      return `I(${expressionName(atom)})`;
    case 'shift':
      return shiftName(atom);
    case 'number':
    case 'arithmetic':
      return `I(${expressionName(atom)})`;
  }
}

export const termName = (term: Term): string => term.map(atomName).join(':');

/** A glob of the names that a term's coefficients have: a factor makes one for each level, a polynomial one for each power. */
export const termPattern = (term: Term): string =>
  term
    .map((atom) =>
      atom.is === 'factor' ? `${atom.column}::*` : atom.is === 'poly' ? `${atomName(atom)}*` : atomName(atom),
    )
    .join(':');

export const effectName = (effect: EffectTerm): string => {
  const levels = effect.columns.join('^');
  if (effect.slopes.length === 0) return levels;
  return effect.slopeOnly ? `${levels}[[${effect.slopes.join(', ')}]]` : `${levels}[${effect.slopes.join(', ')}]`;
};

/** Columns whose values an atom is made of. */
export function valueColumns(atom: Atom): string[] {
  switch (atom.is) {
    case 'number':
      return [];
    case 'column':
    case 'factor':
      return [atom.column];
    case 'arithmetic':
      return [...valueColumns(atom.left), ...valueColumns(atom.right)];
    case 'call':
    case 'power':
    case 'poly':
    case 'shift':
      return valueColumns(atom.of);
  }
}

/** The lags, leads and differences in an atom. */
export function shiftsIn(atom: Atom): readonly Extract<ValueAtom, { is: 'shift' }>[] {
  switch (atom.is) {
    case 'number':
    case 'column':
    case 'factor':
      return [];
    case 'arithmetic':
      return [...shiftsIn(atom.left), ...shiftsIn(atom.right)];
    case 'shift':
      return [atom, ...shiftsIn(atom.of)];
    default:
      return shiftsIn(atom.of);
  }
}

/** Columns of the panel that an atom needs to find other periods. */
const panelColumns = (atom: Atom): string[] =>
  shiftsIn(atom).flatMap(({ unit, time }) => (unit === '' ? [] : [unit, time]));

/** Every column that is read for a term, those whose values it is made of first. */
export const termColumns = (term: Term): string[] => [...term.flatMap(valueColumns), ...term.flatMap(panelColumns)];

/** The atom with the panel's columns put into its shifts. */
export function onPanel<A extends Atom>(atom: A, panel: Periods): A {
  if (shiftsIn(atom).length === 0) return atom;
  const put = (a: Atom): Atom => {
    switch (a.is) {
      case 'number':
      case 'column':
      case 'factor':
        return a;
      case 'arithmetic':
        return { ...a, left: put(a.left) as ValueAtom, right: put(a.right) as ValueAtom };
      case 'shift':
        return { ...a, of: put(a.of) as ValueAtom, ...panel };
      default:
        return { ...a, of: put(a.of) as ValueAtom };
    }
  };
  return put(atom) as A;
}
