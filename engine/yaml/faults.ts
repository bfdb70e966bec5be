/** Collects the faults of a load: one cause at one place is said once. */
import type { Code } from '../../stages/catalogue/catalogue.ts';
import type { FaultArgs } from '../../stages/catalogue/entry.ts';
import type { ParamPath } from '../../stages/contract.ts';
import type { Diagnostic, Place } from '../diagnostic/diagnostic.ts';

export interface Where {
  readonly at?: Place | undefined;
  readonly stage?: string | undefined;
  readonly param?: ParamPath;
}

export class Faults {
  readonly #seen = new Set<string>();
  readonly #all: Diagnostic[] = [];

  add(code: Code, args: FaultArgs, where: Where = {}): void {
    const { at, stage, param } = where;
    this.put({
      code,
      severity: 'error',
      args,
      ...(at === undefined ? {} : { at }),
      ...(stage === undefined ? {} : { stage }),
      ...(param === undefined ? {} : { param }),
    });
  }

  /** The stage is no part of what makes two the same: cases of a matrix share their lines. */
  put(d: Diagnostic): void {
    const key = JSON.stringify([d.code, d.args, d.at?.source.path, d.at?.start, d.at?.end]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#all.push(d);
  }

  get count(): number {
    return this.#all.length;
  }

  get hasErrors(): boolean {
    return this.#all.some((d) => d.severity === 'error');
  }

  sorted(files: readonly string[]): readonly Diagnostic[] {
    return byPlace(this.#all, files);
  }
}

/** By file in the order of `files`, then by place; what has no place comes first. */
export function byPlace(all: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
  const rank = (d: Diagnostic): number => (d.at === undefined ? -1 : files.indexOf(d.at.source.path));
  return [...all].sort((a, b) => rank(a) - rank(b) || (a.at?.start ?? 0) - (b.at?.start ?? 0));
}
