/** From a pipeline file to a graph of instances, with every fault that can be found without data. */
import path from 'node:path';
import type { JsonRecord, Text } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { sourceFile } from '../diagnostic/diagnostic.ts';
import { Faults } from '../yaml/faults.ts';
import { type Entries, type Entry, entriesToJson, isText, type YamlNode } from '../yaml/node.ts';
import { isPlain, parseValue } from '../yaml/yaml.ts';
import type { Beside } from './beside.ts';
import { COMMON_KEYS, type Draft, draftStages } from './draft.ts';
import { type FilesOptions, type Joined, joinFiles } from './files.ts';
import { groupedIn } from './foreach.ts';
import { type Branch, groupOf, type Known, type Levels } from './groups.ts';
import { inOrder } from './order.ts';
import { OutputPaths } from './output-path.ts';
import { checkParams, type Validate } from './params.ts';
import type { Instance, Loaded, Pipeline } from './pipeline.ts';
import { readText } from './text.ts';
import { type Tied, tie } from './tie.ts';
import { VAR_NAME, Vars } from './vars.ts';
import { insertFilters } from './where.ts';
import type { Writable } from './writable.ts';

export interface LoadOptions extends FilesOptions {
  readonly registry: Registry;
  readonly validate: Validate;
  /** `name=value` of `--set`; the value is read as YAML */
  readonly set?: readonly string[];
  /** the groups of stages with `foreach`, as far as they are known */
  readonly levels?: Levels;
  /** stages that stand in no file that is read, and can be named */
  readonly beside?: Beside;
}

/** Reads, checks and ties a pipeline together. Reads no data; throws only on a bug. */
export function load(mainFile: string, options: LoadOptions): Loaded {
  const faults = new Faults();
  const file = path.resolve(options.cwd, mainFile);
  const joined = joinFiles(file, options, faults);
  const done = (pipeline?: Pipeline): Loaded => {
    const files = (joined?.sources ?? []).map((s) => s.path);
    return {
      ...(pipeline === undefined ? {} : { pipeline }),
      diagnostics: faults.sorted(files),
      plugins: joined?.plugins ?? [],
      ...(joined === undefined ? {} : { paths: joined.paths }),
    };
  };
  // without a main file nothing can be said of the rest
  if (joined === undefined) return done();
  checkVarNames(joined, faults);
  const set = readSet(options.set ?? [], joined, faults);
  const vars = new Vars(new Map([...joined.vars, ...set]), faults, joined.complete);
  if (joined.stages.size === 0 && joined.complete) {
    const at = joined.sources[0] === undefined ? undefined : { source: joined.sources[0], start: 0, end: 0 };
    faults.add('CE1060', {}, { at });
    return done();
  }
  checkDefaults(joined, vars, options, faults);
  const { instances, branches, groups } = new Builder(joined, vars, options, faults, path.dirname(file)).build();
  const title = joined.title === undefined ? undefined : readText(vars.substitute(joined.title.value), 'title', faults);
  return done({
    name: nameOf(joined, file),
    ...(title === undefined ? {} : { title }),
    file,
    folder: path.dirname(file),
    sources: joined.sources,
    instances: inOrder(instances, faults),
    branches,
    groups,
    labels: labelsOf(joined, vars, faults),
  });
}

/**
 * The instances of some stages of a pipeline, the rest being `beside` them. Undefined when there is anything to say, also of what only
 * a whole pipeline can say, or a file needed the full parser.
 */
export function loadStages(mainFile: string, options: LoadOptions): ReadonlyMap<string, Instance> | undefined {
  const faults = new Faults();
  const file = path.resolve(options.cwd, mainFile);
  const joined = joinFiles(file, options, faults);
  if (joined === undefined || !joined.sources.every(isPlain)) return undefined;
  const set = readSet(options.set ?? [], joined, faults);
  const vars = new Vars(new Map([...joined.vars, ...set]), faults, joined.complete);
  const { instances, branches } = new Builder(joined, vars, options, faults, path.dirname(file)).build();
  return faults.count > 0 || branches.length > 0 ? undefined : instances;
}

/** A pipeline without a name is called as its folder. */
function nameOf(joined: Joined, file: string): string {
  const node = joined.name?.value;
  if (isText(node)) return node.value;
  const folder = path.basename(path.dirname(file)).toLowerCase();
  return folder.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'pipeline';
}

function labelsOf(joined: Joined, vars: Vars, faults: Faults): Readonly<Record<string, Text>> {
  const read = [...joined.labels.values()].flatMap((e): [string, Text][] => {
    const text = readText(vars.substitute(e.value), `labels.${e.name}`, faults);
    return text === undefined ? [] : [[e.name, text]];
  });
  return Object.fromEntries(read);
}

function checkVarNames(joined: Joined, faults: Faults): void {
  for (const { name, key } of joined.vars.values())
    if (!VAR_NAME.test(name)) faults.add('CE1104', { name }, { at: key });
}

function readSet(set: readonly string[], joined: Joined, faults: Faults): Entries {
  const out = new Map<string, Entry>();
  for (const argument of set) {
    const split = argument.indexOf('=');
    // not a file: it is shown in messages like one
    const source = sourceFile('--set', '--set', argument);
    const at = { source, start: 0, end: split > 0 ? split : argument.length };
    const name = argument.slice(0, Math.max(0, split)).trim();
    if (split < 1 || name === '') faults.add('CE1106', { value: argument }, { at });
    else if (joined.vars.has(name)) {
      const value = parseValue(source, split + 1, faults);
      if (value !== undefined) out.set(name, { name, key: at, value });
    } else if (joined.complete) faults.add('CE1105', { name, known: [...joined.vars.keys()] }, { at });
  }
  return out;
}

/** What a default may be, beside params: the row condition. */
const NOT_IN_DEFAULTS = COMMON_KEYS.filter((key) => key !== 'where');

function checkDefaults(joined: Joined, vars: Vars, { registry, validate }: LoadOptions, faults: Faults): void {
  for (const [name, { key, params }] of joined.defaults) {
    const type = registry.types.get(name);
    if (type === undefined) {
      faults.add('CE1061', { name, known: [...registry.types.keys()] }, { at: key });
      continue;
    }
    const node = vars.substitute(params);
    if (node.kind !== 'mapping') continue;
    for (const entry of node.entries.values())
      if (NOT_IN_DEFAULTS.includes(entry.name)) faults.add('CE1062', { name: entry.name }, { at: entry.key });
    const own = new Map([...node.entries].filter(([param]) => !COMMON_KEYS.includes(param)));
    checkParams({ type, params: own, key, partial: true }, validate, faults);
  }
}

interface Built {
  readonly instances: ReadonlyMap<string, Instance>;
  readonly branches: readonly Branch[];
  readonly groups: readonly Known[];
}

class Builder {
  readonly #joined: Joined;
  readonly #vars: Vars;
  readonly #options: LoadOptions;
  readonly #faults: Faults;
  readonly #folder: string;

  constructor(joined: Joined, vars: Vars, options: LoadOptions, faults: Faults, folder: string) {
    this.#joined = joined;
    this.#vars = vars;
    this.#options = options;
    this.#faults = faults;
    this.#folder = folder;
  }

  build(): Built {
    const { registry, validate, beside } = this.#options;
    const faults = this.#faults;
    const own = draftStages({
      joined: this.#joined,
      vars: this.#vars,
      registry,
      faults,
      levels: this.#options.levels ?? new Map(),
    });
    const drafts = beside === undefined ? own : beside.with(own);
    const byName = new Map(drafts.all.map((d) => [d.name, d]));
    const paths = new OutputPaths(this.#folder, faults);
    paths.reserve(drafts.all);
    const out = new Map<string, Instance>();
    const complete = this.#joined.complete;
    const context = { registry, validate, faults, draftOf: (name: string) => byName.get(name) ?? beside?.draft(name) };
    for (const draft of drafts.all) {
      const written = entriesToJson(draft.params);
      const params = draft.typeKnown ? this.#check(draft, written) : written;
      const tied = tie(draft, { drafts, faults, complete });
      const { inputs, filters } = insertFilters(draft, tied, context);
      for (const filter of filters) out.set(filter.name, filter);
      out.set(draft.name, instanceOf(draft, params, inputs, filesOf(draft, tied), paths.of(draft)));
    }
    return { instances: out, ...groupedIn(drafts.all, out) };
  }

  /** @returns the params as they are or, when their only faults are misspelt keys, as they are meant */
  #check(draft: Draft, written: JsonRecord): JsonRecord {
    const { type, key, name: stage } = draft;
    const context = { type, params: draft.params, json: written, key, stage };
    const { fine, meant, guess } = checkParams(context, this.#options.validate, this.#faults);
    if (meant !== undefined) draft.params = meant;
    else if (guess !== undefined) draft.guess = guess;
    else if (!fine) draft.faulty = true;
    const isWhole = fine || meant !== undefined;
    for (const [param, port] of Object.entries(draft.type.inputs))
      if (isWhole && !port.optional && !draft.params.has(param)) {
        draft.faulty = true;
        const args = { name: param, type: draft.type.type, expected: 'stage' };
        this.#faults.add('CE1251', args, { at: draft.key, stage: draft.name, param: [param] });
      }
    const taken = meant ?? guess?.params;
    return taken === undefined ? written : entriesToJson(taken);
  }
}

function instanceOf(
  draft: Draft,
  params: JsonRecord,
  inputs: Instance['inputs'],
  files: Instance['files'],
  to: string | undefined,
): Instance {
  const { name, stage, type, each, label, description, place } = draft;
  const instance: Writable<Instance> = { name, stage, type, params, inputs, files, place };
  if (draft.case !== undefined) instance.case = draft.case;
  if (each !== undefined) Object.assign(instance, groupOf(draft));
  if (label !== undefined) instance.label = label;
  if (description !== undefined) instance.description = description;
  if (to !== undefined) instance.to = to;
  if (draft.faulty) instance.faulty = true;
  else if (draft.guess !== undefined) instance.guess = draft.guess;
  return instance;
}

/** A path is relative to the YAML file in which it stands. */
function filesOf(draft: Draft, tied: Tied): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const add = (key: string, node: YamlNode | undefined): void => {
    if (isText(node)) files[key] = path.resolve(path.dirname(node.at.source.path), node.value);
  };
  for (const param of draft.type.files ?? [])
    if (!(param in draft.type.inputs) || tied.literals.has(param)) add(param, draft.params.get(param)?.value);
  for (const [key, node] of tied.files) add(key, node);
  return files;
}
