/** A drawing as SVG: with texts as texts, for editing and searching, or with their outlines, for a renderer without fonts. */
import type { Drawing, Mark, Point, Stroke } from './drawing.ts';
import { escapeHtml } from './html.ts';
import { BOX, lettersOf, widthOf } from './lettering.ts';

/** What a viewer without the font takes instead: sans serif of about the same width, Chinese ones among them. */
const FAMILIES =
  "'Noto Sans SC', 'Source Han Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Sans 3', Helvetica, Arial, sans-serif";

/** Hundredths of a point are finer than any printer; a fixed form keeps the bytes the same everywhere. */
const short = (x: number): string => {
  const rounded = Math.round(x * 100) / 100;
  return Object.is(rounded, -0) ? '0' : String(rounded);
};

const at = ([x, y]: Point): string => `${short(x)},${short(y)}`;

const strokeOf = (stroke: Stroke | undefined): string =>
  stroke === undefined
    ? ''
    : ` stroke="${stroke.color}" stroke-width="${short(stroke.width)}"${stroke.dash === undefined ? '' : ` stroke-dasharray="${stroke.dash.map(short).join(' ')}"`}`;

const fillOf = (mark: { readonly fill: string; readonly opacity?: number }): string =>
  ` fill="${mark.fill}"${mark.opacity === undefined ? '' : ` fill-opacity="${mark.opacity}"`}`;

type TextMark = Extract<Mark, { readonly kind: 'text' }>;

const turn = (mark: TextMark): string =>
  mark.upright === true ? ` transform="rotate(-90 ${short(mark.x)} ${short(mark.y)})"` : '';

function writtenText(mark: TextMark): string {
  const anchor = mark.anchor === 'start' ? '' : ` text-anchor="${mark.anchor}"`;
  return `<text x="${short(mark.x)}" y="${short(mark.y)}" font-size="${short(mark.size)}"${anchor} fill="${mark.color}"${turn(mark)}>${escapeHtml(mark.text)}</text>`;
}

const shift = { start: 0, middle: 0.5, end: 1 };

/** Left end of a text. */
export const startOf = (mark: TextMark): number => mark.x - shift[mark.anchor] * widthOf(mark.text, mark.size);

function outlinedText(mark: TextMark): string {
  let x = startOf(mark);
  const parts: string[] = [];
  for (const letter of lettersOf(mark.text)) {
    parts.push(letter.face === undefined ? box(x, mark) : outlineAt(letter.face.outline(letter.character), x, mark));
    x += letter.width * mark.size;
  }
  return `<path d="${parts.join('')}" fill="${mark.color}" fill-rule="nonzero"${turn(mark)}/>`;
}

const outlineAt = (outline: readonly (readonly (string | number)[])[], x: number, mark: TextMark): string =>
  outline
    .map(([command, ...numbers]) => {
      const placed = numbers.map((v, i) => (i % 2 === 0 ? x + Number(v) * mark.size : mark.y - Number(v) * mark.size));
      return `${command}${placed.map((v) => String(Math.round(v * 1000) / 1000)).join(' ')}`;
    })
    .join('');

/** An empty box in the place of a character that the font lacks. */
function box(x: number, mark: TextMark): string {
  const [w, h, t] = [BOX * mark.size, 0.8 * mark.size, 0.06 * mark.size];
  const frame = (inset: number): string => {
    const [l, r, top, bottom] = [x + t + inset, x + w - t - inset, mark.y - h + inset, mark.y - inset];
    return inset === 0
      ? `M${short(l)} ${short(top)}H${short(r)}V${short(bottom)}H${short(l)}Z`
      : `M${short(l)} ${short(top)}V${short(bottom)}H${short(r)}V${short(top)}Z`;
  };
  return frame(0) + frame(t);
}

function markSvg(mark: Mark, text: (mark: TextMark) => string): string {
  switch (mark.kind) {
    case 'line':
      return `<polyline points="${mark.points.map(at).join(' ')}" fill="none"${strokeOf(mark.stroke)}/>`;
    case 'polygon':
      return `<polygon points="${mark.points.map(at).join(' ')}"${fillOf(mark)}${strokeOf(mark.stroke)}/>`;
    case 'circle':
      return `<circle cx="${short(mark.x)}" cy="${short(mark.y)}" r="${short(mark.r)}"${fillOf(mark)}${strokeOf(mark.stroke)}/>`;
    case 'text':
      return text(mark);
    case 'group':
      return `<g class="${mark.name}">\n${mark.marks.map((m) => markSvg(m, text)).join('\n')}\n</g>`;
  }
}

export function svg(drawing: Drawing, letters: 'text' | 'outlines' = 'text'): string {
  const { width, height } = drawing;
  const text = letters === 'text' ? writtenText : outlinedText;
  const family = letters === 'text' ? ` font-family="${FAMILIES}"` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}" role="img" lang="${drawing.lang}"${family}>
<title>${escapeHtml(drawing.title)}</title>
<rect width="${short(width)}" height="${short(height)}" fill="#ffffff"/>
${drawing.marks.map((mark) => markSvg(mark, text)).join('\n')}
</svg>
`;
}
