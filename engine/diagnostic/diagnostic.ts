/** A fault with its place in a file: what is printed, what `--json` shows. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { helpOf, messageOf } from '../../stages/catalogue/render.ts';
import type { Fault } from '../../stages/contract.ts';

/** A text file that was read, with the offsets at which its lines start. */
export interface SourceFile {
  /** absolute path */
  readonly path: string;
  /** as people name it: relative to the working folder */
  readonly name: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** Offsets (UTF-16 units) into `source`; line and column are worked out when printed. */
export interface Place {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface Diagnostic extends Fault {
  readonly at?: Place;
  readonly stage?: string;
}

/** The form of `--json`. Lines and columns count from 1. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
  readonly stage?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly end_line?: number;
  readonly end_column?: number;
}

export function sourceFile(path: string, name: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
  return { path, name, text, lineStarts };
}

/** Line and column, from 1, of an offset. */
export function lineColumn(source: SourceFile, offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (source.lineStarts[low] ?? 0) + 1 };
}

export function diagnosticJson(d: Diagnostic, lang: Lang): DiagnosticJson {
  const hint = helpOf(d.code, d.args, lang);
  const start = d.at && lineColumn(d.at.source, d.at.start);
  const end = d.at && lineColumn(d.at.source, d.at.end);
  return {
    code: d.code,
    severity: d.severity,
    message: messageOf(d.code, d.args, lang),
    ...(hint === undefined ? {} : { hint }),
    ...(d.stage === undefined ? {} : { stage: d.stage }),
    ...(d.at && start && end
      ? { file: d.at.source.name, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
      : {}),
  };
}
