/** Functions of texts in expressions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../stages/catalogue/catalogue.ts';
import { derive } from '../../stages/prepare/derive.ts';
import { expect as expectations } from '../../stages/prepare/expect.ts';
import { filter } from '../../stages/prepare/filter.ts';
import { declareStage, readTable, runStage, type Value, valuesOf } from '../stage-lab.ts';
import { data } from './bench.ts';

const made = async (expression: string, from: Value) => {
  const ran = await runStage(derive, { from: 'x', columns: { made: expression } }, { from });
  return ran.faults.length > 0 ? ran.faults.map((f) => f.code) : valuesOf(ran.outputs.table, 'made');
};
const one = async (expression: string, cells: Readonly<Record<string, string | number | null>> = { x: 1 }) =>
  (await made(expression, data(Object.fromEntries(Object.entries(cells).map(([k, v]) => [k, [v]])))))[0];

describe('by hand', () => {
  for (const [expression, want] of [
    // Stata 17, [FN] String functions: substr(), usubstr()
    ["substr('abcdef', 2, 3)", 'bcd'],
    ["substr('abcdef', -3, 2)", 'de'],
    ["substr('abcdef', 2)", 'bcdef'],
    ["substr('médiane', 4)", 'iane'],
    ["substr('médiane', 2, 3)", 'édi'],
    ["substr('abc', 5)", ''],
    ["substr('abc', -5, 3)", 'a'],
    ["substr('abc', 2, 9)", 'bc'],
    // 𠮷 is two units of UTF-16 and one character, as is 👩
    ["substr('𠮷林省吉林市', 1, 3)", '𠮷林省'],
    ["substr('吉林省𠮷林市', -3, 2)", '𠮷林'],
    ["length('𠮷林市👩')", 4],
    ["length('')", 0],
    ["replace('𠮷林市市区', '市', '')", '𠮷林区'],
    ["replace('1,234,567', ',', '')", '1234567'],
    // no pattern: a dot is a dot, and $& is no part of what was found
    ["replace('a.b.c', '.', '$&')", 'a$&b$&c'],
    ["replace('aaa', 'aa', 'b')", 'ba'],
    ["concat('a', '', 'b', '𠮷')", 'ab𠮷'],
    ["upper('straße é 市')", 'STRASSE É 市'],
    ["lower('ÀÇ Σ')", 'àç σ'],
    ["trim('　 北京 \u00a0')", '北京'],
    ["trim('a  b')", 'a  b'],
    ["starts_with('北京市', '北京')", 1],
    ["starts_with('北京市', '京')", 0],
    ["ends_with('北京市', '市')", 1],
    ["contains('北京市', '京')", 1],
    ["contains('北京市', '')", 1],
    ["contains('a.c', 'abc')", 0],
    ["number(' １２.5 ')", 12.5],
    ["number('−3')", -3],
    ["number('010')", 10],
    ["number('1e3')", 1000],
    ["number('-Inf')", Number.NEGATIVE_INFINITY],
    ["number('1,234')", undefined],
    ["number('')", undefined],
    ['text(2009)', '2009'],
    ['text(0.1 + 0.2)', '0.30000000000000004'],
    ['text(1 / 0)', 'Inf'],
    ['text(1e21)', '1e+21'],
    ['text(-0.0000001)', '-1e-7'],
    ["number(substr('2009年12月', 1, 4)) + 1", 2010],
  ] as const)
    test(expression, async () => expect(await one(expression)).toBe(want));
});

test('missing in any argument is missing; a text without characters is a text', async () => {
  const from = data({ s: ['a', null, ''], n: [1, 2, null], t: ['x', 'y', 'z'] });
  const gap = undefined;
  expect(await made('concat(s, t)', from)).toEqual(['ax', gap, 'z']);
  expect(await made('concat(t, text(n))', from)).toEqual(['x1', 'y2', gap]);
  expect(await made('substr(t, n)', from)).toEqual(['x', '', gap]);
  expect(await made("substr('abc', 0 * n + 1.5)", from)).toEqual([gap, gap, gap]);
  expect(await made('contains(t, s)', from)).toEqual([0, gap, 1]);
  expect(await made('length(s)', from)).toEqual([1, gap, 0]);
  expect(await made('missing(s)', from)).toEqual([0, 1, 0]);
  expect(await made("replace(s, 'a', '') == ''", from)).toEqual([1, gap, 1]);
});

test('dates: their parts, and their text', async () => {
  const from = await readTable('d\n2020-02-29\nNA\n1969-12-31\n');
  expect(await made('10000 * year(d) + 100 * month(d) + day(d)', from)).toEqual([20200229, undefined, 19691231]);
  expect(await made('text(d)', from)).toEqual(['2020-02-29', undefined, '1969-12-31']);
  expect(await made("concat('v', substr(text(d + 1), 1, 7))", from)).toEqual(['v2020-03', undefined, 'v1970-01']);
  expect(await made("text(if(d > '2000-01-01', d, coalesce(d, d)))", from)).toEqual([
    '2020-02-29',
    undefined,
    '1969-12-31',
  ]);
  expect(await made("if(text(d) in ['2020-02-29'], 1, 0)", from)).toEqual([1, undefined, 0]);
});

describe('laws', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '市', '𠮷', '👩', ' ', '.', '$') });
  const characters = (s: string): string[] => Array.from(s);

  test('substr picks characters one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: -7, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        async (s, from, count) => {
          fc.pre(from !== 0);
          const all = characters(s);
          const first = from > 0 ? from : all.length + from + 1;
          const picked = all.filter((_, i) => i + 1 >= first && i + 1 < first + count);
          expect(await one(`substr(s, ${from}, ${count})`, { s })).toBe(picked.join(''));
          // the same where place and count are columns
          expect(await one('substr(s, f, c)', { s, f: from, c: count })).toBe(picked.join(''));
          expect(await one(`concat(substr(s, 1, ${count}), substr(s, ${count + 1}))`, { s })).toBe(s);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('length, replace, contains, starts_with and ends_with are those of plain texts', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (s, part, by) => {
        const cells = { s, p: part, b: by };
        expect(await one('length(s)', cells)).toBe(characters(s).length);
        expect(await one('contains(s, p)', cells)).toBe(s.indexOf(part) >= 0 ? 1 : 0);
        expect(await one('starts_with(s, p)', cells)).toBe(s.slice(0, part.length) === part ? 1 : 0);
        expect(await one('ends_with(concat(s, p), p)', cells)).toBe(1);
        let replaced = '';
        for (let at = 0; at < s.length; )
          if (part !== '' && s.startsWith(part, at)) [replaced, at] = [replaced + by, at + part.length];
          else [replaced, at] = [replaced + s[at], at + 1];
        expect(await one('replace(s, p, b)', cells)).toBe(replaced);
      }),
      { numRuns: 100 },
    );
  });

  test('a number goes to a text and back, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ noNaN: true }), async (x) => {
        expect(await one('number(text(x))', { x: x + 0 })).toBe(x + 0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('mistakes', () => {
  const table = () => readTable('city,year,d,b\na,2001,2001-01-01,true\nb,2002,2002-01-01,false\n');
  for (const [expression, code, underlined] of [
    ['substr(city, 0)', 'CE2092', '0'],
    ['substr(city, 1 / 2)', 'CE2092', '1 / 2'],
    ['substr(city, 1, 0)', 'CE2093', '0'],
    ['substr(city, 1, -2)', 'CE2093', '-2'],
    ["substr(city, '1')", 'CE2032', "'1'"],
    ['substr(year, 1, 2)', 'CE2090', 'year'],
    ['concat(city, year)', 'CE2090', 'year'],
    ['upper(d)', 'CE2090', 'd'],
    ['length(year > 2001)', 'CE2090', 'year > 2001'],
    ['number(year)', 'CE2094', 'year'],
    ['text(city)', 'CE2094', 'city'],
    ['text(b)', 'CE2096', 'b'],
    ["replace(city, '', 'x')", 'CE2095', "''"],
    ["city + '市'", 'CE2091', "'市'"],
    ['city + city', 'CE2091', 'city'],
    ["city + '-' + city + '-'", 'CE2091', "'-'"],
    ['city + year', 'CE2032', 'city'],
    ['city * city', 'CE2032', 'city'],
    ['starts_with(city, 北)', 'CE2084', '北'],
    ['starts_with(city, yaer)', 'CE2001', 'yaer'],
    ['month(year)', 'CE2087', 'year'],
    ['day(city)', 'CE2087', 'city'],
    ['concat(city)', 'CE2034', 'concat'],
    ['lenght(city)', 'CE2031', 'lenght'],
    ['usubstr(city, 1, 2)', 'CE2083', 'usubstr'],
    ["gsub('a', 'b', city)", 'CE2083', 'gsub'],
  ] as const)
    test(expression, async () => {
      const { faults } = declareStage(derive, { from: 'x', columns: { made: expression } }, { from: await table() });
      const said = faults.map((f) => [f.code, expression.slice(f.within?.start, f.within?.end)]);
      expect(said.slice(0, 1)).toEqual([[code, underlined]]);
      if (expression !== 'city * city') expect(said).toHaveLength(1);
      for (const { code: own, args } of faults)
        for (const [, hole = ''] of `${catalogue[own].en}${catalogue[own].help?.en}`.matchAll(/\{(\w+)\}/g))
          if (hole !== 'suggestion') expect(Object.keys(args)).toContain(hole);
    });
});

test('texts that are no numbers are counted, with the first of them', async () => {
  const from = await readTable('s,x\n1,1\n—,2\n,3\nn.a.,4\n');
  const notes = async (type: typeof derive | typeof filter | typeof expectations, params: object) =>
    (await runStage(type, { from: 'x', ...params }, { from })).notes.filter((n) => n.code.startsWith('CN209'));
  const args = { count: 2, row: 2, value: '—' };
  expect(await notes(derive, { columns: { y: 'number(s) + number(s)', z: 'x' } })).toEqual([
    { code: 'CN2090', args: { ...args, name: 'y' } },
  ]);
  expect(await notes(filter, { keep: 'number(s) > 0 or x > 1' })).toEqual([{ code: 'CN2091', args }]);
  expect(await notes(expectations, { rules: 'number(s) >= 0' })).toEqual([
    { code: 'CN2090', args: { ...args, name: 'number(s) >= 0' } },
  ]);
});
