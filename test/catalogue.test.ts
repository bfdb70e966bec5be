import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../stages/catalogue/catalogue.ts';
import { agreed, fill } from '../stages/catalogue/fill.ts';
import { isPrintedCode } from '../stages/catalogue/printed.ts';
import { helpOf, messageOf } from '../stages/catalogue/render.ts';
import { ui } from '../stages/catalogue/ui.ts';
import { words } from '../stages/catalogue/words.ts';

const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''))].sort();
/** What `{rows|row is|rows are}` goes by. */
const counted = (text: string): string[] => [...text.matchAll(/\{(\w+)\|/g)].map((m) => m[1] ?? '');

describe('catalogue', () => {
  test('every message says the same thing in both languages: the same arguments stand in each', () => {
    const wrong = Object.entries(catalogue).filter(([, e]) => holes(e.en).join() !== holes(e.zh).join());
    expect(wrong.map(([code]) => code)).toEqual([]);
  });

  test('words that go with a count stand beside that count, and in English alone', () => {
    const wrong = [...Object.entries(catalogue), ...Object.entries(ui)].filter(
      ([, { en, zh }]) => counted(en).some((name) => !holes(en).includes(name)) || counted(zh).length > 0,
    );
    expect(wrong.map(([code]) => code)).toEqual([]);
    const broken = [...Object.entries(catalogue), ...Object.entries(ui)].filter(([, { en }]) =>
      /\|/.test(agreed(en, {})),
    );
    expect(broken.map(([code]) => code)).toEqual([]);
  });

  test('one thing is singular', () => {
    const keys = (count: number): string => messageOf('CE2022', { count, keys: ['a (1, 2)'], columns: ['id'] }, 'en');
    expect([1, 2].map(keys)).toEqual([
      '1 key occurs more than once, with its rows: a (1, 2)',
      '2 keys occur more than once, with their rows: a (1, 2)',
    ]);
    const missing = (rows: number): string => messageOf('CE3203', { name: 'x', rows }, 'en');
    expect([1, 9].map(missing)).toEqual([
      "'x' is missing in its only row: there are no groups",
      "'x' is missing in all 9 rows: there are no groups",
    ]);
    const cohorts = (names: string[]): string => messageOf('CN2451', { cohorts: names, rows: names.length }, 'en');
    expect(cohorts(['2004'])).toBe('cohort 2004 is treated from its first row on and left out (1 row)');
    expect(cohorts(['2004', '2007'])).toBe(
      'cohorts 2004, 2007 are treated from their first row on and left out (2 rows)',
    );
    expect(fill(ui['diff-same'].en, { stages: 1 })).toBe('1 stage is the same');
  });

  test('messages start in lower case or with a value, and end without a full stop', () => {
    const wrong = Object.entries(catalogue).filter(
      ([, e]) => /^[A-Z][a-z]/.test(e.en) || /[.。]$/.test(e.en) || /。$/.test(e.zh),
    );
    expect(wrong.map(([code]) => code)).toEqual([]);
  });

  test('codes are CE (faults) or CN (notes) with four digits', () => {
    expect(Object.keys(catalogue).filter((code) => !/^C[EN]\d{4}$/.test(code))).toEqual([]);
  });

  test('no Chinese text is left empty or in English', () => {
    const chinese = /\p{Script=Han}/u;
    const all = [...Object.entries(words), ...Object.entries(ui)].map(([k, v]) => [k, v.zh] as const);
    const messages = Object.entries(catalogue).map(([k, v]) => [k, v.zh] as const);
    expect(messages.filter(([, zh]) => !chinese.test(zh)).map(([k]) => k)).toEqual([]);
    expect(all.filter(([, zh]) => zh.length === 0).map(([k]) => k)).toEqual([]);
  });

  test('a list is joined as its language does, and where it is quoted each of its items is', () => {
    const parts = { stage: 't', parts: ['a', 'b'], type: 'table' };
    expect(messageOf('CE3109', parts, 'en')).toContain('(a, b)');
    expect(messageOf('CE3109', parts, 'zh')).toContain('（a、b）');
    expect(helpOf('CE1505', { name: 'far', known: ['a', 'b'] }, 'zh')).toBe('现有：a、b');
    expect(messageOf('CE1505', { option: '--x', name: ['a', 'b'] }, 'zh')).toBe("--x 不能取 'a'、'b'");
  });

  test('a name of one letter is not nearly any other of one letter', () => {
    expect(helpOf('CE2001', { name: 'x', known: ['d', 'xy'] }, 'en')).toBe('there are: d, xy');
    expect(helpOf('CE2001', { name: 'X', known: ['d', 'x'] }, 'en')).toBe("did you mean 'x'?");
    expect(helpOf('CE2001', { name: 'hq', known: ['d', 'hp'] }, 'en')).toBe("did you mean 'hp'?");
  });

  test('every code that a result may carry can be printed: all notes of stages, and what their models fail of', () => {
    const stages = resolve(import.meta.dirname, '../stages');
    // what documents say of their own making is told and not printed; CE2906 ends the stage of a plugin
    const wrong = readdirSync(stages, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('.ts') && !/^(catalogue|output)\b/.test(file))
      .flatMap((file) => {
        const text = readFileSync(join(stages, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
        const kinds = /^(estimate|columns)\b/.test(file) ? /'(C[EN]\d{4})'/g : /'(CN\d{4})'/g;
        return [...text.matchAll(kinds)].map((m) => m[1] ?? '').filter((code) => !isPrintedCode(code));
      });
    expect([...new Set(wrong)].filter((code) => code !== 'CE2906')).toEqual([]);
  });
});
