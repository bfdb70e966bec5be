/** A report as a Word file: headings, texts, three-line tables, figures. */
import type { FileChild, Paragraph, ParagraphChild } from 'docx';
import { marked, type Token, type Tokens } from 'marked';
import { repacked } from './archive.ts';
import type { Drawing } from './drawing.ts';
import { png } from './png.ts';
import type { Block, ReportDocument } from './report-block.ts';
import { PAGE } from './word.ts';
import { type Docx, FONT, SIZE, wordTable } from './word-table.ts';

/** Headings in 黑体, as Chinese journals have them. In half-points. */
const HEADING_FONT = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman', eastAsia: '黑体' };
const HEADING_SIZES: readonly number[] = [32, 28, 24, 21];
const DPI = 300;
/** Width of the text in units of 1/96 inch. */
const TEXT_WIDTH = 601;

interface Marks {
  readonly bold?: true;
  readonly italics?: true;
  readonly code?: true;
}

class Writer {
  private readonly docx: Docx;
  private readonly lang: 'en' | 'zh';
  /** number of pictures so far: the package would count those of every document of the process */
  private pictures = 0;

  constructor(docx: Docx, lang: 'en' | 'zh') {
    this.docx = docx;
    this.lang = lang;
  }

  heading(text: string, level: number): Paragraph {
    const { HeadingLevel, Paragraph, TextRun } = this.docx;
    const levels = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3, HeadingLevel.HEADING_4];
    const size = HEADING_SIZES[level - 1] ?? SIZE.body;
    return new Paragraph({
      heading: levels[level - 1] ?? HeadingLevel.HEADING_4,
      keepNext: true,
      spacing: { before: 280, after: 120 },
      children: [new TextRun({ text, font: HEADING_FONT, size, bold: true, color: '000000' })],
    });
  }

  centred(text: string, size: number, bold: boolean): Paragraph {
    const { AlignmentType, Paragraph, TextRun } = this.docx;
    return new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { after: 160 },
      children: [new TextRun({ text, font: bold ? HEADING_FONT : FONT, size, bold })],
    });
  }

  text(markdown: string): readonly Paragraph[] {
    return marked.lexer(markdown).flatMap((token) => this.paragraphs(token, 0));
  }

  private paragraphs(token: Token, depth: number): readonly Paragraph[] {
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'heading':
        return [this.heading((token as Tokens.Heading).text, Math.min(4, (token as Tokens.Heading).depth))];
      case 'list':
        return (token as Tokens.List).items.flatMap((item, i) => this.item(token as Tokens.List, item, i, depth));
      case 'blockquote':
        return (token as Tokens.Blockquote).tokens.flatMap((inner) => this.paragraphs(inner, depth + 1));
      case 'code':
        return (token as Tokens.Code).text
          .split('\n')
          .map((line) => this.paragraph([this.run(line, { code: true })], depth));
      case 'hr':
        return [];
      default:
        return [this.paragraph(this.runs('tokens' in token ? (token.tokens ?? []) : [token], {}), depth)];
    }
  }

  private item(list: Tokens.List, item: Tokens.ListItem, i: number, depth: number): readonly Paragraph[] {
    const mark = list.ordered ? `${Number(list.start || 1) + i}. ` : '• ';
    const [first, ...rest] = item.tokens;
    const runs = this.runs(first !== undefined && 'tokens' in first ? (first.tokens ?? []) : [], {});
    return [
      this.paragraph([this.run(mark, {}), ...runs], depth + 1),
      ...rest.flatMap((token) => this.paragraphs(token, depth + 1)),
    ];
  }

  private paragraph(children: readonly ParagraphChild[], depth: number): Paragraph {
    const { AlignmentType, Paragraph } = this.docx;
    return new Paragraph({
      children: [...children],
      alignment: AlignmentType.JUSTIFIED,
      indent: depth > 0 ? { left: 420 * depth } : this.lang === 'zh' ? { firstLine: 420 } : {},
      spacing: { after: 100, line: 320 },
    });
  }

  private run(text: string, marks: Marks): ParagraphChild {
    const { code, ...style } = marks;
    const font = code === true ? { ...FONT, ascii: 'Consolas', hAnsi: 'Consolas' } : FONT;
    return new this.docx.TextRun({ text, font, size: SIZE.body, ...style });
  }

  private runs(tokens: readonly Token[], marks: Marks): readonly ParagraphChild[] {
    return tokens.flatMap((token): readonly ParagraphChild[] => {
      switch (token.type) {
        case 'strong':
          return this.runs((token as Tokens.Strong).tokens, { ...marks, bold: true });
        case 'em':
          return this.runs((token as Tokens.Em).tokens, { ...marks, italics: true });
        case 'codespan':
          return [this.run((token as Tokens.Codespan).text, { ...marks, code: true })];
        case 'br':
          return [new this.docx.TextRun({ break: 1 })];
        case 'link':
          return this.link(token as Tokens.Link, marks);
        default:
          return 'tokens' in token && token.tokens !== undefined
            ? this.runs(token.tokens, marks)
            : [this.run('text' in token ? String(token.text) : token.raw, marks)];
      }
    });
  }

  /** A link in Word has a name drawn by chance; its address in brackets has none, and is there on paper too. */
  private link(token: Tokens.Link, marks: Marks): readonly ParagraphChild[] {
    const address = token.text === token.href ? [] : [this.run(` (${token.href})`, marks)];
    return [...this.runs(token.tokens, marks), ...address];
  }

  async picture(drawing: Drawing): Promise<Paragraph> {
    const { AlignmentType, ImageRun, Paragraph } = this.docx;
    const scale = Math.min(1, TEXT_WIDTH / drawing.width);
    const { title } = drawing;
    const image = new ImageRun({
      type: 'png',
      data: await png(drawing, DPI),
      transformation: { width: Math.round(drawing.width * scale), height: Math.round(drawing.height * scale) },
      altText: { title, description: title, name: title, id: String(++this.pictures) },
    });
    return new Paragraph({ alignment: AlignmentType.CENTER, spacing: { before: 160, after: 160 }, children: [image] });
  }

  async block(b: Block): Promise<readonly FileChild[]> {
    switch (b.kind) {
      case 'heading':
        return [this.heading(b.text, b.level)];
      case 'text':
        return this.text(b.text);
      case 'table':
        // two tables without a paragraph between them would be one
        return [...wordTable(this.docx, b.table), new this.docx.Paragraph({ spacing: { after: 80 } })];
      case 'figure':
        return [await this.picture(b.drawing)];
    }
  }
}

export async function reportWord(doc: ReportDocument): Promise<Uint8Array> {
  const docx = await import('docx');
  const writer = new Writer(docx, doc.lang);
  const children: FileChild[] = [writer.centred(doc.title, 36, true)];
  if (doc.subtitle !== '') children.push(writer.centred(doc.subtitle, SIZE.body, false));
  for (const b of doc.blocks) children.push(...(await writer.block(b)));
  const file = new docx.Document({
    creator: 'ceteris',
    title: doc.title,
    styles: { default: { document: { run: { font: FONT, size: SIZE.body } } } },
    sections: [{ properties: { page: PAGE }, children }],
  });
  return repacked(new Uint8Array(await docx.Packer.toBuffer(file)), doc.title);
}
