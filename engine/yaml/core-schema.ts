/** What a plain scalar of YAML 1.2 stands for, by the core schema. */
import type { ScalarValue } from './node.ts';

export const NULL = /^(?:~|null|Null|NULL)$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const NUMBER = /^[-+]?(?:\d+|\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
/** Numbers of other bases, infinities and the like: seldom, and some of them are mistakes. */
const ODD_NUMBER = /^(?:0[xo]|[-+]?\.(?:inf|nan)$)/i;

/** Undefined for numbers that are odd, or lose digits here. */
export function coreValue(text: string): ScalarValue | undefined {
  const first = text.charCodeAt(0);
  const isLetter = (first | 32) >= 97 && (first | 32) <= 122;
  if (isLetter && text.length > 5) return text;
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (isLetter || first > 127) return text;
  if (ODD_NUMBER.test(text)) return undefined;
  if (!NUMBER.test(text)) return text;
  const value = Number(text);
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : undefined;
}
