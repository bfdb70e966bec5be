/** Faults that a type of the user's own made by hand, and not with `problem`. */
import { catalogue } from '../../stages/catalogue/catalogue.ts';

/** Undefined when all of them can be told. */
export function oddFaults(faults: readonly unknown[]): string | undefined {
  const odd = faults.find((fault) => !isTold(fault));
  return odd === undefined ? undefined : 'a fault that cannot be told: make it with problem(text, [param])';
}

function isTold(fault: unknown): boolean {
  if (typeof fault !== 'object' || fault === null) return false;
  const { code, args } = fault as { readonly code?: unknown; readonly args?: unknown };
  return typeof code === 'string' && Object.hasOwn(catalogue, code) && typeof args === 'object' && args !== null;
}
