/** One row per group, with summaries of the columns. */
import { type Static, Type } from '@sinclair/typebox';
import { type Column, gatherColumn, isMissing, MISSING, numbers } from '../columns/column.ts';
import { ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { ColumnLookup, globMatches, tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf, tableOutput } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Note, type PartDecl, ROWS, type TableShape } from '../contract.ts';
import { summarize } from '../kernels/summary.ts';
import { type Groups, groupRows, rankedFactor } from './groups.ts';
import { isFault, parseSummary, type SummaryCall, takesAnyType } from './summary-call.ts';

const AggregateParams = Params({
  from: Reference('the table', '输入的表'),
  by: Type.Optional(
    ColumnNames(
      'one row for each combination of these that occurs; without it one row in all',
      '这些列的每种组合得到一行；不写则全表汇总为一行',
    ),
  ),
  columns: Type.Record(
    Type.String(),
    Type.String(),
    means(
      'new column: summary of an old one, e.g. wage: mean(wage); mean, sum, sd, min, max, median, count, distinct, first, last, quantile(x, p)',
      '新列为原有列的汇总，如 wage: mean(wage)；可用 mean、sum、sd、min、max、median、count、distinct、first、last、quantile(x, p)',
    ),
  ),
});

type Spec = { readonly by: readonly string[]; readonly columns: Readonly<Record<string, SummaryCall>> };

export const aggregate = defineStage<Static<typeof AggregateParams>, Spec>({
  type: 'aggregate',
  doc: {
    summary: { en: 'one row per group, with summaries of columns', zh: '按组汇总，每组一行' },
    details: {
      en: `Each new column is one function of one old column over the rows of the group: \`mean\`, \`sum\`, \`sd\` (divides by n − 1), \`min\`, \`max\`,
\`median\`, \`quantile(x, p)\` (type 7), \`count(x)\` (values that are not missing), \`count()\` (rows), \`distinct(x)\`, \`first(x)\` and
\`last(x)\` (first and last value that is not missing, in the table's row order).

Missing values are left out, and a note says how many; a group without any value gives missing (its \`sum\` too), its \`count\` 0; \`sd\` of one value is missing.
The rows come out in increasing order of \`by\`, the first column slowest; missing in \`by\` is a group of its own and comes last. The panel structure is kept when
\`by\` holds unit and time. It takes no expressions (derive first) and no weights. Checked against values worked out by
hand, quantiles against R.`,
      zh: `每个新列是旧列在组内的一个函数。缺失值不计入（附注报告数量）；组内全部缺失时结果为缺失（sum 亦然），count 为 0。
sd 以 n − 1 为分母，分位数为第 7 类。输出按 by 的取值升序排列，by 中的缺失自成一组并排在最后。`,
    },
    example: `stages:
  raw: { stage: ingest, file: zones.csv }
  by_province:
    stage: aggregate
    from: raw
    by: province
    columns:
      first_zone: min(year)
      zones: count()
      p90: quantile(size, 0.9)
`,
  },
  params: AggregateParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'one row per group', zh: '每组一行' } } },

  declare({ params, inputs, labels }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const by = lookup.list(params.by, ['by']);
    const calls: Record<string, SummaryCall> = {};
    const made: ColumnInfo[] = [];
    for (const [name, text] of Object.entries(params.columns)) {
      const at = ['columns', name];
      if (by.some((c) => c.name === name)) lookup.faults.push(error('CE2169', { same: name }, at));
      const call = parseSummary(text, at);
      if (isFault(call)) {
        lookup.faults.push(call);
        made.push({ name, type: 'unknown' });
        continue;
      }
      calls[name] = call;
      const old = sourceColumn(lookup, call, at);
      const label = labels[name];
      made.push({ name, type: typeOf(call, old), ...(label === undefined ? {} : { label }) });
    }
    const byNames = by.map((c) => c.name);
    const reads = [
      ...new Set([...byNames, ...Object.values(calls).flatMap((c) => (c.column === '' ? [] : [c.column]))]),
    ];
    return {
      faults: lookup.faults,
      spec: { by: byNames, columns: calls },
      reads: { from: [[ROWS, ...reads]] },
      outputs: {
        table: {
          shape: shapeOf(shape, { by, globs: lookup.unsettled(params.by) }, made),
          parts: [
            // how many rows there are, and in which order, comes from all of `by`
            ...[ROWS, ...byNames].map((name) => madeOf(name, byNames)),
            ...made.map(({ name }) => {
              const column = calls[name]?.column ?? '';
              return madeOf(name, column === '' ? byNames : [column, ...byNames]);
            }),
          ],
        },
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const by = spec.by.map(table.column);
    const groups = groupRows(by, table.rows);
    const firsts = Uint32Array.from({ length: groups.count }, (_, g) => groups.rowsOf(g)[0]!);
    const columns: [string, Column][] = spec.by.map((name, i) => [name, gatherColumn(by[i]!, firsts)]);
    const left = new Map<string, number>();
    for (const [name, call] of Object.entries(spec.columns)) {
      columns.push([name, summaryColumn(table, call, groups)]);
      if (call.column !== '') left.set(call.column, missingIn(table.column(call.column), table.rows));
    }
    const notes: Note[] = [...left]
      .filter(([, missing]) => missing > 0)
      .map(([column, missing]) => ({ code: 'CN2154', args: { column, missing } }));
    return { ok: true, outputs: { table: tableOutput(columns, groups.count) }, notes };
  },
});

const madeOf = (name: string, of: readonly string[]): PartDecl => ({
  name,
  how: 'made',
  // without groups there is one row, whatever the data
  from: (of.length === 0 ? [ROWS] : of).map((part) => ({ input: 'from', index: 0, part })),
});

function sourceColumn(lookup: ColumnLookup, call: SummaryCall, at: readonly string[]): ColumnInfo | undefined {
  if (call.column === '') return undefined;
  return takesAnyType(call.name) ? lookup.any(call.column, at) : lookup.number(call.column, at);
}

function typeOf(call: SummaryCall, old: ColumnInfo | undefined): ColumnInfo['type'] {
  switch (call.name) {
    case 'count':
    case 'distinct':
      return 'integer';
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return old?.type ?? 'unknown';
    case 'sum':
      return old?.type === 'integer' || old?.type === 'boolean' ? 'integer' : 'number';
    default:
      return 'number';
  }
}

interface Grouping {
  readonly by: readonly ColumnInfo[];
  /** for columns that are not known yet */
  readonly globs: readonly string[];
}

function shapeOf(shape: TableShape, { by, globs }: Grouping, made: readonly ColumnInfo[]): TableShape {
  const columns = [...by, ...made.filter((c) => !by.some((b) => b.name === c.name))];
  const { panel } = shape;
  const isKey = (name: string): boolean =>
    by.some((c) => c.name === name) || globs.some((glob) => globMatches(glob, name));
  const keeps = panel !== undefined && [panel.unit, panel.time].every(isKey);
  return { kind: 'table', columns, open: globs.length > 0, ...(keeps ? { panel } : {}) };
}

function missingIn(column: Column, rows: number): number {
  let missing = 0;
  for (let i = 0; i < rows; i++) if (isMissing(column, i)) missing++;
  return missing;
}

function summaryColumn(table: Table, call: SummaryCall, groups: Groups): Column {
  const each = (of: (rows: Int32Array) => number): Column =>
    numbers(Float64Array.from({ length: groups.count }, (_, g) => of(groups.rowsOf(g))));
  if (call.column === '') return each((rows) => rows.length);
  const column = table.column(call.column);
  switch (call.name) {
    case 'first':
      return gatherColumn(
        column,
        pick(groups, (rows) => rows.find((row) => !isMissing(column, row))),
      );
    case 'last':
      return gatherColumn(
        column,
        pick(groups, (rows) => rows.findLast((row) => !isMissing(column, row))),
      );
    case 'count':
      return each((rows) => rows.reduce((n, row) => n + (isMissing(column, row) ? 0 : 1), 0));
    case 'distinct': {
      const { codes } = rankedFactor(column);
      return each((rows) => new Set([...rows].filter((row) => !isMissing(column, row)).map((row) => codes[row])).size);
    }
    default: {
      const values = table.numbers(call.column);
      const kind = call.name;
      return each((rows) =>
        summarize(
          kind,
          Float64Array.from(rows, (row) => values[row]!),
          call.p,
        ),
      );
    }
  }
}

const pick = (groups: Groups, of: (rows: Int32Array) => number | undefined): Uint32Array =>
  Uint32Array.from({ length: groups.count }, (_, g) => of(groups.rowsOf(g)) ?? MISSING);
