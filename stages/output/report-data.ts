/** Where the numbers of a report come from: a table of the data sets behind it. */
import type { Lang } from '../catalogue/entry.ts';
import { type Column, lengthOf } from '../columns/column.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { type InputValue, ROWS } from '../contract.ts';
import { cell, EMPTY, type Row, STYLES, type TableDocument } from './document.ts';
import { noteLines } from './note-lines.ts';
import { DASH, numberCell } from './number-cell.ts';
import type { ReportData } from './report-spec.ts';
import { numberText } from './ticks.ts';
import { say } from './wording.ts';

/**
 * SHA-256 over the columns' bytes in the order of their names, each after its name and length: the same values give the same
 * digest, whatever the file that they came in.
 */
async function digestOf({ parts }: InputValue, columns: readonly string[]): Promise<string> {
  const encoder = new TextEncoder();
  const chunks = [...columns].sort().flatMap((name) => {
    const bytes = parts.get(name) ?? new Uint8Array();
    return [encoder.encode(`${name}\0${bytes.length}\0`), bytes];
  });
  const all = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join('');
}

function distinct(column: Column): number {
  if (column.kind === 'text') return new Set(column.codes).size;
  return new Set(column.values.filter((v) => !Number.isNaN(v))).size;
}

/** First and last period: "2010–2023". */
function period(table: Table, time: string): string {
  const column = table.column(time);
  if (column.kind === 'text' || lengthOf(column) === 0) return '';
  const known = column.values.filter((v) => !Number.isNaN(v));
  const [low, high] = [
    known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  return known.length === 0 ? '' : `${numberText(low, 0)}–${numberText(high, 0)}`;
}

const whole = (n: number) => numberCell(n, { digits: 0 });

export async function dataTable(
  data: readonly ReportData[],
  inputs: readonly InputValue[],
  lang: Lang,
): Promise<TableDocument | undefined> {
  if (data.length === 0) return undefined;
  const rows: Row[] = [];
  const digests: string[] = [];
  for (const [i, entry] of data.entries()) {
    const input = inputs[i];
    if (input === undefined) continue;
    const table = input.parts.has(ROWS) ? tableOf(input) : undefined;
    const name = entry.name === '' ? say('dataSet', lang, { n: String(i + 1) }) : entry.name;
    rows.push({
      kind: 'line',
      cells: [
        cell(name),
        cell(entry.source === '' ? DASH : entry.source),
        cell(entry.licence === '' ? DASH : entry.licence),
        table === undefined ? EMPTY : whole(table.rows),
        table === undefined || entry.unit === undefined ? EMPTY : whole(distinct(table.column(entry.unit))),
        table === undefined || entry.time === undefined ? EMPTY : cell(period(table, entry.time)),
      ],
    });
    digests.push(`${name}: ${(await digestOf(input, entry.columns)).slice(0, 16)}`);
  }
  const head = (['dataName', 'dataSource', 'dataLicence', 'dataRows', 'dataUnits', 'dataPeriod'] as const).map((w) =>
    cell(say(w, lang)),
  );
  return {
    caption: [],
    lang,
    head: [{ kind: 'header', cells: head }],
    sections: [rows],
    notes: noteLines([say('dataDigest', lang, { digests: digests.join(lang === 'zh' ? '；' : '; ') })], [], lang),
    textColumns: 3,
    columns: 6,
    style: STYLES['three-line'],
  };
}
