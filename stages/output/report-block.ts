/** A report in no format yet: its parts in order. */
import type { Lang } from '../catalogue/entry.ts';
import type { TableDocument } from './document.ts';
import type { Drawing } from './drawing.ts';

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  /** Markdown */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly table: TableDocument }
  | { readonly kind: 'figure'; readonly drawing: Drawing };

export interface ReportDocument {
  readonly title: string;
  readonly subtitle: string;
  readonly lang: Lang;
  readonly blocks: readonly Block[];
}
