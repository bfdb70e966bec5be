import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test } from 'vitest';
import { eventStudy, figureOf, record } from './figure-lab.ts';

describe('the files of a figure', () => {
  const params = {
    kind: 'event-study',
    title: '平行趋势 β < 0',
    lang: 'zh',
    width: 480,
    height: 300,
    dpi: 192,
    formats: ['svg', 'png', 'pdf'],
  };

  test('are the same bytes each time', async () => {
    const first = await figureOf(params, [record('model', eventStudy)]);
    const again = await figureOf(params, [record('model', eventStudy)]);
    expect([...first.files.keys()]).toEqual(['#content', 'svg', 'png', 'pdf']);
    for (const [format, bytes] of first.files)
      expect(Buffer.from(bytes).equals(again.files.get(format) ?? Buffer.alloc(0)), format).toBe(true);
  });

  test('a png is as large as width, height and dpi say, and says its density', async () => {
    const made = await figureOf(params, [record('model', eventStudy)]);
    const png = Buffer.from(made.files.get('png') ?? []);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([960, 600]);
    const at = png.indexOf('pHYs');
    expect(png.readUInt32BE(at + 4)).toBe(Math.round(192 / 0.0254));
    expect(
      new Resvg(
        `<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,${png.toString('base64')}" width="960" height="600"/></svg>`,
      ).render().width,
    ).toBeGreaterThan(0);
  });

  test('a pdf has one page of the size and its texts inside', async () => {
    const made = await figureOf(params, [record('model', eventStudy)]);
    const text = Buffer.from(made.files.get('pdf') ?? []).toString('latin1');
    expect(text.startsWith('%PDF-1.')).toBe(true);
    expect(text).toContain('/MediaBox [0 0 360 225]');
    expect(text).toMatch(/NotoSansSC/);
  });

  test('an svg is well-formed and escapes what it is given', async () => {
    const made = await figureOf(params, [record('model', eventStudy)]);
    const text = new TextDecoder().decode(made.files.get('svg'));
    expect(text).toContain('平行趋势 β &lt; 0');
    expect(new Resvg(text, { font: { loadSystemFonts: false } }).width).toBe(480);
  });
});
