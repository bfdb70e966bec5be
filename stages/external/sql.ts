import { Type } from '@sinclair/typebox';
import type { NamedType } from '../columns/file-columns.ts';
import { isForbidden } from '../columns/header.ts';
import { means, Params, Seed } from '../columns/params.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { columnOf } from '../columns/value-column.ts';
import { defineStage, error, type Panel, ROWS, type RunResult, type TableShape } from '../contract.ts';
import { loadDuck, runQuery, type SqlResult } from './duck.ts';
import { type KnownColumns, queryFault } from './sql-fault.ts';
import { otherThanQuery, sqlReads, statementsIn } from './sql-reads.ts';

interface SqlParams {
  readonly query: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly panel?: Panel;
  readonly seed?: number;
}

export type SqlSpec = {
  readonly query: string;
  readonly tables: readonly { readonly name: string; readonly columns: readonly NamedType[] }[];
  readonly panel?: Panel;
  readonly seed: number;
};

type Manner = { readonly known: KnownColumns };

/** A query over other stages' tables, by embedded DuckDB. Errors: CE2920–CE2923, CE2964–CE2966. */
export const sql = defineStage<SqlParams, SqlSpec>({
  type: 'sql',
  doc: {
    summary: { en: 'A query over tables, in DuckDB’s SQL', zh: '用 DuckDB SQL 查询表格' },
    details: {
      en: `\`query\` is one SELECT in DuckDB's dialect over the tables under \`inputs\`, each under the name given to it. The database is embedded and in
memory; it sees the inputs and nothing of the machine (no files, no network, no extensions), and runs on one thread, so that sums
come out the same every time. \`random()\` draws from \`seed\`. Rows come in the order of the query: say ORDER BY where it matters.

Columns that the query does not name are not handed over and are no part of the key; \`SELECT *\` reads them all. The result's columns are
known once the query has run, so what reads them is checked then. A BIGINT beyond 2^53 becomes text: a double would round it, and it is a
code more often than an amount (sums are numbers; otherwise write \`::DOUBLE\`). Not reproducible: \`now()\` and the like.`,
      zh: `query 为对 inputs 中各表（以所给名称引用）的一条 DuckDB SELECT。数据库内嵌于内存，只见输入，不能读取文件、网络或扩展；单线程运行，求和结果每次相同。random() 由 seed 决定。
行的次序为查询结果的次序，需要时请写 ORDER BY。

查询未提到的列不会传入，也不影响缓存；SELECT * 读取全部列。结果的列在查询运行后才知道，读取它的步骤届时检查。超出 2^53 的 BIGINT 成为文本（求和为数值；其他情形可写 ::DOUBLE）。now() 之类不可重现。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv }
  means:
    stage: sql
    inputs: { panel: raw }
    query: SELECT city, avg(y) AS mean FROM panel GROUP BY city ORDER BY city
`,
  },
  params: Params({
    query: Type.String({
      minLength: 1,
      ...means('one SELECT, in DuckDB’s dialect', '一条 SELECT，用 DuckDB 的 SQL 方言'),
    }),
    inputs: Type.Record(Type.String(), Type.String(), {
      minProperties: 1,
      ...means('name in the query: the stage whose table it is', '查询中的表名: 提供该表的步骤'),
    }),
    panel: Type.Optional(
      Type.Object(
        { unit: Type.String(), time: Type.String() },
        {
          additionalProperties: false,
          ...means('columns of the unit and the time of the result', '结果的个体列与时间列'),
        },
      ),
    ),
    seed: Seed,
  }),
  inputs: { inputs: { kinds: ['table'], keyed: true } },
  outputs: { table: { kind: 'table', doc: { en: 'the rows of the result', zh: '查询结果的各行' } } },
  declare({ params, inputs }) {
    const ports = (inputs.inputs ?? []).map((input) => ({
      name: input.key ?? '',
      columns: tableShapeOf(input).columns.map(({ name, type }) => ({ name, type })),
    }));
    const reads = sqlReads(params.query, Object.fromEntries(ports.map((p) => [p.name, p.columns.map((c) => c.name)])));
    const tables = ports.map(({ name, columns }) => ({
      name,
      columns: columns.filter((c) => reads[name]?.includes(c.name)),
    }));
    const shape: TableShape = {
      kind: 'table',
      columns: [],
      open: true,
      ...(params.panel === undefined ? {} : { panel: params.panel }),
    };
    const other = otherThanQuery(params.query);
    return {
      faults:
        statementsIn(params.query) === 0
          ? [error('CE2923', { count: 0 }, ['query'])]
          : other === undefined
            ? []
            : [error('CE2964', { word: other.toUpperCase() }, ['query'])],
      spec: {
        query: params.query.trim().replace(/;+\s*$/, ''),
        tables,
        seed: params.seed ?? 1,
        ...(params.panel === undefined ? {} : { panel: params.panel }),
      },
      // for messages alone: what the query does not name is no part of the key
      manner: { known: Object.fromEntries(ports.map((p) => [p.name, p.columns.map((c) => c.name)])) } satisfies Manner,
      reads: { inputs: tables.map((t) => [ROWS, ...t.columns.map((c) => c.name)]) },
      outputs: { table: { shape, parts: 'made' } },
    };
  },
  weight: () => 200,
  async run({ spec, inputs, signal, manner }): Promise<RunResult> {
    const duck = await loadDuck();
    if (duck === undefined) return { ok: false, faults: [error('CE2920', {})] };
    const tables = spec.tables.map((t, i) => {
      const input = inputs.inputs?.[i];
      if (input === undefined) throw new Error(`ceteris bug: input '${t.name}' is not there`);
      return { ...t, table: tableOf(input) };
    });
    try {
      const { query, seed } = spec;
      const result = await runQuery(duck, tables, { query, seed, ...(signal === undefined ? {} : { signal }) });
      if (typeof result === 'number') return { ok: false, faults: [error('CE2923', { count: result }, ['query'])] };
      if ('other' in result) return { ok: false, faults: [error('CE2964', { word: result.other }, ['query'])] };
      return resultOf(spec, result);
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      return {
        ok: false,
        faults: [queryFault(thrown.message, spec.query, (manner as Manner | undefined)?.known ?? {})],
      };
    }
  },
});

function resultOf(spec: SqlSpec, { names, columns, types, rows }: SqlResult): RunResult {
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) return { ok: false, faults: [error('CE2922', { names: [...new Set(twice)] }, ['query'])] };
  const forbidden = names.filter(isForbidden);
  if (forbidden.length > 0) return { ok: false, faults: forbidden.map((name) => error('CE2014', { name }, ['query'])) };
  const made = names.map((name, i) => [name, columnOf(columns[i] ?? [], types[i] ?? 'text')] as const);
  const { panel } = spec;
  const absent = panel === undefined ? [] : [panel.unit, panel.time].filter((name) => !names.includes(name));
  if (absent.length > 0)
    return { ok: false, faults: absent.map((name) => error('CE2023', { name, known: names }, ['panel'])) };
  const shape: TableShape = {
    kind: 'table',
    columns: made.map(([name, { type }]) => ({ name, type })),
    open: false,
    ...(panel === undefined ? {} : { panel }),
  };
  const output = tableOutput(new Map(made.map(([name, { column }]) => [name, column])), rows);
  return { ok: true, outputs: { table: { ...output, shape } }, notes: [] };
}
