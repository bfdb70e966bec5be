/** The stage types that a plugin's module exports. */
import type { AnyStageType } from '../../stages/contract.ts';

export const stageTypesIn = (module: object): readonly AnyStageType[] => Object.values(module).filter(isStageType);

const isStageType = (value: unknown): value is AnyStageType => {
  if (typeof value !== 'object' || value === null) return false;
  const { type, params, declare, run } = value as Partial<AnyStageType>;
  return (
    typeof type === 'string' && typeof params === 'object' && typeof declare === 'function' && typeof run === 'function'
  );
};

/** What is missing or odd in a stage type; a plugin in JavaScript has no compiler to say so. */
export function oddIn(type: AnyStageType): string | undefined {
  if (!/^[a-z][a-z0-9-]*$/.test(type.type)) return `type: '${type.type}'`;
  for (const key of ['inputs', 'outputs', 'doc'] as const)
    if (typeof type[key] !== 'object' || type[key] === null) return key;
  if ((type.params as { readonly type?: unknown }).type !== 'object') return 'params';
  return undefined;
}
