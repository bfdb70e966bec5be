/**
 * A workbook whose cells do not say where they stand, written so that they do: a cell without a place stands behind the one before it, a
 * row below the one before it. Some exports leave the places out, and what reads workbooks here refuses them.
 * Source: ECMA-376, part 1, 18.3.1.4 (c) and 18.3.1.73 (row): `r` is optional in both.
 */
import { columnNumber } from './lost-cells.ts';

const TAGS = /<((?:\w+:)?)(row|c)((?=[\s/>])[^>]*?)(\/?)>/g;

/** @returns undefined where no sheet lacks a place */
export async function withPlaces(workbook: Uint8Array): Promise<Uint8Array | undefined> {
  const { strFromU8, strToU8, unzipSync, zipSync } = await import('fflate');
  const parts = unzipSync(workbook);
  let isSame = true;
  for (const [name, bytes] of Object.entries(parts)) {
    if (!name.endsWith('.xml')) continue;
    const xml = strFromU8(bytes);
    if (!xml.includes('sheetData')) continue;
    const placed = placedCells(xml);
    if (placed === xml) continue;
    parts[name] = strToU8(placed);
    isSame = false;
  }
  return isSame ? undefined : zipSync(parts, { level: 0 });
}

function placedCells(xml: string): string {
  let [row, column] = [0, 0];
  return xml.replace(TAGS, (tag, prefix: string, element: string, attributes: string, end: string) => {
    const [, letters = '', digits] = /\sr="([A-Z]*)(\d+)"/.exec(attributes) ?? [];
    if (element === 'row') {
      row = digits === undefined ? row + 1 : Number(digits);
      column = 0;
    } else if (digits === undefined) column++;
    else [row, column] = [Number(digits), columnNumber(letters)];
    if (digits !== undefined) return tag;
    return `<${prefix}${element} r="${element === 'row' ? '' : lettersOf(column)}${row}"${attributes}${end}>`;
  });
}

/** `A` for 1, `AA` for 27. */
const lettersOf = (column: number): string =>
  column === 0 ? '' : `${lettersOf(Math.floor((column - 1) / 26))}${String.fromCharCode(65 + ((column - 1) % 26))}`;
