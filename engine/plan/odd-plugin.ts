/** What a type of the user's own may hand over that no compiler has checked: what is odd in it, before any of it is kept. */

/** Undefined when it has the form of a result. */
export function oddResult(result: unknown): string | undefined {
  if (!isObject(result)) return 'run returned no result: { ok: true, outputs, notes } or { ok: false, faults }';
  const { ok, outputs, notes, faults } = result;
  if (ok === false) {
    const isFaults = Array.isArray(faults) && faults.length > 0 && faults.every((f) => isObject(f) && 'code' in f);
    return isFaults ? undefined : 'run returned ok: false without a list of faults';
  }
  if (ok !== true) return 'run returned a result that says neither ok: true nor ok: false';
  if (!isObject(outputs)) return 'run returned no outputs';
  for (const [name, output] of Object.entries(outputs)) {
    const parts = isObject(output) ? output.parts : undefined;
    if (!(parts instanceof Map) || ![...parts.values()].every((bytes) => bytes instanceof Uint8Array))
      return `output '${name}' has no parts: make it with tableOutput or recordOutput`;
  }
  return Array.isArray(notes) ? undefined : 'run returned no list of notes';
}

/** The same of a declaration. */
export function oddDeclared(declared: unknown): string | undefined {
  if (!isObject(declared)) return 'declare returned no declaration: { faults, spec, reads, outputs }';
  const { faults, reads, outputs } = declared;
  if (!Array.isArray(faults)) return 'declare returned no list of faults';
  if (!isObject(reads)) return 'declare returned no reads';
  if (!isObject(outputs)) return 'declare returned no outputs';
  for (const [name, output] of Object.entries(outputs)) {
    const { shape, parts } = isObject(output) ? output : {};
    if (!isObject(shape) || typeof shape.kind !== 'string') return `declare gave output '${name}' no shape`;
    if (parts !== 'made' && !Array.isArray(parts)) return `declare gave output '${name}' no parts`;
  }
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
