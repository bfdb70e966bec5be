// A stage type of one's own: Theil's T index of inequality, one number per period.
// Source: Theil (1967), Economics and Information Theory, North-Holland, ch. 4.
import {
  ColumnLookup,
  ColumnName,
  defineStage,
  numbers,
  Params,
  problem,
  Reference,
  remark,
  tableOf,
  tableOutput,
  tableShapeOf,
} from 'ceteris';

interface TheilParams {
  readonly from: string;
  readonly column: string;
  readonly by: string;
}

export const theil = defineStage<TheilParams, { readonly column: string; readonly by: string }>({
  type: 'theil',
  doc: {
    summary: { en: 'Theil index of a column, by period', zh: '按时期计算某列的泰尔指数' },
    details: { en: 'T = mean of (x / mean) ln(x / mean); 0 is equality. Missing values are left out.' },
    example: '',
  },
  params: Params({
    from: Reference('the table'),
    column: ColumnName('what is distributed; positive'),
    by: ColumnName('the period'),
  }),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: 'period and index' } },

  // What is read and made, from the params and the input's columns alone: this is what checks, keys and completion are made of.
  declare({ params: { column, by }, inputs }) {
    const lookup = new ColumnLookup(tableShapeOf(inputs.from?.[0]));
    lookup.number(column, ['column']);
    lookup.number(by, ['by']);
    return {
      faults: lookup.faults,
      spec: { column, by },
      reads: { from: [[column, by]] },
      outputs: {
        table: {
          shape: {
            kind: 'table',
            open: false,
            columns: [
              { name: by, type: 'number' },
              { name: 'theil', type: 'number' },
            ],
          },
          parts: ['#rows', by, 'theil'].map((name) => ({ name, how: 'made' as const })),
        },
      },
    };
  },

  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('no input');
    const table = tableOf(input);
    const x = table.numbers(spec.column);
    const period = table.numbers(spec.by);
    const groups = new Map<number, number[]>();
    let missing = 0;
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      if (Number.isNaN(value)) missing++;
      else if (value <= 0)
        return { ok: false, faults: [problem(`row ${i + 1}: ${value} is not positive`, ['column'])] };
      else groups.set(period[i] as number, [...(groups.get(period[i] as number) ?? []), value]);
    }
    const periods = [...groups.keys()].sort((a, b) => a - b);
    const index = periods.map((p) => {
      const values = groups.get(p) ?? [];
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      return values.reduce((sum, v) => sum + (v / mean) * Math.log(v / mean), 0) / values.length;
    });
    const columns = new Map([
      [spec.by, numbers(Float64Array.from(periods))],
      ['theil', numbers(Float64Array.from(index))],
    ]);
    return {
      ok: true,
      outputs: { table: tableOutput(columns, periods.length) },
      notes: missing > 0 ? [remark(`${missing} missing values left out`)] : [],
    };
  },
});
