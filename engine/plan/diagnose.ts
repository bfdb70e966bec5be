/** A fault of a stage as a diagnostic with its place in the YAML. */
import type { Fault } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Instance } from '../load/pipeline.ts';
import { visibleName } from './graph.ts';

export function diagnose(instance: Instance, fault: Fault): Diagnostic {
  const { param, within, args } = fault;
  const isPlaced = param !== undefined && param.length > 0 && within === undefined;
  const name = isPlaced && typeof args.name === 'string' ? args.name : undefined;
  return { ...fault, at: instance.place(param ?? [], { within, name }), stage: visibleName(instance) };
}

export const diagnoseAll = (instance: Instance, faults: readonly Fault[]): readonly Diagnostic[] =>
  faults.length === 0 ? NONE : faults.map((fault) => diagnose(instance, fault));

const NONE: readonly never[] = [];

/** The same fault at the same param is said once: equations on the same rows lack the same things. */
export function distinct(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ code, args, param, within }) => {
    const key = JSON.stringify([code, args, param, within]);
    return !seen.has(key) && seen.add(key);
  });
}
