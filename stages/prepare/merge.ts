import { Type } from '@sinclair/typebox';
import { datesAmong, keyText } from '../columns/cell-text.ts';
import { encodeIndex } from '../columns/codec.ts';
import { MISSING } from '../columns/column.ts';
import { means, Reference } from '../columns/params.ts';
import { ColumnLookup, commonType, tableShapeOf } from '../columns/schema.ts';
import { tableOf, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  defineStage,
  error,
  type Fault,
  type Note,
  type PartDecl,
  ROWS,
  type RunResult,
  type TableShape,
} from '../contract.ts';
import { type Joined, joinRows } from './join-rows.ts';
import { columnsOf, gatherKeys, matchPairs, type Pair } from './merge-keys.ts';

interface Params {
  readonly from: string;
  readonly with: string;
  readonly on?: string | readonly string[] | Readonly<Record<string, string>>;
  readonly how?: 'left' | 'inner' | 'outer';
  readonly validate?: '1:1' | 'm:1' | '1:m';
  readonly unmatched?: 'note' | 'error';
}

export type MergeSpec = {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly how: 'left' | 'inner' | 'outer';
  readonly validate: '1:1' | 'm:1' | '1:m';
  readonly unmatched: 'note' | 'error';
  /** keys, as the left table calls them, that are dates */
  readonly dates: readonly string[];
};

const LEFT = '#left';
const RIGHT = '#right';
/** the column of `unmatched` that says where a key is from */
const SIDE = 'side';

/**
 * Two tables side by side, matched by keys. Only the keys are read: other columns are picked by the row index when somebody reads
 * them, so a change in one of them makes nothing else stale.
 */
export const merge = defineStage<Params, MergeSpec>({
  type: 'merge',
  doc: {
    summary: { en: 'Joins two tables by keys', zh: '按键横向合并两张表' },
    details: {
      en: `\`on\` names the keys (\`[city, year]\`, or \`{ left: right }\` when they are called differently). \`validate\` says how often a key may occur:
\`m:1\` (default: many rows here, one there), \`1:1\`, \`1:m\`; a key that occurs more often fails the stage. \`how: left\` keeps every row of
\`from\`, \`inner\` those that match, \`outer\` also those of \`with\` that do not. Rows without a match are counted and named in a note, listed in
the output \`unmatched\`, or fail the stage with \`unmatched: error\`; they are never lost silently. A missing key matches nothing.`,
      zh: `on 指定键（[city, year]；名称不同时写 { 左表: 右表 }）。validate 规定键可出现的次数：m:1（默认，左多右一）、1:1、1:m，超出则报错。how：left 保留 from 的全部行，inner 只保留匹配的行，
outer 还保留 with 中未匹配的行。未匹配的行计数并在附注中列出，见输出 unmatched；unmatched: error 时报错，绝不会无声丢失。键缺失不与任何行匹配。`,
    },
    example: `stages:
  panel: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  regions: { stage: ingest, file: regions.csv, key: city }
  both: { stage: merge, from: panel, with: regions, on: city, validate: m:1 }
`,
  },
  params: Type.Object(
    {
      from: Reference('the left table', '左表（主表）'),
      with: Reference('the right table', '右表（被合并的表）'),
      on: Type.Optional(
        Type.Union(
          [
            Type.String(),
            Type.Array(Type.String(), { minItems: 1 }),
            Type.Record(Type.String(), Type.String(), { minProperties: 1 }),
          ],
          means('key columns, or { left: right }', '键列，或 { 左表列: 右表列 }'),
        ),
      ),
      how: Type.Optional(
        Type.Union([Type.Literal('left'), Type.Literal('inner'), Type.Literal('outer')], {
          default: 'left',
          ...means('which rows stay', '保留哪些行'),
        }),
      ),
      validate: Type.Optional(
        Type.Union([Type.Literal('1:1'), Type.Literal('m:1'), Type.Literal('1:m')], {
          default: 'm:1',
          ...means('how often a key may occur on each side', '两侧的键各可出现几次'),
        }),
      ),
      unmatched: Type.Optional(
        Type.Union([Type.Literal('note'), Type.Literal('error')], {
          default: 'note',
          ...means('what becomes of rows without a match', '如何处理没有匹配的行'),
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { from: { kinds: ['table'] }, with: { kinds: ['table'] } },
  outputs: {
    table: { kind: 'table', doc: { en: 'the joined table', zh: '合并后的表' } },
    unmatched: { kind: 'table', doc: { en: 'keys without a match, and their side', zh: '没有匹配的键及其所在的一侧' } },
  },
  declare({ params, inputs }) {
    const left = tableShapeOf(inputs.from?.[0]);
    const right = tableShapeOf(inputs.with?.[0]);
    const pairs = pairsOf(params.on, left, right);
    const faults: Fault[] = pairs.length === 0 ? [error('CE2046', {}, ['on'])] : [];
    const lookups = { left: new ColumnLookup(left), right: new ColumnLookup(right) };
    const keys = pairs.map((pair) => {
      const { left: a, right: b } = columnsOf(pair, lookups);
      if (commonType(a.type, b.type) === undefined)
        faults.push(error('CE2042', { name: a.name, left: a.type, right: b.type }, pair.at));
      if (a.name === SIDE) faults.push(error('CE2072', { name: SIDE }, pair.at));
      return [a, b] as const;
    });
    const missing = [...lookups.left.faults, ...lookups.right.faults];
    const rightKeys = new Set(pairs.map((p) => p.right));
    const how = params.how ?? 'left';
    const others = right.columns.filter((c) => !rightKeys.has(c.name));
    const twice = others.filter((c) => left.columns.some((d) => d.name === c.name)).map((c) => c.name);
    // what is no key because its name is misspelt in `on` is not told as well
    if (twice.length > 0 && missing.length === 0) faults.push(error('CE2043', { columns: twice }, ['with']));
    const fresh = others.filter((c) => !left.columns.some((d) => d.name === c.name));
    const madeKeys = how === 'outer' ? keys.map(([a]) => a.name) : [];
    const table: TableShape = { ...left, columns: [...left.columns, ...fresh], open: left.open || right.open };
    const unmatched: TableShape = {
      kind: 'table',
      open: false,
      columns: [...keys.map(([a]): ColumnInfo => a), { name: SIDE, type: 'text' }],
    };
    return {
      faults: [...missing, ...faults],
      spec: {
        left: pairs.map((p) => p.left),
        right: pairs.map((p) => p.right),
        how,
        validate: params.validate ?? 'm:1',
        unmatched: params.unmatched ?? 'note',
        dates: datesAmong(keys.map(([a, b]) => ({ ...a, type: commonType(a.type, b.type) ?? 'unknown' }))),
      },
      reads: { from: [[ROWS, ...pairs.map((p) => p.left)]], with: [[ROWS, ...pairs.map((p) => p.right)]] },
      outputs: {
        table: { shape: table, parts: tableParts(left, fresh, madeKeys) },
        unmatched: {
          shape: unmatched,
          parts: [
            { name: ROWS, how: 'made' },
            ...unmatched.columns.map((c) => ({ name: c.name, how: 'made' as const })),
          ],
        },
      },
    };
  },
  run({ spec, inputs }) {
    const [from, other] = [inputs.from?.[0], inputs.with?.[0]];
    if (from === undefined || other === undefined) throw new Error('ceteris bug: merge without its inputs');
    const [left, right] = [tableOf(from), tableOf(other)];
    const joined = joinRows(
      { columns: spec.left.map((n) => left.column(n)), rows: left.rows },
      { columns: spec.right.map((n) => right.column(n)), rows: right.rows },
      spec,
    );
    return finish(spec, joined, { left, right });
  },
});

const pairsOf = (on: Params['on'], left: TableShape, right: TableShape): readonly Pair[] =>
  on !== undefined
    ? matchPairs(on)
    : left.columns
        .filter((c) => right.columns.some((d) => d.name === c.name))
        .map((c) => ({ left: c.name, right: c.name, at: ['from'] }));

/** Every column of the left, and the right's that are no keys, by their row indices. */
function tableParts(left: TableShape, fresh: readonly ColumnInfo[], madeKeys: readonly string[]): PartDecl[] {
  return [
    { name: ROWS, how: 'made' },
    { name: LEFT, how: 'made' },
    { name: RIGHT, how: 'made' },
    ...left.columns.map(
      (c): PartDecl =>
        madeKeys.includes(c.name)
          ? { name: c.name, how: 'made' }
          : { name: c.name, how: 'gathered', input: 'from', index: 0, part: c.name, by: LEFT },
    ),
    ...fresh.map(
      (c): PartDecl => ({ name: c.name, how: 'gathered', input: 'with', index: 0, part: c.name, by: RIGHT }),
    ),
  ];
}

const SHOWN = 8;

type Tables = { readonly left: ReturnType<typeof tableOf>; readonly right: ReturnType<typeof tableOf> };

function finish(spec: MergeSpec, joined: Joined, { left, right }: Tables): RunResult {
  const faults: Fault[] = [];
  const notes: Note[] = [];
  const name = (side: 'left' | 'right', rows: readonly number[]): string[] => {
    const table = side === 'left' ? left : right;
    const columns = spec[side].map((n, k) => ({
      column: table.column(n),
      type: spec.dates.includes(spec.left[k] as string) ? ('date' as const) : ('unknown' as const),
    }));
    const shown = [...new Set(rows.map((r) => keyText(columns, r)))];
    return shown.length > SHOWN ? [...shown.slice(0, SHOWN), '…'] : shown;
  };
  const port = { left: 'from', right: 'with' } as const;
  for (const side of ['left', 'right'] as const) {
    const repeated = joined.repeated[side];
    if (repeated.length > 0)
      faults.push(
        error('CE2044', { side: port[side], count: repeated.length, how: spec.validate, keys: name(side, repeated) }, [
          'validate',
        ]),
      );
    const lost = joined.unmatched[side];
    if (lost.length === 0) continue;
    const args = { side: port[side], count: lost.length, keys: name(side, lost) };
    if (spec.unmatched === 'error') faults.push(error('CE2045', args, ['unmatched']));
    else notes.push({ code: 'CN2004', args });
  }
  if (faults.length > 0) return { ok: false, faults };
  const parts = new Map(
    tableOutput(spec.how === 'outer' ? gatherKeys(spec, { left, right }, joined) : [], joined.left.length).parts,
  );
  parts.set(LEFT, encodeIndex(joined.left));
  parts.set(RIGHT, encodeIndex(joined.right));
  return { ok: true, outputs: { table: { parts }, unmatched: unmatchedTable(spec, { left, right }, joined) }, notes };
}

function unmatchedTable(spec: MergeSpec, tables: Tables, joined: Joined) {
  const rows = joined.unmatched.left.length + joined.unmatched.right.length;
  const keys = gatherKeys(spec, tables, {
    left: Uint32Array.from([...joined.unmatched.left, ...joined.unmatched.right.map(() => MISSING)]),
    right: Uint32Array.from([...joined.unmatched.left.map(() => MISSING), ...joined.unmatched.right]),
  });
  const side = {
    kind: 'text' as const,
    codes: Uint32Array.from({ length: rows }, (_, i) => (i < joined.unmatched.left.length ? 0 : 1)),
    levels: ['from', 'with'],
  };
  return tableOutput([...keys, [SIDE, side] as const], rows);
}
