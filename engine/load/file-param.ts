/** Files are known by their param, or by param and key in a mapping: `file`, `inputs.fit.R`. */
import type { ParamPath } from '../../stages/contract.ts';

/** Where such a file stands in the params. No param has a dot in its name. */
export function fileParam(name: string): ParamPath {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}
