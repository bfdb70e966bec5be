/** A table document as an Excel sheet: numbers stay numbers (stars and brackets are their format), three lines, no grid. */
import type { Border, Cell as SheetCell, Worksheet } from 'exceljs';
import { repacked } from './archive.ts';
import { type Cell, cellText, placed, type Row, type TableDocument } from './document.ts';
import { textWidth } from './text-width.ts';
import { say } from './wording.ts';

const FONT = { name: 'Times New Roman', size: 10.5 };
const CHINESE = { name: '宋体', size: 10.5 };

const fontOf = (text: string) => (/\p{Script=Han}/u.test(text) ? CHINESE : FONT);

const line = (points: number): Partial<Border> => ({
  style: points >= 1.25 ? 'medium' : points >= 0.75 ? 'thin' : 'hair',
  color: { argb: 'FF000000' },
});

/** `"("0.000")"`, `0.000"***"`; the sign stands inside the brackets. */
function numberFormat(value: NonNullable<Cell['value']>, stars: string): string {
  const whole = value.thousands === true ? '#,##0' : '0';
  const digits = value.digits === 0 ? whole : `${whole}.${'0'.repeat(value.digits)}`;
  const literal = (text: string): string => (text === '' ? '' : `"${text}"`);
  const [before, after] = [literal(value.before), literal(value.after + stars)];
  return `${before}${digits}${after};${before}-${digits}${after}`;
}

function write(target: SheetCell, c: Cell): void {
  target.font = fontOf(c.text);
  if (c.value !== undefined) {
    target.value = c.value.number;
    target.numFmt = numberFormat(c.value, c.stars ?? '');
  } else if (c.text !== '') target.value = cellText(c) + (c.stars ?? '');
}

interface Lines {
  readonly above: number;
  readonly below: number;
}

function writeRow(sheet: Worksheet, at: number, row: Row, doc: TableDocument, lines: Lines): void {
  for (const { cell, column, span } of placed(row)) {
    const target = sheet.getCell(at, column + 1);
    write(target, cell);
    target.alignment = { horizontal: column < doc.textColumns ? 'left' : 'center', vertical: 'middle' };
    if (span > 1) sheet.mergeCells(at, column + 1, at, column + span);
    const below = lines.below > 0 ? lines.below : row.kind === 'header' && span > 1 && cell.text !== '' ? 0.5 : 0;
    for (let j = column + 1; j <= column + span; j++)
      sheet.getCell(at, j).border = {
        ...(lines.above > 0 ? { top: line(lines.above) } : {}),
        ...(below > 0 ? { bottom: line(below) } : {}),
      };
  }
}

/** A line over the whole width, above or below the table. */
function writeText(sheet: Worksheet, at: number, text: string, columns: number, bold: boolean): void {
  const target = sheet.getCell(at, 1);
  target.value = text;
  target.font = { ...fontOf(text), ...(bold ? { bold: true } : { size: 9 }) };
  target.alignment = { horizontal: bold ? 'center' : 'left', vertical: 'top', wrapText: true };
  sheet.mergeCells(at, 1, at, columns);
}

/** What an upright page holds in a readable size, in digits. */
const UPRIGHT = 110;

/** In digits: wide enough for what stands in a column, texts up to 40. */
function widthsOf(doc: TableDocument): readonly number[] {
  const widths: number[] = Array.from({ length: doc.columns }, (_, j) => (j < doc.textColumns ? 12 : 9));
  for (const row of [...doc.head, ...doc.sections.flat()])
    for (const { cell, column, span } of placed(row))
      if (span === 1)
        widths[column] = Math.max(widths[column] ?? 0, Math.min(40, textWidth(cell.text + (cell.stars ?? '')) + 3));
  return widths;
}

export async function excel(doc: TableDocument): Promise<Uint8Array> {
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  const widths = widthsOf(doc);
  const total = widths.reduce((a, b) => a + b, 0);
  const sheet = workbook.addWorksheet(say('sheet', doc.lang), {
    views: [{ showGridLines: false }],
    // printed, all columns stand on one page
    pageSetup: {
      paperSize: 9,
      orientation: total > UPRIGHT ? 'landscape' : 'portrait',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
    },
  });
  const rows = [...doc.head, ...doc.sections.flat()];
  const starts = new Set(doc.sections.slice(1).map((section) => section[0]));
  let at = 1;
  for (const text of doc.caption) writeText(sheet, at++, text, doc.columns, true);
  for (const [i, row] of rows.entries()) {
    const above = i === 0 ? doc.style.top : starts.has(row) ? doc.style.section : 0;
    const below = i === rows.length - 1 ? doc.style.bottom : i === doc.head.length - 1 ? doc.style.header : 0;
    writeRow(sheet, at++, row, doc, { above, below });
  }
  for (const text of doc.notes) {
    // notes are set in 9 points, columns measured in digits of 11
    sheet.getRow(at).height = 13 * Math.ceil(textWidth(text) / (total * 1.1));
    writeText(sheet, at++, text, doc.columns, false);
  }
  for (const [j, width] of widths.entries()) sheet.getColumn(j + 1).width = width;
  // as it is: `repacked` compresses
  const file = await workbook.xlsx.writeBuffer({ zip: { compression: 'STORE' } });
  return repacked(new Uint8Array(file), doc.caption.at(-1) ?? '');
}
