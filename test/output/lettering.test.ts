import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test } from 'vitest';
import type { Drawing } from '../../stages/output/drawing.ts';
import { lettersOf, missingIn, widthOf } from '../../stages/output/lettering.ts';
import { svg } from '../../stages/output/svg.ts';
import { eventStudy, figureOf, record } from './figure-lab.ts';

describe('letters', () => {
  const drawing = (text: string): Drawing => ({
    width: 30 * text.length + 20,
    height: 60,
    lang: 'zh',
    title: '',
    marks: [{ kind: 'text', x: 10, y: 40, text, size: 24, anchor: 'start', color: '#000000' }],
  });
  const pixels = (picture: string, options = {}): Buffer =>
    new Resvg(picture, { font: { loadSystemFonts: false, ...options } }).render().pixels;

  test('outlines are those that a renderer draws from the font itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'letters-'));
    try {
      // simple and composite glyphs, Latin, Chinese, signs
      for (const text of 'Ag&%Éö½城市新质（，−×βσλ') {
        const file = join(folder, 'font.ttf');
        const face = lettersOf(text)[0]?.face;
        writeFileSync(file, face?.file ?? new Uint8Array());
        const family = face?.has(0x57ce) === true ? 'Noto Sans SC' : 'Source Sans 3';
        const written = svg(drawing(text)).replace(
          / font-family="[^"]*"/,
          ` font-family="${family}" font-kerning="none"`,
        );
        const ours = pixels(svg(drawing(text), 'outlines'));
        const theirs = pixels(written, { fontFiles: [file], defaultFontFamily: family });
        expect(ours.length).toBe(theirs.length);
        const dark = theirs.filter((v) => v < 128).length;
        const apart = ours.reduce((sum, v, i) => sum + (Math.abs(v - (theirs[i] ?? 0)) > 64 ? 1 : 0), 0);
        expect(dark, text).toBeGreaterThan(30);
        expect(apart / dark, text).toBeLessThan(0.02);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('Chinese is drawn, not boxed: two characters look different', () => {
    expect(missingIn('跨境电商综合试验区与新质生产力：（2009—2022）；“×”≤≥αβσ')).toEqual([]);
    expect(pixels(svg(drawing('新'), 'outlines')).equals(pixels(svg(drawing('质'), 'outlines')))).toBe(false);
  });

  test('a character that the font lacks is a box, and a note names it', async () => {
    expect(pixels(svg(drawing('㛃'), 'outlines')).equals(pixels(svg(drawing('㐀'), 'outlines')))).toBe(true);
    const made = await figureOf({ kind: 'event-study', title: '㛃', formats: 'png' }, [record('model', eventStudy)]);
    expect(made.notes).toEqual([{ code: 'CN2820', args: { characters: ['㛃'] } }]);
    expect((await figureOf({ kind: 'event-study', title: '㛃' }, [record('model', eventStudy)])).notes).toEqual([]);
  });

  test('a Chinese character is as wide as the type is high', () => {
    expect(widthOf('城市', 10)).toBeCloseTo(20, 6);
  });
});
