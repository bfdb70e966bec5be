import { entries } from './entry.ts';

const suggestion = { en: '{suggestion}', zh: '{suggestion}' };

/** CE1002–CE1109: reading the file, its YAML, its top level, its vars. */
export const pipelineFileMessages = entries({
  CE1002: {
    en: "there is no file '{file}'",
    zh: "文件 '{file}' 不存在",
    help: {
      en: 'correct the path, which an include gives from the file in which it stands; a new study is made with ceteris init',
      zh: '请更正路径（include 中的路径相对于所在文件）；新研究可用 ceteris init 建立',
    },
    doc: {
      en: 'The pipeline file, or a file that it includes, is not where the path says. Paths in `include` are relative to the file they stand in.',
      zh: '流程文件或其包含的文件不在所写的路径上。`include` 中的路径相对于其所在文件。',
    },
  },
  CE1003: {
    en: "'{file}' cannot be read ({reason})",
    zh: "无法读取 '{file}'（{reason}）",
    help: { en: 'check its permissions', zh: '请检查文件权限' },
  },
  CE1004: {
    en: "'{file}' is a folder, a pipeline file is needed",
    zh: "'{file}' 是文件夹，此处需要流程文件",
  },
  CE1005: {
    en: "'{file}' is not a regular file",
    zh: "'{file}' 不是普通文件",
    help: { en: 'pipes, sockets and devices are not read', zh: '不读取管道、套接字或设备' },
  },
  CE1006: {
    en: "'{file}' is empty",
    zh: "'{file}' 没有内容",
    help: { en: 'a pipeline starts with ceteris: 1', zh: '流程文件以 ceteris: 1 开头' },
  },
  CE1007: {
    en: "'{file}' is not a text file (byte {byte} is zero)",
    zh: "'{file}' 不是文本文件（第 {byte} 个字节为零）",
    help: { en: 'a pipeline is YAML in UTF-8', zh: '流程文件须为 UTF-8 编码的 YAML' },
  },
  CE1008: {
    en: "'{file}' has {size} MB, a pipeline file may have {limit}",
    zh: "'{file}' 有 {size} MB，流程文件不得超过 {limit} MB",
    help: { en: 'data belong in files of their own, read by an ingest', zh: '数据应放在单独的文件中，由 ingest 读取' },
  },
  CE1009: {
    en: "'{file}' is not UTF-8 (byte {byte})",
    zh: "'{file}' 不是 UTF-8 编码（第 {byte} 个字节）",
    help: {
      en: 'save it as UTF-8; editors on Chinese Windows often save as GBK (ANSI)',
      zh: '请以 UTF-8 编码保存；中文 Windows 的编辑器常默认保存为 GBK（ANSI）',
    },
    doc: {
      en: 'Pipeline files are UTF-8. Data files may have other encodings: see `encoding` of `ingest`.',
      zh: '流程文件须为 UTF-8。数据文件可用其他编码，见 `ingest` 的 `encoding`。',
    },
  },
  CE1010: {
    en: "the YAML makes no sense at '{value}'",
    zh: "YAML 在 '{value}' 处无法理解",
    help: {
      en: 'look for a missing colon, comma, quote or bracket here or on the line before',
      zh: '请检查本行或上一行是否缺少冒号、逗号、引号或括号',
    },
  },
  CE1011: {
    en: 'a tab is used to indent',
    zh: '使用了制表符缩进',
    help: { en: 'YAML is indented with spaces', zh: 'YAML 只能用空格缩进' },
  },
  CE1012: {
    en: 'this line is not indented like its neighbours',
    zh: '该行的缩进与同级各行不一致',
    help: { en: 'keys of one mapping start in the same column', zh: '同一映射的各个键须从同一列开始' },
  },
  CE1013: {
    en: "the '{bracket}' that ends this is missing, or a bracket inside tears it",
    zh: "缺少结束用的 '{bracket}'，或被内部的括号截断",
    help: { en: 'close it, or quote the text with brackets', zh: '请补上括号，或给含括号的文字加引号' },
  },
  CE1014: {
    en: "a second ': ' on one line",
    zh: "同一行出现了第二个 ': '",
    help: { en: "put a text that contains ': ' in quotes", zh: "含有 ': ' 的文字须加引号" },
  },
  CE1015: {
    en: "'{value}' is no key: a key is one short line and ends with ':'",
    zh: "'{value}' 不是键：键须写在一行内并以 ':' 结尾",
    help: { en: "is a ':' missing?", zh: "是否缺少 ':'？" },
  },
  CE1016: {
    en: "'{value}' is no escape that double quotes know",
    zh: "双引号中没有转义 '{value}'",
    help: { en: 'use single quotes, or write \\\\ for a backslash', zh: '请改用单引号，或用 \\\\ 表示反斜杠' },
  },
  CE1017: {
    en: "'*' starts an alias in YAML, and this one has no name",
    zh: "YAML 中 '*' 表示别名，此处没有名称",
    help: { en: 'put a text that starts with * in quotes', zh: '以 * 开头的文字须加引号' },
  },
  CE1018: {
    en: "a line that starts with '%' is an order to YAML, and this one is not understood",
    zh: "以 '%' 开头的行是 YAML 指令，此处无法理解",
  },
  CE1019: {
    en: "an anchor, alias or tag stands where none may: '{value}'",
    zh: "锚点、别名或标签的位置不对：'{value}'",
  },
  CE1020: {
    en: 'an indented block cannot stand inside brackets',
    zh: '方括号或花括号内不能使用缩进块',
  },
  CE1021: {
    en: 'the closing quote is missing',
    zh: '缺少右引号',
  },
  CE1022: {
    en: 'the marks of a merge stand in the file: both sides are in it',
    zh: '文件中留有合并冲突标记，两个版本都在其中',
    help: {
      en: 'keep one side, and delete the lines <<<<<<<, ======= and >>>>>>>',
      zh: '请保留其中一个版本，并删去 <<<<<<<、=======、>>>>>>> 各行',
    },
  },
  CE1023: {
    en: 'a blank that is no space ({value}) stands where YAML needs one',
    zh: '此处的空白不是普通空格（{value}），YAML 不识别',
    help: {
      en: 'delete it and type a space; text from Word or a web page brings such blanks along',
      zh: '请删去后重新输入半角空格；全角输入或从 Word、网页复制的文字会带入这种空白',
    },
  },
  CE1024: {
    en: "'{value}' is a full-width mark, YAML knows only '{plain}'",
    zh: "'{value}' 是全角标点，YAML 只识别半角的 '{plain}'",
    help: { en: "write '{plain}', with a space after ':' and ','", zh: "请改为半角 '{plain}'，':' 与 ',' 之后加空格" },
  },
  CE1025: {
    en: "a space is missing after ':' in '{value}'",
    zh: "'{value}' 的 ':' 之后缺少空格",
    help: { en: 'write {fixed}', zh: '请写作 {fixed}' },
  },
  CE1026: {
    en: 'the lines of this file end as on old Macs (CR alone), so that it is one line to YAML',
    zh: '文件的换行符为旧式 Mac 格式（单独的 CR），YAML 会视为一行',
    help: { en: 'save it with LF or CRLF', zh: '请以 LF 或 CRLF 换行保存' },
  },
  CE1028: {
    en: 'a second document starts here',
    zh: '此处开始了第二个文档',
    help: { en: 'one pipeline a file: take the --- out', zh: '一个文件只能有一个流程：请删去 ---' },
  },
  CE1030: {
    en: "'{name}' stands here twice, first in line {line}",
    zh: "'{name}' 出现两次，第一次在第 {line} 行",
    help: { en: 'keep one of them', zh: '请只保留一处' },
  },
  CE1031: {
    en: 'a key must be a text',
    zh: '键必须是文字',
  },
  CE1032: {
    en: 'nested more than {limit} deep',
    zh: '嵌套超过 {limit} 层',
  },
  CE1033: {
    en: 'aliases or vars grow this to more than {limit} values',
    zh: '别名或变量使此处扩展到超过 {limit} 个值',
  },
  CE1034: {
    en: "'{value}' cannot be a name",
    zh: "'{value}' 不能用作名称",
    help: { en: '__proto__, constructor and prototype are reserved', zh: '__proto__、constructor、prototype 为保留名' },
  },
  CE1035: {
    en: "a value that starts with '!' is a tag to YAML: {value}",
    zh: "以 '!' 开头的值在 YAML 中是标签：{value}",
    help: {
      en: 'put the expression in quotes; negation is written not',
      zh: '请给表达式加引号；否定写作 not',
    },
  },
  CE1036: {
    en: '{value} has more digits than a number can hold',
    zh: '{value} 的位数超出了数值的精度',
    help: { en: 'put it in quotes if it is a code', zh: '若为编码请加引号' },
  },
  CE1037: {
    en: '{value} is not a number that may stand here',
    zh: '此处不能使用数值 {value}',
  },
  CE1038: {
    en: "the alias '*{name}' has no anchor before it",
    zh: "别名 '*{name}' 之前没有对应的锚点",
    help: {
      en: '{suggestion}; a text that starts with * must be quoted',
      zh: '{suggestion}；以 * 开头的文字须加引号',
    },
  },
  CE1039: {
    en: "the alias '*{name}' stands inside its own anchor",
    zh: "别名 '*{name}' 位于其锚点内部",
  },
  CE1040: {
    en: "'<<' merges mappings only",
    zh: "'<<' 只能合并映射",
  },
  CE1041: {
    en: "two mappings merged here both have '{name}'",
    zh: "此处合并的两个映射都有 '{name}'",
    help: { en: 'write the key in the mapping itself', zh: '请在映射中直接写出该键' },
  },
  CE1042: {
    en: 'an expression or a reference is torn at its commas or brackets: {value}',
    zh: '表达式或引用在逗号或括号处被截断：{value}',
    help: { en: 'inside {…} and […] put it in quotes', zh: '在 {…} 与 […] 内须加引号' },
    doc: {
      en: 'Inside `{…}` and `[…]`, YAML reads commas and brackets as its own. Quote the value: `{ y: "if(c, a, b)" }`, `{ columns: "base[*]" }`.',
      zh: '在 `{…}` 与 `[…]` 中，YAML 把逗号与括号视为自身语法。请加引号：`{ y: "if(c, a, b)" }`、`{ columns: "base[*]" }`。',
    },
  },
  CE1043: {
    en: "{value} must be quoted inside '{…}' and '[…]'",
    zh: "在 '{…}' 与 '[…]' 内，{value} 须加引号",
    help: { en: 'write "{value}"', zh: '请写作 "{value}"' },
  },
  CE1044: {
    en: 'a value cannot start with a backtick in YAML: {value}',
    zh: 'YAML 的值不能以反引号开头：{value}',
    help: { en: "put the whole expression in quotes: '{value}'", zh: "请给整个表达式加引号：'{value}'" },
  },
  CE1045: {
    en: 'a value cannot start with this character in YAML: {value}',
    zh: 'YAML 的值不能以该字符开头：{value}',
    help: { en: 'put it in quotes; a list is written [a, b]', zh: '请加引号；列表写作 [a, b]' },
  },
  CE1046: {
    en: 'more stands behind a text in quotes: {value}',
    zh: '带引号的文字之后还有内容：{value}',
    help: {
      en: 'put the whole expression in quotes, the other kind outside',
      zh: '请给整个表达式加引号，外层使用另一种引号',
    },
  },
  CE1050: {
    en: 'a pipeline file is a mapping, with keys such as ceteris, name and stages',
    zh: '流程文件应为映射，含 ceteris、name、stages 等键',
  },
  CE1051: {
    en: "'{name}' is not a key of a pipeline file",
    zh: "流程文件没有键 '{name}'",
    help: suggestion,
  },
  CE1052: {
    en: "the language version is missing: 'ceteris: 1'",
    zh: "缺少语言版本：'ceteris: 1'",
    help: { en: 'write ceteris: 1 in the first line', zh: '请在第一行写 ceteris: 1' },
  },
  CE1053: {
    en: "language version '{value}' is not known",
    zh: "未知的语言版本 '{value}'",
    help: { en: 'this ceteris reads version 1', zh: '本程序读取版本 1' },
  },
  CE1054: {
    en: "'{value}' cannot be the name of a pipeline",
    zh: "'{value}' 不能作为流程名",
    help: { en: 'small letters, digits and hyphens', zh: '只能用小写字母、数字与连字符' },
  },
  CE1055: {
    en: "'{key}' must be a text, or one per language: { en: …, zh: … }",
    zh: "'{key}' 应为文字，或按语言分写：{ en: …, zh: … }",
  },
  CE1056: {
    en: "'{key}' must be {expected}",
    zh: "'{key}' 应为 {expected}",
  },
  CE1057: {
    en: 'files include each other: {cycle}',
    zh: '文件互相包含：{cycle}',
    help: { en: 'take one of the includes out', zh: '请删去其中一处 include' },
  },
  CE1058: {
    en: "'{name}' is already there, in {other}",
    zh: "'{name}' 已在 {other} 中定义",
    help: { en: 'give one of them another name', zh: '请更改其中一个的名称' },
  },
  CE1059: {
    en: "'{name}' is already said, in {other}",
    zh: "'{name}' 已在 {other} 中给出",
    help: { en: 'take one of the two out', zh: '请删去其中一处' },
  },
  CE1060: {
    en: 'there are no stages',
    zh: '流程中没有步骤',
    help: { en: 'write them under stages:', zh: '请写在 stages: 之下' },
  },
  CE1061: {
    en: "'{name}' in defaults is not a stage type",
    zh: "defaults 中的 '{name}' 不是步骤类型",
    help: suggestion,
  },
  CE1062: {
    en: "'{name}' cannot have a default",
    zh: "'{name}' 不能设默认值",
    help: { en: 'write it on the stages', zh: '请写在各步骤上' },
  },
  CE1100: {
    en: "there is no var '{name}'",
    zh: "没有变量 '{name}'",
    help: {
      en: '{suggestion} (write $$ before the brace for the characters themselves)',
      zh: '{suggestion}（若要原样写出花括号，请在前面写 $$）',
    },
  },
  CE1101: {
    en: 'vars use each other: {cycle}',
    zh: '变量互相引用：{cycle}',
  },
  CE1102: {
    en: "'{value}' does not name a var",
    zh: "'{value}' 不是变量的写法",
    help: {
      en: 'a var is a letter and then letters, digits, _ or -; write $$ for the characters themselves',
      zh: '变量名以字母开头，后接字母、数字、_ 或 -；原样书写请用 $$',
    },
  },
  CE1103: {
    en: "the var '{name}' is {is}; inside a longer text it must be one value",
    zh: "变量 '{name}' 是 {is}；嵌入文字时必须是单个值",
    help: { en: 'use it alone: "{use}"', zh: '请单独使用："{use}"' },
  },
  CE1104: {
    en: "'{name}' cannot be the name of a var",
    zh: "'{name}' 不能作为变量名",
    help: { en: 'a letter, and then letters, digits, _ or -', zh: '以字母开头，后接字母、数字、_ 或 -' },
  },
  CE1105: {
    en: "--set: there is no var '{name}'",
    zh: "--set：没有变量 '{name}'",
    help: suggestion,
  },
  CE1106: {
    en: "--set takes var=value, not '{value}'",
    zh: "--set 的写法为 变量=值，而不是 '{value}'",
  },
});
