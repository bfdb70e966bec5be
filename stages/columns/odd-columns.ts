/** Whether the columns of tables are of the types that were declared: of what a compiler may not have seen. */
import type { Declared, OutputValue, Shape } from '../contract.ts';
import { kindOfBytes } from './codec.ts';

/** What is odd; undefined when nothing is. */
export function oddColumns(declared: Declared, made: Readonly<Record<string, OutputValue>>): string | undefined {
  for (const [output, { parts, shape: own }] of Object.entries(made)) {
    const shape: Shape | undefined = own ?? declared.outputs[output]?.shape;
    if (shape?.kind !== 'table') continue;
    for (const { name, type } of shape.columns) {
      const bytes = parts.get(name);
      if (bytes === undefined || type === 'unknown') continue;
      const kind = kindIn(bytes);
      if (kind !== (type === 'text' ? 'text' : 'number'))
        return `column '${name}' was declared as ${type} and is ${kind}`;
    }
  }
  return undefined;
}

function kindIn(bytes: Uint8Array): string {
  try {
    return kindOfBytes(bytes);
  } catch {
    return 'no column';
  }
}
