/** Titles, labels, descriptions: a text, or one per language. */
import type { Text } from '../../stages/contract.ts';
import type { Faults } from '../yaml/faults.ts';
import { type Entries, isText, type YamlNode } from '../yaml/node.ts';

const LANGUAGES = ['en', 'zh'];

/** @param key how the text is called in messages */
export function readText(node: YamlNode, key: string, faults: Faults): Text | undefined {
  if (node.kind === 'broken' || node.broken) return undefined;
  // a year or a number is a fine label
  if (node.kind === 'scalar' && typeof node.value === 'number') return node.text;
  if (isText(node)) return node.value;
  if (node.kind === 'mapping' && node.entries.size > 0 && isByLanguage(node.entries))
    return Object.fromEntries([...node.entries.values()].map((e) => [e.name, asText(e.value)]));
  faults.add('CE1055', { key }, { at: node.at });
  return undefined;
}

const asText = (node: YamlNode): string => (node.kind === 'scalar' ? String(node.value) : '');

const isByLanguage = (entries: Entries): boolean =>
  [...entries.values()].every(
    (e) =>
      LANGUAGES.includes(e.name) && e.value.kind === 'scalar' && ['string', 'number'].includes(typeof e.value.value),
  );
