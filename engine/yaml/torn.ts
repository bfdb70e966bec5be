/** Expressions without quotes inside `{…}` and `[…]`: YAML cuts them at their commas. The pieces are found and named as one. */
import type { Faults } from './faults.ts';
import { brokenNode, type Entries, type Entry, type YamlNode } from './node.ts';

/** Open brackets less closed ones, and whether a quote stays open. */
export function isOpen(text: string): boolean {
  let open = 0;
  let quoted = false;
  for (const c of text) {
    if (c === "'") quoted = !quoted;
    else if (!quoted && c === '(') open++;
    else if (!quoted && c === ')') open--;
  }
  return open > 0 || quoted;
}

const plainText = (node: YamlNode): string | undefined =>
  node.kind === 'scalar' && node.style === 'plain' ? node.text : undefined;

/** A fault for the stretch from the first piece to the last. */
function report(first: YamlNode, last: YamlNode, faults: Faults): YamlNode {
  const at = { source: first.at.source, start: first.at.start, end: last.at.end };
  faults.add('CE1042', { value: at.source.text.slice(at.start, at.end) }, { at });
  return brokenNode(at);
}

/** `{ y: if(c, a, b) }` gives y: "if(c" and two keys without a value. */
export function tornEntries(entries: Entries, bare: ReadonlySet<Entry>, faults: Faults): Entries {
  if (bare.size === 0) return entries;
  const out = new Map<string, Entry>();
  const all = [...entries.values()];
  for (let i = 0; i < all.length; i++) {
    const entry = all[i] as Entry;
    let text = plainText(entry.value);
    let last = entry.value;
    while (text !== undefined && isOpen(text)) {
      const next = all[i + 1];
      if (next === undefined || !bare.has(next)) break;
      i++;
      text += `,${next.name}`;
      last = { ...entry.value, at: next.key } as YamlNode;
    }
    out.set(entry.name, last === entry.value ? entry : { ...entry, value: report(entry.value, last, faults) });
  }
  return out;
}

/** `[log(x, 2), b]` gives "log(x" and "2)". */
export function tornItems(items: readonly YamlNode[], faults: Faults): readonly YamlNode[] {
  const out: YamlNode[] = [];
  for (let i = 0; i < items.length; i++) {
    const first = items[i] as YamlNode;
    let text = plainText(first);
    let last = first;
    while (text !== undefined && isOpen(text)) {
      const next = items[i + 1];
      const more = next === undefined ? undefined : plainText(next);
      if (next === undefined || more === undefined) break;
      i++;
      text += `,${more}`;
      last = next;
    }
    out.push(last === first ? first : report(first, last, faults));
  }
  return out;
}
