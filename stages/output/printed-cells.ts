/** Which input each number of a printed table comes from: a column a model, or the rows of one record after another. */
import { columnNames, namedRows, printedTable } from '../columns/printed-table.ts';
import type { PrintedCell } from '../contract.ts';
import type { TableSpec } from './table-spec.ts';

export function cellsOf({ kind }: TableSpec, content: Uint8Array): readonly PrintedCell[] {
  const table = printedTable(content);
  if (table === undefined) return [];
  const columns = columnNames(table);
  return namedRows(table).flatMap(({ name, group, at, cells }) =>
    cells.flatMap(({ text, isNumber }, j): PrintedCell[] => {
      if (!isNumber) return [];
      // records that are not alone begin with a panel's name each
      const from = kind === 'models' ? { index: j } : { index: Math.max(0, group - 1), at };
      return [{ row: name, column: columns[j] ?? '', text, input: 'columns', ...from }];
    }),
  );
}
