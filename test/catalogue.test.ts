import { describe, expect, test } from 'vitest';
import { catalogue } from '../stages/catalogue/catalogue.ts';
import { ui } from '../stages/catalogue/ui.ts';
import { words } from '../stages/catalogue/words.ts';

const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''))].sort();

describe('catalogue', () => {
  test('every message says the same thing in both languages: the same arguments stand in each', () => {
    const wrong = Object.entries(catalogue).filter(([, e]) => holes(e.en).join() !== holes(e.zh).join());
    expect(wrong.map(([code]) => code)).toEqual([]);
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
});
