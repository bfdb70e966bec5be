/**
 * A linear model as a canonical spec: the structured params and the formula say the same thing in the same form, so that the
 * two make the same action. Shared by every stage that fits regressions.
 */
import { Type } from '@sinclair/typebox';
import { meantInFormula } from '../columns/meant.ts';
import { ColumnName, listOf, means } from '../columns/params.ts';
import { ColumnLookup, findColumn, globMatches, tableShapeOf } from '../columns/schema.ts';
import {
  type ColumnInfo,
  type DeclareContext,
  error,
  type Fault,
  type Panel,
  type ParamPath,
  type Text,
} from '../contract.ts';
import type { KClass } from '../kernels/k-class.ts';
import { type ErrorsSpec, errorsColumns, errorsOf, resamplingFaults, VcovParam } from './errors-spec.ts';
import { parseEffect, parseFormula, parseOutcome, parseTerms } from './formula.ts';
import type { Mistake, Parsed } from './formula-tokens.ts';
import { SscParam, type SscSpec, type SscValue, sscOf } from './small-sample.ts';
import {
  atomName,
  type EffectTerm,
  isValue,
  onPanel,
  shiftsIn,
  type Term,
  termColumns,
  termName,
  valueColumns,
} from './term.ts';

const Names = (...meaning: Parameters<typeof means>) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { ...means(...meaning), 'x-ceteris': 'columns' });

/** Params that every regression takes. */
export const linearParams = {
  y: Type.Optional(
    ColumnName(
      'the outcome: a column, or a function of one such as log(gdp)',
      '被解释变量：一列，或一列的函数，如 log(gdp)',
    ),
  ),
  x: Type.Optional(
    Names(
      'regressors of interest: columns or terms (`log(x + 1)`, `x^2`, `I(a / b)`, `poly(x, 2)`, `l(x, 1)`, `a:b`, `i(year, ref = 2014)`)',
      '核心解释变量：列名或项（`log(x + 1)`、`x^2`、`I(a / b)`、`poly(x, 2)`、`l(x, 1)`、`a:b`、`i(year, ref = 2014)`）',
    ),
  ),
  controls: Type.Optional(Names('further regressors, globs allowed', '控制变量，可用通配符')),
  absorb: Type.Optional(
    Type.Union(
      [Type.String(), Type.Array(Type.String())],
      means(
        'fixed effects: `city`, `province^year`, with slopes `state[year]`',
        '固定效应：`city`、`province^year`（交互），带斜率时 `state[year]`',
      ),
    ),
  ),
  cluster: Type.Optional(
    Type.Union(
      [Type.String(), Type.Array(Type.String())],
      means(
        'short for `vcov: { cluster: … }`: one to four dimensions',
        '`vcov: { cluster: … }` 的简写：聚类到一至四个维度',
      ),
    ),
  ),
  vcov: Type.Optional(VcovParam),
  weights: Type.Optional(
    ColumnName(
      'analytic weights; rows of weight 0 are left out',
      '分析权重（同 Stata 的 aweight）；权重为 0 的行不参与估计',
    ),
  ),
  ssc: Type.Optional(SscParam),
  singletons: Type.Optional(
    Type.Union([Type.Literal('drop'), Type.Literal('keep')], {
      default: 'drop',
      ...means('rows that are alone in a level of an effect', '单例观测：在某一固定效应水平上只有一行者，剔除或保留'),
    }),
  ),
  intercept: Type.Optional(
    Type.Boolean({
      default: true,
      ...means(
        'a constant, where no effect is absorbed; `0 +` in a formula',
        '没有固定效应时是否含常数项；公式中写 `0 +` 去掉',
      ),
    }),
  ),
  constant: Type.Optional(
    Type.Boolean({
      default: false,
      ...means(
        'with absorbed effects: report the constant too, as reghdfe does (mean of y less the slopes at the means of x)',
        '有固定效应时也报告常数项，同 reghdfe（y 的均值减去 x 均值处的拟合值）',
      ),
    }),
  ),
  level: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.95,
      ...means('level of the intervals', '置信区间的置信水平'),
    }),
  ),
};

export const formulaParam = {
  formula: Type.Optional(
    Type.String({
      ...means(
        '`y ~ x1 + i(year, ref = 2014) | city + year | endogenous ~ instruments`, instead of y, x, controls, absorb, iv',
        '公式 `y ~ x1 + i(year, ref = 2014) | city + year | 内生变量 ~ 工具变量`，代替 y、x、controls、absorb、iv',
      ),
      'x-ceteris': 'formula',
    }),
  ),
};

export const instrumentParam = {
  iv: Type.Optional(
    Type.Object(
      {
        endogenous: Names(
          'regressors that are correlated with the error; estimated as `fit_<name>`',
          '内生解释变量；其系数名为 `fit_<变量>`',
        ),
        instruments: Names(
          'excluded instruments, at least one for each endogenous regressor',
          '工具变量，不少于内生变量的个数',
        ),
      },
      { additionalProperties: false, ...means('two-stage least squares', '工具变量法（两阶段最小二乘）') },
    ),
  ),
};

export const instrumentMethodParam = {
  'iv-method': Type.Optional(
    Type.Union([Type.Literal('2sls'), Type.Literal('liml'), Type.Literal('fuller')], {
      default: '2sls',
      ...means(
        'how instruments are used: two-stage least squares, limited-information maximum likelihood, or Fuller’s correction of it',
        '工具变量的估计方法：两阶段最小二乘、有限信息极大似然（LIML），或其 Fuller 修正',
      ),
    }),
  ),
};

export interface InstrumentParam {
  readonly endogenous: string | readonly string[];
  readonly instruments: string | readonly string[];
}

export interface LinearParams {
  readonly y?: string;
  readonly x?: string | readonly string[];
  readonly controls?: string | readonly string[];
  readonly absorb?: string | readonly string[];
  readonly cluster?: string | readonly string[];
  readonly vcov?: unknown;
  readonly weights?: string;
  readonly ssc?: SscValue;
  readonly singletons?: 'drop' | 'keep';
  readonly intercept?: boolean;
  readonly constant?: boolean;
  readonly level?: number;
  readonly formula?: string;
  readonly iv?: InstrumentParam;
  readonly 'iv-method'?: '2sls' | KClass;
}

export type LinearSpec = {
  readonly y: Term;
  /** x, then controls */
  readonly x: readonly Term[];
  readonly intercept: boolean;
  readonly effects: readonly EffectTerm[];
  readonly endogenous: readonly Term[];
  readonly instruments: readonly Term[];
  /** in the place of two-stage least squares */
  readonly kClass?: KClass;
  readonly weights?: string;
  readonly errors: ErrorsSpec;
  readonly ssc: SscSpec;
  readonly singletons: 'drop' | 'keep';
  readonly constant: boolean;
  readonly level: number;
  /** the unit of the panel, when a note should say that panel studies cluster by it */
  readonly unit?: string;
};

export interface LinearDeclared {
  readonly faults: readonly Fault[];
  readonly spec: LinearSpec;
  readonly reads: readonly string[];
  /** columns that take part, with labels, for tables and figures */
  readonly columns: readonly ColumnInfo[];
}

/** Checks the params of a regression against the table's schema and puts them in canonical form. */
export function declareLinear(context: DeclareContext<LinearParams>, input = 'from'): LinearDeclared {
  const { params } = context;
  const shape = tableShapeOf(context.inputs[input]?.[0]);
  const lookup = new ColumnLookup(shape);
  const faults: Fault[] = [];
  const places: Places = new Map();
  const written =
    params.formula === undefined ? structured(params, lookup, faults, places) : fromFormula(params, faults);
  checkColumns(written, lookup, places);
  const parts = placedOnPanel(written, shape.panel, faults, places);
  if (params.weights !== undefined) lookup.number(params.weights, ['weights']);
  const errors = errorsOf(params, shape.panel, faults);
  for (const { column, path, numeric } of errorsColumns(errors, params))
    numeric ? lookup.number(column, path) : lookup.any(column, path);
  faults.push(
    ...resamplingFaults(errors, {
      constant: params.constant ?? false,
      endogenous: parts.endogenous.length,
      kClass: params['iv-method'] !== undefined && params['iv-method'] !== '2sls',
    }),
  );
  const method = params['iv-method'];
  if (method !== undefined && parts.endogenous.length === 0) faults.push(error('CE2754', {}, ['iv-method']));
  const unclustered = errors.type === 'iid' && shape.panel !== undefined && parts.effects.length > 0;
  const spec: LinearSpec = {
    ...parts,
    // effects hold the constant
    intercept: parts.intercept || parts.effects.length > 0,
    ...(params.weights === undefined ? {} : { weights: params.weights }),
    ...(method === undefined || method === '2sls' ? {} : { kClass: method }),
    errors,
    ssc: sscOf(params.ssc),
    singletons: params.singletons ?? 'drop',
    constant: params.constant ?? false,
    level: params.level ?? 0.95,
    ...(unclustered ? { unit: shape.panel?.unit as string } : {}),
  };
  const reads = linearColumns(spec);
  return {
    faults: [...faults, ...lookup.faults],
    spec,
    reads,
    columns: reads.map((name) => withLabel(findColumn(shape, name) ?? { name, type: 'unknown' }, context.labels)),
  };
}

/** A label given in the pipeline goes before the one in the data. */
export const withLabel = (info: ColumnInfo, labels: Readonly<Record<string, Text>>): ColumnInfo => {
  const label = Object.hasOwn(labels, info.name) ? labels[info.name] : undefined;
  return label === undefined ? info : { ...info, label };
};

/** Every column that the model touches, each once, sorted. */
export function linearColumns(spec: LinearSpec): string[] {
  const terms = [spec.y, ...spec.x, ...spec.endogenous, ...spec.instruments];
  const names = new Set(terms.flatMap(termColumns));
  for (const e of spec.effects) for (const name of [...e.columns, ...e.slopes]) names.add(name);
  if (spec.weights !== undefined) names.add(spec.weights);
  for (const { column } of errorsColumns(spec.errors, {})) names.add(column);
  return [...names].sort();
}

type Parts = Pick<LinearSpec, 'y' | 'x' | 'intercept' | 'effects' | 'endogenous' | 'instruments'>;

/** Where in the params a term or an effect is written; those of a formula have no entry. */
type Places = Map<object, ParamPath>;

function structured(params: LinearParams, lookup: ColumnLookup, faults: Fault[], places: Places): Parts {
  if (params.y === undefined) faults.push(error('CE2401', { name: 'y' }));
  const one = (text: string, path: ParamPath): readonly Term[] => {
    const terms = termsOf(text, path, lookup, faults);
    for (const term of terms) places.set(term, path);
    return terms;
  };
  const many = (written: string | readonly string[] | undefined, key: string): readonly Term[] =>
    listOf<string>(written).flatMap((text, i) => one(text, typeof written === 'string' ? [key] : [key, i]));
  const y = params.y === undefined ? [] : outcomeOf(params.y, lookup, faults);
  places.set(y, ['y']);
  const x = distinct([...many(params.x, 'x'), ...many(params.controls, 'controls')]);
  const effects = listOf<string>(params.absorb).flatMap((text, i) => {
    const path = typeof params.absorb === 'string' ? ['absorb'] : ['absorb', i];
    const plain = findColumn(lookup.shape, text) !== undefined && !/[\^[]/.test(text);
    const effect = plain
      ? { columns: [text], slopes: [], slopeOnly: false }
      : keep(parseEffect(text), text, path, faults);
    if (effect === undefined) return [];
    places.set(effect, path);
    return [effect];
  });
  const iv = params.iv;
  const nested = (written: string | readonly string[] | undefined, key: string): readonly Term[] =>
    listOf<string>(written).flatMap((text, i) => one(text, typeof written === 'string' ? ['iv', key] : ['iv', key, i]));
  return {
    y,
    x,
    intercept: params.intercept ?? true,
    effects,
    endogenous: nested(iv?.endogenous, 'endogenous'),
    instruments: nested(iv?.instruments, 'instruments'),
  };
}

/** A column's own name first, then a glob, then a term. */
function termsOf(text: string, path: ParamPath, lookup: ColumnLookup, faults: Fault[]): readonly Term[] {
  if (lookup.shape.columns.some((c) => c.name === text)) return [[{ is: 'column', column: text }]];
  if (/\*/.test(text) && /^[^\s(:]*$/.test(text) && lookup.shape.columns.some((c) => globMatches(text, c.name)))
    return lookup.list(text, path).map((c) => [{ is: 'column', column: c.name }]);
  return keep(parseTerms(text), text, path, faults) ?? [];
}

function outcomeOf(text: string, lookup: ColumnLookup, faults: Fault[]): Term {
  if (lookup.shape.columns.some((c) => c.name === text)) return [{ is: 'column', column: text }];
  return keep(parseOutcome(text), text, ['y'], faults) ?? [];
}

function fromFormula(params: LinearParams, faults: Fault[]): Parts {
  for (const key of ['y', 'x', 'controls', 'absorb', 'iv', 'intercept'] as const)
    if (params[key] !== undefined) faults.push(error('CE2403', { name: key }, [key]));
  const formula = keep(parseFormula(params.formula as string), params.formula as string, ['formula'], faults);
  if (formula === undefined) return { y: [], x: [], intercept: true, effects: [], endogenous: [], instruments: [] };
  return { ...formula, x: distinct(formula.x) };
}

function keep<T>(parsed: Parsed<T>, text: string, path: ParamPath, faults: Fault[]): T | undefined {
  if (parsed.ok) return parsed.value;
  faults.push(mistakeFault(parsed.mistake, text, path));
  return undefined;
}

function mistakeFault({ expected, found, start, end }: Mistake, text: string, path: ParamPath): Fault {
  const [param] = path;
  const isOne = path.length === 1 && param !== 'formula' && param !== 'y';
  if (isOne && WORDS.test(text)) {
    const list = text
      .replaceAll(/[\s,，、;；]+-?|^-/g, ' ')
      .trim()
      .split(' ')
      .join(', ');
    return error('CE1264', { param: `'${param}'`, value: `'${text}'`, list }, path);
  }
  const plain = meantInFormula(found);
  const fault =
    plain === undefined ? error('CE2402', { expected, found }, path) : error('CE2050', { found, plain }, path);
  return { ...fault, within: { start, end } };
}

/** `open fin`, `open, fin`, and `-open -fin` of a list without blanks behind its dashes. */
const WORDS = /^-?[\p{L}_][\p{L}\p{N}_.]*(?:(?:\s*[,，、;；]\s*|\s+)-?[\p{L}_][\p{L}\p{N}_.]*)*$/u;

/** Each term once, where it stands first. */
function distinct(terms: readonly Term[]): readonly Term[] {
  const seen = new Set<string>();
  return terms.filter((term) => {
    const key = JSON.stringify(term);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Lags, leads and differences told which columns are the panel's. */
function placedOnPanel(parts: Parts, panel: Panel | undefined, faults: Fault[], places: Places): Parts {
  const placed = (term: Term): Term => {
    const [shift] = term.flatMap(shiftsIn);
    if (shift === undefined) return term;
    if (panel === undefined) {
      faults.push(error('CE2752', { name: termName(term) }, places.get(term) ?? ['formula']));
      return term;
    }
    return term.map((atom) => onPanel(atom, panel));
  };
  const { y, x, endogenous, instruments } = parts;
  return {
    ...parts,
    y: placed(y),
    x: x.map(placed),
    endogenous: endogenous.map(placed),
    instruments: instruments.map(placed),
  };
}

function checkColumns(parts: Parts, lookup: ColumnLookup, places: Places): void {
  const at = (part: object): ParamPath => places.get(part) ?? ['formula'];
  for (const term of [parts.y, ...parts.x, ...parts.endogenous, ...parts.instruments])
    for (const atom of term)
      for (const column of valueColumns(atom))
        atom.is === 'factor' ? lookup.any(column, at(term)) : lookup.number(column, at(term));
  const several = parts.y.find((atom) => !isValue(atom));
  if (several !== undefined)
    lookup.faults.push(error('CE2753', { name: atomName(several) }, places.get(parts.y) ?? ['formula']));
  for (const e of parts.effects) {
    for (const c of e.columns) lookup.any(c, at(e));
    for (const c of e.slopes) lookup.number(c, at(e));
  }
}
