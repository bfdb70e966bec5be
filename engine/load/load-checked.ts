/** A pipeline loaded and statically checked: what every command starts from. */
import type { JsonRecord, Registry } from '../../stages/contract.ts';
import { check } from '../plan/check.ts';
import { byPlace } from './faults.ts';
import { load } from './load.ts';
import type { SchemaError } from './params.ts';
import type { Loaded } from './pipeline.ts';

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
}

export function loadPipeline(file: string, options: LoadCheckedOptions): Loaded {
  const { registry, cwd, set, validators } = options;
  const validate = (type: string, params: JsonRecord): readonly SchemaError[] => {
    const validator = validators[type];
    if (validator === undefined) throw new Error(`ceteris bug: no validator for stage type '${type}'`);
    return validator(params) ? [] : (validator.errors ?? []);
  };
  const loaded = load(file, { registry, cwd, validate, ...(set === undefined ? {} : { set }) });
  if (loaded.pipeline === undefined) return loaded;
  const { diagnostics } = check(loaded.pipeline);
  const files = loaded.pipeline.sources.map((s) => s.path);
  return { pipeline: loaded.pipeline, diagnostics: byPlace([...loaded.diagnostics, ...diagnostics], files) };
}
