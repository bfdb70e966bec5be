import { describe, expect, test } from 'vitest';
import { encodeRecord } from '../../stages/columns/record.ts';
import { recordChanges } from '../../stages/columns/record-changes.ts';
import type { RecordChanges } from '../../stages/contract-differences.ts';

const changesOf = (before: Uint8Array, after: Uint8Array): RecordChanges =>
  recordChanges(before, after) as RecordChanges;

describe('changes of a record', () => {
  const of = (before: object, after: object) => changesOf(encodeRecord(before), encodeRecord(after));
  const term = (name: string, estimate: number, p = 0.5) => ({ term: name, estimate, std_error: 1, p_value: p });

  test('terms are matched by name, whatever their order; stars follow the p value', () => {
    const { terms } = of(
      { terms: [term('a', 1, 0.2), term('b', 2)] },
      { terms: [term('b', 2), term('a', 3, 0.04), term('c', 5, 0.004)] },
    );
    expect(terms.map((t) => [t.term, t.before?.estimate, t.before?.stars, t.after?.estimate, t.after?.stars])).toEqual([
      ['a', 1, '', 3, '**'],
      ['c', undefined, undefined, 5, '***'],
    ]);
  });

  test('other figures are told by their path; what follows from the rest is not told', () => {
    const { figures, terms } = of(
      { nobs: 10, f: { statistic: 1 }, vcov: [[1]] },
      { nobs: 12, f: { statistic: 2 }, vcov: [[2]] },
    );
    expect(figures).toEqual([
      { path: 'f.statistic', before: 1, after: 2 },
      { path: 'nobs', before: 10, after: 12 },
    ]);
    expect(terms).toEqual([]);
  });

  test('rows that no one member tells apart are named by several; draws are counted, not told one by one', () => {
    const effect = (name: string, method: string, estimate: number) => ({ effect: name, method, estimate });
    const { terms } = of(
      { rows: [effect('indirect', 'sobel', 1), effect('indirect', 'aroian', 1)] },
      { rows: [effect('indirect', 'sobel', 1), effect('indirect', 'aroian', 2)] },
    );
    expect(terms.map((t) => t.term)).toEqual(['rows[indirect·aroian]']);
    const draws = (x: number) => ({ rows: Array.from({ length: 60 }, () => ({ estimate: x })) });
    expect(of(draws(1), draws(2))).toEqual({
      terms: [],
      figures: [{ path: 'rows', before: '60 …', after: '60 …' }],
      more: 0,
    });
  });

  test('rows without estimates are matched by their first name; long lists are not spelt out', () => {
    const { figures } = of(
      { rows: [{ variable: 'x', mean: 1 }], draws: [1, 2, 3] },
      {
        rows: [
          { variable: 'y', mean: 3 },
          { variable: 'x', mean: 2 },
        ],
        draws: [1, 2, 4],
      },
    );
    expect(figures).toEqual([
      { path: 'draws', before: '3 …', after: '3 …' },
      { path: 'rows[x].mean', before: 1, after: 2 },
      { path: 'rows[y]', before: null, after: '…' },
    ]);
  });
});
