/** The models of a specification curve: expanded, gathered into families that share work, estimated. */
import { evaluate } from '../columns/expression/evaluate.ts';
import { type Periods, periodFaults } from '../columns/expression/panel-index.ts';
import type { Table } from '../columns/table.ts';
import { error, type Fault, type Note } from '../contract.ts';
import type { Errors } from '../kernels/sandwich-meat.ts';
import { shiftFaults } from './atom-values.ts';
import { type CurveModel, CurveTests, causesOf, curveRecord, notEstimated } from './curve-record.ts';
import { type LeftOver, repeatsOf } from './curve-repeats.ts';
import { type Beside, besideOf, termDesign, unmark, unmarkColumn } from './design.ts';
import { errorsColumns } from './errors-spec.ts';
import { errorsOn, fitSpec, isFaults } from './linear-fit.ts';
import type { LinearSpec } from './linear-spec.ts';
import { ModelFamily } from './model-family.ts';
import { firstTerm } from './model-record.ts';
import { isResampled } from './resampled-errors.ts';
import { estimationSample } from './sample.ts';
import { ruleOf } from './small-sample.ts';
import { type Choice, type CurveSpec, choicesOf, type ModelParts } from './spec-axes.ts';
import type { Term } from './term.ts';

/** A model by the numbers of its parts in the tables of `Parts`. */
interface Model {
  readonly choices: readonly Choice[];
  readonly parts: ModelParts;
  readonly y: number;
  /** x, then controls, each once */
  readonly x: readonly number[];
}

export type CurveResult =
  | { readonly faults: readonly Fault[] }
  | { readonly record: object; readonly notes: readonly Note[] };

export function runCurve(table: Table, spec: CurveSpec, progress?: (done: number) => void): CurveResult {
  const terms = new Terms(table);
  const models = expand(spec, terms);
  const ambiguous = [...shiftFaults(terms.list, table), ...conditionFaults(models, table, spec.panel)].slice(0, 1);
  if (ambiguous.length > 0) return { faults: ambiguous };
  const masks = new Masks(table, spec, models);
  const families = new Map<string, Model[]>();
  for (const model of models) {
    const key = masks.familyOf(model, terms);
    const members = families.get(key);
    if (members === undefined) families.set(key, [model]);
    else members.push(model);
  }
  const results = new Map<Model, CurveModel>();
  const setting: Setting = { table, spec, terms, masks, tests: new CurveTests(spec.common.level) };
  for (const members of families.values()) {
    estimateFamily(setting, members, results);
    progress?.(results.size / models.length);
  }
  const rows = models.map((model) => results.get(model) as CurveModel);
  if (rows.every((row) => row.row === undefined))
    return { faults: [error('CE2574', { models: rows.length }, ['vary']), ...causesOf(rows)] };
  const failed = rows.filter((row) => row.row === undefined).length;
  const repeats = repeatsOf(rows.map((row) => row.left));
  const lost: Note[] = failed > 0 ? [{ code: 'CN2571', args: { rows: failed, total: rows.length } }] : [];
  const notes = [...lost, ...repeats.notes];
  const choices = models.map((m) => m.choices);
  return { record: { ...curveRecord(rows, spec, { choices, repeats }), notes }, notes };
}

/** Why the lags in the conditions of models cannot be told. */
function conditionFaults(models: readonly Model[], table: Table, panel: Periods | undefined): readonly Fault[] {
  const conditions = new Set(models.map((model) => model.parts.where));
  return [...conditions].flatMap((where) =>
    where === null ? [] : periodFaults(where, table, panel, ['vary', 'where']),
  );
}

/** The terms of all models, each once, and what is asked of them again and again. */
class Terms {
  readonly list: Term[] = [];
  private readonly table: Table;
  private readonly ids = new Map<string, number>();
  private readonly byObject = new Map<Term, number>();
  private readonly complete = new Map<number, boolean>();

  constructor(table: Table) {
    this.table = table;
  }

  id(term: Term): number {
    const known = this.byObject.get(term);
    if (known !== undefined) return known;
    const key = JSON.stringify(term);
    const id = this.ids.get(key) ?? this.list.push(term) - 1;
    this.ids.set(key, id);
    this.byObject.set(term, id);
    return id;
  }

  /** Whether every row of the table has a finite value. */
  isComplete(id: number): boolean {
    let found = this.complete.get(id);
    if (found === undefined) {
      const keep = new Uint8Array(this.table.rows).fill(1);
      for (const atom of this.list[id] as Term) unmark(atom, this.table, keep);
      this.complete.set(id, (found = !keep.includes(0)));
    }
    return found;
  }
}

function expand({ base, axes }: CurveSpec, terms: Terms): readonly Model[] {
  let all: { choices: readonly Choice[]; parts: ModelParts }[] = [{ choices: [], parts: base }];
  for (const axis of axes) {
    const choices = choicesOf(axis);
    all = all.flatMap((m) => choices.map((c) => ({ choices: [...m.choices, c], parts: { ...m.parts, ...c.sets } })));
  }
  return all.map(({ choices, parts }) => ({
    choices,
    parts,
    y: terms.id(parts.y),
    x: [...new Set([...parts.x, ...parts.controls].map((term) => terms.id(term)))],
  }));
}

/** Conditions over all rows of the table, and which models have the same rows, effects and weights. */
class Masks {
  private readonly table: Table;
  private readonly spec: CurveSpec;
  private readonly byCondition = new Map<string, Uint8Array | undefined>();
  private readonly common: Uint8Array | undefined;
  private readonly names = new Map<object | null, string>();

  constructor(table: Table, spec: CurveSpec, models: readonly Model[]) {
    this.table = table;
    this.spec = spec;
    this.common = spec.sample === 'common' ? this.usableByAll(models) : undefined;
  }

  /** Rows that a model may use, before its own missing values; undefined: all. */
  of({ where }: ModelParts): Uint8Array | undefined {
    const key = this.name(where);
    if (!this.byCondition.has(key)) this.byCondition.set(key, this.evaluated(where));
    return this.byCondition.get(key);
  }

  familyOf(model: Model, terms: Terms): string {
    const { where, effects, weights, errors } = model.parts;
    const incomplete = [model.y, ...model.x].filter((id) => !terms.isComplete(id)).sort((a, b) => a - b);
    const columns = errorsColumns(errors, {}).map((c) => c.column);
    return [this.name(where), this.name(effects), weights ?? '', columns.join('\n'), incomplete.join()].join('\u0001');
  }

  private name(part: object | null): string {
    let found = this.names.get(part);
    if (found === undefined) this.names.set(part, (found = JSON.stringify(part)));
    return found;
  }

  private evaluated(where: ModelParts['where']): Uint8Array | undefined {
    if (where === null) return this.common;
    const { table, spec, common } = this;
    const condition = evaluate(where, { table, ...(spec.panel === undefined ? {} : { panel: spec.panel }) });
    const out = new Uint8Array(table.rows);
    if (condition.kind !== 'number') return out;
    for (let i = 0; i < out.length; i++) {
      const value = condition.values[i] as number;
      out[i] = value !== 0 && !Number.isNaN(value) ? (common?.[i] ?? 1) : 0;
    }
    return out;
  }

  private usableByAll(models: readonly Model[]): Uint8Array {
    const keep = new Uint8Array(this.table.rows).fill(1);
    const terms = new Set(models.flatMap(({ parts }) => [parts.y, ...parts.x, ...parts.controls]));
    for (const term of terms) for (const atom of term) unmark(atom, this.table, keep);
    const columns = new Set(
      models.flatMap(({ parts }) => [
        ...parts.effects.flatMap((e) => [...e.columns, ...e.slopes]),
        ...errorsColumns(parts.errors, {}).map((c) => c.column),
        ...(parts.weights === null ? [] : [parts.weights]),
      ]),
    );
    for (const name of columns) unmarkColumn(this.table.column(name), keep);
    return keep;
  }
}

/** Effects hold the constant. */
const hasConstant = ({ common }: CurveSpec, { parts }: Model): boolean => common.intercept || parts.effects.length > 0;

/** The model as a regression of its own. */
const linearOf = ({ spec, terms }: Pick<Setting, 'spec' | 'terms'>, model: Model): LinearSpec => ({
  ...spec.common,
  intercept: hasConstant(spec, model),
  y: model.parts.y,
  x: model.x.map((id) => terms.list[id] as Term),
  effects: model.parts.effects,
  errors: model.parts.errors,
  endogenous: [],
  instruments: [],
  constant: false,
  ...(model.parts.weights === null ? {} : { weights: model.parts.weights }),
});

interface Setting {
  readonly table: Table;
  readonly spec: CurveSpec;
  readonly terms: Terms;
  readonly masks: Masks;
  readonly tests: CurveTests;
}

function estimateFamily(setting: Setting, members: readonly Model[], results: Map<Model, CurveModel>): void {
  const { table, spec, masks } = setting;
  const first = members[0] as Model;
  const sample = estimationSample(table, linearOf(setting, first), masks.of(first.parts));
  if (!('rows' in sample)) {
    for (const model of members) results.set(model, notEstimated(sample));
    return;
  }
  const { rows } = sample;
  const design = new FamilyColumns(setting, rows);
  const wanted = members.map((model) => design.of(model));
  const family = new ModelFamily({
    table,
    rows,
    effects: first.parts.effects,
    weights: first.parts.weights ?? undefined,
    intercept: spec.common.intercept,
    rule: ruleOf(spec.common.ssc),
    columns: design.columns,
  });
  const errors = new Map<string, Errors | readonly Fault[]>();
  const number = results.size;
  members.forEach((model, m) => {
    const columns = wanted[m] as ModelColumns;
    const written = JSON.stringify(model.parts.errors);
    const own = errors.get(written) ?? errorsOn(table, model.parts.errors, rows);
    errors.set(written, own);
    if (isFaults(columns)) results.set(model, notEstimated(columns));
    else if (isFaults(own)) results.set(model, notEstimated(own));
    else {
      const { kept, ...made } = isResampled(model.parts.errors)
        ? alone(setting, model, columns)
        : inFamily(setting, family, columns, own);
      const left = kept && design.leftOver(columns, kept, `${number} ${written}`);
      results.set(model, left === undefined ? made : { ...made, left });
    }
  });
}

type Estimated = CurveModel & { readonly kept?: readonly number[] };

function inFamily({ tests }: Setting, family: ModelFamily, { y, x }: Columns, errors: Errors): Estimated {
  const tested = family.test(y, x, errors);
  return 'reason' in tested
    ? { nobs: family.n, ...tested }
    : { nobs: family.n, row: tests.row(tested), kept: tested.kept };
}

/** Errors by resampling need the whole model: it is fitted by itself. */
function alone(setting: Setting, model: Model, { x }: Columns): Estimated {
  const { table, spec, masks } = setting;
  const mask = masks.of(model.parts);
  const fitted = fitSpec(table, linearOf(setting, model), mask === undefined ? {} : { mask });
  if (isFaults(fitted)) return notEstimated(fitted);
  const row = firstTerm(fitted, spec.common.level);
  const kept = Array.from(fitted.fit.kept, (j) => x[j] as number);
  return { nobs: fitted.rows.length, ...(row === undefined ? { reason: 'dropped' } : { row, kept }) };
}

/** Numbers of a model's columns among those of its family, or why there are none. */
type ModelColumns = Columns | readonly Fault[];

interface Columns {
  readonly y: number;
  readonly x: readonly number[];
}

/** The columns that the members of a family use, over its rows, each once. */
class FamilyColumns {
  readonly columns: Float64Array[] = [];
  readonly names: string[] = [];
  private readonly setting: Setting;
  private readonly rows: Int32Array;
  private readonly places = new Map<string, readonly number[]>();

  constructor(setting: Setting, rows: Int32Array) {
    this.setting = setting;
    this.rows = rows;
  }

  of(model: Model): ModelColumns {
    const { spec, terms } = this.setting;
    const x = model.x.map((id) => terms.list[id] as Term);
    const beside = besideOf(x.some(hasFactor) ? x : [], hasConstant(spec, model));
    const faults: Fault[] = [];
    const place = (id: number) => this.place(id, beside, faults);
    const columns = { y: place(model.y)[0] as number, x: model.x.flatMap(place) };
    return faults.length > 0 ? faults : columns;
  }

  /** @param made the rows and the errors of the model */
  leftOver({ y, x }: Columns, kept: readonly number[], made: string): LeftOver {
    const gone = kept.length === x.length ? [] : x.filter((j) => !kept.includes(j));
    return {
      key: [made, y, ...[...kept].sort((a, b) => a - b)].join(),
      dropped: gone.map((j) => this.names[j] as string),
    };
  }

  private place(id: number, beside: Beside, faults: Fault[]): readonly number[] {
    const { terms, table } = this.setting;
    const term = terms.list[id] as Term;
    const key = dummiesKey(term, beside) + id;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const before = faults.length;
    const made = termDesign(term, beside, { table, rows: this.rows, faults });
    this.names.push(...made.map((column) => column.name));
    const found = made.map((column) => this.columns.push(column.values) - 1);
    // a term with a fault has one in each model
    if (faults.length === before) this.places.set(key, found);
    return found;
  }
}

/** What else of a model the dummies of a term depend on. */
function dummiesKey(term: Term, { others, holder }: Beside): string {
  if (!hasFactor(term)) return '';
  return `${holder === term} ${term.length > 1 ? [...others].join() : ''} `;
}

const hasFactor = (term: Term): boolean => term.some((atom) => atom.is === 'factor');
