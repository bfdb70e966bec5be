/** Schema errors to faults: one cause, one message, at the very node. */
import type { FaultArgs } from '../../stages/catalogue/entry.ts';
import { closest } from '../../stages/catalogue/suggest.ts';
import type { AnyStageType, Json, JsonRecord, ParamPath } from '../../stages/contract.ts';
import type { Place } from '../diagnostic/diagnostic.ts';
import type { Faults } from '../yaml/faults.ts';
import { gluedTo } from '../yaml/glued.ts';
import { type Entries, entriesToJson, type YamlNode } from '../yaml/node.ts';
import { find } from '../yaml/place.ts';
import { describe, expected, literals, type Schema, takesText } from '../yaml/words.ts';
import { FORBIDDEN } from '../yaml/yaml.ts';
import { paramsKnownAs, valueMeant } from './counterparts.ts';
import { COMMON_KEYS } from './draft.ts';
import { type Guessed, guessed } from './guess.ts';
import { meantBy } from './meant.ts';

/** An error as ajv gives it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks params against the schema of their stage type. */
export type Validate = (type: string, params: JsonRecord) => readonly SchemaError[];

export interface ParamsContext {
  readonly type: AnyStageType;
  readonly params: Entries;
  /** the same, where that is at hand */
  readonly json?: JsonRecord;
  /** where a missing param is reported */
  readonly key: Place;
  readonly stage?: string;
  /** `defaults:` need not be complete */
  readonly partial?: boolean;
  /** how a param is called in messages, where it is not by its name */
  readonly names?: Readonly<Record<string, string>>;
  /** further keys that may stand beside the params */
  readonly alsoKnown?: readonly string[];
}

export interface Judged {
  readonly fine: boolean;
  /** where misspelt keys are all that is wrong: the params as they are meant */
  readonly meant?: Entries;
  /** where more is, and something can be said of what stands below */
  readonly guess?: Guessed;
}

export function checkParams(context: ParamsContext, validate: Validate, faults: Faults): Judged {
  const { type } = context;
  const params = context.json ?? entriesToJson(context.params);
  const errors = validate(type.type, params);
  const reporter = new Reporter(context, faults);
  for (const entry of context.params.values()) reporter.forbidden(entry.value);
  const isReserved = reporter.said;
  const meant = errors.length === 0 ? undefined : meantBy(type, context.params);
  const isNamedElse = (e: Collapsed): boolean =>
    e.keyword === 'required' && e.instancePath === '' && meant?.renamed.has(String(e.params.missingProperty)) === true;
  if (errors.length > 0)
    for (const e of withoutGlued(collapse(errors, type.params as Schema, params)))
      if (!isNamedElse(e)) reporter.report(e);
  if (!reporter.said) return { fine: true };
  if (isReserved || context.partial) return { fine: false };
  const isAll = meant !== undefined && validate(type.type, entriesToJson(meant.params)).length === 0;
  if (isAll) return { fine: false, meant: meant.params };
  const guess = guessed(type, meant?.params ?? context.params, (json) => validate(type.type, json));
  return guess === undefined ? { fine: false } : { fine: false, guess };
}

/** What is unknown in a mapping. */
const unknownIn = (e: SchemaError): unknown => e.params.additionalProperty ?? e.params.unevaluatedProperty;

/** A key that is missing because its value is glued to it has been told once. */
function withoutGlued(errors: readonly Collapsed[]): readonly Collapsed[] {
  const isGlued = (e: Collapsed): boolean =>
    errors.some(
      (other) =>
        other.instancePath === e.instancePath &&
        gluedTo(String(unknownIn(other) ?? ''), [String(e.params.missingProperty)]) !== undefined,
    );
  return errors.filter((e) => e.keyword !== 'required' || !isGlued(e));
}

/** Steps of a JSON pointer. */
const steps = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((s) => decodeURIComponent(s).replaceAll('~1', '/').replaceAll('~0', '~'));

const stepsOfInstance = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));

function schemaAt(root: Schema, schemaPath: string): Schema | undefined {
  let at: unknown = root;
  for (const step of steps(schemaPath.replace(/^#/, ''))) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return typeof at === 'object' && at !== null ? (at as Schema) : undefined;
}

const parentOf = (schemaPath: string): string => schemaPath.slice(0, schemaPath.lastIndexOf('/'));

export interface Collapsed extends SchemaError {
  /** the schema that the value did not fit */
  readonly schema: Schema | undefined;
}

/**
 * A union that fails gives an error per branch. If the value has the form of just one branch, that branch's errors are what
 * is wrong with it; otherwise the union as a whole is.
 */
export function collapse(errors: readonly SchemaError[], root: Schema, value: Json): readonly Collapsed[] {
  const unions = errors.filter((e) => e.keyword === 'anyOf' || e.keyword === 'oneOf');
  const inside = (e: SchemaError, union: SchemaError): boolean =>
    e !== union && e.schemaPath.startsWith(`${union.schemaPath}/`) && e.instancePath.startsWith(union.instancePath);
  const outer = errors.filter((e) => !unions.some((u) => inside(e, u)));
  return outer.flatMap((e): readonly Collapsed[] => {
    if (e.keyword !== 'anyOf' && e.keyword !== 'oneOf')
      return [{ ...e, schema: schemaAt(root, parentOf(e.schemaPath)) }];
    const within = errors.filter((x) => inside(x, e));
    const [branch, ...others] = likelyBranches(e, within);
    if (branch === undefined) return [{ ...e, schema: schemaAt(root, parentOf(e.schemaPath)) }];
    const stranger = strangerTo(e, branch);
    if (stranger !== undefined && others.length > 0) {
      const schemas = [branch, ...others].flatMap((b) => b.filter(isTop(e, 'additionalProperties')));
      const properties = Object.assign({}, ...schemas.map((x) => schemaAt(root, parentOf(x.schemaPath))?.properties));
      return [{ ...stranger, schema: { properties } }];
    }
    return collapse(branch, root, value);
  });
}

const isTop =
  (union: SchemaError, keyword: string) =>
  (e: SchemaError): boolean =>
    e.instancePath === union.instancePath && e.keyword === keyword;

/** The unknown key of a mapping that has none of the keys that the branch needs. */
const strangerTo = (union: SchemaError, branch: readonly SchemaError[]): SchemaError | undefined =>
  branch.some(isTop(union, 'required')) ? branch.find(isTop(union, 'additionalProperties')) : undefined;

/** Errors of the branches whose form the value has, those that it misses by least: one, or several that it misses alike. */
function likelyBranches(union: SchemaError, errors: readonly SchemaError[]): readonly (readonly SchemaError[])[] {
  const branches = new Map<string, SchemaError[]>();
  for (const e of errors) {
    const index = e.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
    branches.set(index, [...(branches.get(index) ?? []), e]);
  }
  const atTop = (e: SchemaError): boolean => e.instancePath === union.instancePath;
  const fits = (branch: readonly SchemaError[]): boolean =>
    !branch.some((e) => atTop(e) && ['type', 'const', 'enum', 'anyOf', 'oneOf'].includes(e.keyword));
  const cost = (branch: readonly SchemaError[]): number =>
    branch.reduce((sum, e) => sum + (atTop(e) && e.keyword === 'additionalProperties' ? 2 : atTop(e) ? 3 : 1), 0);
  const fitting = [...branches.values()].filter(fits).sort((a, b) => cost(a) - cost(b));
  const least = fitting[0] === undefined ? 0 : cost(fitting[0]);
  return fitting.filter((branch) => cost(branch) === least);
}

class Reporter {
  readonly #context: ParamsContext;
  readonly #faults: Faults;
  said = false;

  constructor(context: ParamsContext, faults: Faults) {
    this.#context = context;
    this.#faults = faults;
  }

  report(e: Collapsed): void {
    const path = this.#path(e.instancePath);
    const { node, entry, exact } = find(this.#context.params, path);
    if (node?.broken && (node.kind === 'broken' || !exact)) return;
    if (node?.broken && e.keyword === 'minProperties') return; // what it lacks was at fault already
    const at = node === undefined ? this.#context.key : node.at.end > node.at.start ? node.at : (entry?.key ?? node.at);
    switch (e.keyword) {
      case 'additionalProperties':
      case 'unevaluatedProperties':
        return this.#unknown(e, path);
      case 'required':
        return this.#missing(e, path, at);
      default:
        return this.#value(e, path, node, at);
    }
  }

  /** Names of columns end up as keys in many places: those that JavaScript keeps for itself are refused. */
  forbidden(node: YamlNode): void {
    if (node.kind === 'scalar' && FORBIDDEN.has(String(node.value)))
      this.#say('CE1034', { value: node.text }, node.at, []);
    else if (node.kind === 'list') for (const item of node.items) this.forbidden(item);
    else if (node.kind === 'mapping') for (const entry of node.entries.values()) this.forbidden(entry.value);
  }

  #say(code: Parameters<Faults['add']>[0], args: FaultArgs, at: Place, path: ParamPath): void {
    this.said = true;
    const { stage } = this.#context;
    this.#faults.add(code, args, { at, stage, ...(path.length > 0 ? { param: path } : {}) });
  }

  #path(pointer: string): ParamPath {
    return stepsOfInstance(pointer).map((s, i) => (i > 0 && /^\d+$/.test(s) ? Number(s) : s));
  }

  /** The keys of the path, without the positions in lists. */
  #called(path: ParamPath): string {
    const [first, ...rest] = path;
    if (first === undefined) return this.#context.type.type;
    const called = this.#context.names?.[String(first)] ?? String(first);
    return `'${[called, ...rest.filter((s) => typeof s === 'string')].join('.')}'`;
  }

  #unknown(e: Collapsed, path: ParamPath): void {
    const name = String(unknownIn(e));
    const { entry, node } = find(this.#context.params, [...path, name]);
    const at = entry?.key ?? node?.at ?? this.#context.key;
    const own = Object.keys(e.schema?.properties ?? {});
    const glued = gluedTo(name, path.length > 0 ? own : [...own, ...COMMON_KEYS]);
    if (glued !== undefined && node?.kind === 'scalar' && node.value === null)
      return this.#say(...glued, at, [...path, name]);
    if (path.length > 0) return this.#say('CE1252', { name, param: this.#called(path), known: own }, at, path);
    const elsewhere = paramsKnownAs(name, e.schema?.properties ?? {});
    if (elsewhere.length > 0) {
      const args = { name, type: this.#context.type.type, plain: elsewhere.map((param) => `${param}: …`) };
      return this.#say('CE1295', args, at, [name]);
    }
    const known = [...own, ...(this.#context.alsoKnown ?? COMMON_KEYS).filter((k) => !own.includes(k))];
    this.#say('CE1250', { name, type: this.#context.type.type, known }, at, [name]);
  }

  #missing(e: Collapsed, path: ParamPath, at: Place): void {
    if (path.length === 0 && this.#context.partial) return;
    const name = String(e.params.missingProperty);
    const schema = e.schema?.properties?.[name];
    const args = { name, expected: schema === undefined ? '…' : expected(schema) };
    if (path.length > 0) this.#say('CE1253', { ...args, param: this.#called(path) }, at, path);
    else this.#say('CE1251', { ...args, type: this.#context.type.type }, this.#context.key, [name]);
  }

  #value(e: Collapsed, path: ParamPath, node: YamlNode | undefined, at: Place): void {
    const param = this.#called(path);
    const value = node === undefined ? '…' : describe(node);
    const want = e.schema === undefined ? '…' : expected(e.schema);
    if (
      node?.kind === 'scalar' &&
      node.value === null &&
      ['type', 'anyOf', 'oneOf', 'enum', 'const'].includes(e.keyword)
    )
      return this.#say('CE1256', { param, expected: want }, at, path);
    // a list where one reference stands: how many it takes is said where references are tied
    if (e.schema?.['x-ceteris'] === 'reference' && node?.kind === 'list') return;
    switch (e.keyword) {
      case 'type':
      case 'anyOf':
      case 'oneOf':
      case 'enum':
      case 'const':
        return this.#form(e, node, { param, value, expected: want }, { at, path });
      case 'minimum':
      case 'maximum':
      case 'exclusiveMinimum':
      case 'exclusiveMaximum':
        return this.#say('CE1258', { param, value, relation: relation(e), limit: String(e.params.limit) }, at, path);
      case 'minItems':
      case 'maxItems':
      case 'minProperties':
      case 'maxProperties': {
        const most = e.keyword.startsWith('max');
        const args = { param, relation: most ? '≤' : '≥', limit: String(e.params.limit), count: countOf(node) };
        return this.#say('CE1259', args, at, path);
      }
      case 'maxLength':
        return this.#say('CE3206', { param, value, limit: String(e.params.limit) }, at, path);
      case 'minLength':
        return this.#say('CE1261', { param }, at, path);
      case 'pattern': {
        const written = node?.kind === 'scalar' ? node.text : value;
        const form = (e.schema?.examples as readonly string[] | undefined) ?? String(e.params.pattern);
        return this.#say('CE1260', { param, value: written, form }, at, path);
      }
      case 'uniqueItems':
        return this.#say('CE1262', { param }, at, path);
      default:
        return this.#say('CE1263', { param, detail: `${e.keyword} ${JSON.stringify(e.params)}` }, at, path);
    }
  }

  #form(
    e: Collapsed,
    node: YamlNode | undefined,
    args: { param: string; value: string; expected: string },
    where: { at: Place; path: ParamPath },
  ): void {
    const { at, path } = where;
    const choices = e.schema === undefined ? [] : literals(e.schema);
    if (node?.kind === 'scalar') {
      // a number among texts is a wrong choice; `2014` for the text '2014' just lacks its quotes
      if (choices.length > 0 && !choices.includes(node.text)) {
        const plain = valueMeant(node.text, e.schema ?? {});
        const own = { param: args.param, name: node.text };
        if (plain !== undefined) return this.#say('CE1296', { ...own, plain }, at, path);
        const known = [...choices, ...mappings(e.schema ?? {})];
        // where numbers may stand as well, the words alone do not tell what there is
        const isWord = closest(node.text, known) !== undefined || !takesNumber(e.schema ?? {});
        return isWord ? this.#say('CE1257', { ...own, known }, at, path) : this.#say('CE1254', args, at, path);
      }
      if (typeof node.value !== 'string' && e.schema !== undefined && takesText(e.schema))
        return this.#say('CE1255', { param: args.param, value: node.text }, at, path);
      const words = node.text.trim().split(/\s+/);
      if (words.length > 1 && e.schema?.type === 'array')
        return this.#say('CE1264', { param: args.param, value: args.value, list: words.join(', ') }, at, path);
    }
    const braces = takesText(e.schema ?? {}) ? nameInBraces(node) : undefined;
    if (braces !== undefined) return this.#say('CE1255', { param: args.param, value: braces }, at, path);
    this.#say('CE1254', args, at, path);
  }
}

/** `{year}`, which YAML reads as a mapping without a value. */
function nameInBraces(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'mapping' || node.entries.size !== 1) return undefined;
  const [[name, { value }] = ['', { value: undefined }]] = node.entries;
  return value?.kind === 'scalar' && value.text === '' && value.value === null ? `{${name}}` : undefined;
}

const countOf = (node: YamlNode | undefined): number =>
  node?.kind === 'list' ? node.items.length : node?.kind === 'mapping' ? node.entries.size : 0;

const relation = (e: SchemaError): string => {
  const strict = e.keyword.startsWith('exclusive');
  const least = /minimum/i.test(e.keyword);
  return least ? (strict ? '>' : '≥') : strict ? '<' : '≤';
};

/** The mappings that a schema allows beside fixed texts, by their one key. */
function mappings(schema: Schema): readonly string[] {
  const keys = schema.type === 'object' ? Object.keys(schema.properties ?? {}) : [];
  if (keys.length === 1) return [`{ ${keys[0]}: … }`];
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(mappings);
}

const takesNumber = (schema: Schema): boolean =>
  schema.type === 'integer' || schema.type === 'number' || (schema.anyOf ?? schema.oneOf ?? []).some(takesNumber);
