/** JSON Schemas out of the stage types: one for editors, and validators of params for the loader. */
import type { TSchema } from '@sinclair/typebox';
import type { Lang } from '../../stages/catalogue/entry.ts';
import { pipelineKeys, stageKeys } from '../../stages/catalogue/pipeline-keys.ts';
import type { StageType } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';

type SchemaNode = Readonly<Record<string, unknown>>;

const localText = {
  anyOf: [
    { type: 'string' },
    { type: 'object', properties: { en: { type: 'string' }, zh: { type: 'string' } }, additionalProperties: false },
  ],
};

const oneOrMore = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };

/** What a part of a schema is for. A type of the user's own may say it in English only. */
export const meaningOf = (schema: SchemaNode, lang: Lang): string | undefined =>
  ((lang === 'zh' ? schema['x-zh'] : undefined) ?? schema.description) as string | undefined;

/** A schema as an editor is to show it: its descriptions in one language. */
function shownIn(lang: Lang, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one) => shownIn(lang, one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { 'x-zh': _, ...rest } = schema as SchemaNode;
  const described = typeof rest.description === 'string' ? { description: meaningOf(schema as SchemaNode, lang) } : {};
  return Object.fromEntries(
    Object.entries({ ...rest, ...described }).map(([key, value]) => [key, shownIn(lang, value)]),
  );
}

const VAR = { type: 'string', pattern: '\\$\\{' };

/** Every value may also be a `${var}`. What it means stands once: editors show the text of every alternative that fits. */
function orVar({ description, ...schema }: SchemaNode): SchemaNode {
  return { anyOf: [schema, VAR], ...(description === undefined ? {} : { description }) };
}

/** A type's own params, each of which may be a var. */
function paramsOf({ params }: Pick<StageType, 'params'>, lang: Lang): SchemaNode {
  const { properties } = shownIn(lang, plain(params)) as { readonly properties: Readonly<Record<string, SchemaNode>> };
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, orVar(schema)]));
}

function branch(type: Pick<StageType, 'type' | 'params' | 'doc'>, lang: Lang): SchemaNode {
  const description = type.doc.summary[lang];
  const describe = (key: keyof typeof stageKeys) => ({ description: stageKeys[key][lang] });
  return {
    title: type.type,
    description,
    type: 'object',
    // what is required may stand in a case of the matrix or in `defaults`
    required: ['stage'],
    properties: {
      stage: { const: type.type, description },
      where: { ...WHERE, ...describe('where') },
      foreach: { type: 'string', ...describe('foreach') },
      matrix: { type: 'object', ...describe('matrix') },
      label: { ...localText, ...describe('label') },
      description: { ...localText, ...describe('description') },
      to: { type: 'string', ...describe('to') },
      ...paramsOf(type, lang),
    },
    additionalProperties: false,
  };
}

const WHERE = { type: ['string', 'boolean', 'number'] };

/** The schema of a whole pipeline file, for completion and checks in any YAML editor. */
export function pipelineSchema(registry: Registry, lang: Lang): SchemaNode {
  const types = [...registry.types.values()];
  const describe = (key: keyof typeof pipelineKeys) => ({ description: pipelineKeys[key][lang] });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'ceteris pipeline',
    type: 'object',
    required: ['ceteris'],
    properties: {
      ceteris: { const: 1, ...describe('ceteris') },
      name: { type: 'string', pattern: '^[a-z0-9-]+$', ...describe('name') },
      title: { ...localText, ...describe('title') },
      include: { ...oneOrMore, ...describe('include') },
      plugins: { ...oneOrMore, ...describe('plugins') },
      vars: { type: 'object', ...describe('vars') },
      labels: { type: 'object', additionalProperties: localText, ...describe('labels') },
      defaults: {
        type: 'object',
        ...describe('defaults'),
        properties: Object.fromEntries(
          types.map((t) => [
            t.type,
            {
              type: 'object',
              description: t.doc.summary[lang],
              properties: { where: { ...WHERE, description: stageKeys.where[lang] }, ...paramsOf(t, lang) },
              additionalProperties: false,
            },
          ]),
        ),
        additionalProperties: false,
      },
      stages: {
        type: 'object',
        ...describe('stages'),
        propertyNames: { pattern: '^[a-z][a-z0-9_-]*$' },
        additionalProperties: { oneOf: types.map((type) => branch(type, lang)) },
      },
    },
    additionalProperties: false,
  };
}

const AJV = { allErrors: true, strict: false, verbose: false } as const;

/** Source of a module that exports `validators`, one per stage type: ajv's stand-alone code, made at build time. */
export async function validatorSource(registry: Registry): Promise<string> {
  const [{ Ajv2020 }, standalone] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv/dist/standalone/index.js'),
  ]);
  const ajv = new Ajv2020({ ...AJV, code: { source: true, esm: true } });
  const names = [...registry.types.keys()];
  names.forEach((name, i) => ajv.addSchema(plain(registry.types.get(name)?.params), `t${i}`));
  const generate = standalone.default as unknown as typeof import('ajv/dist/standalone/index.js')['default'];
  const code = (typeof generate === 'function' ? generate : (generate as { default: typeof generate }).default)(
    ajv,
    Object.fromEntries(names.map((_, i) => [`v${i}`, `t${i}`])),
  );
  const table = names.map((name, i) => `${JSON.stringify(name)}: v${i}`).join(', ');
  return `${code}\nexport const validators = { ${table} };\n`;
}

/** TypeBox marks its schemas with symbols; ajv is given plain JSON. */
const plain = (schema: TSchema | undefined): object => JSON.parse(JSON.stringify(schema)) as object;

/** The same validators compiled in place, for tests. */
export async function compileValidators(registry: Registry) {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020(AJV);
  return Object.fromEntries([...registry.types].map(([name, type]) => [name, ajv.compile(plain(type.params))]));
}
