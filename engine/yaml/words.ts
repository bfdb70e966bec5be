/** Values and expectations in a notation that needs no language: `text`, `[text, …]`, `{ a: number }`, `'iid'`. */
import type { Json } from '../../stages/contract.ts';
import type { YamlNode } from './node.ts';

const LONGEST = 60;

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** A value as one would write it in YAML, cut to a line. */
export function describe(node: YamlNode): string {
  return short(written(node, 2));
}

function written(node: YamlNode, depth: number): string {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? `'${node.value.replace(/\s+/g, ' ')}'` : String(node.value);
    case 'list':
      return depth === 0
        ? '[…]'
        : `[${node.items
            .slice(0, 9)
            .map((i) => written(i, depth - 1))
            .join(', ')}]`;
    case 'mapping': {
      const all = [...node.entries.values()].slice(0, 9);
      if (depth === 0 && all.length > 0) return '{…}';
      return all.length === 0 ? '{}' : `{ ${all.map((e) => `${e.name}: ${written(e.value, depth - 1)}`).join(', ')} }`;
    }
    case 'broken':
      return '…';
  }
}

/** The part of JSON Schema that stage types use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'integer',
  boolean: 'true | false',
  null: 'null',
};

/** What a schema accepts, cut to a line. */
export const expected = (schema: Schema, depth = 2): string => short(accepted(schema, depth));

/** The same in full. */
export const accepted = (schema: Schema, depth = 2): string => [...new Set(alternatives(schema, depth))].join(' | ');

function alternatives(schema: Schema, depth: number): readonly string[] {
  if (schema.const !== undefined) return [literal(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map(literal);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return branches.flatMap((b) => alternatives(b, depth));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return ['…'];
  return types.map((type) =>
    type === 'array' ? list(schema, depth) : type === 'object' ? mapping(schema, depth) : (TYPES[type] ?? type),
  );
}

const literal = (value: Json): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value));

function list(schema: Schema, depth: number): string {
  const tuple = schema.prefixItems ?? (Array.isArray(schema.items) ? (schema.items as readonly Schema[]) : undefined);
  if (depth === 0) return '[…]';
  if (tuple !== undefined) return `[${tuple.map((s) => expected(s, depth - 1)).join(', ')}]`;
  const item = schema.items === undefined ? '…' : expected(schema.items as Schema, depth - 1);
  return item === '…' ? '[…]' : `[${item}, …]`;
}

function mapping(schema: Schema, depth: number): string {
  const keys = Object.entries(schema.properties ?? {});
  if (keys.length === 0 || depth === 0) return '{ … }';
  const must = keys.filter(([name]) => schema.required?.includes(name));
  const shown = (must.length > 0 ? must : keys).slice(0, 3).map(([name, s]) => `${name}: ${expected(s, 0)}`);
  return `{ ${shown.join(', ')}${keys.length > shown.length ? ', …' : ''} }`;
}

/** The fixed texts that a schema allows. */
export function literals(schema: Schema): readonly string[] {
  if (typeof schema.const === 'string') return [schema.const];
  if (schema.enum !== undefined) return schema.enum.filter((v) => typeof v === 'string');
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(literals);
}

export const takesText = (schema: Schema): boolean =>
  schema.type === 'string' || (schema.anyOf ?? schema.oneOf ?? []).some(takesText);
