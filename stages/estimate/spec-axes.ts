/**
 * The choices of a specification curve in canonical form. A choice is the part of a model that it sets; a model is the base
 * with one choice of each axis put in.
 */
import { closest } from '../catalogue/suggest.ts';
import { compileExpression } from '../columns/expression/compile.ts';
import type { Periods } from '../columns/expression/panel-index.ts';
import type { Expression } from '../columns/expression/syntax.ts';
import { listOf } from '../columns/params.ts';
import { tableShapeOf } from '../columns/schema.ts';
import { type ColumnInfo, type DeclareContext, error, type Fault, type ParamPath } from '../contract.ts';
import { type ErrorsSpec, errorsName } from './errors-spec.ts';
import type { LinearParams } from './linear-params.ts';
import { declareLinear, type LinearDeclared, type LinearSpec } from './linear-spec.ts';
import { type EffectTerm, effectName, type Term, termName } from './term.ts';

const AXES = ['y', 'x', 'controls', 'absorb', 'cluster', 'vcov', 'weights', 'where'] as const;
export type AxisName = (typeof AXES)[number];

/** What a choice may set. No weights and all rows are `null`. */
export type ModelParts = {
  readonly y: Term;
  readonly x: readonly Term[];
  readonly controls: readonly Term[];
  readonly effects: readonly EffectTerm[];
  readonly errors: ErrorsSpec;
  readonly weights: string | null;
  readonly where: Expression | null;
};

/** What is the same in all models. */
export type CommonParts = Pick<LinearSpec, 'intercept' | 'ssc' | 'singletons' | 'level'>;

export type Choice = { readonly label: string; readonly sets: Partial<ModelParts> };

export type Axis = { readonly param: AxisName } & (
  | { readonly choices: readonly Choice[] }
  /** every subset of the blocks, of `least` to `most` of them, beside what stands in `always` */
  | {
      readonly blocks: readonly { readonly label: string; readonly terms: readonly Term[] }[];
      readonly always: readonly Term[];
      readonly least: number;
      readonly most: number;
    }
);

export interface SubsetsParam {
  readonly subsets: readonly (string | readonly string[])[];
  readonly always?: string | readonly string[];
  readonly least?: number;
  readonly most?: number;
}

export type VaryParam = Readonly<Partial<Record<AxisName, readonly unknown[] | Readonly<Record<string, unknown>>>>>;

export interface DeclaredAxes {
  readonly faults: readonly Fault[];
  readonly common: CommonParts;
  readonly base: ModelParts;
  readonly axes: readonly Axis[];
  readonly reads: readonly string[];
  readonly columns: readonly ColumnInfo[];
}

type Context = DeclareContext<LinearParams & { readonly vary: VaryParam }>;

export function declareAxes(context: Context): DeclaredAxes {
  const { vary, ...written } = context.params;
  const own: Fault[] = [];
  const axes = AXES.filter((param) => vary[param] !== undefined);
  const given = written as Readonly<Record<string, unknown>>;
  for (const param of axes)
    if (given[param] !== undefined && param !== 'where') own.push(error('CE2571', { name: param }, [param]));
  if (axes.includes('cluster') && axes.includes('vcov')) own.push(error('CE2404', {}, ['vary', 'cluster']));
  if (axes.includes('vcov') && given.cluster !== undefined) own.push(error('CE2404', {}, ['vary', 'vcov']));
  const declarer = new Declarer(context, written, firstChoices(vary, axes));
  const base = declarer.base(axes);
  const made = axes.map((param) => declarer.axis(param, vary[param] as object));
  return {
    faults: [...own, ...declarer.faults],
    common: base.common,
    base: base.parts,
    axes: made,
    reads: [...declarer.reads].sort(),
    columns: [...declarer.columns.values()],
  };
}

const isSubsets = (written: object): written is SubsetsParam => Object.hasOwn(written, 'subsets');

/** The choices of a written axis: their key in the params, their name if they have one, and what stands there. */
const entriesOf = (
  written: object,
): readonly (readonly [key: string | number, name: string | undefined, value: unknown])[] =>
  Array.isArray(written)
    ? written.map((value, i) => [i, undefined, value as unknown] as const)
    : Object.entries(written).map(([name, value]) => [name, name, value as unknown] as const);

/** A model needs a value for every axis while the base is declared: the first choice. */
function firstChoices(vary: VaryParam, axes: readonly AxisName[]): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for (const param of axes) {
    const written = vary[param] as object;
    if (param === 'where') continue;
    const value = isSubsets(written) ? listOf(written.always) : entriesOf(written)[0]?.[2];
    if (value !== undefined && value !== false) out[param] = value;
  }
  return out;
}

class Declarer {
  readonly faults: Fault[] = [];
  readonly reads = new Set<string>();
  readonly columns = new Map<string, ColumnInfo>();
  private readonly context: Context;
  private readonly params: LinearParams;

  constructor(context: Context, written: LinearParams, first: Readonly<Record<string, unknown>>) {
    this.context = context;
    this.params = { ...written, ...first };
  }

  /** Faults of the varied params come with their choices. */
  base(axes: readonly AxisName[]): { common: CommonParts; parts: ModelParts } {
    const { spec } = this.declare({}, (param) => !axes.includes(String(param[0]) as AxisName));
    const { ssc, singletons, level } = spec;
    // as written: whether effects hold the constant differs between models
    const intercept = this.params.intercept ?? true;
    return {
      common: { intercept, ssc, singletons, level },
      parts: {
        y: spec.y,
        x: this.declare({ controls: [] }, () => false).spec.x,
        controls: this.declare({ x: [] }, () => false).spec.x,
        effects: spec.effects,
        errors: spec.errors,
        weights: spec.weights ?? null,
        where: null,
      },
    };
  }

  axis(param: AxisName, written: object): Axis {
    if (param === 'controls' && isSubsets(written)) return this.subsets(written);
    if (param === 'controls') this.faults.push(...misspelt(written));
    const found = entriesOf(written);
    if (found.length === 0) this.faults.push(error('CE2572', { name: param }, ['vary', param]));
    const choices = found.map(([key, name, value]): Choice => {
      const { label, sets } = this.choice(param, value, ['vary', param, key]);
      return { label: name ?? label, sets };
    });
    return { param, choices };
  }

  private subsets({ subsets, always, least, most }: SubsetsParam): Axis {
    const terms = (value: unknown, path: ParamPath) => this.choice('controls', value, path).sets.controls ?? [];
    const blocks = subsets.map((value, i) => {
      const own = terms(value, ['vary', 'controls', 'subsets', i]);
      return { label: nameOf(own), terms: own };
    });
    return {
      param: 'controls',
      blocks,
      always: terms(listOf(always), ['vary', 'controls', 'always']),
      least: least ?? 0,
      most: Math.min(most ?? blocks.length, blocks.length),
    };
  }

  private choice(param: AxisName, value: unknown, path: ParamPath): Choice {
    switch (param) {
      case 'where':
        return this.condition(value as string | number | boolean, path);
      case 'weights':
        if (value === false) return { label: 'none', sets: { weights: null } };
        this.at({ weights: value as string }, 'weights', path);
        return { label: String(value), sets: { weights: String(value) } };
      case 'y': {
        const { y } = this.at({ y: value as string }, 'y', path).spec;
        return { label: termName(y), sets: { y } };
      }
      case 'x': {
        const { x } = this.at({ x: value as string, controls: [] }, 'x', path).spec;
        return { label: nameOf(x), sets: { x } };
      }
      case 'controls': {
        const { x } = this.at({ controls: value as string, x: [] }, 'controls', path).spec;
        return { label: nameOf(x), sets: { controls: x } };
      }
      case 'absorb': {
        const { effects } = this.at({ absorb: value as string }, 'absorb', path).spec;
        return { label: effects.map(effectName).join(' + ') || 'none', sets: { effects } };
      }
      case 'cluster':
      case 'vcov': {
        const set: LinearParams = param === 'cluster' ? { cluster: value as string } : { vcov: value };
        const { cluster: _c, vcov: _v, ...others } = this.params;
        const { errors } = this.at(set, param, path, others).spec;
        return { label: errorsLabel(errors), sets: { errors } };
      }
    }
  }

  private condition(value: string | number | boolean, path: ParamPath): Choice {
    const shape = tableShapeOf(this.context.inputs.from?.[0]);
    const compiled = compileExpression(value, { shape, param: path });
    this.faults.push(...compiled.faults);
    for (const name of compiled.reads) this.reads.add(name);
    if (compiled.type === 'text') this.faults.push(error('CE2049', {}, path));
    return value === true
      ? { label: 'all rows', sets: { where: null } }
      : { label: String(value), sets: { where: compiled.tree } };
  }

  /** Declares the model with one param set, and keeps the faults of that param, moved to where the choice is written. */
  private at(set: LinearParams, param: string, path: ParamPath, params = this.params): LinearDeclared {
    const declared = declareLinear({ ...this.context, params: { ...params, ...set } });
    for (const fault of declared.faults)
      if (fault.param?.[0] === param) this.faults.push({ ...fault, param: [...path, ...fault.param.slice(1)] });
    return this.keep(declared);
  }

  private declare(set: LinearParams, mine: (param: ParamPath) => boolean): LinearDeclared {
    const declared = declareLinear({ ...this.context, params: { ...this.params, ...set } });
    this.faults.push(...declared.faults.filter((f) => mine(f.param ?? [''])));
    return this.keep(declared);
  }

  private keep(declared: LinearDeclared): LinearDeclared {
    for (const name of declared.reads) this.reads.add(name);
    for (const column of declared.columns) this.columns.set(column.name, column);
    return declared;
  }
}

const SUBSET_KEYS = ['subsets', 'always'];

/** A mapping of sets whose name is nearly that of a setting: `{ subset: [a, b] }` would be one set. */
function misspelt(written: object): Fault[] {
  if (Array.isArray(written)) return [];
  return Object.keys(written).flatMap((name) => {
    const known = closest(name, SUBSET_KEYS);
    return known === undefined ? [] : [error('CE2755', { name, known }, ['vary', 'controls', name])];
  });
}

/** Clusters go by their columns alone. */
const errorsLabel = (errors: ErrorsSpec): string =>
  errors.type === 'cluster' ? errors.by.map((by) => by.join('^')).join(' + ') : errorsName(errors).replace(': ', ' ');

const nameOf = (terms: readonly Term[]): string => terms.map(termName).join(' + ') || 'none';

/** The number of models that the axes span. */
export function countModels(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * countChoices(axis), 1);
}

function countChoices(axis: Axis): number {
  if ('choices' in axis) return axis.choices.length;
  let count = 0;
  for (let size = axis.least; size <= axis.most; size++) count += binomial(axis.blocks.length, size);
  return count;
}

function binomial(n: number, k: number): number {
  let out = 1;
  for (let i = 1; i <= k; i++) out = (out * (n - k + i)) / i;
  return Math.round(out);
}

/** The choices of an axis, subsets written out: smaller ones first, then in the order of their members. */
export function choicesOf(axis: Axis): readonly Choice[] {
  if ('choices' in axis) return axis.choices;
  const { blocks, always } = axis;
  const out: Choice[] = [];
  const add = (from: number, size: number, chosen: readonly number[]): void => {
    if (size === 0) {
      const terms = [...always, ...chosen.flatMap((i) => blocks[i]?.terms ?? [])];
      out.push({ label: nameOf(terms), sets: { controls: terms } });
      return;
    }
    for (let i = from; i <= blocks.length - size; i++) add(i + 1, size - 1, [...chosen, i]);
  };
  for (let size = axis.least; size <= axis.most; size++) add(0, size, []);
  return out;
}

export type CurveSpec = {
  readonly common: CommonParts;
  readonly base: ModelParts;
  readonly axes: readonly Axis[];
  readonly sample: 'own' | 'common';
  readonly panel?: Periods;
};
