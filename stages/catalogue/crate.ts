import { entries } from './entry.ts';

/** CE31: studies as crates. */
export const crateMessages = entries({
  CE3101: {
    en: "'{file}' is an absolute path: another machine does not have it",
    zh: "'{file}' 为绝对路径，其他机器上不存在",
    help: { en: 'write a path relative to the YAML file', zh: '请写相对于 YAML 文件的路径' },
  },
  CE3102: {
    en: "'{folder}' is there and not empty",
    zh: "'{folder}' 已存在且非空",
    help: { en: 'name a new or empty folder', zh: '请指定新的或空的文件夹' },
  },
  CE3103: {
    en: 'a study is packed once all of it has run',
    zh: '研究须全部运行成功后才能打包',
    help: { en: 'mend the stages above and export again', zh: '请先修正上述步骤，再重新打包' },
  },
  CE3104: {
    en: 'import needs a crate: a zip file or a folder',
    zh: 'import 需要一个打包文件：zip 文件或文件夹',
    help: { en: 'ceteris import study-crate.zip [FOLDER]', zh: '例如 ceteris import study-crate.zip [文件夹]' },
  },
  CE3105: {
    en: "there is no '{file}'",
    zh: "'{file}' 不存在",
    help: { en: 'name the zip file or folder that export wrote', zh: '请指定 export 写出的 zip 文件或文件夹' },
  },
  CE3106: {
    en: "'{file}' is no study that ceteris export packed",
    zh: "'{file}' 不是由 ceteris export 打包的研究",
    help: {
      en: 'it needs ro-crate-metadata.json and ceteris-run.json',
      zh: '其中应有 ro-crate-metadata.json 与 ceteris-run.json',
    },
  },
  CE3107: {
    en: "'{file}' in the crate is missing or is not what was packed",
    zh: "打包文件中的 '{file}' 缺失或已被改动",
    help: { en: 'get the crate again from its source', zh: '请从来源重新获取该打包文件' },
  },
  CE3108: {
    en: "'{stage}' gives another result ({parts}), and the code of {type} is another",
    zh: "'{stage}' 的结果不同（{parts}），且 {type} 的代码已改变",
    help: { en: 'import it with the version of ceteris that packed it', zh: '请使用打包时的 ceteris 版本导入' },
  },
  CE3071: {
    en: 'what follows from that came out otherwise too: {stages}',
    zh: '由此得出的结果也随之不同：{stages}',
    help: {
      en: 'the causes are the stages that are named above',
      zh: '原因在于上文所列的步骤',
    },
  },
  CE3109: {
    en: "'{stage}' gives another result ({parts}) with the same code of {type}",
    zh: "'{stage}' 的结果不同（{parts}），而 {type} 的代码相同",
    help: {
      en: 'another version of node or another processor can move last bits; ceteris-run.json says which were used',
      zh: 'node 版本或处理器不同可能影响末位数字；ceteris-run.json 记录了当时的环境',
    },
  },
  CE3165: {
    en: "'{stage}' gives another result ({parts}): the program that it runs answered otherwise to the same inputs",
    zh: "'{stage}' 的结果不同（{parts}）：所运行的程序对相同的输入给出了不同的结果",
    help: {
      en: 'it reads the clock, draws numbers without a seed, prints the path of its folder (a new one each time), or is another version here; write its version into env',
      zh: '程序可能读取时钟、未设种子而抽取随机数、打印其文件夹路径（每次都是新的），或此处版本不同；请将其版本写入 env',
    },
  },
  CE3110: {
    en: "output '{file}' came out with other bytes",
    zh: "输出文件 '{file}' 的内容不同",
    help: {
      en: 'the stage that wrote it is named above; ceteris-run.json lists the outputs of each',
      zh: '写出它的步骤见上；ceteris-run.json 列有各步骤的输出',
    },
  },
  CE3111: {
    en: "'{file}' cannot be written ({reason})",
    zh: "'{file}' 无法写入（{reason}）",
    help: {
      en: 'free some space, or name a place that may be written to',
      zh: '请释放空间，或指定可写的位置',
    },
  },
  CE3112: {
    en: 'not unpacked, since the crate does not say that the study has them: {files}',
    zh: '以下文件未解包，因为打包记录中没有它们：{files}',
    help: {
      en: 'what is not described has no digest, and must not take part in a run that is to prove something',
      zh: '未记录的文件没有校验值，不能参与用于验证的运行',
    },
  },
  CE3113: {
    en: "'{file}' was packed by ceteris {ceteris}, in a form that this version does not know",
    zh: "'{file}' 由 ceteris {ceteris} 打包，其格式本版本尚不支持",
    help: { en: 'import it with that version or a newer one', zh: '请使用该版本或更新的版本导入' },
  },
  CE3114: {
    en: "'{file}' cannot be read ({reason})",
    zh: "'{file}' 无法读取（{reason}）",
  },
  CE3115: {
    en: "'{file}' is no zip file, or not all of one",
    zh: "'{file}' 不是 zip 文件，或不完整",
    help: { en: 'get it again from its source', zh: '请从来源重新获取' },
  },
  CE3116: {
    en: 'packed with {before}; this is {now}',
    zh: '打包环境为 {before}，当前为 {now}',
    help: {
      en: 'another version of node or ceteris, or another processor, can move last digits',
      zh: 'node、ceteris 的版本或处理器不同，可能影响末位数字',
    },
  },
  CE3117: {
    en: "'{file}' changed while the study was packed",
    zh: "打包过程中 '{file}' 发生了变化",
    help: { en: 'export again', zh: '请重新打包' },
  },
});
