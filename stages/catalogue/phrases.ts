/** Words and half-sentences that stand as arguments in messages: what a parser expected, kinds of values, reasons. */
const phrases: Readonly<Record<string, string>> = {
  // types and kinds
  text: '文本',
  number: '数值',
  integer: '整数',
  boolean: '真假值',
  date: '日期',
  unknown: '未知类型',
  table: '数据表',
  model: '模型',
  document: '文档',
  summary: '描述统计',
  weights: '权重',
  effects: '效应',
  test: '检验',
  distribution: '分布',
  decomposition: '分解',
  bounds: '界限',
  balance: '平衡性',
  curve: '曲线',
  comparison: '比较',
  // expressions
  'the end': '结尾',
  'a value': '一个值',
  'a value or an operator': '一个值或运算符',
  'an operator or the end': '运算符或结尾',
  "'==' to compare": "用于比较的 '=='",
  "'and' between two comparisons": "两个比较之间的 'and'",
  "a closing '": "右单引号 '",
  'a closing "': '右双引号 "',
  'a closing `': '右反引号 `',
  'an expression that is less deeply nested': '嵌套较浅的表达式',
  'an expression with fewer terms': '项数较少的表达式',
  // formulas
  'a term': '一个项',
  'a column': '一个列名',
  'a number': '一个数值',
  'i(…), factor(…), poly(…), l(…), f(…), d(…), I(…), log(…), exp(…), sqrt(…) or abs(…)':
    'i(…)、factor(…)、poly(…)、l(…)、f(…)、d(…)、I(…)、log(…)、exp(…)、sqrt(…) 或 abs(…)',
  'whole numbers of periods': '整数期数',
  "'raw = TRUE' or ')'": "'raw = TRUE' 或 ')'",
  "'ref = …', 'keep = …', 'bin = …' or ')'": "'ref = …'、'keep = …'、'bin = …' 或 ')'",
  'list(name = values, …)': 'list(名称 = 取值, …)',
  'the name of a bin': '组的名称',
  // parts of a Stata file
  'a characteristic': '一项特征（char）',
  'a long string': '一个长字符串（strL）',
  'a table of value labels': '一张值标签表',
  'a value label': '一个值标签',
  'an expansion field': '一个扩展字段',
  'the formats of the variables': '各变量的显示格式',
  'the header': '文件头',
  'the label of the data': '数据标签',
  'the labels of the variables': '各变量的标签',
  'the map': '各部分的位置表',
  'the names of the variables': '各变量的名称',
  'the names of value labels': '值标签的名称',
  'the number of rows': '行数',
  'the number of the format': '格式版本号',
  'the number of variables': '变量个数',
  'the sort order': '排序信息',
  'the time': '保存时间',
  'the type of a variable': '变量的存储类型',
  'the types of the variables': '各变量的存储类型',
  // reasons
  'its parts do not fit together': '其各部分互不相符',
  'it does not begin and end with the mark of Parquet': '开头和结尾没有 Parquet 的标记',
  'it printed nothing': '未打印任何内容',
  nothing: '无',
  dropped: '被剔除',
  'too few rows': '行数过少',
  'no variation': '没有变异',
  'the outcome does not vary': '被解释变量没有变异',
  'no leverages': '没有杠杆值',
  correlation: '相关系数',
  vif: '方差膨胀因子',
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^, the last of (\d+) tries$/, '，共尝试 $1 次'],
  [/^collinear with the fixed effects$/, '与固定效应共线'],
  [/^collinear with (.+)$/, '与 $1 共线'],
  [/^the data of (\d+) rows$/, '$1 行数据'],
  // with the group that it holds for
  [/^no variation (\(.+\))$/, '没有变异 $1'],
];

/** A phrase in Chinese; whatever is none stays as it is. Alternatives (`table | model`) are taken one by one. */
export function phraseInChinese(text: string): string {
  const parts = text.split(' | ');
  if (parts.length > 1) return parts.map(phraseInChinese).join(' | ');
  if (Object.hasOwn(phrases, text)) return phrases[text] as string;
  const pattern = patterns.find(([form]) => form.test(text));
  if (pattern !== undefined) return text.replace(...pattern);
  // a reason behind the name that it is about
  const named = /^(.+): ([a-z ]+)$/.exec(text);
  return named === null ? text : `${named[1]}：${phraseInChinese(named[2] ?? '')}`;
}

export const isPhrase = (text: string): boolean => phraseInChinese(text) !== text;
