import { Type } from '@sinclair/typebox';
import type { Column } from '../columns/column.ts';
import { compileExpression } from '../columns/expression/compile.ts';
import { evaluate } from '../columns/expression/evaluate.ts';
import { panelFunctionIn } from '../columns/expression/functions.ts';
import { type Periods, periodFaults, periodsOf } from '../columns/expression/panel-index.ts';
import { StrangeTexts } from '../columns/expression/strange-texts.ts';
import type { Expression } from '../columns/expression/syntax.ts';
import { ExpressionText, listOf, means, Reference } from '../columns/params.ts';
import { ColumnLookup, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  defineStage,
  type Fault,
  type Note,
  type PartDecl,
  type PartSource,
  ROWS,
  type TableShape,
} from '../contract.ts';

interface Params {
  readonly from: string;
  readonly columns: Readonly<Record<string, string | number | boolean>>;
  readonly by?: string | readonly string[];
}

export type DeriveSpec = {
  /** in order: a later one may use an earlier one */
  readonly columns: readonly { readonly name: string; readonly tree: Expression }[];
  readonly by: readonly string[];
  readonly panel?: Periods;
};

/** New columns from expressions. Columns that are there already pass through; one of the same name is replaced. */
export const derive = defineStage<Params, DeriveSpec>({
  type: 'derive',
  doc: {
    summary: { en: 'New columns from expressions', zh: '用表达式生成新列' },
    details: {
      en: `Each entry of \`columns\` is a new column; later ones may use earlier ones. \`lag\`, \`lead\`, \`diff\` and \`growth\` go by unit and by the
value of time, so a gap gives missing, and so does a row without unit or time; dates count days. The time must be a number, and no unit may have a period twice. Where an earlier
entry makes the unit or the time anew, they go by the new one. \`mean\`, \`sd\`, \`sum\`, \`count\`, \`median\`, \`quantile\`, \`rank\` and \`standardize\` are over all rows,
or over the groups of \`by\`; missing values are left out, and what has none is missing, as is \`standardize\` of what does not vary. A date of another row, and one chosen of several by \`min\`, \`max\`, \`coalesce\` or \`if\`, is a date; what is computed of dates is a number of days. Missing propagates; log(0) is −Inf and x/0 is infinite, and a regression leaves such rows out with a note.
\`x % k\` has the sign of k, as R's %%; \`-2 ^ 2\` is −4; \`min\` and \`max\` of several columns are missing when one is. \`lag\`, \`lead\`, \`min\`, \`max\`, \`coalesce\` and \`if\` of dates are dates;
a date and some days, like summaries of dates, is a number of days since 1970-01-01. Checked against the definitions written out row by row.

Texts: \`substr(city, 1, 2)\` takes characters (of Unicode) from the first on, \`substr(city, -1)\` the last; \`concat\`, \`upper\`, \`lower\`, \`trim\` (spaces at both ends, full-width ones too), \`length\`, \`replace(s, ',', '')\`,
\`starts_with\`, \`ends_with\` and \`contains\` (1 or 0) know no patterns; \`number(s)\` is the number that a text is, missing and counted in a note where it is none, \`text(x)\` the text of a number in its shortest exact form, or of a date.
Missing in any argument makes them missing.`,
      zh: `columns 的每一项为一个新列，后面的可使用前面的。lag、lead、diff、growth 在个体内按时间的数值（而非行次）取值，缺期以及个体或时间缺失的行为缺失，日期以天计；时间须为数值，同一个体同一期不得有两行；前面的项若重新生成了个体或时间列，则按新列取值。mean、sd、sum、count、median、quantile、rank、standardize
对全部行计算，有 by 时在组内计算，缺失值不计入，没有取值的组结果为缺失，取值不变时 standardize 亦为缺失。其他行的日期（lag、lead）以及用 min、max、coalesce、if 从日期中取出的值仍为日期，由日期计算所得为天数。缺失会传递；log(0) 为 −Inf，x/0 为无穷，回归会剔除这些行并给出附注。x % k 与 k 同号（同 R 的 %%），-2 ^ 2 为 −4，多列的 min 与 max 在任一列缺失时为缺失。日期的 lag、lead、min、max、coalesce、if 仍为日期；日期加减天数与日期的汇总为数值（自 1970-01-01 起的天数）。已与逐行写出的定义核对。

文本：substr(city, 1, 2) 按字符（Unicode）从第 1 个起取 2 个，substr(city, -1) 取最后一个；concat 连接，upper、lower 转换大小写，trim 去掉首尾空格（含全角空格），length 为字符数，replace(city, '市', '') 替换，starts_with、ends_with、contains 得到 1 或 0，均不使用模式（正则）；number(s) 把文本读作数值，不是数值的为缺失并在附注中计数；text(x) 为数值的最短精确写法，或日期的文本。任一参数缺失则结果缺失。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  logs:
    stage: derive
    from: raw
    columns:
      ln_gdp: log(gdp)
      growth: ln_gdp - lag(ln_gdp)
`,
  },
  params: Type.Object(
    {
      from: Reference('the table', '输入的表'),
      columns: Type.Record(Type.String({ minLength: 1 }), ExpressionText('expression', '表达式'), {
        minProperties: 1,
        ...means('new columns, by name', '新列，按列名'),
      }),
      by: Type.Optional(
        Type.Union(
          [Type.String(), Type.Array(Type.String())],
          means('columns whose groups the summaries are taken over', '分组列：汇总函数在各组内计算'),
        ),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'the table with the new columns', zh: '含新列的表' } } },
  declare({ params, inputs, labels }) {
    const input = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(input);
    const by = listOf<string>(params.by);
    by.forEach((name, i) => lookup.any(name, typeof params.by === 'string' ? ['by'] : ['by', i]));
    const faults: Fault[] = [];
    const reads = new Set<string>();
    const made: ColumnInfo[] = [];
    /** columns of the input by the columns made of them */
    const origins = new Map<string, ReadonlySet<string>>();
    const columns: { name: string; tree: Expression }[] = [];
    let shape: TableShape = input;
    for (const [name, text] of Object.entries(params.columns)) {
      const compiled = compileExpression(text, { shape, param: ['columns', name], by });
      faults.push(...compiled.faults);
      const sources = new Set([...compiled.reads].flatMap((read) => [...(origins.get(read) ?? [read])]));
      for (const read of sources) reads.add(read);
      origins.set(name, sources);
      const label = Object.hasOwn(labels, name) ? labels[name] : undefined;
      made.push({ name, type: compiled.type, ...(label === undefined ? {} : { label }) });
      columns.push({ name, tree: compiled.tree });
      shape = withColumns(shape, made.slice(-1));
    }
    const names = new Set(made.map((m) => m.name));
    const parts: PartDecl[] = shape.columns.map((c) =>
      names.has(c.name)
        ? { name: c.name, how: 'made', from: [...(origins.get(c.name) ?? [])].map(sourceOf) }
        : { name: c.name, how: 'passed', input: 'from', index: 0, part: c.name },
    );
    const panel = periodsOf(input);
    const usesPanel = columns.some(({ tree }) => panelFunctionIn(tree) !== undefined);
    return {
      faults: [...lookup.faults, ...faults],
      spec: { columns, by, ...(usesPanel && panel !== undefined ? { panel } : {}) },
      reads: { from: [[ROWS, ...reads]] },
      outputs: { table: { shape, parts: [...passAll({ ...input, columns: [] }, 'from'), ...parts] } },
    };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: derive without input');
    const table = tableOf(input);
    const made = new Map<string, Column>();
    const view = { rows: table.rows, column: (name: string) => made.get(name) ?? table.column(name) };
    const { panel } = spec;
    const notes: Note[] = [];
    /** unit and time as they are now have been looked at */
    let isSound = false;
    for (const { name, tree } of spec.columns) {
      const faults = isSound ? [] : periodFaults(tree, view, panel, ['columns', name]);
      if (faults.length > 0) return { ok: false, faults };
      isSound ||= panelFunctionIn(tree) !== undefined;
      const strange = new StrangeTexts();
      const context = { table: view, by: spec.by, strange: strange.add, ...(panel === undefined ? {} : { panel }) };
      made.set(name, evaluate(tree, context));
      notes.push(...strange.notes(name));
      if (name === panel?.unit || name === panel?.time) isSound = false;
    }
    return { ok: true, outputs: { table: tableOutput(made) }, notes };
  },
});

const sourceOf = (part: string): PartSource => ({ input: 'from', index: 0, part });
