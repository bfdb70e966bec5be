/**
 * A table document as Word sets it: a three-line table as Chinese journals have it. Times New Roman and 宋体, 五号 (10.5 pt),
 * notes 小五 (9 pt); a table that fits on a page stays on one, with its notes, and the header of a longer one repeats; no vertical lines.
 */
import type { IBorderOptions, ITableCellBorders, Paragraph, Table, TableCell, TableRow } from 'docx';
import { type Cell, cellText, placed, type Row, type TableDocument } from './document.ts';
import { CELL_MARGIN, type Columns, columnsOf } from './word-columns.ts';

export type Docx = typeof import('docx');

export const FONT = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman', eastAsia: '宋体' };
/** In half-points. */
export const SIZE = { body: 21, notes: 18 };
/** A table of so many rows fits on a page, and is not torn over two. */
const ONE_PAGE = 36;
/** Lines above and below a row, in points; 0 for none. */
interface Lines {
  readonly above: number;
  readonly below: number;
}

class TableWriter {
  private readonly docx: Docx;
  private readonly doc: TableDocument;
  private readonly columns: Columns;

  constructor(docx: Docx, doc: TableDocument) {
    this.docx = docx;
    this.doc = doc;
    this.columns = columnsOf(doc);
  }

  private line(points: number): IBorderOptions {
    const { BorderStyle } = this.docx;
    if (points === 0) return { style: BorderStyle.NIL, size: 0 };
    return { style: BorderStyle.SINGLE, size: Math.round(points * 8), space: 0, color: '000000' };
  }

  private borders(lines: Lines): ITableCellBorders {
    const none = this.line(0);
    return { top: this.line(lines.above), bottom: this.line(lines.below), left: none, right: none };
  }

  private runs(c: Cell, size: number): InstanceType<Docx['TextRun']>[] {
    const { TextRun } = this.docx;
    const stars = c.stars === undefined ? [] : [new TextRun({ text: c.stars, font: FONT, size, superScript: true })];
    return [new TextRun({ text: cellText(c), font: FONT, size }), ...stars];
  }

  private paragraph(
    c: Cell,
    size: number,
    align: 'left' | 'center',
    more: { bold?: boolean; keepNext?: boolean } = {},
  ): Paragraph {
    const { AlignmentType, Paragraph, TextRun } = this.docx;
    const children =
      more.bold === true ? [new TextRun({ text: c.text, font: FONT, size, bold: true })] : this.runs(c, size);
    return new Paragraph({
      children,
      alignment: align === 'left' ? AlignmentType.LEFT : AlignmentType.CENTER,
      keepNext: more.keepNext === true,
      spacing: { before: 20, after: 20 },
    });
  }

  private cells(row: Row, lines: Lines, keepNext: boolean): TableCell[] {
    const { TableCell, VerticalAlignTable, WidthType } = this.docx;
    return placed(row).map(({ cell, column, span }) => {
      const spanning = row.kind === 'header' && span > 1 && cell.text !== '' && lines.below === 0;
      const width = this.columns.widths.slice(column, column + span).reduce((a, b) => a + b, 0);
      return new TableCell({
        children: [
          this.paragraph(cell, this.columns.size, column < this.doc.textColumns ? 'left' : 'center', { keepNext }),
        ],
        borders: this.borders(spanning ? { ...lines, below: 0.5 } : lines),
        columnSpan: span,
        verticalAlign: VerticalAlignTable.CENTER,
        width: { size: width, type: WidthType.DXA },
      });
    });
  }

  private rows(): TableRow[] {
    const { TableRow } = this.docx;
    const { head, sections, style } = this.doc;
    const starts = new Set(sections.slice(1).map((section) => section[0]));
    const all = [...head, ...sections.flat()];
    return all.map((row, i) => {
      const isHeader = i < head.length;
      const above = i === 0 ? style.top : starts.has(row) ? style.section : 0;
      const below = i === all.length - 1 ? style.bottom : i === head.length - 1 ? style.header : 0;
      const isLast = i === all.length - 1;
      const whole = all.length <= ONE_PAGE && (!isLast || this.doc.notes.length > 0);
      const keepNext = whole || all[i + 1]?.kind === 'statistic';
      return new TableRow({
        children: this.cells(row, { above, below }, keepNext),
        tableHeader: isHeader,
        cantSplit: true,
      });
    });
  }

  private table(): Table {
    const { AlignmentType, Table, TableLayoutType, WidthType } = this.docx;
    const none = this.line(0);
    return new Table({
      rows: this.rows(),
      alignment: AlignmentType.CENTER,
      layout: TableLayoutType.FIXED,
      margins: { left: CELL_MARGIN, right: CELL_MARGIN, marginUnitType: WidthType.DXA },
      columnWidths: this.columns.widths,
      width: { size: this.columns.widths.reduce((a, b) => a + b, 0), type: WidthType.DXA },
      borders: { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none },
    });
  }

  blocks(): readonly (Paragraph | Table)[] {
    return [
      ...this.doc.caption.map((text) => this.paragraph({ text }, SIZE.body, 'center', { bold: true, keepNext: true })),
      this.table(),
      ...this.doc.notes.map((text) => this.paragraph({ text }, SIZE.notes, 'left')),
    ];
  }
}

/** Caption, table and notes. */
export const wordTable = (docx: Docx, doc: TableDocument): readonly (Paragraph | Table)[] =>
  new TableWriter(docx, doc).blocks();
