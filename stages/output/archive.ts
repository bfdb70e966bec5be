/**
 * Office files that are the same bytes each time. What docx and exceljs write differs between runs (dates, zip times);
 * here the parts are packed again in a fixed order, at a fixed time, with fixed core properties.
 */
import type { Zippable } from 'fflate';
import { escapeHtml } from './html.ts';

const CORE = 'docProps/core.xml';
const FIRST = '[Content_Types].xml';
/** The dates of every document: a date of the day would change the bytes though nothing changed. */
const DATE = '2000-01-01T00:00:00Z';

const core = (title: string): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escapeHtml(title)}</dc:title><dc:creator>ceteris</dc:creator><cp:lastModifiedBy>ceteris</cp:lastModifiedBy><dcterms:created xsi:type="dcterms:W3CDTF">${DATE}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${DATE}</dcterms:modified></cp:coreProperties>`;

const before = (a: string, b: string): number => (a === FIRST ? -1 : b === FIRST ? 1 : a < b ? -1 : a > b ? 1 : 0);

/** @param title the document's title, for its properties */
export async function repacked(file: Uint8Array, title: string): Promise<Uint8Array> {
  const { strToU8, unzipSync, zipSync } = await import('fflate');
  const parts = unzipSync(file);
  // the fields of a zip's time are local ones, and so are those of this constructor: 1980-01-01 00:00 in any time zone
  const mtime = new Date(1980, 0, 1);
  const out: Zippable = {};
  for (const name of Object.keys(parts).sort(before)) {
    if (name.endsWith('/')) continue;
    const bytes = name === CORE ? strToU8(core(title)) : (parts[name] ?? new Uint8Array());
    out[name] = [bytes, { mtime, level: 6 }];
  }
  return zipSync(out);
}
