/** A pipeline loaded and statically checked: what every command starts from. */
import { digestOf } from '../../cache/digest.ts';
import type { SmallFiles } from '../../cache/small-files.ts';
import type { AnyStageType } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Diagnostic, SourceFile } from '../diagnostic/diagnostic.ts';
import type { Known, Levels } from '../load/groups.ts';
import { load } from '../load/load.ts';
import type { SchemaError, Validate } from '../load/params.ts';
import type { Loaded, Pipeline } from '../load/pipeline.ts';
import { check } from '../plan/check.ts';
import type { Bundle, PluginCode, PluginOptions } from '../plugins/plugins.ts';
import { byPlace } from '../yaml/faults.ts';
import { displayName, type ReadFile, readSource } from '../yaml/source.ts';
import { compile } from './compile.ts';
import {
  type Before,
  type Compiled,
  compareCompiled,
  compiledBefore,
  type Edited,
  type Head,
  readCompiled,
} from './compiled.ts';
import { editedStages } from './edited-stages.ts';

/** A compiled schema, as ajv makes it: returns whether the value fits, and leaves its errors behind. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

export interface LoadCheckedOptions {
  readonly registry: Registry;
  readonly cwd: string;
  readonly set?: readonly string[];
  /** by stage type */
  readonly validators: Readonly<Record<string, Validator>>;
  /** what plugins need; absent: they are not loaded */
  readonly plugins?: Pick<PluginOptions, 'api' | 'apiCode' | 'importModule'>;
  /** where the pipeline may be kept as it was after loading, and what else that depends on */
  readonly compiled?: { readonly path: string; readonly of: string };
  /** reads small data files, and holds what they say for the run */
  readonly small?: SmallFiles;
}

/**
 * The pipeline as it was after loading, not yet checked against its data; undefined when its YAML is another now.
 * @param before what the last run went by, when that is known to be so still
 */
export async function loadCompiled(
  file: string,
  options: Omit<LoadCheckedOptions, 'validators'>,
  before?: Before,
): Promise<Compiled | undefined> {
  const { compiled, cwd, plugins } = options;
  if (compiled === undefined) return undefined;
  const whole = (read: ReadFile, registry: Registry, groups: readonly Known[]): Loaded =>
    foundValid(file, { ...options, registry, read, levels: levelsIn(groups) });
  const nameOf = (path: string): string => displayName(path, cwd);
  const registry = async (bundles: readonly Bundle[]): Promise<Registry | undefined> => {
    const types = await typesIn(bundles, plugins);
    return types && withTypes(types, options.registry);
  };
  return readCompiled({ ...compiled, registry, nameOf, whole }, before);
}

/** Loads what had been found to be valid. */
const foundValid = (file: string, options: Omit<LoadWith, 'validators'>): Loaded =>
  load(file, { ...loadOptions(options), validate: () => [] });

const levelsIn = (groups: readonly Known[]): Levels => new Map(groups.map(({ stage, levels }) => [stage, levels]));

/** Undefined when they were made for a program that lies elsewhere. */
async function typesIn(
  bundles: readonly Bundle[],
  plugins: LoadCheckedOptions['plugins'],
): Promise<readonly AnyStageType[] | undefined> {
  if (bundles.length === 0) return [];
  if (plugins === undefined || bundles.some(({ api }) => api !== plugins.api)) return undefined;
  return (await import('../plugins/plugins.ts')).typesOf(bundles, plugins.importModule);
}

const withTypes = (types: readonly AnyStageType[], registry: Registry): Registry =>
  types.length === 0
    ? registry
    : { ...registry, types: new Map([...registry.types, ...types.map((type) => [type.type, type] as const)]) };

/**
 * The pipeline after an edit of its YAML, beside what it was before; `loaded`, for `loadPipeline` to go on with, when more has changed
 * than can be told, or something is wrong.
 * @param before what the last run went by
 */
export async function loadEdited(
  file: string,
  options: LoadCheckedOptions,
  before: Before,
): Promise<{ readonly edited?: Edited; readonly loaded?: Loaded }> {
  const kept = options.compiled && compiledBefore(options.compiled, before);
  if (kept === undefined || options.compiled === undefined) return {};
  const { groups, bundles } = kept.head;
  const code = codeIn(kept.head, options.cwd);
  if (code === undefined) return {};
  const types = await typesIn(bundles, options.plugins);
  if (types === undefined) return {};
  const registry = withTypes(types, options.registry);
  const whole = { ...options, registry, validators: await validatorsWith(types, options), levels: levelsIn(groups) };
  const few =
    before.rests === ''
      ? editedStages(kept, {
          load: { ...loadOptions(whole), validate: validateWith(whole) },
          whole: (read) => foundValid(file, { ...whole, read }),
        })
      : undefined;
  if (few !== undefined) return { edited: few };
  const read = loadWith(file, whole);
  // with groups or types that are yet to be proven right, it is no pipeline to go on with
  const instead = before.rests === '' ? { loaded: read } : {};
  const isSame = samePlugins(read, bundles);
  if (read.pipeline === undefined || read.diagnostics.length > 0 || !isSame) return instead;
  const loaded = { ...read, pipeline: withCode(read.pipeline, code) };
  const bytes = compile(options.compiled.of, loaded.pipeline);
  const edited = bytes && compareCompiled(kept, registry, loaded, bytes);
  return edited === undefined ? instead : { edited, ...instead };
}

const samePlugins = ({ plugins }: Loaded, bundles: readonly Bundle[]): boolean =>
  plugins.length === bundles.length && plugins.every(({ path }, i) => path === bundles[i]?.path);

/** Files of plugins as they are; undefined when one is not what it was. What is around them was looked at when the answer was. */
function codeIn({ sources: all, code, bundles }: Head, cwd: string): PluginCode | undefined {
  const sources: SourceFile[] = [];
  for (const { path, digest } of all.slice(all.length - code)) {
    const read = readSource(path, displayName(path, cwd));
    if (!read.ok || digestOf(read.source.text) !== digest) return undefined;
    sources.push(read.source);
  }
  return { sources, around: [], bundles };
}

/** @param read what was loaded of the files just now */
export async function loadPipeline(file: string, options: LoadCheckedOptions, read?: Loaded): Promise<Loaded> {
  const compiled = read === undefined ? await loadCompiled(file, options) : undefined;
  if (compiled !== undefined)
    return recheck({ pipeline: compiled.pipeline, diagnostics: [], plugins: [] }, options.small);
  const first = read ?? loadWith(file, options);
  if (first.plugins.length === 0 || options.plugins === undefined) return checked(first, file, options);
  const { loadPlugins } = await import('../plugins/plugins.ts');
  const taken = new Set(options.registry.types.keys());
  const { types, diagnostics, ...code } = await loadPlugins(first.plugins, {
    ...options.plugins,
    cwd: options.cwd,
    taken,
  });
  const registry = withTypes(types, options.registry);
  const whole = { ...options, registry, validators: await validatorsWith(types, options), code };
  const loaded = loadWith(file, whole);
  // an unknown type may be one of a plugin that could not be loaded
  const rest = diagnostics.length === 0 ? loaded.diagnostics : loaded.diagnostics.filter((d) => d.code !== 'CE1113');
  const paths = [...(loaded.paths ?? []), ...code.sources.map((s) => s.path)];
  const all = { ...loaded, paths, around: code.around, types, diagnostics: [...diagnostics, ...rest] };
  return checked(all, file, whole);
}

async function validatorsWith(
  types: readonly AnyStageType[],
  { validators, registry }: LoadCheckedOptions,
): Promise<LoadCheckedOptions['validators']> {
  if (types.length === 0) return validators;
  const { compileValidators } = await import('../load/schema.ts');
  const added = new Map(types.map((type) => [type.type, type]));
  return { ...validators, ...(await compileValidators({ ...registry, types: added })) };
}

interface LoadWith extends LoadCheckedOptions {
  readonly levels?: Levels;
  readonly read?: ReadFile;
  readonly code?: PluginCode;
}

const loadWith = (file: string, options: LoadWith): Loaded =>
  load(file, { ...loadOptions(options), validate: validateWith(options) });

const validateWith =
  ({ validators }: LoadWith): Validate =>
  (type, params) => {
    const validator = validators[type];
    if (validator === undefined) throw new Error(`ceteris bug: no validator for stage type '${type}'`);
    return validator(params) ? [] : (validator.errors ?? []);
  };

function loadOptions({ registry, cwd, set, levels, read }: Omit<LoadWith, 'validators'>) {
  return {
    registry,
    cwd,
    ...(set === undefined ? {} : { set }),
    ...(levels === undefined ? {} : { levels }),
    ...(read === undefined ? {} : { read }),
  };
}

function checked(loaded: Loaded, file: string, options: LoadWith): Loaded {
  if (loaded.pipeline === undefined) return loaded;
  const pipeline: Pipeline = {
    ...withCode(loaded.pipeline, options.code),
    expand: (levels) => checked(loadWith(file, { ...options, levels }), file, options),
  };
  faultsOfLoading.set(pipeline, loaded.diagnostics);
  return recheck({ ...loaded, pipeline }, options.small);
}

const withCode = (pipeline: Pipeline, code: PluginCode | undefined): Pipeline =>
  code === undefined ? pipeline : { ...pipeline, sources: [...pipeline.sources, ...code.sources], code };

/** What was said of the YAML alone, which stays as it is when only data changes. */
const faultsOfLoading = new WeakMap<Pipeline, readonly Diagnostic[]>();

/** Checks the stages against the heads of their data files as they are now. */
export function recheck(loaded: Loaded, small?: SmallFiles): Loaded {
  const { pipeline } = loaded;
  if (pipeline === undefined) return loaded;
  const own = faultsOfLoading.get(pipeline) ?? [];
  const files = pipeline.sources.map((s) => s.path);
  small?.lookAnew();
  return { ...loaded, diagnostics: byPlace([...own, ...check(pipeline, small).diagnostics], files) };
}
