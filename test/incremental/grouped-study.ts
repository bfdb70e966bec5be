/** A study whose graph hangs on its data and on code of its own: groups of a text and of a number, groups of groups, a plugin with an import. */
import { DATA_YAML } from './study.ts';

const YAML = `ceteris: 1
name: grouped
include: [data.yaml]
plugins: [types/ends.ts]
vars: { top: 9 }
stages:
  logs:
    stage: derive
    from: raw
    columns: { ly: log(y), big: "x > \${top}" }
  ends: { stage: ends, from: logs, foreach: note, column: ly }
  all: { stage: gather, from: "ends[*]", as: group }
  side: { stage: derive, from: all, foreach: end, columns: { half: value / 2 } }
  both: { stage: gather, from: "side[*]" }
  sums: { stage: describe, from: logs, foreach: note, columns: [ly, x] }
  late: { stage: describe, from: second }
  fit: { stage: regress, from: logs, foreach: year, y: ly, x: x }
  tab:
    stage: table
    columns: ["fit[*]"]
    formats: [csv, md]
`;

const ENDS = `import { ColumnLookup, ColumnName, defineStage, numbers, Params, Reference, tableOf, tableOutput, tableShapeOf, texts } from 'ceteris';
import { scale } from './scale';

interface Ends { readonly from: string; readonly column: string }

export const ends = defineStage<Ends, { readonly column: string }>({
  type: 'ends',
  doc: { summary: { en: 'least and most', zh: '最小与最大' }, details: { en: 'Of a column.' }, example: '' },
  params: Params({ from: Reference('the table'), column: ColumnName('a number') }),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: 'two rows' } },
  declare({ params: { column }, inputs }) {
    const lookup = new ColumnLookup(tableShapeOf(inputs.from?.[0]));
    lookup.number(column, ['column']);
    return {
      faults: lookup.faults,
      spec: { column },
      reads: { from: [[column]] },
      outputs: {
        table: {
          shape: { kind: 'table', open: false, columns: [{ name: 'end', type: 'text' }, { name: 'value', type: 'number' }] },
          parts: ['#rows', 'end', 'value'].map((name) => ({ name, how: 'made' as const })),
        },
      },
    };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('no input');
    const x = [...tableOf(input).numbers(spec.column)].filter((v) => !Number.isNaN(v)).map((v) => v * scale * 1);
    const columns = new Map([
      ['end', texts(["least", "most"], 2)],
      ['value', numbers(Float64Array.of(Math.min(...x), Math.max(...x)))],
    ]);
    return { ok: true, outputs: { table: tableOutput(columns, 2) }, notes: [] };
  },
});
`;

/** Digits of one length, so that an edit can keep the size of a file. */
const rows = (from: number): string =>
  Array.from({ length: 16 }, (_, i) => {
    const n = from + i;
    return `${10 + (n % 5)},${2001 + (n % 4)},${10 + ((n * 37) % 89)}.${1 + (n % 9)},${10 + ((n * 53) % 83)},${10 + ((n * 29) % 71)},g${1 + (n % 3)}`;
  }).join('\n');

const HEADER = 'id,year,y,x,z,note\n';

export const groupedStudy = {
  'pipeline.yaml': YAML,
  'data.yaml': DATA_YAML,
  'first.csv': `${HEADER}${rows(0)}\n`,
  'second.csv': `${HEADER}${rows(40)}\n`,
  'types/ends.ts': ENDS,
  'types/scale.js': 'export const scale = 1;\n',
};
