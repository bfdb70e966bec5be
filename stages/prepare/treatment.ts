/** Who is treated, and since when: a roster of adoptions put on a panel. */
import { type Static, Type } from '@sinclair/typebox';
import { cellText, datesAmong, keyText, typedColumns } from '../columns/cell-text.ts';
import { numbers } from '../columns/column.ts';
import { ColumnName, means, Params, Reference } from '../columns/params.ts';
import { ColumnLookup, findColumn, passAll, tableShapeOf, withColumns } from '../columns/schema.ts';
import { type Table, tableOf, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  type ColumnType,
  defineStage,
  error,
  type Fault,
  type Note,
  type ParamPath,
  type TableShape,
} from '../contract.ts';
import { columnsOf, matchPairs } from './merge-keys.ts';
import { keyOf, type Roster, readRoster } from './roster.ts';

const TreatmentParams = Params({
  from: Reference('the panel', '面板数据'),
  roster: Reference('the table of adoptions, one row or more per treated key', '政策名单：每个受处理对象一行或多行'),
  on: Type.Union(
    [Type.String(), Type.Array(Type.String(), { minItems: 1 }), Type.Record(Type.String(), Type.String())],
    means(
      'key columns of the same name in both, or { column of the panel: column of the roster }',
      '两表同名的键列，或 { 面板列: 名单列 }',
    ),
  ),
  adopted: Type.String(
    means('roster column with the year, or the day, of adoption', '名单中的政策实施年份（或日期）列'),
  ),
  timing: Type.Optional(
    Type.Union([Type.Literal('same-year'), Type.Literal('next-year')], {
      default: 'same-year',
      ...means(
        'whether treatment counts from the year of adoption or from the next',
        '处理自实施当年起算，还是自次年起算',
      ),
    }),
  ),
  as: Type.Optional(
    Type.String({ default: 'policy', ...means('name of the new 0/1 column', '新生成的 0/1 政策变量的列名') }),
  ),
  cohort: Type.Optional(
    Type.String({
      default: 'cohort',
      ...means('name of the new column with the first treated period', '新生成的首次处理期的列名'),
    }),
  ),
  'rel-time': Type.Optional(
    Type.String({
      default: 'rel_time',
      ...means(
        'name of the new column with periods since the first treated one',
        '新生成的相对时间（距首次处理的期数）的列名',
      ),
    }),
  ),
  time: Type.Optional(ColumnName('time of the panel; default: as the table says', '面板的时间列；默认同表中声明')),
});

type Spec = {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly adopted: string;
  /** adoption is a date: its year counts */
  readonly date: boolean;
  /** keys and unit of the panel, and keys of the roster, that are dates: messages show them as such */
  readonly dates: readonly string[];
  readonly rightDates: readonly string[];
  readonly delay: number;
  readonly policy: string;
  readonly cohort: string;
  readonly rel_time: string;
  readonly time: string;
  readonly unit: string | null;
};

export const treatment = defineStage<Static<typeof TreatmentParams>, Spec>({
  type: 'treatment',
  doc: {
    summary: {
      en: 'put staggered treatment on a panel from a roster of adoptions',
      zh: '根据名单为面板生成多期处理变量',
    },
    details: {
      en: `For each row with key k at time t, with g the first treated period of k: \`policy\` = 1 if t ≥ g, else 0; \`cohort\` = g;
\`rel_time\` = t − g. Keys that are not in the roster are never treated: \`policy\` 0, \`cohort\` and \`rel_time\` missing.

g is the roster's \`adopted\` (a whole year, or a date, of which the year counts), plus one with \`timing: next-year\`. The earliest of several roster rows counts. Roster rows without a year are ignored, and
roster keys that no row of the panel has are named in a note. Treatment is absorbing: it does not end.

Faults: keys of different types (text here, number there), a year that is not whole, and a unit of the panel that is given two cohorts because its
key changes over time. The rows, their order and all other columns stay as they are. Whether adoption is as good as random given the controls is not a
question that this stage can answer.`,
      zh: `设 g 为某键的首个处理期：t ≥ g 时 policy = 1，否则为 0；cohort = g；rel_time = t − g。名单之外为从未处理：policy 为 0，cohort 与 rel_time 缺失。
g 取名单中的 adopted（整数年份，或日期取其年份），timing: next-year 时加一；多行取最早者。未匹配到面板的名单键会在附注中列出。
键类型不一致、年份非整数、个体内队列不一致均报错。处理一旦开始不会结束。`,
    },
    example: `stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: city, time: year } }
  zones: { stage: ingest, file: roster.csv }
  panel:
    stage: treatment
    from: raw
    roster: zones
    on: { city: city_code }
    adopted: approved_on
    timing: same-year
`,
  },
  params: TreatmentParams,
  inputs: { from: { kinds: ['table'] }, roster: { kinds: ['table'] } },
  outputs: {
    table: {
      kind: 'table',
      doc: { en: 'the panel with policy, cohort and rel_time', zh: '面板数据，另有 policy、cohort、rel_time' },
    },
  },

  declare({ params, inputs, labels }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const panel = new ColumnLookup(shape);
    const roster = new ColumnLookup(tableShapeOf(inputs.roster?.[0]));
    const pairs = matchPairs(params.on);
    const keys = pairs.map((pair) => {
      const key = columnsOf(pair, { left: panel, right: roster });
      sameType(key.left, key.right, pair.at, panel.faults);
      return key;
    });
    const adopted = roster.number(params.adopted, ['adopted']);
    const time = timeOf(panel, params.time);
    const spec: Spec = {
      left: pairs.map((p) => p.left),
      right: pairs.map((p) => p.right),
      adopted: params.adopted,
      date: adopted.type === 'date',
      dates: datesAmong([...keys.map((k) => k.left), ...shape.columns.filter((c) => c.name === shape.panel?.unit)]),
      rightDates: datesAmong(keys.map((k) => k.right)),
      delay: params.timing === 'next-year' ? 1 : 0,
      policy: params.as ?? 'policy',
      cohort: params.cohort ?? 'cohort',
      rel_time: params['rel-time'] ?? 'rel_time',
      time,
      unit: shape.panel !== undefined && findColumn(shape, shape.panel.unit) !== undefined ? shape.panel.unit : null,
    };
    const made = [spec.policy, spec.cohort, spec.rel_time];
    panel.faults.push(...clashes(shape, made));
    const info = made.map((name): ColumnInfo => {
      const label = labels[name];
      return { name, type: 'integer', ...(label === undefined ? {} : { label }) };
    });
    const reads = [...spec.left, spec.time, ...(spec.unit === null ? [] : [spec.unit])].filter((name) => name !== '');
    return {
      faults: [...panel.faults, ...roster.faults],
      spec,
      reads: { from: [[...new Set(reads)]], roster: [[...new Set([...spec.right, spec.adopted])]] },
      outputs: {
        table: {
          shape: withColumns(shape, info),
          parts: [...passAll(shape, 'from', new Set(made)), ...made.map((name) => ({ name, how: 'made' as const }))],
        },
      },
    };
  },

  run({ spec, inputs }) {
    const panel = tableOf(inputs.from![0]!);
    const roster = readRoster(tableOf(inputs.roster![0]!), spec);
    const treated = treat(panel, roster, spec);
    const faults = [...keyTypeFaults(panel, roster, spec), ...roster.faults, ...treated.faults];
    if (faults.length > 0) return { ok: false, faults };
    const columns = [
      [spec.policy, numbers(treated.policy)],
      [spec.cohort, numbers(treated.cohort)],
      [spec.rel_time, numbers(treated.relTime)],
    ] as const;
    return { ok: true, outputs: { table: tableOutput(columns) }, notes: [...roster.notes, ...treated.notes] };
  },
});

const isText = (type: ColumnType): boolean | undefined => (type === 'unknown' ? undefined : type === 'text');

function sameType(left: ColumnInfo, right: ColumnInfo, at: ParamPath, faults: Fault[]): void {
  const [a, b] = [isText(left.type), isText(right.type)];
  if (a === undefined || b === undefined || a === b) return;
  const args = { left: left.name, left_type: left.type, right: right.name, right_type: right.type };
  faults.push(error('CE2164', args, at));
}

/** Types that are known only from the data. */
function keyTypeFaults(panel: Table, roster: Roster, spec: Spec): Fault[] {
  return spec.left.flatMap((left, i) => {
    const [a, b] = [panel.column(left).kind, roster.kinds[i]!];
    return a === b ? [] : [error('CE2164', { left, left_type: a, right: spec.right[i]!, right_type: b }, ['on'])];
  });
}

/** The time column; '' with a fault when it is not known or is a date. */
function timeOf(panel: ColumnLookup, written: string | undefined): string {
  const time = written ?? panel.shape.panel?.time;
  if (time === undefined) {
    panel.faults.push(error('CE2150', { missing: ['time'] }));
    return '';
  }
  const at = [written === undefined ? 'from' : 'time'];
  if (panel.number(time, at).type === 'date') panel.faults.push(error('CE2167', { name: time }, at));
  return time;
}

function clashes(shape: TableShape, made: readonly string[]): Fault[] {
  const params = ['as', 'cohort', 'rel-time'] as const;
  return made.flatMap((name, i) => {
    const param = params[i]!;
    const twice = made.indexOf(name);
    if (twice < i) return [error('CE2180', { name, first: params[twice]!, second: param }, [param])];
    return shape.columns.some((c) => c.name === name) ? [error('CE2157', { name, param }, [param])] : [];
  });
}

interface Treated {
  readonly policy: Float64Array;
  readonly cohort: Float64Array;
  readonly relTime: Float64Array;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
}

function treat(panel: Table, roster: Roster, spec: Spec): Treated {
  const keys = spec.left.map(panel.column);
  const typed = typedColumns(panel, spec.left, spec.dates);
  const times = panel.numbers(spec.time);
  const n = panel.rows;
  const [policy, cohort, relTime] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const seen = new Map<string, { readonly first: number; readonly text: string; low: number; high: number }>();
  const faults: Fault[] = [];
  let lost = 0;
  for (let row = 0; row < n; row++) {
    const key = keyOf(keys, row);
    const time = times[row]!;
    if (!Number.isNaN(time) && !Number.isInteger(time) && faults.length === 0)
      faults.push(error('CE2168', { name: spec.time, value: time, row: row + 1 }));
    if (key === undefined) {
      lost++;
      policy[row] = cohort[row] = relTime[row] = Number.NaN;
      continue;
    }
    const first = roster.first.get(key) ?? Number.NaN;
    cohort[row] = first;
    relTime[row] = time - first;
    policy[row] = Number.isNaN(time) ? Number.NaN : time >= first ? 1 : 0;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { first, text: keyText(typed, row, ' / '), low: time, high: time });
    else {
      if (time < known.low) known.low = time;
      if (time > known.high) known.high = time;
    }
  }
  if (!spec.date) faults.push(...yearsOfZero([...seen.values()], spec));
  const notes = coverage([...seen.values()], roster, new Set(seen.keys()));
  if (lost > 0) notes.push({ code: 'CN2162', args: { rows: lost } });
  if (spec.unit !== null) faults.push(...changingCohorts(panel, cohort, spec.unit, spec.dates));
  return { policy, cohort, relTime, faults, notes };
}

/** A 0 farther before the panel than the panel is long stands for never in most programs. */
function yearsOfZero(
  seen: readonly { readonly first: number; readonly text: string; readonly low: number; readonly high: number }[],
  { adopted, delay }: Spec,
): Fault[] {
  const zeros = seen.filter((k) => k.first === delay && k.low > 0);
  const low = Math.min(...zeros.map((k) => k.low));
  const high = Math.max(...zeros.map((k) => k.high));
  if (zeros.length === 0 || low <= high - low + 1) return [];
  const names = zeros.map((k) => k.text);
  return [error('CE2198', { name: adopted, count: names.length, names, first: low, last: high }, ['adopted'])];
}

/** A unit with two cohorts: its key is not constant over time. One fault a unit. */
function changingCohorts(panel: Table, cohort: Float64Array, unit: string, dates: readonly string[]): Fault[] {
  const column = panel.column(unit);
  const first = new Map<string, number>();
  const faults = new Map<string, Fault>();
  for (let row = 0; row < panel.rows; row++) {
    const key = keyOf([column], row);
    if (key === undefined) continue;
    const known = first.get(key);
    const own = cohort[row]!;
    if (known === undefined) first.set(key, own);
    else if (!Object.is(known, own) && !faults.has(key))
      faults.set(
        key,
        error(
          'CE2166',
          {
            unit: cellText(column, row, dates.includes(unit) ? 'date' : 'unknown'),
            first: word(known),
            second: word(own),
          },
          ['on'],
        ),
      );
  }
  return [...faults.values()];
}

const word = (cohort: number): string => (Number.isNaN(cohort) ? 'never' : String(cohort));

function coverage(
  seen: readonly { readonly first: number; readonly text: string; readonly low: number; readonly high: number }[],
  roster: Roster,
  keys: ReadonlySet<string>,
): Note[] {
  const treated = seen.filter((k) => !Number.isNaN(k.first));
  const notes: Note[] = [
    { code: 'CN2159', args: { units: seen.length, treated: treated.length, never: seen.length - treated.length } },
  ];
  const named = (code: Note['code'], names: readonly string[]): void => {
    if (names.length > 0) notes.push({ code, args: { count: names.length, names } });
  };
  named(
    'CN2160',
    [...roster.text].filter(([key]) => !keys.has(key)).map(([, text]) => text),
  );
  named(
    'CN2164',
    treated.filter((k) => k.first <= k.low).map((k) => k.text),
  );
  named(
    'CN2165',
    treated.filter((k) => k.first > k.high).map((k) => k.text),
  );
  return notes;
}
