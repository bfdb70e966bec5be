/** How numbers are written in a file: with a decimal comma, marks between thousands, full-width digits, or signs of units. */

export interface NumberMarks {
  readonly decimal?: string;
  readonly thousands?: string;
}

/** What keeps a text from being a number as this program reads them. */
export type Writing = 'decimal' | 'thousands' | 'wide' | 'sign' | 'point';

/** the blank, the no-break one and the narrow and thin ones stand for one another */
const BLANKS = ' \u00a0\u202f\u2009';
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
// thousands begin with no zero: 0,123 is less than one
const GROUPED = new RegExp(`^[+-]?[1-9]\\d{0,2}(?:([,'’${BLANKS}])\\d{3})(?:\\1\\d{3})*(?:\\.\\d+)?$`);
const COMMA = new RegExp(`^[+-]?(?:\\d+|[1-9]\\d{0,2}(?:[.'’${BLANKS}]\\d{3})+),\\d+$`);
const SIGNED = /^(?:[$€£¥￥]\s*)?([+-]?[\d.,]+)(?:\s*[%‰％$€£¥￥元万亿])?$/;

const escaped = (mark: string): string =>
  BLANKS.includes(mark) ? `[${BLANKS}]` : `[${mark.replace(/[\\\]^-]/, '\\$&')}]`;

/** Reads texts with these marks as texts without them; undefined for what has them elsewhere than in a number. */
export function unmarked({ decimal = '.', thousands }: NumberMarks): (text: string) => string | undefined {
  const point = escaped(decimal);
  const grouped =
    thousands === undefined
      ? undefined
      : new RegExp(`^[+-]?[1-9]\\d{0,2}(?:${escaped(thousands)}\\d{3})+(?:${point}\\d*)?$`);
  const mark = thousands === undefined ? undefined : new RegExp(escaped(thousands), 'g');
  const allowed = new RegExp(`^[+-]?(?:\\d+(?:${point}\\d*)?|${point}\\d+)(?:[eE][+-]?\\d+)?$`);
  return (text) => {
    const whole = grouped?.test(text) === true && mark !== undefined ? text.replaceAll(mark, '') : text;
    if (!allowed.test(whole)) return /^[+-]?Inf(?:inity)?$/i.test(text) ? text : undefined;
    return decimal === '.' ? whole : whole.replace(decimal, '.');
  };
}

/** Full-width digits, signs and points as the plain ones, and the minus of typesetters. Superscripts and circled digits are none. */
export const halfWidth = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text)
    ? text
    : text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replaceAll('\u2212', '-');

/** Undefined for what is a number as it stands, and for what looks like none. */
export function writingOf(text: string): Writing | undefined {
  if (PLAIN.test(text)) return undefined;
  const plain = halfWidth(text);
  if (plain !== text && (PLAIN.test(plain) || GROUPED.test(plain))) return 'wide';
  if (GROUPED.test(text)) return 'thousands';
  if (COMMA.test(text)) return 'decimal';
  const inner = SIGNED.exec(text)?.[1];
  return inner !== undefined && (PLAIN.test(inner) || GROUPED.test(inner) || COMMA.test(inner)) ? 'sign' : undefined;
}
