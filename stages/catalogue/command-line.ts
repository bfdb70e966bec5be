import { entries } from './entry.ts';

/** CE15…: the command line. */
export const commandLineMessages = entries({
  CE1501: {
    en: "'{name}' is not a command",
    zh: "没有名为 '{name}' 的命令",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'The first word after `ceteris` names what to do. `ceteris --help` lists the commands.',
      zh: '`ceteris` 之后的第一个词是命令名，`ceteris --help` 列出全部命令。',
    },
  },
  CE1502: {
    en: "'{name}' is not an option of this command",
    zh: "该命令没有选项 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1503: {
    en: '{option} needs a value',
    zh: '{option} 缺少取值',
    help: { en: 'write {option} {value}', zh: '请写作 {option} {value}' },
  },
  CE1504: {
    en: "{option} takes a whole number from {least} to 999999, not '{value}'",
    zh: "{option} 需要 {least} 至 999999 的整数，而不是 '{value}'",
  },
  CE1505: {
    en: "{option} cannot be '{name}'",
    zh: "{option} 不能取 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1506: {
    en: 'one pipeline at a time: {paths}',
    zh: '一次只能处理一个流程：{paths}',
    help: {
      en: 'name one pipeline file or folder; other arguments are stages',
      zh: '只写一个流程文件或文件夹，其余参数为步骤名',
    },
  },
  CE1507: {
    en: "--set takes var=value, not '{value}'",
    zh: "--set 的写法为 变量=值，而不是 '{value}'",
  },
  CE1508: {
    en: "{option} takes no value, and got '{value}'",
    zh: "{option} 不带取值，却得到 '{value}'",
  },
  CE1509: {
    en: 'which stage?',
    zh: '要处理哪个步骤？',
    help: { en: 'name a stage: {known}', zh: '请写出步骤名：{known}' },
  },
  CE1510: {
    en: "there is no stage '{name}' in this pipeline",
    zh: "流程中没有步骤 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1511: {
    en: "there is no pipeline.yaml in '{name}'",
    zh: "'{name}' 中没有 pipeline.yaml",
    help: {
      en: 'name a pipeline file, or make a study with: ceteris init',
      zh: '请指明流程文件，或用 ceteris init 新建研究',
    },
  },
  CE1512: {
    en: "'{name}' exists already",
    zh: "'{name}' 已存在",
    help: { en: 'choose another folder; nothing was written', zh: '请换一个文件夹；未写入任何内容' },
  },
  CE1513: {
    en: "the reference '{name}' does not name one result",
    zh: "'{name}' 没有指向唯一的结果",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1562: {
    en: "'{name}' is one argument too many",
    zh: "多余的参数 '{name}'",
    help: { en: 'this command takes: {usage}', zh: '该命令的用法：{usage}' },
  },
  CE1563: {
    en: 'which name is to be deleted?',
    zh: '要删除哪个名称？',
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1564: {
    en: 'standard output cannot be written ({reason})',
    zh: '无法写入标准输出（{reason}）',
    help: {
      en: 'what was printed is not whole: make room on the disk, or print to another place',
      zh: '输出不完整：请清出磁盘空间，或改为输出到别处',
    },
  },
  CE1565: {
    en: "whether '{name}' is a group is not known before '{from}' {from|has|have} run",
    zh: "须先运行 '{from}'，才知道 '{name}' 是否是一个组",
    help: {
      en: 'the groups of a `foreach` are found in the data as it is now: ceteris run',
      zh: '`foreach` 的组要从当前数据中读出：ceteris run',
    },
    doc: {
      en: 'Commands that only look know the groups that the store knows for the data as it is; after an edit of the data, those of the last run.',
      zh: '只查看而不运行的命令，所知的组来自存储中与当前数据相符的结果；数据改动之后，则是上次运行时的组。',
    },
  },
  CE1566: {
    en: "'{name}' is a file of the pipeline itself: what an edit of it runs again depends on the edit",
    zh: "'{name}' 是流程文件本身：修改后会重新运行哪些步骤取决于改了什么",
    help: {
      en: 'name the stage, the column or the data file; after the edit, ceteris plan says it',
      zh: '请写步骤、列或数据文件；修改之后可用 ceteris plan 查看',
    },
  },
  CE1567: {
    en: "'{name}' is written by '{stage}', and no stage reads it",
    zh: "'{name}' 由 '{stage}' 写出，没有步骤读取它",
    help: { en: 'name the stage: {stage}', zh: '请写步骤名：{stage}' },
  },
  CE1568: {
    en: "'{name}' is no pipeline",
    zh: "'{name}' 不是流程文件",
    help: {
      en: 'a pipeline is a YAML file or its folder; a file in out/ is called by its stage: ceteris run {stage}',
      zh: '流程是 YAML 文件或其文件夹；out/ 中的文件以步骤命名：ceteris run {stage}',
    },
  },
  CE1569: {
    en: "--watch compares with the pipeline as it stands, and '{name}' is a second run",
    zh: "--watch 与当前流程比较，'{name}' 却是第二次运行",
    help: { en: 'name one run, or leave --watch out', zh: '请只写一次运行，或去掉 --watch' },
  },
  CE1520: {
    en: "'{name}' cannot be written ({reason})",
    zh: "无法写入 '{name}'（{reason}）",
    help: { en: 'choose a folder that you may write to', zh: '请选择可写入的文件夹' },
  },
});
