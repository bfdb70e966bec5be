/** How wide a text is before a font is chosen: in half-widths, of which East Asian characters take two. */
const RANGES = '\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60';
const WIDE = new RegExp(`[${RANGES}]`);
const PIECES = new RegExp(`[${RANGES}]{1,2}|[^\\s${RANGES}]+`, 'g');

export const textWidth = (text: string): number => [...text].reduce((sum, c) => sum + (WIDE.test(c) ? 2 : 1), 0);

/** The longest piece that may not be broken over two lines: Latin words, and Chinese two characters at a time. */
export const longestPiece = (text: string): number => Math.max(0, ...(text.match(PIECES) ?? []).map(textWidth));
