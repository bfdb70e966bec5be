import { entries } from './entry.ts';

/** CE3…: running: files, workers, the machine. */
export const executionMessages = entries({
  CE3001: {
    en: "file '{file}' does not exist",
    zh: "文件 '{file}' 不存在",
    help: {
      en: 'put the file there, or correct the path: it is relative to the YAML file in which it stands',
      zh: '请将文件放在该处，或更正路径：路径相对于其所在的 YAML 文件',
    },
    doc: {
      en: 'A stage names a data file that is not there when the stage runs. The other stages run; what depends on this one waits.',
      zh: '步骤所指的数据文件在运行时不存在。其他步骤照常运行，依赖它的步骤则等待。',
    },
  },
  CE3002: {
    en: "'{file}' is no regular file",
    zh: "'{file}' 不是普通文件",
    help: {
      en: 'name a file: folders, pipes and devices cannot be read as data',
      zh: '请指定一个文件：文件夹、管道和设备不能作为数据读取',
    },
  },
  CE3003: {
    en: "file '{file}' cannot be read ({reason})",
    zh: "文件 '{file}' 无法读取（{reason}）",
    help: { en: 'check that you may read the file', zh: '请检查您是否有权读取该文件' },
  },
  CE3004: {
    en: "file '{file}' kept changing while it was read",
    zh: "文件 '{file}' 在读取期间不断变化",
    help: {
      en: 'wait until the program that writes it is done, then run again',
      zh: '请等待写入该文件的程序完成后再运行',
    },
    doc: {
      en: 'A file was written to several times while its content was being taken in. Nothing was computed from it, since half of an old and half of a new file is data that never was.',
      zh: '文件在读取期间被多次写入。未用其计算任何结果，因为半新半旧的内容并非真实数据。',
    },
  },
  CE3010: {
    en: "output '{file}' cannot be written ({reason})",
    zh: "输出文件 '{file}' 无法写入（{reason}）",
    help: {
      en: 'close the file if a program holds it open, or let to: name a place that you may write to',
      zh: '若文件被其他程序占用请先关闭，或用 to: 指定可写入的位置',
    },
    doc: {
      en: 'The result was computed and is in the store; only its copy for people could not be written. Once the place can be written to, the next run puts the file there without computing anything again.',
      zh: '结果已计算并存入缓存，只是供阅读的副本无法写入。位置可写后，下次运行无需重新计算即可写出文件。',
    },
  },
  CE3050: {
    en: "output '{file}' cannot be written: there is a folder of that name",
    zh: "输出文件 '{file}' 无法写入：已有同名文件夹",
    help: {
      en: 'move the folder away or rename it, or let to: name another path; the result is in the store',
      zh: '请移走或重命名该文件夹，或用 to: 指定其他路径；结果已在缓存中',
    },
  },
  CE3051: {
    en: "output '{file}' cannot be written: '{folder}', or a folder above it, is a file",
    zh: "输出文件 '{file}' 无法写入：'{folder}' 或其上级文件夹处是一个文件",
    help: {
      en: 'move that file away or rename it, or let to: name another path; the result is in the store',
      zh: '请移走或重命名该文件，或用 to: 指定其他路径；结果已在缓存中',
    },
  },
  CE3011: {
    en: 'this stage needed more memory than there is',
    zh: '该步骤所需内存超出可用内存',
    help: {
      en: 'run with --jobs 1, or read fewer columns or rows',
      zh: '请使用 --jobs 1 运行，或读取较少的列或行',
    },
  },
  CE3901: {
    en: "ceteris bug in stage type '{type}': {detail}",
    zh: "ceteris 程序错误，步骤类型 '{type}'：{detail}",
    help: {
      en: 'this is a fault of ceteris and not of your pipeline; please report it with the run log',
      zh: '这是 ceteris 的错误而非您的流程有误；请附上运行日志报告该问题',
    },
    doc: {
      en: 'The code of a stage type stopped in a way that it should never. Other stages are not affected, and nothing of this stage was stored.',
      zh: '某步骤类型的代码以不应出现的方式中止。其他步骤不受影响，该步骤没有存储任何内容。',
    },
  },
});
