/** The functions of the expression language: how many arguments, of what kind, and what comes out. */
import { elementary } from './elementary.ts';
import type { Expression } from './syntax.ts';

export interface FunctionInfo {
  readonly least: number;
  readonly most: number;
  /** `row`: value by value; `panel`: needs unit and time; `group`: one value per group of `by` */
  readonly kind: 'row' | 'panel' | 'group';
  readonly gives: 'number' | 'boolean' | 'text' | 'same';
  /** arguments may be text */
  readonly anyType?: boolean;
  /** what each argument must be, where some are texts; the last stands for all that follow */
  readonly takes?: readonly ('text' | 'number')[];
}

const row = (least: number, most = least): FunctionInfo => ({ least, most, kind: 'row', gives: 'number' });
const group = (least: number, most = least): FunctionInfo => ({ least, most, kind: 'group', gives: 'number' });
const ofTexts = (
  gives: 'number' | 'boolean' | 'text',
  takes: NonNullable<FunctionInfo['takes']>,
  most = takes.length,
  least = most,
): FunctionInfo => ({ least, most, kind: 'row', gives, takes });
const panel = (least: number, most: number): FunctionInfo => ({ least, most, kind: 'panel', gives: 'number' });

export const functions: Readonly<Record<string, FunctionInfo>> = {
  ...Object.fromEntries(Object.keys(elementary).map((name) => [name, row(1)])),
  round: row(1, 2),
  min: row(2, 99),
  max: row(2, 99),
  if: { least: 2, most: 3, kind: 'row', gives: 'same', anyType: true },
  missing: { least: 1, most: 1, kind: 'row', gives: 'boolean', anyType: true },
  coalesce: { least: 2, most: 99, kind: 'row', gives: 'same', anyType: true },
  year: row(1),
  month: row(1),
  day: row(1),
  substr: ofTexts('text', ['text', 'number'], 3, 2),
  concat: ofTexts('text', ['text'], 99, 2),
  upper: ofTexts('text', ['text']),
  lower: ofTexts('text', ['text']),
  trim: ofTexts('text', ['text']),
  replace: ofTexts('text', ['text', 'text', 'text']),
  length: ofTexts('number', ['text']),
  starts_with: ofTexts('boolean', ['text', 'text']),
  ends_with: ofTexts('boolean', ['text', 'text']),
  contains: ofTexts('boolean', ['text', 'text']),
  number: ofTexts('number', ['text']),
  text: ofTexts('text', ['number']),
  lag: panel(1, 2),
  lead: panel(1, 2),
  diff: panel(1, 2),
  growth: panel(1, 2),
  mean: group(1),
  sd: group(1),
  sum: group(1),
  count: { ...group(1), anyType: true },
  median: group(1),
  quantile: group(2),
  rank: group(1),
  standardize: group(1),
};

export const functionNames: readonly string[] = Object.keys(functions);

/** The first function in an expression that looks at other periods, as it is told of: `lag()`. */
export function panelFunctionIn(tree: Expression): string | undefined {
  switch (tree.is) {
    case 'number':
    case 'text':
    case 'column':
      return undefined;
    case 'negate':
    case 'not':
      return panelFunctionIn(tree.of);
    case 'binary':
      return panelFunctionIn(tree.left) ?? panelFunctionIn(tree.right);
    case 'in':
      return firstOf([tree.of, ...tree.list]);
    case 'call':
      return functions[tree.name]?.kind === 'panel' ? `${tree.name}()` : firstOf(tree.arguments);
  }
}

function firstOf(trees: readonly Expression[]): string | undefined {
  for (const tree of trees) {
    const found = panelFunctionIn(tree);
    if (found !== undefined) return found;
  }
  return undefined;
}
