/** A table document as a Word file. */
import { repacked } from './archive.ts';
import type { TableDocument } from './document.ts';
import { FONT, SIZE, wordTable } from './word-table.ts';

/** A4 with margins of 2.54 cm, in twentieths of a point. */
export const PAGE = {
  size: { width: 11906, height: 16838 },
  margin: { top: 1440, bottom: 1440, left: 1440, right: 1440 },
};

export async function word(doc: TableDocument): Promise<Uint8Array> {
  const docx = await import('docx');
  const file = new docx.Document({
    creator: 'ceteris',
    styles: { default: { document: { run: { font: FONT, size: SIZE.body } } } },
    sections: [{ properties: { page: PAGE }, children: [...wordTable(docx, doc)] }],
  });
  return repacked(new Uint8Array(await docx.Packer.toBuffer(file)), doc.caption.at(-1) ?? '');
}
