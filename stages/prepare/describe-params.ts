/** What `describe` is asked for: params, and the columns that they name. */
import { type Static, Type } from '@sinclair/typebox';
import { ColumnNames, LocalText, listOf, means, Params, Reference } from '../columns/params.ts';
import { type ColumnLookup, findColumn } from '../columns/schema.ts';
import { type ColumnInfo, error, type Fault, type TableShape, type Text } from '../contract.ts';
import { isStatistic, needsPanel, STATISTICS } from './statistics.ts';

export const DEFAULT_STATS = ['n', 'mean', 'sd', 'min', 'p25', 'median', 'p75', 'max', 'missing'];

export const describeParams = Params({
  from: Reference('the table', '输入的表'),
  columns: Type.Optional(
    Type.Union(
      [
        Type.String(),
        Type.Array(Type.String(), { minItems: 1 }),
        Type.Record(Type.String({ minLength: 1 }), ColumnNames('columns; globs allowed', '列；可用通配符'), {
          minProperties: 1,
        }),
      ],
      means(
        'columns with numbers, globs allowed, or { type of variable: columns }; default: all but unit and time',
        '数值列，可用通配符；或 { 变量类型: 列 }；默认为个体列与时间列以外的全部数值列',
      ),
    ),
  ),
  stats: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      default: DEFAULT_STATS,
      ...means(
        `what to compute, in order: ${STATISTICS.join(', ')}, and quantiles such as p5 or p97.5`,
        `要计算的统计量，按此顺序：${STATISTICS.join('、')}，以及分位数，如 p5、p97.5`,
      ),
    }),
  ),
  by: Type.Optional(ColumnNames('statistics within each of these groups', '在这些组内分别统计')),
  correlation: Type.Optional(
    Type.Union([Type.Boolean(), Type.Literal('pearson'), Type.Literal('spearman')], {
      default: false,
      ...means(
        'correlations between the columns as a further output, with p-values; true is pearson',
        '另外输出各列的相关系数及 p 值；true 即 pearson',
      ),
    }),
  ),
  vif: Type.Optional(
    Type.Union([Type.Boolean(), Type.String(), Type.Array(Type.String(), { minItems: 2 })], {
      default: false,
      ...means(
        'variance inflation of the columns, or of those named here (the regressors)',
        '方差膨胀因子：所有列的，或此处列出的列（解释变量）的',
      ),
    }),
  ),
  definitions: Type.Optional(
    Type.Record(
      Type.String(),
      LocalText('how the column is measured', '该变量的定义或衡量方式'),
      means(
        'how each column is measured, for a column of the printed table',
        '各变量的定义或衡量方式，印在表中单独一列',
      ),
    ),
  ),
});

export type DescribeParams = Static<typeof describeParams>;

export type DescribeSpec = {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly stats: readonly string[];
  readonly by: readonly string[];
  /** those of `by` that are dates */
  readonly dates: readonly string[];
  /** columns without numbers, where none were named */
  readonly passedOver: readonly string[];
  readonly correlation: 'pearson' | 'spearman' | null;
  readonly vif: readonly string[];
  readonly definitions: { readonly [column: string]: Text };
  readonly panel: { readonly unit: string; readonly time: string } | null;
};

export interface DescribedColumn {
  readonly info: ColumnInfo;
  /** type of variable, '' when none is given */
  readonly type: string;
}

export function describedColumns(lookup: ColumnLookup, { columns }: DescribeParams): readonly DescribedColumn[] {
  const { shape } = lookup;
  if (columns === undefined) {
    const keys = [shape.panel?.unit, shape.panel?.time];
    const plain = (c: ColumnInfo): boolean =>
      ['number', 'integer', 'boolean'].includes(c.type) && !keys.includes(c.name);
    const found = shape.columns.filter(plain).map((info) => ({ info, type: '' }));
    if (found.length === 0 && !shape.open && shape.columns.every((c) => c.type !== 'unknown'))
      lookup.faults.push(error('CE2191', {}, ['from']));
    return found;
  }
  if (typeof columns === 'string' || Array.isArray(columns))
    return lookup.list(columns as string | string[], ['columns'], 'number').map((info) => ({ info, type: '' }));
  const found = new Map<string, DescribedColumn>();
  for (const [type, names] of Object.entries(columns as Readonly<Record<string, string | readonly string[]>>))
    for (const info of lookup.list(names, ['columns', type], 'number')) {
      const first = found.get(info.name);
      if (first === undefined) found.set(info.name, { info, type });
      else lookup.faults.push(error('CE2180', { name: info.name, first: first.type, second: type }, ['columns', type]));
    }
  return [...found.values()];
}

/** Where no columns are named: those that could not be described, which are neither unit nor time nor groups. */
export function passedOver({ shape }: ColumnLookup, { columns }: DescribeParams, by: readonly string[]): string[] {
  if (columns !== undefined) return [];
  const known = new Set([shape.panel?.unit, shape.panel?.time, ...by]);
  return shape.columns.flatMap((c) => ((c.type === 'text' || c.type === 'date') && !known.has(c.name) ? [c.name] : []));
}

export const panelOf = ({ panel, ...shape }: TableShape): TableShape['panel'] =>
  panel !== undefined && [panel.unit, panel.time].every((name) => findColumn(shape, name) !== undefined)
    ? panel
    : undefined;

export function vifColumns(
  lookup: ColumnLookup,
  { vif }: DescribeParams,
  all: readonly DescribedColumn[],
): readonly string[] {
  if (vif === undefined || vif === false) return [];
  const columns = vif === true ? all.map((c) => c.info) : lookup.list(vif as string | string[], ['vif'], 'number');
  if (columns.length < 2 && lookup.faults.length === 0 && !lookup.shape.open)
    lookup.faults.push(error('CE2171', { what: 'vif' }, ['vif']));
  return columns.map((c) => c.name);
}

export function definitionsOf(
  lookup: ColumnLookup,
  { definitions }: DescribeParams,
  columns: readonly DescribedColumn[],
) {
  const known = columns.map((c) => c.info.name);
  const entries = Object.entries(definitions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name] of entries)
    if (!known.includes(name) && !lookup.shape.open)
      lookup.faults.push(error('CE2001', { name, known }, ['definitions', name]));
  return Object.fromEntries(entries);
}

export function statFaults({ stats }: DescribeParams, spec: DescribeSpec): readonly Fault[] {
  return listOf<string>(stats).flatMap((name, i) => {
    const at = typeof stats === 'string' ? ['stats'] : ['stats', i];
    if (!isStatistic(name)) return [error('CE2170', { name, known: [...STATISTICS, 'p5', 'p25', 'p75', 'p95'] }, at)];
    return needsPanel(name) && spec.panel === null ? [error('CE2150', { missing: ['unit', 'time'] }, at)] : [];
  });
}
