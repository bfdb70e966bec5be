/** The reference page of a stage type, from its schema and its own words. */
import type { AnyStageType, Kind, PortDecl, Registry } from '../../stages/contract.ts';
import { accepted, type Schema } from '../load/words.ts';

/** Marks of params whose text means something: what the reader must put there. */
const MEANINGS: Readonly<Record<string, string>> = {
  column: 'column',
  columns: 'columns',
  reference: 'stage',
  references: 'stages',
  expression: 'expression',
  file: 'file',
  formula: 'formula',
};

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => (text === '' ? '' : `\`${inCell(text)}\``);
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const typeOf = (schema: Schema): string => {
  const meaning = MEANINGS[String(schema['x-ceteris'])];
  return meaning === undefined ? code(accepted(schema)) : meaning;
};

function defaultOf(schema: Schema, isRequired: boolean): string {
  if (isRequired) return 'required';
  const value = schema.default;
  if (value === undefined) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A param, and below it the params of the mapping that it takes. */
function paramRows(path: string, schema: Schema, isRequired: boolean): readonly string[] {
  const own = row(code(path), typeOf(schema), defaultOf(schema, isRequired), inCell(String(schema.description ?? '')));
  return [own, ...mappings(schema).flatMap(([suffix, inner]) => propertyRows(`${path}${suffix}`, inner))];
}

/** The mappings inside a schema that have params of their own: the schema itself, an alternative, the values of names. */
function mappings(schema: Schema): readonly (readonly [suffix: string, Schema])[] {
  const all = [schema, ...(schema.anyOf ?? [])];
  return all.flatMap((one): readonly (readonly [string, Schema])[] => {
    const named = Object.values(one.patternProperties ?? {}).filter((v) => v.properties !== undefined);
    if (named.length > 0) return named.map((v) => ['.*', v] as const);
    return one.properties === undefined ? [] : [['', one] as const];
  });
}

function propertyRows(prefix: string, schema: Schema): readonly string[] {
  const dot = prefix === '' ? '' : '.';
  return Object.entries(schema.properties ?? {})
    .filter(([, inner]) => prefix === '' || inner.description !== undefined || inner.properties !== undefined)
    .flatMap(([name, inner]) =>
      paramRows(`${prefix}${dot}${name}`, inner, prefix === '' && (schema.required?.includes(name) ?? false)),
    );
}

const plural = (kinds: readonly Kind[]): string => kinds.join(', ');

const portRow = (name: string, port: PortDecl): string =>
  row(
    code(name),
    plural(port.kinds),
    port.keyed === true
      ? 'a mapping of names to references'
      : port.many === true
        ? 'one reference or a list'
        : `one reference${port.optional === true ? ', optional' : ''}`,
  );

export function typePage(type: AnyStageType): string {
  const { en, zh } = type.doc.summary;
  const inputs = Object.entries(type.inputs);
  const outputs = Object.entries(type.outputs);
  const more = type.outputsFor === undefined ? [] : ['', 'Further outputs follow from the params.'];
  const chinese = type.doc.details.zh === undefined ? [] : ['## 说明', '', type.doc.details.zh.trim(), ''];
  const lines = [
    MADE,
    `# ${type.type}`,
    '',
    `${sentence(en)}  `,
    `${zh.replace(/。$/, '')}。`,
    '',
    type.doc.details.en.trim(),
    '',
    ...chinese,
    '## Example',
    '',
    '```yaml',
    type.doc.example.trimEnd(),
    '```',
    '',
    '## Params',
    '',
    row('param', 'takes', 'default', 'meaning'),
    row('---', '---', '---', '---'),
    ...propertyRows('', JSON.parse(JSON.stringify(type.params)) as Schema),
    '',
    'Every stage also takes [`where`, `matrix`, `label`, `description`](../pipeline-language.md#every-stage).',
    '',
    ...(inputs.length === 0
      ? []
      : [
          '## Inputs',
          '',
          row('param', 'kind', 'written as'),
          row('---', '---', '---'),
          ...inputs.map(([n, p]) => portRow(n, p)),
          '',
        ]),
    '## Outputs',
    '',
    row('output', 'kind', 'what'),
    row('---', '---', '---'),
    ...outputs.map(([name, o]) => row(code(name), o.kind, inCell(o.doc))),
    ...more,
    '',
  ];
  return lines.join('\n');
}

/** First line of every page that is made: where to change it. */
export const MADE = '<!-- made by `npm run docs` from the code; change it there -->\n';

const sentence = (text: string): string => {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.。]$/.test(first) ? first : `${first}.`;
};

/** The list of all types, in the order of the registry. */
export function typeIndex(registry: Registry): string {
  return [
    MADE,
    '# Stage types',
    '',
    row('type', 'what it does', ''),
    row('---', '---', '---'),
    ...[...registry.types.values()].map((t) =>
      row(`[\`${t.type}\`](${t.type}.md)`, inCell(t.doc.summary.en), inCell(t.doc.summary.zh)),
    ),
    '',
  ].join('\n');
}
