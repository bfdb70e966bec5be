/** What the keys of a pipeline file mean: for the schema that editors show, and for the pages. */
export const stageKeys = {
  where: { en: 'row condition: a filter before the stage', zh: '样本条件：在本步骤之前先按条件筛选行' },
  foreach: {
    en: 'a stage for each value of this column, `stage[value]`',
    zh: '按此列的每个取值各建一个子项，`步骤[取值]`',
  },
  matrix: {
    en: '{ case: params }, or { param: [values] } for a product',
    zh: '子项 { 名称: 参数 }；或 { 参数: [取值] }，取各参数取值的全部组合',
  },
  label: { en: 'text for the header of tables', zh: '显示在表头的名称' },
  description: { en: 'what this stage is for', zh: '本步骤的用途说明' },
  to: {
    en: 'where outputs for people go, without ending (default: out/<stage>)',
    zh: '输出文件的位置，不写扩展名（默认 out/<步骤>）',
  },
} as const;

export const pipelineKeys = {
  ceteris: { en: 'version of the language', zh: '语言版本' },
  name: { en: 'of the study: small letters, digits, -', zh: '研究的名称：小写字母、数字与 -' },
  title: {
    en: 'of the study; any text may be one per language: { en: …, zh: … }',
    zh: '研究的标题；任何文字都可分语言书写：{ en: …, zh: … }',
  },
  include: { en: 'other files whose stages, vars and labels are joined', zh: '并入其他文件中的步骤、变量与标签' },
  plugins: { en: 'files with stage types of your own', zh: '含自定义步骤类型的文件' },
  vars: {
    en: 'values by name, put in where ${name} stands; --set gives others',
    zh: '按名称给出的值，代入 ${名称} 处；可用 --set 临时改变',
  },
  labels: { en: 'labels of columns in outputs', zh: '各列在表与图中的显示名称' },
  defaults: {
    en: 'params by stage type, for all its stages; what a stage says itself goes before',
    zh: '按步骤类型给出的默认参数，适用于该类型的所有步骤；步骤自己写的优先',
  },
  stages: {
    en: 'results by name, each with its type (stage:) and what it is made from (from:)',
    zh: '各步骤，按名称；每个写明类型（stage:）与输入（from:）',
  },
} as const;
