import { Type } from '@sinclair/typebox';
import { encodeIndex } from '../columns/codec.ts';
import { compileExpression } from '../columns/expression/compile.ts';
import { evaluate } from '../columns/expression/evaluate.ts';
import { panelFunctionIn } from '../columns/expression/functions.ts';
import { type Periods, periodFaults, periodsOf } from '../columns/expression/panel-index.ts';
import { StrangeTexts } from '../columns/expression/strange-texts.ts';
import type { Expression } from '../columns/expression/syntax.ts';
import { ExpressionText, Reference } from '../columns/params.ts';
import { gatherAll, tableShapeOf } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { defineStage, error, type Fault, type Note, ROWS } from '../contract.ts';

interface Params {
  readonly from: string;
  readonly keep?: string | number | boolean;
  readonly drop?: string | number | boolean;
}

export type FilterSpec = {
  readonly keep: Expression;
  readonly panel?: Periods;
};

const KEPT = '#kept';

/** Rows for which a condition holds. Columns are picked only when somebody reads them. */
export const filter = defineStage<Params, FilterSpec>({
  type: 'filter',
  doc: {
    summary: { en: 'Keeps the rows for which a condition holds', zh: '按条件保留行' },
    details: {
      en: `\`keep\` keeps the rows where the condition is true, \`drop\` those where it is not true; a missing condition does not keep the row, and
does not drop it. \`where\` on any stage is the same as a filter before it. What changes in rows that are left out reaches nobody.`,
      zh: `keep 保留条件为真的行，drop 去掉条件为真的行；条件缺失时 keep 不保留、drop 不去掉。任何步骤的 where 等同于其前的 filter。被排除的行发生变化，不影响任何后续结果。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  recent:
    stage: filter
    from: raw
    keep: year >= 2012
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      keep: Type.Optional(ExpressionText('condition for rows to stay', '行满足此条件则保留')),
      drop: Type.Optional(ExpressionText('condition for rows to go', '行满足此条件则删除')),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'the rows kept, in their order', zh: '保留的行，顺序不变' } } },
  declare({ params, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const own: Fault[] = (params.keep === undefined) === (params.drop === undefined) ? [error('CE2047', {})] : [];
    const key = params.keep === undefined ? 'drop' : 'keep';
    const compiled = compileExpression(params.keep ?? params.drop ?? true, { shape, param: [key] });
    if (compiled.type === 'text') own.push(error('CE2049', {}, [key]));
    // a row is dropped when the condition is true, and kept when it is false or missing
    const keep: Expression =
      key === 'keep'
        ? compiled.tree
        : { is: 'not', of: { is: 'call', name: 'coalesce', arguments: [compiled.tree, { is: 'number', value: 0 }] } };
    const panel = panelFunctionIn(keep) === undefined ? undefined : periodsOf(shape);
    return {
      faults: [...compiled.faults, ...own],
      spec: { keep, ...(panel === undefined ? {} : { panel }) },
      reads: { from: [[ROWS, ...compiled.reads]] },
      outputs: {
        table: {
          shape,
          parts: [{ name: ROWS, how: 'made' }, { name: KEPT, how: 'made' }, ...gatherAll(shape, 'from', KEPT)],
        },
      },
    };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: filter without input');
    const table = tableOf(input);
    const faults = periodFaults(spec.keep, table, spec.panel);
    if (faults.length > 0) return { ok: false, faults };
    const strange = new StrangeTexts();
    const condition = evaluate(spec.keep, {
      table,
      strange: strange.add,
      ...(spec.panel === undefined ? {} : { panel: spec.panel }),
    });
    if (condition.kind !== 'number') return { ok: false, faults: [error('CE2049', {}, ['keep'])] };
    const { values } = condition;
    const index = Uint32Array.from(values.keys()).filter((i) => values[i] !== 0 && !Number.isNaN(values[i]));
    const parts = new Map(tableOutput([], index.length).parts);
    parts.set(KEPT, encodeIndex(index));
    const note: Note =
      index.length === 0
        ? { code: 'CN2003', args: { rows: table.rows } }
        : { code: 'CN2002', args: { kept: index.length, rows: table.rows } };
    return { ok: true, outputs: { table: { parts } }, notes: [note, ...strange.notes()] };
  },
});
