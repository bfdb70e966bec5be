/** The reference page of a stage type, from its schema and its own words. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { phraseInChinese } from '../../stages/catalogue/phrases.ts';
import { stageKeys } from '../../stages/catalogue/pipeline-keys.ts';
import type { AnyStageType, Kind, PortDecl } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { meaningOf } from '../load/schema.ts';
import { accepted, type Schema } from '../yaml/words.ts';
import { code, elsewhere, head, inCell, MADE, prose, row, textIn } from './page-words.ts';

const WORDS = {
  en: {
    example: 'Example',
    params: 'Params',
    paramsHead: ['param', 'takes', 'default', 'meaning'],
    required: 'required',
    everyStage:
      'Every stage also takes [`where`, `matrix`, `label`, `description`](../pipeline-language.md#every-stage).',
    noTable: 'Every stage also takes [`matrix`, `label`, `description`](../pipeline-language.md#every-stage).',
    inputs: 'Inputs',
    inputsHead: ['param', 'kind', 'written as'],
    keyed: 'a mapping of names to references',
    many: 'one reference or a list',
    one: 'one reference',
    optional: ', optional',
    outputs: 'Outputs',
    outputsHead: ['output', 'kind', 'what'],
    further: 'Further outputs follow from the params.',
    types: 'Stage types',
    typesHead: ['type', 'what it does'],
    keys: 'Every stage',
    keysHead: ['key', 'meaning'],
    listJoin: ', ',
  },
  zh: {
    example: '例子',
    params: '参数',
    paramsHead: ['参数', '取值', '默认', '含义'],
    required: '必填',
    everyStage: '每个步骤还可以写 [`where`、`matrix`、`label`、`description` 等](README.md#每个步骤都有的键)。',
    noTable: '每个步骤还可以写 [`matrix`、`label`、`description` 等](README.md#每个步骤都有的键)。',
    inputs: '输入',
    inputsHead: ['参数', '种类', '写法'],
    keyed: '名称到引用的映射',
    many: '一个或多个步骤',
    one: '一个步骤',
    optional: '，可省略',
    outputs: '输出',
    outputsHead: ['输出', '种类', '内容'],
    further: '其他输出由参数决定。',
    types: '步骤类型',
    typesHead: ['类型', '作用'],
    keys: '每个步骤都有的键',
    keysHead: ['键', '含义'],
    listJoin: '、',
  },
} as const;

/** Marks of params whose text means something: what the reader must put there. */
const MARKS: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  column: { en: 'column', zh: '列名' },
  columns: { en: 'columns', zh: '列名，可多个' },
  reference: { en: 'stage', zh: '步骤' },
  references: { en: 'stages', zh: '步骤，可多个' },
  expression: { en: 'expression', zh: '表达式' },
  file: { en: 'file', zh: '文件' },
  formula: { en: 'formula', zh: '公式' },
};

const typeOf = (schema: Schema, lang: Lang): string =>
  MARKS[String(schema['x-ceteris'])]?.[lang] ?? code(accepted(schema));

function defaultOf(schema: Schema, isRequired: boolean, lang: Lang): string {
  if (isRequired) return WORDS[lang].required;
  const value = schema.default;
  if (value === undefined) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

interface Param {
  readonly path: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** A param, and below it the params of the mapping that it takes. */
const withInner = (param: Param): readonly Param[] => [
  param,
  ...mappings(param.schema).flatMap(([suffix, inner]) => paramsOf(`${param.path}${suffix}`, inner)),
];

/** The mappings inside a schema that have params of their own: the schema itself, an alternative, the values of names. */
function mappings(schema: Schema): readonly (readonly [suffix: string, Schema])[] {
  const all = [schema, ...(schema.anyOf ?? [])];
  return all.flatMap((one): readonly (readonly [string, Schema])[] => {
    const named = Object.values(one.patternProperties ?? {}).filter((v) => v.properties !== undefined);
    if (named.length > 0) return named.map((v) => ['.*', v] as const);
    return one.properties === undefined ? [] : [['', one] as const];
  });
}

const paramsOf = (prefix: string, schema: Schema): readonly Param[] =>
  Object.entries(schema.properties ?? {})
    .filter(([, inner]) => prefix === '' || inner.description !== undefined || inner.properties !== undefined)
    .flatMap(([name, inner]) =>
      withInner({
        path: prefix === '' ? name : `${prefix}.${name}`,
        schema: inner,
        isRequired: prefix === '' && (schema.required?.includes(name) ?? false),
      }),
    );

const paramRow = ({ path, schema, isRequired }: Param, lang: Lang): string =>
  row(
    code(path),
    typeOf(schema, lang),
    defaultOf(schema, isRequired, lang),
    inCell(prose(meaningOf(schema, lang) ?? '')),
  );

const kindsIn = (kinds: readonly Kind[], lang: Lang): string =>
  kinds.map((kind) => (lang === 'zh' ? phraseInChinese(kind) : kind)).join(WORDS[lang].listJoin);

function portRow(name: string, port: PortDecl, lang: Lang): string {
  const words = WORDS[lang];
  const written = port.keyed ? words.keyed : port.many ? words.many : words.one;
  const optional = port.optional && !port.keyed && !port.many ? words.optional : '';
  return row(code(name), kindsIn(port.kinds, lang), `${written}${optional}`);
}

export function typePage(type: AnyStageType, lang: Lang): string {
  const { summary, details, example } = type.doc;
  const words = WORDS[lang];
  const inputs = Object.entries(type.inputs);
  const lines = [
    MADE[lang],
    `# ${type.type}`,
    '',
    sentence(summary[lang]),
    '',
    elsewhere(`stages/${type.type}.md`, lang),
    '',
    textIn(details, lang).trim(),
    '',
    `## ${words.example}`,
    '',
    '```yaml',
    example.trimEnd(),
    '```',
    '',
    `## ${words.params}`,
    '',
    ...head(...words.paramsHead),
    ...paramsOf('', JSON.parse(JSON.stringify(type.params)) as Schema).map((param) => paramRow(param, lang)),
    '',
    // `where` picks rows of the table that a stage reads
    inputs.some(([, { kinds }]) => kinds.includes('table')) ? words.everyStage : words.noTable,
    '',
    ...(inputs.length === 0
      ? []
      : [
          `## ${words.inputs}`,
          '',
          ...head(...words.inputsHead),
          ...inputs.map(([name, port]) => portRow(name, port, lang)),
          '',
        ]),
    `## ${words.outputs}`,
    '',
    ...head(...words.outputsHead),
    ...Object.entries(type.outputs).map(([name, { kind, doc }]) =>
      row(code(name), kindsIn([kind], lang), inCell(prose(textIn(doc, lang)))),
    ),
    ...(type.outputsFor === undefined ? [] : ['', words.further]),
    '',
  ];
  return lines.join('\n');
}

/** With a capital at the beginning and a full stop at the end. */
function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  if (/[.。]$/.test(first)) return first;
  return /\p{Script=Han}/u.test(first) ? `${first}。` : `${first}.`;
}

/** The list of all types, in the order of the registry. */
export function typeIndex(registry: Registry, lang: Lang): string {
  const words = WORDS[lang];
  return [
    MADE[lang],
    `# ${words.types}`,
    '',
    elsewhere('stages/README.md', lang),
    '',
    ...head(...words.typesHead),
    ...[...registry.types.values()].map((t) =>
      row(`[\`${t.type}\`](${t.type}.md)`, inCell(t.doc.summary[lang].replace(/[.。]$/, ''))),
    ),
    '',
    `## ${words.keys}`,
    '',
    ...head(...words.keysHead),
    ...Object.entries(stageKeys).map(([key, text]) => row(code(key), inCell(prose(text[lang])))),
    '',
  ].join('\n');
}
