/** A pipeline loaded and statically checked: what every command starts from. */
import type { JsonRecord, Registry } from '../../stages/contract.ts';
import { check } from '../plan/check.ts';
import { byPlace } from './faults.ts';
import { load } from './load.ts';
import type { SchemaError } from './params.ts';
import type { Loaded } from './pipeline.ts';
import type { PluginOptions } from './plugins.ts';

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
  readonly plugins?: Pick<PluginOptions, 'api' | 'apiCode'>;
}

export async function loadPipeline(file: string, options: LoadCheckedOptions): Promise<Loaded> {
  const first = loadWith(file, options);
  if (first.plugins.length === 0 || options.plugins === undefined) return checked(first);
  const [{ loadPlugins }, { compileValidators }] = await Promise.all([import('./plugins.ts'), import('./schema.ts')]);
  const taken = new Set(options.registry.types.keys());
  const { types, sources, diagnostics } = await loadPlugins(first.plugins, {
    ...options.plugins,
    cwd: options.cwd,
    taken,
  });
  const added = new Map(types.map((type) => [type.type, type]));
  const validators = { ...options.validators, ...(await compileValidators({ ...options.registry, types: added })) };
  const registry = { ...options.registry, types: new Map([...options.registry.types, ...added]) };
  const loaded = loadWith(file, { ...options, registry, validators });
  // an unknown type may be one of a plugin that could not be loaded
  const rest = diagnostics.length === 0 ? loaded.diagnostics : loaded.diagnostics.filter((d) => d.code !== 'CE1113');
  const joined = { ...loaded, diagnostics: [...diagnostics, ...rest] };
  if (loaded.pipeline === undefined) return joined;
  return checked({ ...joined, pipeline: { ...loaded.pipeline, sources: [...loaded.pipeline.sources, ...sources] } });
}

function loadWith(file: string, { registry, cwd, set, validators }: LoadCheckedOptions): Loaded {
  const validate = (type: string, params: JsonRecord): readonly SchemaError[] => {
    const validator = validators[type];
    if (validator === undefined) throw new Error(`ceteris bug: no validator for stage type '${type}'`);
    return validator(params) ? [] : (validator.errors ?? []);
  };
  return load(file, { registry, cwd, validate, ...(set === undefined ? {} : { set }) });
}

function checked(loaded: Loaded): Loaded {
  if (loaded.pipeline === undefined) return loaded;
  const { diagnostics } = check(loaded.pipeline);
  const files = loaded.pipeline.sources.map((s) => s.path);
  return { ...loaded, diagnostics: byPlace([...loaded.diagnostics, ...diagnostics], files) };
}
