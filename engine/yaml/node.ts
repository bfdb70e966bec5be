/** The YAML of a pipeline as immutable nodes that know where they stand. Keys live in Maps: no name of a user's is special. */
import type { Json, JsonRecord } from '../../stages/contract.ts';
import type { Place } from '../diagnostic/diagnostic.ts';

export type Style = 'plain' | 'single' | 'double' | 'block';
export type ScalarValue = string | number | boolean | null;

/** Sizes are known from construction, so that growth by aliases and vars is seen before anybody walks it. */
interface Extent {
  readonly at: Place;
  /** of what a var puts in: where that is written */
  readonly from?: Place;
  /** nodes in the whole expansion */
  readonly size: number;
  readonly depth: number;
  /** a part of it was at fault: what is said about the rest would be noise */
  readonly broken: boolean;
}

/** A run of characters of an interpolated text, and where it comes from. */
export interface Piece {
  /** end of the run in the value */
  readonly end: number;
  /** offset in the text as written, or the place of the `${var}` that gave it */
  readonly from: number | Place;
}

export interface ScalarNode extends Extent {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  readonly style: Style;
  /** the characters of a plain scalar, `010` or `1.50` */
  readonly text: string;
  readonly pieces?: readonly Piece[];
}

export interface ListNode extends Extent {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface Entry {
  readonly name: string;
  readonly key: Place;
  readonly value: YamlNode;
}

export type Entries = ReadonlyMap<string, Entry>;

export interface MappingNode extends Extent {
  readonly kind: 'mapping';
  readonly entries: Entries;
}

/** Stands where something was wrong and has been reported. */
export interface BrokenNode extends Extent {
  readonly kind: 'broken';
}

export type YamlNode = ScalarNode | ListNode | MappingNode | BrokenNode;

export const scalarNode = (
  value: ScalarValue,
  at: Place,
  { style = 'plain', text = String(value), pieces }: { style?: Style; text?: string; pieces?: readonly Piece[] } = {},
): ScalarNode => {
  const node = { kind: 'scalar', value, at, style, text, size: 1, depth: 0, broken: false } as const;
  return pieces === undefined ? node : { ...node, pieces };
};

/** What an extent comes to as children are added. */
class Growing {
  size = 1;
  depth = 0;
  broken = false;

  add(child: YamlNode): void {
    this.size += child.size;
    if (child.depth > this.depth) this.depth = child.depth;
    this.broken ||= child.broken;
  }
}

export function listNode(items: readonly YamlNode[], at: Place): ListNode {
  const all = new Growing();
  for (const item of items) all.add(item);
  return { kind: 'list', items, at, size: all.size, depth: all.depth + 1, broken: all.broken };
}

export function mappingNode(entries: Entries, at: Place): MappingNode {
  const all = new Growing();
  for (const entry of entries.values()) all.add(entry.value);
  return { kind: 'mapping', entries, at, size: all.size, depth: all.depth + 1, broken: all.broken };
}

export const brokenNode = (at: Place): BrokenNode => ({ kind: 'broken', at, size: 1, depth: 0, broken: true });

/** The same value standing elsewhere: what a var puts in has the place of its use. */
export function relocate(node: YamlNode, at: Place): YamlNode {
  const from = node.from ?? node.at;
  switch (node.kind) {
    case 'scalar': {
      const pieces = [{ end: Infinity, from: at }];
      return { ...scalarNode(node.value, at, { style: node.style, text: node.text, pieces }), from };
    }
    case 'list':
      return { ...node, at, from, items: node.items.map((item) => relocate(item, at)) };
    case 'mapping': {
      const moved = [...node.entries.values()].map((e) => ({ ...e, key: at, value: relocate(e.value, at) }));
      return { ...node, at, from, entries: new Map(moved.map((e) => [e.name, e])) };
    }
    case 'broken':
      return brokenNode(at);
  }
}

/** A plain value as a node that stands, whole, at one place. */
export function jsonNode(value: Json, at: Place): YamlNode {
  if (Array.isArray(value))
    return listNode(
      value.map((item: Json) => jsonNode(item, at)),
      at,
    );
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, v]) => [name, { name, key: at, value: jsonNode(v, at) }] as const,
    );
    return mappingNode(new Map(entries), at);
  }
  return scalarNode(value as ScalarValue, at, { pieces: [{ end: Infinity, from: at }] });
}

/** Plain values; a broken part becomes null. Names that would touch a prototype never get here. */
export function toJson(node: YamlNode): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'mapping':
      return entriesToJson(node.entries);
    case 'broken':
      return null;
  }
}

export function entriesToJson(entries: Entries): JsonRecord {
  const json: Record<string, Json> = {};
  for (const [name, { value }] of entries) json[name] = toJson(value);
  return json;
}

export const isText = (node: YamlNode | undefined): node is ScalarNode & { readonly value: string } =>
  node?.kind === 'scalar' && typeof node.value === 'string';
