/** A drawing as one page of PDF, with its font inside: texts can be searched and copied. */
import type { Drawing, Mark } from './drawing.ts';
import { lettersOf } from './lettering.ts';
import { startOf } from './svg.ts';
import type { Face } from './typeface.ts';

/** Points of a PDF to a unit of a drawing: 72 and 96 to the inch. */
const SCALE = 0.75;
/** The date of every document: a date of the day would change the bytes though nothing changed. */
const DATE = new Date(Date.UTC(2000, 0, 1));

type Page = PDFKit.PDFDocument;
type TextMark = Extract<Mark, { readonly kind: 'text' }>;

export async function pdf(drawing: Drawing): Promise<Uint8Array> {
  const { default: Document } = await import('pdfkit');
  const info = { Title: drawing.title, Creator: 'ceteris', Producer: 'ceteris', CreationDate: DATE };
  const [plain] = lettersOf('0');
  const page = new Document({
    size: [drawing.width * SCALE, drawing.height * SCALE],
    margin: 0,
    info,
    lang: drawing.lang,
    font: plain?.face?.file as never,
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    page.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    page.on('end', resolve);
    page.on('error', reject);
  });
  page.scale(SCALE);
  for (const mark of drawing.marks) put(page, mark);
  page.end();
  await ended;
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

function put(page: Page, mark: Mark): void {
  switch (mark.kind) {
    case 'group':
      for (const inner of mark.marks) put(page, inner);
      return;
    case 'text':
      putText(page, mark);
      return;
    case 'line':
      mark.points.forEach(([x, y], i) => {
        if (i === 0) page.moveTo(x, y);
        else page.lineTo(x, y);
      });
      paint(page, mark);
      return;
    case 'polygon':
      page.polygon(...mark.points.map(([x, y]) => [x, y]));
      paint(page, mark);
      return;
    case 'circle':
      page.circle(mark.x, mark.y, mark.r);
      paint(page, mark);
      return;
  }
}

function paint(page: Page, mark: Exclude<Mark, { readonly kind: 'text' | 'group' }>): void {
  page.save();
  if (mark.stroke !== undefined) {
    page.lineWidth(mark.stroke.width).strokeColor(mark.stroke.color);
    if (mark.stroke.dash !== undefined) page.dash(mark.stroke.dash[0] ?? 1, { space: mark.stroke.dash[1] ?? 1 });
  }
  if (mark.kind === 'line') page.stroke();
  else {
    page.fillColor(mark.fill, mark.opacity ?? 1);
    if (mark.stroke === undefined) page.fill();
    else page.fillAndStroke();
  }
  page.restore();
}

/** Runs of characters of one face: each face of the font is embedded on its own. */
function runsOf(text: string): readonly { readonly face: Face | undefined; text: string; width: number }[] {
  const runs: { face: Face | undefined; text: string; width: number }[] = [];
  for (const letter of lettersOf(text)) {
    const last = runs.at(-1);
    if (last !== undefined && last.face === letter.face) {
      last.text += letter.text;
      last.width += letter.width;
    } else runs.push({ face: letter.face, text: letter.text, width: letter.width });
  }
  return runs;
}

function putText(page: Page, mark: TextMark): void {
  let x = startOf(mark);
  page.save();
  if (mark.upright === true) page.rotate(-90, { origin: [mark.x, mark.y] });
  page.fillColor(mark.color).fontSize(mark.size);
  for (const run of runsOf(mark.text)) {
    if (run.face === undefined)
      page.rect(x + 1, mark.y - 0.8 * mark.size, run.width * mark.size - 2, 0.8 * mark.size).stroke();
    // kerning is off, as in the widths that the picture was laid out with
    else
      page
        .font(run.face.file as never)
        .text(run.text, x, mark.y, { lineBreak: false, baseline: 'alphabetic', features: { kern: false } as never });
    x += run.width * mark.size;
  }
  page.restore();
}
