/** Which columns of a table are the unit and the time: of one that no ingest could say it of. */
import type { Static } from '@sinclair/typebox';
import { datesAmong, typedColumns } from '../columns/cell-text.ts';
import { ColumnName, Params, Reference } from '../columns/params.ts';
import { ColumnLookup, passAll, tableShapeOf } from '../columns/schema.ts';
import { tableOf } from '../columns/table.ts';
import { defineStage, error, ROWS } from '../contract.ts';
import { gapNotes } from './panel-gaps.ts';
import { keyFaults } from './unique-key.ts';

const PanelParams = Params({
  from: Reference('the table', '输入的表'),
  unit: ColumnName('column of the unit', '个体列'),
  time: ColumnName('column of the time', '时间列'),
});

type Spec = {
  readonly unit: string;
  readonly time: string;
  /** of the two, those that are dates */
  readonly dates: readonly string[];
};

/** Errors: CE2180; CE2025, CE2022 when the two do not name every row once. */
export const panel = defineStage<Static<typeof PanelParams>, Spec>({
  type: 'panel',
  doc: {
    summary: {
      en: 'Declares the unit and the time of a table, and checks that they name every row once',
      zh: '声明数据表的个体列与时间列，并检查二者是否唯一标识每一行',
    },
    details: {
      en: `\`panel\` on an \`ingest\` says the same of a file. This stage says it of a table that a file does not hold as it is: after rows without a time or doubles
have been left out (\`where\`, \`filter\`), after \`aggregate\`, \`append\` and \`merge\`, or of what a program or \`sql\` gives back. What the table was before does not count.

Unit and time must be there in every row and name it once; which rows do not is said. The table passes through unchanged, and what reads it waits for
the check. A note counts the rows that a full panel would have beside these.`,
      zh: `ingest 中的 panel 说明文件本身的面板结构；本步骤用于之后得到的表：去掉时间缺失或重复的行之后（where、filter），经 aggregate、append、merge 处理之后，或由外部程序、sql 返回的表。表原有的声明不再有效。

个体与时间在每行均须有值，且二者合起来唯一标识一行，否则报错并指出是哪些行。表原样通过，读取它的步骤待检查通过后才运行。面板不平衡时，附注给出所缺的行数。`,
    },
    example: `stages:
  raw: { stage: ingest, file: cities.csv }
  yearly: { stage: aggregate, from: raw, by: [province, year], columns: { gdp: sum(gdp) } }
  provinces: { stage: panel, from: yearly, where: year >= 2010, unit: province, time: year }
  growth: { stage: derive, from: provinces, columns: { growth: log(gdp) - log(lag(gdp)) } }
`,
  },
  params: PanelParams,
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: { en: 'the table, unchanged', zh: '原表，不作改动' } } },
  declare({ params: { unit, time }, inputs }) {
    const shape = tableShapeOf(inputs.from?.[0]);
    const lookup = new ColumnLookup(shape);
    const keys = [lookup.any(unit, ['unit']), lookup.any(time, ['time'])];
    if (unit === time) lookup.faults.push(error('CE2180', { name: unit, first: 'unit', second: 'time' }, ['time']));
    return {
      faults: lookup.faults,
      spec: { unit, time, dates: datesAmong(keys) },
      reads: { from: [[...new Set([ROWS, unit, time])]] },
      outputs: { table: { shape: { ...shape, panel: { unit, time } }, parts: passAll(shape, 'from') } },
    };
  },
  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: panel without input');
    const table = tableOf(input);
    const names = [spec.unit, spec.time];
    const keys = typedColumns(table, names, spec.dates).map((key, i) => ({ ...key, name: names[i] as string }));
    const faults = keyFaults(keys, table.rows);
    if (faults.length > 0) return { ok: false, faults };
    const notes = gapNotes(table.column(spec.unit), table.column(spec.time), table.rows);
    return { ok: true, outputs: { table: { parts: new Map() } }, notes };
  },
});
