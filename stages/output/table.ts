/** `table`: models side by side, or the rows of other results, as files for people. */

import { encodeRecord, recordOf } from '../columns/record.ts';
import {
  CONTENT,
  defineStage,
  error,
  type Fault,
  type InputValue,
  type PartDecl,
  type RecordKind,
} from '../contract.ts';
import { withDates } from './date-labels.ts';
import { estimationTexts } from './estimation-note.ts';
import { estimatorName } from './estimator-name.ts';
import { groupTestOf } from './group-test.ts';
import { modelOf } from './model-record.ts';
import { cellsOf } from './printed-cells.ts';
import { type Made, regressionTable } from './regression-table.ts';
import { renderTable } from './render-table.ts';
import { resultNotes } from './result-notes.ts';
import { statisticsTable } from './statistics-table.ts';
import { tableDoc } from './table-doc.ts';
import { type TableParams, tableParams } from './table-params.ts';
import { type TableSpec, tableSpec } from './table-spec.ts';
import { mainLanguage } from './wording.ts';

const PRINTABLE: readonly RecordKind[] = [
  'model',
  'summary',
  'weights',
  'effects',
  'test',
  'distribution',
  'decomposition',
  'bounds',
  'balance',
  'curve',
  'comparison',
];

function made(spec: TableSpec, columns: readonly InputValue[], tests: readonly InputValue[]): Made {
  const records = columns.map(recordOf);
  if (spec.kind === 'statistics') return statisticsTable(records, spec.table);
  const { remarks } = spec.table;
  const lang = mainLanguage(spec.table.lang);
  const models = records.map(modelOf);
  const labels = withDates(spec.table.labels, models, { dates: spec.table.dates, lang });
  return regressionTable(
    {
      models,
      estimators: records.map((record) => estimatorName(record, lang) ?? ''),
      estimation: (isNamed) =>
        records.map((record, i) => estimationTexts(record, { labels, lang, isNamed: isNamed[i] ?? false })),
      tests: tests.map(recordOf).map(groupTestOf),
      remarks: remarks ? resultNotes(records, { labels, lang }) : [],
    },
    { ...spec.table, labels },
  );
}

/** Faults of what only the results can tell. */
function faultsOf(table: Made): readonly Fault[] {
  const empty = table.document.columns === 0 || table.document.sections.flat().length === 0;
  return table.faults.length > 0 || !empty ? table.faults : [error('CE2805', {}, ['columns'])];
}

export const tableStage = defineStage<TableParams, TableSpec>({
  type: 'table',
  doc: tableDoc,
  params: tableParams,
  inputs: {
    columns: { kinds: PRINTABLE, many: true },
    tests: { kinds: ['test'], many: true, optional: true },
  },
  outputs: { document: { kind: 'document', doc: { en: 'one file for each format', zh: '每种格式一个文件' } } },
  declare(context) {
    const { spec, faults } = tableSpec(context);
    const parts = [...spec.formats, CONTENT].map((name): PartDecl => ({ name, how: 'made' }));
    return {
      faults,
      spec,
      reads: {
        columns: (context.inputs.columns ?? []).map(() => 'all' as const),
        tests: (context.inputs.tests ?? []).map(() => 'all' as const),
      },
      outputs: { document: { shape: { kind: 'document', formats: spec.formats, content: 'table' }, parts } },
    };
  },
  async run({ spec, inputs }) {
    const table = made(spec, inputs.columns ?? [], inputs.tests ?? []);
    const faults = faultsOf(table);
    if (faults.length > 0) return { ok: false, faults };
    const parts = new Map([[CONTENT, encodeRecord(table.document)]]);
    for (const format of spec.formats) parts.set(format, await renderTable(table.document, format));
    return { ok: true, outputs: { document: { parts } }, notes: table.notes };
  },
  cells: (spec, content) => cellsOf(spec, content),
  // loading the writers of office files takes longer than a hop to a worker
  weight: (spec) => (spec.formats.some((f) => f === 'docx' || f === 'xlsx') ? 150 : 1),
});
