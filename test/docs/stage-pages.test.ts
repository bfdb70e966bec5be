import { describe, expect, test } from 'vitest';
import { pages } from '../../engine/docs/pages.ts';
import { registry } from '../../stages/registry.ts';

/** Types that estimate or test something: their Chinese text says what is assumed, too. */
const METHODS = /^\*\*Assumptions\.\*\*/m;
const made = pages(registry);

describe('the page of every stage type', () => {
  for (const [name, { doc }] of registry.types) {
    const page = made.get(`stages/${name}.md`) ?? '';

    test(`${name}: explains itself in both languages`, () => {
      expect(doc.details.en.length).toBeGreaterThan(80);
      expect(doc.details.zh ?? '').toMatch(/\p{Script=Han}{2}/u);
      expect(page).toContain('## 说明');
    });

    test(`${name}: says the same of what it assumes in both`, () => {
      expect(/\*\*假设。\*\*/.test(doc.details.zh ?? '')).toBe(METHODS.test(doc.details.en));
    });

    test(`${name}: every param has a meaning`, () => {
      const mute = page.split('\n').filter((line) => /^\| `[^|]*(?:\\\|[^|]*)*\|.*\| {2}\|$/.test(line));
      expect(mute).toEqual([]);
    });
  }
});
