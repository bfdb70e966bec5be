import { entries } from './entry.ts';

const suggestion = { en: '{suggestion}', zh: '{suggestion}' };

/** CE1001, CE1110–CE1399: stages, matrices, references, params. */
export const pipelineStageMessages = entries({
  CE1001: {
    en: "'{name}' is not a stage of this pipeline",
    zh: "流程中没有名为 '{name}' 的步骤",
    help: suggestion,
    doc: {
      en: 'A reference names a stage that does not exist. References are `stage`, `stage.output`, `stage[case]` or `stage[*]`.',
      zh: '引用了不存在的步骤。引用的写法为 `步骤`、`步骤.输出`、`步骤[情形]` 或 `步骤[*]`。',
    },
  },
  CE1110: {
    en: "'{name}' cannot be the name of a stage",
    zh: "'{name}' 不能作为步骤名",
    help: {
      en: 'a small letter, and then small letters, digits, _ or -',
      zh: '以小写字母开头，后接小写字母、数字、_ 或 -',
    },
  },
  CE1111: {
    en: "stage '{name}' says nothing: its keys belong under it, indented",
    zh: "步骤 '{name}' 没有内容：各键应缩进写在其下",
  },
  CE1112: {
    en: "stage '{name}' has no type",
    zh: "步骤 '{name}' 没有类型",
    help: { en: 'write stage: and one of {known}', zh: '请写 stage: 及类型，如 {known}' },
  },
  CE1113: {
    en: "there is no stage type '{name}'",
    zh: "没有步骤类型 '{name}'",
    help: suggestion,
  },
  CE1150: {
    en: 'a matrix holds cases (key and params) or lists for a product, not both',
    zh: 'matrix 只能全部是情形（键与参数）或全部是列表（求积），不能混用',
    help: {
      en: "a mapping makes a case, a list makes a product; '{name}' differs from those before it",
      zh: "映射为情形，列表为求积；'{name}' 与前面的不同",
    },
  },
  CE1151: {
    en: 'a matrix without cases',
    zh: 'matrix 中没有情形',
    help: {
      en: "write cases ('(1)': {}) or lists (y: [a, b]), or take matrix out",
      zh: "请写情形（'(1)': {}）或列表（y: [a, b]），或删去 matrix",
    },
  },
  CE1152: {
    en: "'{name}' in a matrix is {is}: a case is a mapping of params, a product a list of values",
    zh: "matrix 中的 '{name}' 是 {is}：情形应为参数映射，求积应为取值列表",
  },
  CE1153: {
    en: "two cases have the name '{name}'",
    zh: "两个情形同名：'{name}'",
  },
  CE1154: {
    en: "'{name}' cannot be the name of a case",
    zh: "'{name}' 不能作为情形名",
    help: {
      en: 'square brackets must pair, and * alone means all cases',
      zh: '方括号须成对，单独的 * 表示全部情形',
    },
  },
  CE1155: {
    en: 'this matrix makes {count} cases, {limit} are allowed',
    zh: '该 matrix 会产生 {count} 个情形，最多允许 {limit} 个',
  },
  CE1156: {
    en: "a case cannot set '{name}'",
    zh: "情形中不能设置 '{name}'",
  },
  CE1200: {
    en: "'{value}' is not a reference",
    zh: "'{value}' 不是引用的写法",
    help: {
      en: 'write stage, stage.output, stage[case] or stage[*]',
      zh: '请写作 步骤、步骤.输出、步骤[情形] 或 步骤[*]',
    },
  },
  CE1201: {
    en: "stage '{stage}' has no case '{name}'",
    zh: "步骤 '{stage}' 没有情形 '{name}'",
    help: suggestion,
  },
  CE1202: {
    en: "stage '{stage}' has no matrix, and so no cases",
    zh: "步骤 '{stage}' 没有 matrix，因而没有情形",
    help: { en: "write '{stage}'", zh: "请写 '{stage}'" },
  },
  CE1203: {
    en: "stage '{stage}' has several cases: which one?",
    zh: "步骤 '{stage}' 有多个情形，请指明其一",
    help: { en: 'write {known}', zh: '请写 {known}' },
  },
  CE1204: {
    en: "'{value}' stands for several inputs, {param} takes one",
    zh: "'{value}' 代表多个输入，而 {param} 只接受一个",
    help: { en: 'name one case: {known}', zh: '请指明一个情形：{known}' },
  },
  CE1205: {
    en: "'{stage}' has no output '{name}'",
    zh: "'{stage}' 没有输出 '{name}'",
    help: suggestion,
  },
  CE1206: {
    en: "{param} takes {wanted}, and '{value}' is {is}",
    zh: "{param} 需要 {wanted}，而 '{value}' 是 {is}",
    help: { en: 'name a stage or output of the right kind', zh: '请引用类型相符的步骤或输出' },
  },
  CE1207: {
    en: 'stages need each other: {cycle}',
    zh: '步骤互相依赖：{cycle}',
    help: { en: 'one of them must read something else', zh: '其中之一须改用其他输入' },
  },
  CE1208: {
    en: '{param} takes one reference, and has {count}',
    zh: '{param} 只接受一个引用，现有 {count} 个',
  },
  CE1230: {
    en: "'{key}' picks rows of a table, and {type} reads none",
    zh: "'{key}' 用于筛选数据表的行，而 {type} 不读取数据表",
    help: { en: 'write it on a stage that reads the table', zh: '请写在读取该数据表的步骤上' },
  },
  CE1250: {
    en: "'{name}' is not a param of {type}",
    zh: "{type} 没有参数 '{name}'",
    help: suggestion,
  },
  CE1251: {
    en: "{type} needs '{name}'",
    zh: "{type} 缺少参数 '{name}'",
    help: { en: 'add {name}: {expected}', zh: '请添加 {name}: {expected}' },
  },
  CE1252: {
    en: "'{name}' is not a key of {param}",
    zh: "{param} 没有键 '{name}'",
    help: suggestion,
  },
  CE1253: {
    en: "{param} needs the key '{name}'",
    zh: "{param} 缺少键 '{name}'",
    help: { en: 'add {name}: {expected}', zh: '请添加 {name}: {expected}' },
  },
  CE1254: {
    en: '{param} must be {expected}, not {value}',
    zh: '{param} 应为 {expected}，而不是 {value}',
  },
  CE1255: {
    en: '{param} must be text, and YAML reads {value} as something else',
    zh: '{param} 应为文字，而 YAML 将 {value} 读作其他类型',
    help: { en: 'put it in quotes: "{value}"', zh: '请加引号："{value}"' },
  },
  CE1256: {
    en: '{param} has no value',
    zh: '{param} 没有取值',
    help: { en: 'expected: {expected}', zh: '应为：{expected}' },
  },
  CE1257: {
    en: "{param} cannot be '{name}'",
    zh: "{param} 不能取 '{name}'",
    help: suggestion,
  },
  CE1295: {
    en: "'{name}' is not a param of {type}",
    zh: "{type} 没有参数 '{name}'",
    help: { en: 'its counterpart here: {plain}', zh: '此处对应的写法：{plain}' },
  },
  CE1296: {
    en: "{param} cannot be '{name}'",
    zh: "{param} 不能取 '{name}'",
    help: { en: 'it is written {plain} here', zh: '此处写作 {plain}' },
  },
  CE1258: {
    en: '{param} must be {relation} {limit}, not {value}',
    zh: '{param} 应 {relation} {limit}，而不是 {value}',
  },
  CE1259: {
    en: '{param} has {count} {count|item|items}, and needs {relation} {limit}',
    zh: '{param} 有 {count} 项，需要 {relation} {limit} 项',
  },
  CE1260: {
    en: "{param} '{value}' has not the form of {form}",
    zh: "{param} 的 '{value}' 格式不符，应如 {form}",
  },
  CE1261: {
    en: '{param} must not be empty',
    zh: '{param} 不能为空',
  },
  CE1262: {
    en: '{param} names the same thing twice',
    zh: '{param} 中有重复项',
  },
  CE1263: {
    en: '{param} is not valid ({detail})',
    zh: '{param} 无效（{detail}）',
  },
  CE1300: {
    en: "'to' leaves the pipeline's folder: {value}",
    zh: "'to' 超出了流程所在文件夹：{value}",
    help: { en: 'write a path inside it, such as out/table1', zh: '请写文件夹内的路径，如 out/table1' },
  },
  CE1301: {
    en: "'to' is also where stage '{other}' writes: {value}",
    zh: "'to' 与步骤 '{other}' 的输出位置相同：{value}",
    help: { en: 'give each its own path', zh: '请分别指定路径' },
  },
  CE1302: {
    en: "{type} writes no files for people, so 'to' has no meaning",
    zh: "{type} 不输出文件，'to' 没有意义",
    help: { en: 'take it out', zh: '请删去' },
  },
  CE1303: {
    en: "'to' must be the path of a file without its ending, not '{value}'",
    zh: "'to' 应为不含扩展名的文件路径，而不是 '{value}'",
  },
  CE1350: {
    en: "this stage would write over '{file}', which the pipeline itself reads",
    zh: "该步骤会覆盖流程本身所读取的文件 '{file}'",
    help: {
      en: 'let to: name another path, such as out/table1; what a stage makes is read with its name, not from its file',
      zh: '请用 to: 指定其他路径，如 out/table1；读取某步骤的结果应写步骤名，而不是它输出的文件',
    },
    doc: {
      en: 'The output of the stage has the path of a data file, a script, a plugin or a YAML file of the same pipeline, or differs from it in case only, which many disks do not tell apart. Nothing runs, so the file stays as it is.',
      zh: '该步骤的输出路径与同一流程的数据文件、脚本、插件或 YAML 文件相同，或仅大小写不同（许多磁盘不加区分）。不会运行任何步骤，文件保持原样。',
    },
  },
  CE1351: {
    en: "'to' leads into '{folder}', which belongs to another program: {value}",
    zh: "'to' 指向属于其他程序的文件夹 '{folder}'：{value}",
    help: { en: 'write a path elsewhere, such as out/table1', zh: '请写其他位置的路径，如 out/table1' },
  },
});
