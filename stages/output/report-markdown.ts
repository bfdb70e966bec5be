/** A report as Markdown, figures inside. */
import type { Drawing } from './drawing.ts';
import { escapeMarkdown, markdown } from './markdown.ts';
import { png } from './png.ts';
import type { Block, ReportDocument } from './report-block.ts';

/** Fit for the screen: a Markdown file is no print. */
const DPI = 144;

/** Base64 of bytes. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

const picture = async (drawing: Drawing): Promise<string> =>
  `![${escapeMarkdown(drawing.title)}](data:image/png;base64,${base64(await png(drawing, DPI))})`;

async function block(b: Block): Promise<string> {
  switch (b.kind) {
    case 'heading':
      return `${'#'.repeat(b.level + 1)} ${escapeMarkdown(b.text)}`;
    case 'text':
      return b.text.trim();
    case 'table':
      return markdown(b.table).trimEnd();
    case 'figure':
      return picture(b.drawing);
  }
}

export async function reportMarkdown(doc: ReportDocument): Promise<string> {
  const parts = [`# ${escapeMarkdown(doc.title)}`];
  if (doc.subtitle !== '') parts.push(escapeMarkdown(doc.subtitle));
  for (const b of doc.blocks) parts.push(await block(b));
  return `${parts.join('\n\n')}\n`;
}
