/** Missing values within each unit of a panel, by time. */
import { type Static, Type } from '@sinclair/typebox';
import { cellText, datesAmong, type Typed, typedColumns } from '../columns/cell-text.ts';
import { type Column, isMissing, numbers } from '../columns/column.ts';
import { ColumnName, ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { ColumnLookup, madeEach, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { type Table, tableOf, tableOutput } from '../columns/table.ts';
import { defineStage, error, type Fault, type Note } from '../contract.ts';
import { type FillOptions, fillSeriesInPlace } from '../kernels/interpolate.ts';
import { groupRows } from './groups.ts';
import { panelKeys } from './panel-keys.ts';

const InterpolateParams = Params({
  from: Reference('the table', '输入的表'),
  columns: ColumnNames('numeric columns; globs allowed', '数值列；可用通配符'),
  method: Type.Optional(Type.Literal('linear', { default: 'linear', ...means('linear in time', '按时间线性插值') })),
  ends: Type.Optional(
    Type.Union([Type.Literal('none'), Type.Literal('hold'), Type.Literal('extrapolate')], {
      default: 'none',
      ...means(
        'before the first and after the last value: leave missing, repeat the nearest value, or go on along the line through the nearest two',
        '首个值之前与末个值之后：保持缺失、取最近的值，或沿最近两点的直线外推',
      ),
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      ...means('longest gap that is filled, in periods; without it any gap', '可填补的最长缺口（期数）；不写则不限'),
    }),
  ),
  unit: Type.Optional(ColumnName('unit of the panel; default: as the table says', '面板的个体列；默认同表中声明')),
  time: Type.Optional(ColumnName('time of the panel; default: as the table says', '面板的时间列；默认同表中声明')),
});

type Spec = {
  readonly columns: readonly string[];
  readonly ends: 'none' | 'hold' | 'extrapolate';
  readonly limit: number | null;
  readonly unit: string;
  readonly time: string;
  /** of unit and time, those that are dates */
  readonly dates: readonly string[];
};

export const interpolate = defineStage<Static<typeof InterpolateParams>, Spec>({
  type: 'interpolate',
  doc: {
    summary: {
      en: 'fill missing values within each unit, on the line between its neighbours in time',
      zh: '在每个个体内按时间线性插值填补缺失值',
    },
    details: {
      en: `Between two known values (t₀, x₀) and (t₁, x₁) of a unit, a missing value at t becomes x₀ + (t − t₀)/(t₁ − t₀) · (x₁ − x₀): by the
time's value, not by rows, so an absent year counts. \`ends: hold\` repeats the nearest value before the first and after the last;
\`ends: extrapolate\` goes on along the line through the nearest two (as Stata's \`ipolate, epolate\`).

\`limit: 3\` leaves gaps of more than three periods alone, and fills at the ends no further than three periods from a value. A period
is the smallest step between two times in the table. A cell that holds a value is never changed. Next to an infinite value nothing
is filled, nor in rows whose unit or time is missing. The row order stays.

The notes count the filled cells by column: print them, since filled values are no observations and make errors look too
small. It does not know of changes of borders or definitions; do not interpolate across them, and never a treatment.

**Assumptions.** Between two observations the variable moves along a line in time. Checked against lines written out, and against the laws that known cells stay and filled ones lie
between their neighbours.`,
      zh: `在同一个体的两个已知值之间按时间作线性插值（按时间数值而非行次）。ends: hold 用最近值延伸，ends: extrapolate 沿最近两点的直线外推
（同 Stata 的 ipolate, epolate）。limit 为可填补的最长缺口（期数）。已有数值绝不改动；附注按列报告填补数量。
不应跨行政区划调整插值，也不应对处理变量插值。

**假设。** 两次观测之间，变量随时间沿直线变化。已与逐点写出的直线核对。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  filled:
    stage: interpolate
    from: raw
    columns: [open, fin]
    ends: none
    limit: 3
`,
  },
  params: InterpolateParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    table: { kind: 'table', doc: { en: 'the input with the columns replaced', zh: '输入的表，所列各列已替换' } },
  },

  declare({ params, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const columns = lookup.list(params.columns, ['columns'], 'number');
    const keys = panelKeys(lookup, params);
    const names = columns.map((c) => c.name);
    for (const [i, name] of names.entries())
      if (name === keys?.unit || name === keys?.time)
        lookup.faults.push(error('CE2180', { name, first: 'columns', second: 'unit/time' }, ['columns', i]));
    const spec: Spec = {
      columns: names,
      ends: params.ends ?? 'none',
      limit: params.limit ?? null,
      unit: keys?.unit ?? '',
      time: keys?.time ?? '',
      dates: datesAmong(shape.columns.filter((c) => c.name === keys?.unit || c.name === keys?.time)),
    };
    return {
      faults: lookup.faults,
      spec,
      reads: { from: [[...new Set([...names, spec.unit, spec.time])]] },
      outputs: {
        table: {
          shape: withColumns(
            shape,
            columns.map((c) => ({ ...c, type: c.type === 'date' ? 'date' : 'number' })),
          ),
          parts: [...passAll(shape, 'from', new Set(names)), ...madeEach(names, [spec.unit, spec.time])],
        },
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const times = table.numbers(spec.time);
    const series = seriesOf(table, spec);
    if (series.faults.length > 0) return { ok: false, faults: series.faults };
    const options: FillOptions = { ends: spec.ends, limit: spec.limit ?? Infinity, step: smallestStep(times) };
    const notes: Note[] = [];
    const columns = spec.columns.map((name): readonly [string, Column] => {
      const filled = fillColumn(table.numbers(name), times, series.rows, options);
      notes.push({ code: 'CN2153', args: { column: name, ...filled.counts } });
      return [name, numbers(filled.values)];
    });
    return { ok: true, outputs: { table: tableOutput(columns) }, notes };
  },
});

const keysOf = (table: Table, { unit, time, dates }: Spec): readonly [Typed, Typed] => {
  const [units, times] = typedColumns(table, [unit, time], dates);
  return [units!, times!];
};

/** The rows of each unit in order of time; rows without unit or time are left out. Fault CE2152: two rows at one time. */
function seriesOf(
  table: Table,
  spec: Spec,
): { readonly rows: readonly Int32Array[]; readonly faults: readonly Fault[] } {
  const [{ column: unit, type: unitType }, { column: timeColumn, type: timeType }] = keysOf(table, spec);
  const times = table.numbers(spec.time);
  const groups = groupRows([unit], table.rows);
  const faults: Fault[] = [];
  const all: Int32Array[] = [];
  for (let g = 0; g < groups.count; g++) {
    const rows = groups.rowsOf(g).filter((row) => !Number.isNaN(times[row]!));
    if (rows.length === 0 || isMissing(unit, rows[0]!)) continue;
    rows.sort((a, b) => times[a]! - times[b]! || a - b);
    for (let i = 1; i < rows.length; i++)
      if (times[rows[i]!] === times[rows[i - 1]!])
        faults.push(
          error('CE2152', {
            unit: cellText(unit, rows[i]!, unitType),
            time: timeType === 'date' ? cellText(timeColumn, rows[i]!, timeType) : times[rows[i]!]!,
            first: rows[i - 1]! + 1,
            second: rows[i]! + 1,
          }),
        );
    all.push(rows);
  }
  const more = faults.length - SHOWN;
  return { rows: all, faults: more > 0 ? [...faults.slice(0, SHOWN), error('CE2018', { more })] : faults };
}

const SHOWN = 20;

function smallestStep(times: Float64Array): number {
  const sorted = times.filter((t) => !Number.isNaN(t)).sort();
  let step = Infinity;
  for (let i = 1; i < sorted.length; i++) {
    const by = sorted[i]! - sorted[i - 1]!;
    if (by > 0 && by < step) step = by;
  }
  return step === Infinity ? 1 : step;
}

interface FilledColumn {
  readonly values: Float64Array;
  readonly counts: { readonly filled: number; readonly inside: number; readonly ends: number; readonly left: number };
}

function fillColumn(
  values: Float64Array,
  times: Float64Array,
  series: readonly Int32Array[],
  options: FillOptions,
): FilledColumn {
  const out = values.slice();
  let [inside, ends, left] = [0, 0, 0];
  for (const rows of series) {
    const own = Float64Array.from(rows, (row) => values[row]!);
    const filled = fillSeriesInPlace(
      Float64Array.from(rows, (row) => times[row]!),
      own,
      options,
    );
    inside += filled.inside;
    ends += filled.ends;
    for (let i = 0; i < rows.length; i++) out[rows[i]!] = own[i]!;
  }
  for (const value of out) if (Number.isNaN(value)) left++;
  return { values: out, counts: { filled: inside + ends, inside, ends, left } };
}
