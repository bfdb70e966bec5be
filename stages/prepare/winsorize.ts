/** Extreme values pulled in to a quantile, or set to missing. */
import { type Static, Type } from '@sinclair/typebox';
import { datesAmong } from '../columns/cell-text.ts';
import { numbers } from '../columns/column.ts';
import { ColumnNames, means, Params, Reference } from '../columns/params.ts';
import { isoDate } from '../columns/parse.ts';
import { ColumnLookup, madeEach, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import { type ColumnInfo, defineStage, error, type Note } from '../contract.ts';
import { quantile } from '../kernels/quantile.ts';
import { sortedPresent } from '../kernels/summary.ts';
import { type Groups, groupRows } from './groups.ts';

const WinsorizeParams = Params({
  from: Reference('the table', '输入的表'),
  columns: ColumnNames('numeric columns; globs allowed', '数值列；可用通配符'),
  limits: Type.Optional(
    Type.Union([Type.Number(), Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })], {
      default: [0.01, 0.99],
      ...means(
        'probabilities of the lower and the upper quantile; one number cuts that share in each tail',
        '下分位与上分位的概率；只写一个数时，两端各处理该比例',
      ),
    }),
  ),
  by: Type.Optional(ColumnNames('quantiles within these groups, e.g. the year', '在这些组内计算分位数，如按年份')),
  method: Type.Optional(
    Type.Union([Type.Literal('winsorize'), Type.Literal('trim')], {
      default: 'winsorize',
      ...means(
        'winsorize sets what lies beyond to the quantile, trim sets it to missing',
        'winsorize 为缩尾（超出部分改为分位数），trim 为截尾（改为缺失）',
      ),
    }),
  ),
});

type Spec = {
  readonly columns: readonly string[];
  readonly low: number;
  readonly high: number;
  readonly by: readonly string[];
  readonly method: 'winsorize' | 'trim';
  /** columns of dates, whose limits are told as dates; absent where there are none */
  readonly dates?: readonly string[];
};

export const winsorize = defineStage<Static<typeof WinsorizeParams>, Spec>({
  type: 'winsorize',
  doc: {
    summary: {
      en: 'pull extreme values in to a quantile, or set them to missing',
      zh: '将极端值缩尾到分位数，或截尾为缺失',
    },
    details: {
      en: `Values below the lower quantile q_l and above the upper quantile q_u of their column (or of their group, with \`by\`) become
q_l and q_u (\`method: winsorize\`) or missing (\`method: trim\`).

Quantiles are of type 7: with the n values that are not missing in order x₁ ≤ … ≤ xₙ and h = (n − 1)p,
q(p) = x₍⌊h⌋₊₁₎ + (h − ⌊h⌋)(x₍⌊h⌋₊₂₎ − x₍⌊h⌋₊₁₎) (Hyndman & Fan 1996, *The American Statistician* 50(4), definition 7; R's default).
Stata's \`winsor2\` uses \`_pctile\`, which averages neighbours instead: its limits can differ by a step between two observations.

A value that equals the quantile is not touched. Missing values stay missing and do not count. Rows stay; \`trim\` does not drop any. A limit of 0 or 1
leaves that tail alone. Rows with a missing value in \`by\` form a group of their own. It does not look for outliers in several columns
at once, and it does not tell whether an extreme value is an error. Checked against R's quantile.`,
      zh: `低于下分位数或高于上分位数的值设为该分位数（winsorize）或缺失（trim）。分位数采用第 7 类定义（Hyndman & Fan 1996，即 R 的默认定义）；
Stata 的 winsor2 使用 _pctile，界限可能相差一个观测间距。缺失值保持缺失，不删除任何行。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv }
  cut:
    stage: winsorize
    from: raw
    columns: [y, x]
    limits: [0.01, 0.99]
`,
  },
  params: WinsorizeParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: {
    table: { kind: 'table', doc: { en: 'the input with the columns replaced', zh: '输入的表，所列各列已替换' } },
  },

  declare({ params, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const columns = lookup.list(params.columns, ['columns'], 'number');
    const by = lookup.list(params.by, ['by']);
    const method = params.method ?? 'winsorize';
    const written = params.limits ?? [0.01, 0.99];
    // 1 − 0.07 as it would be written: 0.93
    const [low, high] =
      typeof written === 'number' ? [written, Number((1 - written).toPrecision(15))] : [written[0]!, written[1]!];
    if (!(low >= 0 && low < high && high <= 1)) lookup.faults.push(error('CE2151', { low, high }, ['limits']));
    const made = columns.map(
      (c): ColumnInfo => (method === 'winsorize' && c.type !== 'date' ? { ...c, type: 'number' } : c),
    );
    const names = columns.map((c) => c.name);
    const dates = datesAmong(columns);
    return {
      faults: lookup.faults,
      spec: {
        columns: names,
        low,
        high,
        by: by.map((c) => c.name),
        method,
        ...(dates.length === 0 ? {} : { dates }),
      },
      reads: { from: [[...new Set([...names, ...by.map((c) => c.name)])]] },
      outputs: {
        table: {
          shape: withColumns(shape, made),
          parts: [
            ...passAll(shape, 'from', new Set(names)),
            ...madeEach(
              names,
              by.map((c) => c.name),
            ),
          ],
        },
      },
    };
  },

  run({ spec, inputs }) {
    const table = tableOf(inputs.from![0]!);
    const groups = groupRows(spec.by.map(table.column), table.rows);
    const notes: Note[] = [];
    const columns = spec.columns.map((name) => {
      const cut = cutTails(table.numbers(name), groups, spec);
      notes.push(cutNote(name, cut, spec));
      return [name, numbers(cut.values)] as const;
    });
    return { ok: true, outputs: { table: tableOutput(columns) }, notes };
  },
});

interface Cut {
  readonly values: Float64Array;
  readonly low: number;
  readonly high: number;
  /** the limits of the last group that has values: those of the table when there is one group */
  readonly lowLimit: number;
  readonly highLimit: number;
}

function cutTails(values: Float64Array, groups: Groups, spec: Spec): Cut {
  const out = values.slice();
  let [low, high, lowLimit, highLimit] = [0, 0, Number.NaN, Number.NaN];
  for (let g = 0; g < groups.count; g++) {
    const rows = groups.rowsOf(g);
    const sorted = sortedPresent(Float64Array.from(rows, (row) => values[row]!));
    if (sorted.length === 0) continue;
    lowLimit = quantile(sorted, spec.low);
    highLimit = quantile(sorted, spec.high);
    for (const row of rows) {
      const value = values[row]!;
      if (value < lowLimit) {
        low++;
        out[row] = spec.method === 'trim' ? Number.NaN : lowLimit;
      } else if (value > highLimit) {
        high++;
        out[row] = spec.method === 'trim' ? Number.NaN : highLimit;
      }
    }
  }
  return { values: out, low, high, lowLimit, highLimit };
}

function cutNote(column: string, cut: Cut, spec: Spec): Note {
  const { low, high } = cut;
  if (Number.isNaN(cut.lowLimit)) return { code: 'CN3201', args: { column } };
  if (spec.method === 'trim') return { code: 'CN2152', args: { column, low, high } };
  if (spec.by.length > 0) return { code: 'CN2151', args: { column, low, high } };
  const told = (limit: number): number | string => (spec.dates?.includes(column) ? isoDate(limit) : limit);
  return {
    code: 'CN2150',
    args: { column, low, high, low_limit: told(cut.lowLimit), high_limit: told(cut.highLimit) },
  };
}
