/** A panel that never was: drawn from a seed, calibrated to given moments, with a treatment of known effect. */
import { encodeIndex } from '../columns/codec.ts';
import { type Column, numbers, texts } from '../columns/column.ts';
import { recordOutput } from '../columns/record.ts';
import { ColumnLookup, findColumn, gatherAll, tableShapeOf } from '../columns/schema.ts';
import { type Table, tableOf, tableOutput } from '../columns/table.ts';
import {
  type ColumnInfo,
  defineStage,
  type Fault,
  type Note,
  type OutputDecl,
  type OutputInfo,
  type OutputValue,
  type RecordShape,
  ROWS,
  type RunResult,
  type TableShape,
  type Text,
  VALUE,
} from '../contract.ts';
import { simulateDoc } from './simulate-doc.ts';
import { type SimulateParams, type SimulateSpec, simulateParams } from './simulate-params.ts';
import { simulatePlan } from './simulate-plan.ts';
import {
  calibrationNote,
  calibrationRow,
  exposureOf,
  type Frame,
  frameOf,
  type Simulated,
  scoresOf,
  simulateVariable,
} from './simulate-run.ts';

/** The row of the units' table that stands behind each row of the panel. */
const UNITS = '#units';

export const simulate = defineStage<SimulateParams, SimulateSpec>({
  type: 'simulate',
  doc: simulateDoc,
  params: simulateParams,
  inputs: { from: { kinds: ['table'], optional: true } },
  outputs: {
    table: {
      kind: 'table',
      doc: {
        en: 'one row per unit and period: columns of from, time and variables',
        zh: '每个个体每期一行：from 的各列、时间与各变量',
      },
    },
    calibration: { kind: 'summary', doc: { en: 'moments asked for and reached', zh: '要求的矩与实际达到的矩' } },
  },
  outputsFor: (params): Readonly<Record<string, OutputInfo>> =>
    params.effect === undefined
      ? {}
      : {
          untreated: {
            kind: 'table',
            doc: { en: 'the same draws without the treatment', zh: '相同的抽样，没有处理效应' },
          },
          truth: {
            kind: 'effects',
            doc: { en: 'the true effect on each variable, over the treated rows', zh: '处理行上各变量的真实效应' },
          },
        },

  declare({ params, inputs, labels }) {
    const input = inputs.from?.[0];
    const lookup = input === undefined ? undefined : new ColumnLookup(tableShapeOf(input));
    const { spec, faults } = simulatePlan(params, lookup);
    const made = madeColumns(params, spec, labels);
    const own: ColumnInfo[] =
      lookup === undefined ? [{ name: spec.unit, type: spec.numeric ? 'integer' : 'text' }] : [];
    const shape: TableShape = {
      kind: 'table',
      marks: ['simulated'],
      columns: [...(lookup?.shape.columns ?? own), ...made],
      open: lookup?.shape.open ?? false,
      panel: { unit: spec.unit, time: spec.time },
    };
    const table: OutputDecl = {
      shape,
      parts: [
        { name: ROWS, how: 'made' },
        ...(lookup === undefined
          ? []
          : [{ name: UNITS, how: 'made' as const }, ...gatherAll(lookup.shape, 'from', UNITS)]),
        ...[...own, ...made].map(({ name }) => ({ name, how: 'made' as const })),
      ],
    };
    const record = (kind: 'summary' | 'effects'): OutputDecl => {
      const of: RecordShape = { kind, marks: ['simulated'], columns: [...made, ...FIELDS] };
      return { shape: of, parts: [{ name: VALUE, how: 'made' }] };
    };
    return {
      faults,
      spec,
      reads: { from: lookup === undefined ? [] : [rosterReads(spec, lookup)] },
      outputs: {
        table,
        calibration: record('summary'),
        ...(params.effect === undefined ? {} : { untreated: table, truth: record('effects') }),
      },
    };
  },

  weight: (spec) => {
    const units = typeof spec.units === 'number' ? spec.units : 300;
    return (units * spec.times.length * spec.scores.length) / 2000;
  },

  run({ spec, inputs }) {
    const [input] = inputs.from ?? [];
    return draw(spec, input === undefined ? undefined : tableOf(input));
  },
});

const FIELDS: readonly ColumnInfo[] = [
  { name: 'wanted_mean', type: 'number', label: { en: 'Mean asked for', zh: '目标均值' } },
  { name: 'wanted_sd', type: 'number', label: { en: 'SD asked for', zh: '目标标准差' } },
  { name: 'wanted_min', type: 'number', label: { en: 'Min asked for', zh: '目标最小值' } },
  { name: 'wanted_max', type: 'number', label: { en: 'Max asked for', zh: '目标最大值' } },
  { name: 'between', type: 'number', label: { en: 'Share between units', zh: '组间方差占比' } },
  { name: 'effect', type: 'number', label: { en: 'True effect', zh: '真实效应' } },
  { name: 'rows', type: 'number', label: { en: 'Treated rows', zh: '受处理行数' } },
];

function madeColumns(
  params: SimulateParams,
  spec: SimulateSpec,
  labels: Readonly<Record<string, Text>>,
): readonly ColumnInfo[] {
  const time: ColumnInfo = { name: spec.time, type: 'integer' };
  const columns = spec.variables.map(({ name, kind }): ColumnInfo => {
    const { label, unit } = params.variables[name] ?? {};
    const text = label ?? (Object.hasOwn(labels, name) ? labels[name] : undefined);
    return {
      name,
      type: kind === 'number' ? 'number' : 'integer',
      ...(text === undefined ? {} : { label: text as Text }),
      ...(unit === undefined ? {} : { unit: unit as Text }),
    };
  });
  return [time, ...columns];
}

/** Columns of the units that enter the draws: names, loads, treatment. */
function rosterReads(spec: SimulateSpec, { shape }: ColumnLookup): readonly string[] {
  const loads = spec.scores.flatMap((s) => s.loads.filter((l) => l.is === 'column').map((l) => l.on));
  const effect = spec.effect === null ? [] : [spec.effect.cohort, spec.effect.scale ?? []].flat();
  return [...new Set([ROWS, spec.unit, ...loads, ...effect])].filter(
    (name) => name === ROWS || findColumn(shape, name) !== undefined,
  );
}

function draw(spec: SimulateSpec, roster: Table | undefined): RunResult {
  const frame = frameOf(spec, roster);
  if (frame.faults.length > 0) return { ok: false, faults: frame.faults };
  const { scores, faults } = scoresOf(spec, frame, roster);
  const exposure = exposureOf(spec, frame, roster);
  const before = [...faults, ...exposure.faults];
  if (before.length > 0) return { ok: false, faults: before };
  const drawn = spec.variables.map((variable) =>
    simulateVariable(variable, scores.get(variable.name)!, {
      size: spec.effect?.on.find((e) => e.name === variable.name)?.size ?? 0,
      exposure: exposure.values,
      periods: frame.periods,
    }),
  );
  const wrong = drawn.filter((d): d is Fault => 'code' in d);
  if (wrong.length > 0) return { ok: false, faults: wrong };
  const columns = drawn as readonly Simulated[];
  const calibration = spec.variables.map((v, i) => calibrationRow(v, columns[i]!.values, frame.periods));
  const truth = truthRows(spec, columns, exposure.treated, frame);
  const notes: Note[] = [
    { code: 'CN2167', args: { units: frame.names.length, periods: frame.periods, seed: spec.seed } },
    ...calibration.flatMap(calibrationNote),
    ...truth.map(
      ({ variable, effect, rows }): Note => ({
        code: 'CN2169',
        args: { name: variable, effect: Number(effect.toPrecision(6)), rows },
      }),
    ),
  ];
  const outputs: Record<string, OutputValue> = {
    table: panelTable(
      spec,
      frame,
      roster,
      columns.map((c) => [c.name, c.values]),
    ),
    calibration: recordOutput({ rows: calibration, notes }),
  };
  if (spec.effect !== null) {
    outputs.untreated = panelTable(
      spec,
      frame,
      roster,
      columns.map((c) => [c.name, c.untreated]),
    );
    outputs.truth = recordOutput({ rows: truth, notes });
  }
  return { ok: true, outputs, notes };
}

function panelTable(
  spec: SimulateSpec,
  frame: Frame,
  roster: Table | undefined,
  variables: readonly (readonly [name: string, values: Float64Array])[],
): OutputValue {
  const { periods, rows } = frame;
  const unitOf = (i: number): number => Math.floor(i / periods);
  const columns: [string, Column][] = [];
  if (roster === undefined) {
    const names = Array.from({ length: rows }, (_, i) => frame.names[unitOf(i)]!);
    columns.push([spec.unit, spec.numeric ? numbers(Float64Array.from(names, Number)) : texts(names, rows)]);
  }
  columns.push([spec.time, numbers(Float64Array.from({ length: rows }, (_, i) => spec.times[i % periods]!))]);
  for (const [name, values] of variables) columns.push([name, numbers(values)]);
  const parts = new Map(tableOutput(columns, rows).parts);
  if (roster !== undefined) parts.set(UNITS, encodeIndex(Uint32Array.from({ length: rows }, (_, i) => unitOf(i))));
  return { parts };
}

/** The mean difference between what is and what would have been, over the treated rows. */
function truthRows(spec: SimulateSpec, columns: readonly Simulated[], treated: number, { periods }: Frame) {
  if (spec.effect === null) return [];
  return spec.effect.on.flatMap(({ name }) => {
    const column = columns.find((c) => c.name === name);
    if (column === undefined) return [];
    let sum = 0;
    for (let i = 0; i < column.values.length; i++) sum += column.values[i]! - column.untreated[i]!;
    return [{ variable: name, effect: sum / treated, rows: treated, periods }];
  });
}
