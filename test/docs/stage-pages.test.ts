import { describe, expect, test } from 'vitest';
import { pages } from '../../engine/docs/pages.ts';
import { registry } from '../../stages/registry.ts';

/** Types that estimate or test something: their Chinese text says what is assumed, too. */
const METHODS = /^\*\*Assumptions\.\*\*/m;
const CHINESE = /\p{Script=Han}/u;
const made = pages(registry);

/** The rows of the tables of params, inputs and outputs on a page, cell by cell. */
const rowsOf = (page: string): string[][] =>
  page
    .slice(page.search(/^## (?:Params|参数)$/m))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

describe('the pages of every stage type', () => {
  for (const [name, { doc }] of registry.types) {
    const english = made.get(`stages/${name}.md`) ?? '';
    const chinese = made.get(`zh/stages/${name}.md`) ?? '';

    test(`${name}: explains itself in both languages, each with a link to the other`, () => {
      expect(doc.details.en.length).toBeGreaterThan(80);
      expect(doc.details.zh ?? '').toMatch(/\p{Script=Han}{2}/u);
      expect(english).toContain(`](../zh/stages/${name}.md)`);
      expect(chinese).toContain(`](../../stages/${name}.md)`);
    });

    test(`${name}: says the same of what it assumes in both`, () => {
      expect(/\*\*假设。\*\*/.test(doc.details.zh ?? '')).toBe(METHODS.test(doc.details.en));
    });

    test(`${name}: every param and output has a meaning in both`, () => {
      const last = (row: string[]): string => row.at(-2) ?? '';
      expect(rowsOf(english).filter((row) => last(row) === '' || CHINESE.test(last(row)))).toEqual([]);
      expect(rowsOf(chinese).filter((row) => !CHINESE.test(last(row)))).toEqual([]);
      expect(rowsOf(chinese).map(([, first]) => first)).toEqual(rowsOf(english).map(([, first]) => first));
    });
  }
});
