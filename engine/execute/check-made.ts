/** Whether a stage type made just what it declared; anything else would be served from the store for ever. */
import type { Declared, OutputValue } from '../../stages/contract.ts';

/** What is wrong with the type; undefined when nothing is. */
export function checkMade(declared: Declared, made: Readonly<Record<string, OutputValue>>): string | undefined {
  for (const name of Object.keys(made))
    if (declared.outputs[name] === undefined) return `output '${name}' was made and not declared`;
  for (const [name, decl] of Object.entries(declared.outputs)) {
    const has = made[name]?.parts ?? new Map<string, Uint8Array>();
    if (decl.parts === 'made') {
      if (made[name] === undefined) return `output '${name}' was declared and not made`;
      continue;
    }
    const should = new Set<string>();
    for (const part of decl.parts) {
      if (part.how === 'made') should.add(part.name);
      if (part.how === 'gathered') should.add(part.by);
    }
    for (const part of should) if (!has.has(part)) return `part '${name}.${part}' was declared and not made`;
    for (const part of has.keys()) if (!should.has(part)) return `part '${name}.${part}' was made and not declared`;
  }
  return undefined;
}
