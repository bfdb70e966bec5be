import { Type } from '@sinclair/typebox';
import { datesAmong, keyText, typedColumns } from '../columns/cell-text.ts';
import { compileExpression } from '../columns/expression/compile.ts';
import { evaluate } from '../columns/expression/evaluate.ts';
import { periodFaults } from '../columns/expression/panel-index.ts';
import { StrangeTexts } from '../columns/expression/strange-texts.ts';
import type { Expression } from '../columns/expression/syntax.ts';
import { ExpressionText, means, Reference } from '../columns/params.ts';
import { passAll, tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { defineStage, error, type Fault, type Note, ROWS } from '../contract.ts';

interface Params {
  readonly from: string;
  readonly rules: string | readonly string[] | Readonly<Record<string, string>>;
}

export type ExpectSpec = {
  /** `at`: which of several, as they are written */
  readonly rules: readonly { readonly name: string; readonly tree: Expression; readonly at?: string | number }[];
  readonly panel?: { readonly unit: string; readonly time: string };
  /** of unit and time, those that are dates */
  readonly dates: readonly string[];
};

const SHOWN = 5;

/** Conditions that the data must meet, in every row; when one does not hold the stage fails and says where. */
export const expect = defineStage<Params, ExpectSpec>({
  type: 'expect',
  doc: {
    summary: { en: 'Checks conditions on the data', zh: '检验数据应满足的条件' },
    details: {
      en: 'Every rule must be true in every row; a missing value does not break it. The table passes through unchanged; what reads it waits for the check, and does not run when a rule is broken.',
      zh: `每条规则须在每一行成立，缺失不算违反。表格原样通过；读取它的步骤等待检验，规则被违反时不再运行。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  sound:
    stage: expect
    from: raw
    rules:
      shares are shares: urban >= 0 and urban <= 1
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      rules: Type.Union(
        [
          ExpressionText('a rule', '一条规则'),
          Type.Array(ExpressionText('a rule', '一条规则')),
          Type.Record(Type.String(), ExpressionText('a rule', '一条规则')),
        ],
        means('conditions: one, a list, or by name', '条件：一个、一列，或按名称给出'),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'the table, unchanged', zh: '原表，不作改动' } } },
  declare({ params, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const faults: Fault[] = [];
    const reads = new Set<string>();
    const written: (readonly [string, string, (string | number)[]])[] =
      typeof params.rules !== 'object'
        ? [[String(params.rules), String(params.rules), ['rules']]]
        : Array.isArray(params.rules)
          ? params.rules.map((r, i) => [String(r), String(r), ['rules', i]] as const)
          : Object.entries(params.rules).map(([name, r]) => [name, String(r), ['rules', name]] as const);
    const rules = written.map(([name, text, param]) => {
      const compiled = compileExpression(text, { shape, param });
      faults.push(...compiled.faults);
      for (const read of compiled.reads) reads.add(read);
      const [, at] = param;
      return { name, tree: compiled.tree, ...(at === undefined ? {} : { at }) };
    });
    if (shape.panel !== undefined && !shape.open)
      for (const key of [shape.panel.unit, shape.panel.time]) reads.add(key);
    const keys = shape.columns.filter((c) => c.name === shape.panel?.unit || c.name === shape.panel?.time);
    return {
      faults,
      spec: { rules, dates: datesAmong(keys), ...(shape.panel === undefined ? {} : { panel: shape.panel }) },
      reads: { from: [[ROWS, ...reads]] },
      outputs: { table: { shape, parts: passAll(shape, 'from') } },
    };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: expect without input');
    const table = tableOf(input);
    const panel = spec.panel === undefined ? undefined : { ...spec.panel, dates: spec.dates };
    const placed = spec.rules.map((rule) => ({
      ...rule,
      param: rule.at === undefined ? ['rules'] : ['rules', rule.at],
    }));
    for (const { tree, param } of placed) {
      const faults = periodFaults(tree, table, panel, param);
      if (faults.length > 0) return { ok: false, faults };
    }
    const notes: Note[] = [];
    const faults = placed.flatMap(({ name, tree, param }) => {
      const strange = new StrangeTexts();
      const held = evaluate(tree, {
        table,
        strange: strange.add,
        ...(spec.panel === undefined ? {} : { panel: spec.panel }),
      });
      if (held.kind !== 'number') return [error('CE2049', {}, param)];
      notes.push(...strange.notes(name));
      const broken = Array.from(held.values.keys()).filter((i) => held.values[i] === 0);
      if (broken.length === 0) return [];
      const where = broken.slice(0, SHOWN).map((i) => place(i, spec, table));
      return [
        error(
          'CE2048',
          {
            rule: name,
            count: broken.length,
            rows: table.rows,
            where: broken.length > SHOWN ? [...where, '…'] : where,
          },
          param,
        ),
      ];
    });
    // what hangs on the check is not to be computed from data that fail it
    return faults.length > 0 ? { ok: false, faults } : { ok: true, outputs: { table: { parts: new Map() } }, notes };
  },
});

const place = (row: number, { panel, dates }: ExpectSpec, table: Table): string =>
  panel === undefined ? String(row + 1) : keyText(typedColumns(table, [panel.unit, panel.time], dates), row);
