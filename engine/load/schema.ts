/** JSON Schemas out of the stage types: one for editors, and validators of params for the loader. */
import type { TSchema } from '@sinclair/typebox';
import type { Registry, StageType } from '../../stages/contract.ts';

type SchemaNode = Readonly<Record<string, unknown>>;

const localText = {
  anyOf: [
    { type: 'string' },
    { type: 'object', properties: { en: { type: 'string' }, zh: { type: 'string' } }, additionalProperties: false },
  ],
};

const common: SchemaNode = {
  where: { type: ['string', 'boolean', 'number'], description: 'row condition: a filter before the stage' },
  foreach: { type: 'string', description: 'a stage for each value of this column, `stage[value]`' },
  matrix: { type: 'object', description: '{ case: params }, or { param: [values] } for a product' },
  label: { ...localText, description: 'text for the header of tables' },
  description: { ...localText, description: 'what this stage is for' },
  to: { type: 'string', description: 'where outputs for people go, without ending (default: out/<stage>)' },
};

const VAR = { type: 'string', pattern: '\\$\\{' };

/** Every value may also be a `${var}`. */
function orVar(schema: unknown): unknown {
  return { anyOf: [schema, VAR], ...pickDescription(schema) };
}

const pickDescription = (schema: unknown): SchemaNode => {
  const { description } = schema as { description?: string };
  return description === undefined ? {} : { description };
};

/** Shown by an editor beside a name: in both languages, since a schema file has none of its own. */
const inBoth = ({ summary }: Pick<StageType, 'doc'>['doc']): string => `${summary.en}\n${summary.zh}`;

/** A type's own params, each of which may be a var. */
function paramsOf(type: Pick<StageType, 'params'>): SchemaNode {
  const params = type.params as TSchema & { properties: Record<string, unknown> };
  return Object.fromEntries(Object.entries(params.properties).map(([name, schema]) => [name, orVar(schema)]));
}

function branch(type: Pick<StageType, 'type' | 'params' | 'doc'>): SchemaNode {
  const description = inBoth(type.doc);
  return {
    title: type.type,
    description,
    type: 'object',
    // what is required may stand in a case of the matrix or in `defaults`
    required: ['stage'],
    properties: { stage: { const: type.type, description }, ...common, ...paramsOf(type) },
    additionalProperties: false,
  };
}

/** The schema of a whole pipeline file, for completion and checks in any YAML editor. */
export function pipelineSchema(registry: Registry): SchemaNode {
  const types = [...registry.types.values()];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'ceteris pipeline',
    type: 'object',
    required: ['ceteris'],
    properties: {
      ceteris: { const: 1, description: 'version of the language' },
      name: { type: 'string', pattern: '^[a-z0-9-]+$', description: 'of the study: small letters, digits, -' },
      title: { ...localText, description: 'of the study; any text may be one per language: { en: …, zh: … }' },
      include: {
        type: 'array',
        items: { type: 'string' },
        description: 'other files whose stages, vars and labels are joined',
      },
      plugins: {
        type: 'array',
        items: { type: 'string' },
        description: 'files with stage types of your own',
      },
      vars: { type: 'object', description: 'values by name, put in where ${name} stands; --set gives others' },
      labels: { type: 'object', additionalProperties: localText, description: 'labels of columns in outputs' },
      defaults: {
        type: 'object',
        description: 'params by stage type, for all its stages; what a stage says itself goes before',
        properties: Object.fromEntries(
          types.map((t) => [
            t.type,
            {
              type: 'object',
              description: inBoth(t.doc),
              properties: { where: common.where, ...paramsOf(t) },
              additionalProperties: false,
            },
          ]),
        ),
        additionalProperties: false,
      },
      stages: {
        type: 'object',
        description: 'results by name, each with its type (stage:) and what it is made from (from:)',
        propertyNames: { pattern: '^[a-z][a-z0-9_-]*$' },
        additionalProperties: { oneOf: types.map(branch) },
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
