/**
 * A linear model as a canonical spec: the structured params and the formula say the same thing in the same form, so that the
 * two make the same action. Shared by every stage that fits regressions.
 */
import { periodsOf } from '../columns/expression/panel-index.ts';
import { meantInFormula } from '../columns/meant.ts';
import { listOf } from '../columns/params.ts';
import { ColumnLookup, columnNames, findColumn, globMatches, tableShapeOf } from '../columns/schema.ts';
import {
  type ColumnInfo,
  type DeclareContext,
  error,
  type Fault,
  type JsonRecord,
  type ParamPath,
  type TableShape,
  type Text,
} from '../contract.ts';
import type { KClass } from '../kernels/k-class.ts';
import { type ErrorsSpec, errorsColumns, errorsOf, resamplingFaults } from './errors-spec.ts';
import { parseEffect, parseFormula, parseOutcome, parseTerms } from './formula.ts';
import type { Mistake, Parsed } from './formula-tokens.ts';
import type { LinearParams } from './linear-params.ts';
import { type SscSpec, sscOf } from './small-sample.ts';
import {
  atomName,
  type EffectTerm,
  isValue,
  onPanel,
  shiftsIn,
  type Term,
  termColumns,
  termName,
  termPattern,
  valueColumns,
} from './term.ts';
import { formulaMeant, termMeant } from './term-counterparts.ts';

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
  /** what a table may rely on: `controls`, globs of the terms that are controls; absent where a formula does not tell them apart */
  readonly facts: JsonRecord;
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
  const parts = placedOnPanel(written, shape, faults, places);
  const isControl = (term: Term): boolean => places.get(term)?.[0] === 'controls';
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
  if (params.constant === true && slopesAlone(parts.effects)) faults.push(error('CE2606', {}, ['constant']));
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
    facts: params.formula === undefined ? { controls: written.x.filter(isControl).map(termPattern) } : {},
    columns: reads.map((name) => withLabel(findColumn(shape, name) ?? { name, type: 'unknown' }, context.labels)),
  };
}

/** Effects that do not hold the constant: such a model has none. */
const slopesAlone = (effects: readonly EffectTerm[]): boolean =>
  effects.length > 0 && effects.every((e) => e.slopes.length > 0 && e.slopeOnly);

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
    const effects = plain ? [effectOf(text)] : effectsIn(text, path, lookup, faults);
    for (const effect of effects) places.set(effect, path);
    return effects;
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

const effectOf = (column: string): EffectTerm => ({ columns: [column], slopes: [], slopeOnly: false });

function effectsIn(text: string, path: ParamPath, lookup: ColumnLookup, faults: Fault[]): readonly EffectTerm[] {
  // `city*year`, of two that there are, is a slip for `city^year`
  const isProduct = text.split('*').every((name) => findColumn(lookup.shape, name) !== undefined);
  if (GLOB.test(text) && !isProduct) return lookup.list(text, path).map((c) => effectOf(c.name));
  const effect = keep(parseEffect(text), text, path, faults);
  return effect === undefined ? [] : [effect];
}

const GLOB = /^[^\s(:[^]*\*[^\s(:[^]*$/;

/** A column's own name first, then a glob, then a term. */
function termsOf(text: string, path: ParamPath, lookup: ColumnLookup, faults: Fault[]): readonly Term[] {
  const { columns } = lookup.shape;
  if (columns.some((c) => c.name === text)) return [[{ is: 'column', column: text }]];
  const parsed = parseTerms(text);
  // `a*b` is a product when no column is called like that; what is no term, as `ind_*`, can only be a glob
  if (GLOB.test(text) && (!parsed.ok || columns.some((c) => globMatches(text, c.name))))
    return lookup.list(text, path).map((c) => [{ is: 'column', column: c.name }]);
  return keep(parsed, text, path, faults) ?? [];
}

function outcomeOf(text: string, lookup: ColumnLookup, faults: Fault[]): Term {
  if (lookup.shape.columns.some((c) => c.name === text)) return [{ is: 'column', column: text }];
  const parsed = parseOutcome(text);
  if (parsed.ok || !GLOB.test(text)) return keep(parsed, text, ['y'], faults) ?? [];
  // an outcome is one column: what is like several is no name of it
  if (lookup.list(text, ['y']).length > 0) lookup.any(text, ['y']);
  return [];
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

function mistakeFault(mistake: Mistake, text: string, path: ParamPath): Fault {
  const { expected, found, start, end } = mistake;
  const [param] = path;
  const isEffect = param === 'absorb' || (param === 'formula' && text.slice(0, start).includes('|'));
  const spelt = formulaMeant(mistake, text, isEffect);
  if (spelt !== undefined)
    return {
      ...error('CE2083', { found: spelt.found, plain: spelt.plain }, path),
      within: { start: spelt.start, end: spelt.end },
    };
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
function placedOnPanel(parts: Parts, shape: TableShape, faults: Fault[], places: Places): Parts {
  const panel = periodsOf(shape);
  const isText = panel !== undefined && findColumn(shape, panel.time)?.type === 'text';
  const placed = (term: Term): Term => {
    const [shift] = term.flatMap(shiftsIn);
    if (shift === undefined) return term;
    if (panel === undefined) {
      faults.push(error('CE2752', { name: termName(term) }, places.get(term) ?? ['formula']));
      return term;
    }
    if (isText)
      faults.push(error('CE2080', { name: termName(term), time: panel.time }, places.get(term) ?? ['formula']));
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
  const known = columnNames(lookup.shape);
  for (const term of [parts.y, ...parts.x, ...parts.endogenous, ...parts.instruments])
    for (const atom of term)
      for (const column of valueColumns(atom)) {
        const plain = findColumn(lookup.shape, column) === undefined ? termMeant(column, known) : undefined;
        if (plain !== undefined) lookup.faults.push(error('CE2083', { found: column, plain, name: column }, at(term)));
        else atom.is === 'factor' ? lookup.any(column, at(term)) : lookup.number(column, at(term));
      }
  const several = parts.y.find((atom) => !isValue(atom));
  if (several !== undefined)
    lookup.faults.push(error('CE2753', { name: atomName(several) }, places.get(parts.y) ?? ['formula']));
  for (const e of parts.effects) {
    for (const c of e.columns) lookup.any(c, at(e));
    for (const c of e.slopes) lookup.number(c, at(e));
  }
}
