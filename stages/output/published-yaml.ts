/** YAML and JSON with every number as the text that stands in the file. */
import { parseDocument, visit } from 'yaml';
import type { Json } from '../contract.ts';

export type ReadYaml = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string };

export function yamlAsPrinted(text: string): ReadYaml {
  const doc = parseDocument(text, { uniqueKeys: true });
  const [first] = doc.errors;
  if (first !== undefined) return { ok: false, reason: first.message.split('\n')[0] ?? first.code };
  visit(doc, {
    Scalar: (key, node) => {
      if (key !== 'key' && typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
    },
  });
  try {
    return { ok: true, value: doc.toJS({ maxAliasCount: 100 }) as Json };
  } catch (thrown) {
    return { ok: false, reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
