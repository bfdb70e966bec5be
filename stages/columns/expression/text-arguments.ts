/** Arguments of the functions of texts, as they are checked and handed on. */
import type { Code } from '../../catalogue/catalogue.ts';
import type { Expression } from './syntax.ts';
import { DATE } from './text-functions.ts';

type Call = Extract<Expression, { is: 'call' }>;

/** CE2092: no place in a text; CE2093: no number of characters; CE2095: nothing to look for. Of what is the same in all rows. */
export function constantMistakes(
  { name, arguments: given }: Call,
  constantOf: (tree: Expression) => number | undefined,
): readonly { readonly code: Code; readonly at: Expression }[] {
  const [, second, third] = given;
  const value = (tree: Expression | undefined) => (tree === undefined ? undefined : constantOf(tree));
  const [from, count] = [value(second), value(third)];
  if (name === 'substr')
    return [
      ...(second !== undefined && from !== undefined && (!Number.isInteger(from) || from === 0)
        ? [{ code: 'CE2092' as const, at: second }]
        : []),
      ...(third !== undefined && count !== undefined && !(Number.isInteger(count) && count >= 1)
        ? [{ code: 'CE2093' as const, at: third }]
        : []),
    ];
  return name === 'replace' && second?.is === 'text' && second.value === '' ? [{ code: 'CE2095', at: second }] : [];
}

/** The tree in which text() of a date says so. */
export function withDates(tree: Expression, ofDates: ReadonlySet<Expression>): Expression {
  const inner = (one: Expression): Expression => withDates(one, ofDates);
  switch (tree.is) {
    case 'number':
    case 'text':
    case 'column':
      return tree;
    case 'negate':
    case 'not':
      return { ...tree, of: inner(tree.of) };
    case 'binary':
      return { ...tree, left: inner(tree.left), right: inner(tree.right) };
    case 'in':
      return { ...tree, of: inner(tree.of), list: tree.list.map(inner) };
    case 'call': {
      const given = tree.arguments.map(inner);
      return { ...tree, arguments: ofDates.has(tree) ? [...given, { is: 'text', value: DATE }] : given };
    }
  }
}
