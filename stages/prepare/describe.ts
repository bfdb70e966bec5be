/** Descriptive statistics, correlations, variance inflation, and the balance of the panel. */
import { datesAmong } from '../columns/cell-text.ts';
import { listOf } from '../columns/params.ts';
import { recordOutput } from '../columns/record.ts';
import { ColumnLookup, tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import {
  type ColumnInfo,
  defineStage,
  error,
  type Note,
  type OutputInfo,
  ROWS,
  type Text,
  VALUE,
} from '../contract.ts';
import { balanceOf } from './balance.ts';
import {
  DEFAULT_STATS,
  type DescribeParams,
  type DescribeSpec,
  definitionsOf,
  describedColumns,
  describeParams,
  panelOf,
  passedOver,
  statFaults,
  vifColumns,
} from './describe-params.ts';
import { correlationRecord, inflation, summaryFields, summaryRows } from './describe-run.ts';

const FIELDS: readonly ColumnInfo[] = [
  { name: 'type', type: 'text', label: { en: 'Type', zh: '变量类型' } },
  { name: 'definition', type: 'text', label: { en: 'Definition', zh: '量化方法' } },
  { name: 'sd_between', type: 'number', label: { en: 'SD between', zh: '组间标准差' } },
  { name: 'sd_within', type: 'number', label: { en: 'SD within', zh: '组内标准差' } },
  { name: 'skewness', type: 'number', label: { en: 'Skewness', zh: '偏度' } },
  { name: 'kurtosis', type: 'number', label: { en: 'Kurtosis', zh: '峰度' } },
  { name: 'iqr', type: 'number', label: { en: 'Interquartile range', zh: '四分位距' } },
  { name: 'cv', type: 'number', label: { en: 'Coefficient of variation', zh: '变异系数' } },
  { name: 'distinct', type: 'number', label: { en: 'Distinct values', zh: '不同取值数' } },
];

export const describe = defineStage<DescribeParams, DescribeSpec>({
  type: 'describe',
  doc: {
    summary: {
      en: 'descriptive statistics, correlations, variance inflation, and whether the panel is balanced',
      zh: '描述性统计、相关系数、方差膨胀因子与面板平衡性',
    },
    details: {
      en: `One row for each column (and group, with \`by\`): \`n\` values that are not missing, \`missing\`, \`mean\`, \`sd\` (n − 1), \`min\`, \`max\`, \`median\`, quantiles \`p5\`, \`p97.5\` … of type 7
(Hyndman & Fan 1996; R's default, not Stata's), \`sum\`, \`skewness\` m₃/m₂^1.5 and \`kurtosis\` m₄/m₂² with central moments divided by n (Stata's \`summarize, detail\`), \`iqr\`, \`cv\` = sd/mean, \`distinct\` values;
on a panel \`sd_between\`, of the units' means, and \`sd_within\`, of values around them, as Stata's \`xtsum\`. Each column uses all the values it has.

\`correlation\`: Pearson's r, or Spearman's ρ (r of mean ranks), as an output of its own: the lower triangle, with two-sided p-values of t = r√((n − 2)/(1 − r²)), n − 2 degrees of freedom. \`vif\`: 1/(1 − R²) of each column on the others (Marquardt 1970);
infinite when they give it exactly; name the regressors, since the outcome is none of them. Both use the rows in which none of their columns is missing, and a note counts the others. The p-values take rows as independent,
which those of a panel are not.

On a panel the record's \`panel\` says how many units and periods there are, whether each unit has every period once (\`balanced\`), and how many periods lack inside units' spans (\`gaps\`).

Checked against R on wage data.`,
      zh: `每列（及每组，by）一行：n、missing、mean、sd（n − 1）、min、max、median、分位数 p5、p97.5 等（第 7 类定义，同 R）、sum、skewness、kurtosis、iqr、cv、distinct；
面板数据还有组间 sd_between 与组内 sd_within（同 xtsum）。correlation 输出相关系数下三角及双侧 p 值；vif 为 1/(1 − R²)，请写出解释变量。
二者只用各列均不缺失的行。面板的个体数、期数、是否平衡、缺口数写在 panel 中。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  summary:
    stage: describe
    from: raw
    columns: { outcome: npp, controls: [open, fin] }
    stats: [n, mean, sd, min, max]
    correlation: true
    vif: [open, fin]
  table2: { stage: table, columns: summary, formats: [md, docx] }
  table2b: { stage: table, columns: summary.correlation }
`,
  },
  params: describeParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    summary: {
      kind: 'summary',
      doc: { en: 'one row for each column and group; the balance of the panel', zh: '每列每组一行；面板的平衡情况' },
    },
  },
  outputsFor: (params): Readonly<Record<string, OutputInfo>> =>
    params.correlation === undefined || params.correlation === false
      ? {}
      : {
          correlation: {
            kind: 'summary',
            doc: { en: 'correlations between the columns, lower triangle', zh: '各列的相关系数，下三角' },
          },
        },

  declare({ params, inputs, labels }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const columns = describedColumns(lookup, params);
    const groups = lookup.list(params.by, ['by']);
    const by = groups.map((c) => c.name);
    const panel = panelOf(shape);
    const vif = vifColumns(lookup, params, columns);
    const correlation = params.correlation === true ? 'pearson' : params.correlation || null;
    if (correlation !== null && columns.length === 1)
      lookup.faults.push(error('CE2171', { what: 'correlation' }, ['correlation']));
    const spec: DescribeSpec = {
      columns: columns.map(({ info, type }) => ({ name: info.name, type })),
      stats: [...new Set(params.stats === undefined ? DEFAULT_STATS : listOf<string>(params.stats))],
      by,
      dates: datesAmong(groups),
      passedOver: passedOver(lookup, params, by),
      correlation,
      vif,
      definitions: definitionsOf(lookup, params, columns),
      panel: panel ?? null,
    };
    lookup.faults.push(...statFaults(params, spec));
    const types = [...new Set(columns.flatMap(({ type }) => (type === '' ? [] : [type])))];
    const labelled = types.map((name): ColumnInfo => {
      const label = Object.hasOwn(labels, name) ? { label: labels[name] as Text } : {};
      return { name, type: 'text', ...label };
    });
    const own = columns.map((c) => c.info);
    const names = [...own.map((c) => c.name), ...by, ...vif, ...(panel ? [panel.unit, panel.time] : [])];
    const value = [{ name: VALUE, how: 'made' as const }];
    const sources = (of: readonly string[]) =>
      [...new Set([ROWS, ...of])].map((part) => ({ input: 'from', index: 0, part }));
    // a variable inflates by the others
    const rows = own.map(({ name }) => sources([name, ...by, ...(vif.includes(name) ? vif : [])]));
    const record = (more: readonly ColumnInfo[]) => ({ kind: 'summary' as const, columns: [...own, ...more] });
    return {
      faults: lookup.faults,
      spec,
      reads: { from: [[ROWS, ...new Set(names)]] },
      outputs: {
        summary: { shape: record([...labelled, ...FIELDS]), parts: [{ ...value[0]!, rows }] },
        ...(correlation === null ? {} : { correlation: { shape: record([]), parts: value } }),
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const notes: Note[] = [];
    const vif = inflation(table, spec.vif, notes);
    const panel = spec.panel && {
      ...spec.panel,
      ...balanceOf(table.column(spec.panel.unit), table.column(spec.panel.time), table.rows),
    };
    const summary = {
      fields: summaryFields(spec),
      rows: summaryRows(table, spec, vif),
      ...(panel === null ? {} : { panel }),
    };
    const correlation = spec.correlation === null ? undefined : correlationRecord(table, spec, notes);
    return {
      ok: true,
      outputs: {
        summary: recordOutput({ ...summary, notes }),
        ...(correlation === undefined ? {} : { correlation: recordOutput(correlation) }),
      },
      // for who runs it: under the table it would say nothing of what stands there
      notes: [...passedOverNotes(spec), ...notes],
    };
  },
});

const passedOverNotes = ({ passedOver: names }: DescribeSpec): Note[] =>
  names.length === 0 ? [] : [{ code: 'CN2270', args: { count: names.length, names } }];
