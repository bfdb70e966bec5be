/**
 * The letters of figures: Noto Sans SC (GB 2312, Latin, signs) and Source Sans 3 (Greek), which come with the program. They are the
 * same on every machine, and so are the widths of texts and the bytes of a PNG or PDF (docs/decisions/0010-figures.md).
 */

import operators from '@fontsource/noto-sans-sc/files/noto-sans-sc-90-400-normal.woff';
import signs from '@fontsource/noto-sans-sc/files/noto-sans-sc-100-400-normal.woff';
import comparisons from '@fontsource/noto-sans-sc/files/noto-sans-sc-102-400-normal.woff';
import main from '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff';
import greek from '@fontsource/source-sans-3/files/source-sans-3-greek-400-normal.woff';
import { type Face, openFace } from './typeface.ts';

/** A character with the face that has it; none has it: it is drawn as an empty box. */
export interface Letter {
  readonly character: number;
  readonly text: string;
  readonly face: Face | undefined;
  /** in units of the em */
  readonly width: number;
}

/** Width of the box that stands for a character without a glyph. */
export const BOX = 0.9;

const faces: readonly Face[] = [main, greek, signs, comparisons, operators].map(openFace);

export function lettersOf(text: string): readonly Letter[] {
  return Array.from(text, (character): Letter => {
    const code = character.codePointAt(0) ?? 0;
    const face = faces.find((f) => f.has(code));
    return { character: code, text: character, face, width: face?.advance(code) ?? BOX };
  });
}

/** Width of a line of text at a size, in the size's unit. */
export const widthOf = (text: string, size: number): number =>
  size * lettersOf(text).reduce((sum, letter) => sum + letter.width, 0);

/** Characters that no face has, each once. */
export const missingIn = (text: string): readonly string[] => [
  ...new Set(lettersOf(text).flatMap((letter) => (letter.face === undefined ? [letter.text] : []))),
];

/** A text in lines no wider than the room: broken between words, or between Chinese characters but not before a stop. */
export function wrapped(text: string, size: number, room: number): readonly string[] {
  const pieces =
    text.match(/[\u2e80-\u9fff\uff00-\uffef][，。；：、！？）”》]*|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && widthOf((line + piece).trimEnd(), size) > room) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()];
}
