/** A pipeline loaded and statically checked: what every command starts from. */
import type { SmallFiles } from '../../cache/small-files.ts';
import type { JsonRecord, Registry } from '../../stages/contract.ts';
import type { Diagnostic, SourceFile } from '../diagnostic/diagnostic.ts';
import { check } from '../plan/check.ts';
import { compile } from './compile.ts';
import { type Compiled, compareCompiled, type Edited, readCompiled, type SourceDigest } from './compiled.ts';
import { byPlace } from './faults.ts';
import type { Levels } from './foreach.ts';
import { load } from './load.ts';
import type { SchemaError } from './params.ts';
import type { Loaded, Pipeline } from './pipeline.ts';
import type { PluginOptions } from './plugins.ts';
import { displayName, type ReadFile } from './source.ts';

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
 * @param known digests of the YAML files as they are now, when the caller has them
 */
export function loadCompiled(
  file: string,
  options: Omit<LoadCheckedOptions, 'validators'>,
  known?: readonly SourceDigest[],
): Compiled | undefined {
  const { compiled, registry, cwd } = options;
  if (compiled === undefined) return undefined;
  // what was kept had been found to be valid
  const whole = (read: ReadFile): Loaded => load(file, { ...loadOptions({ ...options, read }), validate: () => [] });
  const nameOf = (path: string): string => displayName(path, cwd);
  return readCompiled({ ...compiled, registry, nameOf, whole }, known);
}

/**
 * The pipeline after an edit of its YAML, beside what it was before; `loaded`, for `loadPipeline` to go on with, when more has changed
 * than can be told, or something is wrong.
 * @param known digests of the YAML files as they were
 */
export function loadEdited(
  file: string,
  options: LoadCheckedOptions,
  known: readonly SourceDigest[],
): { readonly edited?: Edited; readonly loaded: Loaded } {
  const loaded = loadWith(file, options);
  const { pipeline, diagnostics, plugins } = loaded;
  if (pipeline === undefined || options.compiled === undefined || diagnostics.length + plugins.length > 0)
    return { loaded };
  const bytes = compile(options.compiled.of, pipeline);
  if (bytes === undefined) return { loaded };
  const of = { ...options.compiled, registry: options.registry, nameOf: (path: string) => path, whole: () => loaded };
  const edited = compareCompiled(of, known, pipeline, bytes);
  return edited === undefined ? { loaded } : { edited, loaded };
}

/** @param read what was loaded of the files just now */
export async function loadPipeline(file: string, options: LoadCheckedOptions, read?: Loaded): Promise<Loaded> {
  const compiled = read === undefined ? loadCompiled(file, options) : undefined;
  if (compiled !== undefined)
    return recheck({ pipeline: compiled.pipeline, diagnostics: [], plugins: [] }, options.small);
  const first = read ?? loadWith(file, options);
  if (first.plugins.length === 0 || options.plugins === undefined) return checked(first, file, options);
  const [{ loadPlugins }, { compileValidators }] = await Promise.all([import('./plugins.ts'), import('./schema.ts')]);
  const taken = new Set(options.registry.types.keys());
  const { types, sources, around, diagnostics } = await loadPlugins(first.plugins, {
    ...options.plugins,
    cwd: options.cwd,
    taken,
  });
  const added = new Map(types.map((type) => [type.type, type]));
  const validators = { ...options.validators, ...(await compileValidators({ ...options.registry, types: added })) };
  const registry = { ...options.registry, types: new Map([...options.registry.types, ...added]) };
  const whole = { ...options, registry, validators, sources, around };
  const loaded = loadWith(file, whole);
  // an unknown type may be one of a plugin that could not be loaded
  const rest = diagnostics.length === 0 ? loaded.diagnostics : loaded.diagnostics.filter((d) => d.code !== 'CE1113');
  return checked({ ...loaded, types, diagnostics: [...diagnostics, ...rest] }, file, whole);
}

interface LoadWith extends LoadCheckedOptions {
  readonly levels?: Levels;
  readonly read?: ReadFile;
  /** code of plugins, and what decides which files it is */
  readonly sources?: readonly SourceFile[];
  readonly around?: readonly string[];
}

function loadWith(file: string, options: LoadWith): Loaded {
  const { validators } = options;
  const validate = (type: string, params: JsonRecord): readonly SchemaError[] => {
    const validator = validators[type];
    if (validator === undefined) throw new Error(`ceteris bug: no validator for stage type '${type}'`);
    return validator(params) ? [] : (validator.errors ?? []);
  };
  return load(file, { ...loadOptions(options), validate });
}

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
    ...loaded.pipeline,
    sources: [...loaded.pipeline.sources, ...(options.sources ?? [])],
    ...(options.around === undefined ? {} : { around: options.around }),
    expand: (levels) => checked(loadWith(file, { ...options, levels }), file, options),
  };
  faultsOfLoading.set(pipeline, loaded.diagnostics);
  return recheck({ ...loaded, pipeline }, options.small);
}

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
