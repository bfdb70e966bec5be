import { entries } from './entry.ts';

/** CE155…: runs, tags and what is asked of them; CE401…: locks. */
export const runMessages = entries({
  CE1550: {
    en: "{option} takes a number with a unit, such as {example}, not '{value}'",
    zh: "{option} 需要带单位的数，例如 {example}，而不是 '{value}'",
    help: { en: 'times: 90m, 12h, 30d, 2w; sizes: 500M, 2G', zh: '时间：90m、12h、30d、2w；大小：500M、2G' },
  },
  CE1551: {
    en: "'{name}' cannot name a run",
    zh: "'{name}' 不能用作运行的名称",
    help: {
      en: "use letters, digits, '.', '_' and '-', up to 64, starting with a letter or digit; 'latest' is taken",
      zh: "请使用字母、数字、'.'、'_' 和 '-'，不超过 64 个字符，以字母或数字开头；'latest' 已被占用",
    },
  },
  CE1552: {
    en: "there is no run '{name}'",
    zh: "没有名为 '{name}' 的运行",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'A run is named by `latest`, `latest~1` (the one before), a tag, its id as `ceteris log` prints it, or the beginning of that id.',
      zh: '运行可用 `latest`、`latest~1`（上一次）、名称、`ceteris log` 所列的编号或编号的开头部分来指定。',
    },
  },
  CE1553: {
    en: "'{name}' is the beginning of several runs",
    zh: "有多次运行以 '{name}' 开头",
    help: { en: 'write more of one of: {known}', zh: '请写出其中一个的更多字符：{known}' },
  },
  CE1554: {
    en: "'{name}' names the run {run} already",
    zh: "'{name}' 已指向运行 {run}",
    help: { en: 'move the name with --force, or choose another', zh: '用 --force 移动该名称，或另选名称' },
  },
  CE1555: {
    en: "no run is named '{name}'",
    zh: "没有名为 '{name}' 的运行",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1558: {
    en: "there is no pipeline '{name}', and this command takes nothing else",
    zh: "没有流程 '{name}'，且该命令不接受其他参数",
    help: {
      en: 'name a pipeline file, or a folder with a pipeline.yaml',
      zh: '请给出流程文件，或含 pipeline.yaml 的文件夹',
    },
  },
  CE1561: {
    en: 'no run of this pipeline is on record',
    zh: '该流程尚无运行记录',
    help: { en: 'ceteris run makes one', zh: '请先 ceteris run' },
  },
  CE1560: {
    en: "'{name}' is neither a run nor a stage",
    zh: "'{name}' 既不是一次运行，也不是步骤",
    help: { en: '{suggestion}', zh: '{suggestion}' },
    doc: {
      en: 'A run is named by `latest`, `latest~1` (the one before), a tag, its id as `ceteris log` prints it, or the beginning of that id; a stage as in the pipeline.',
      zh: '运行可用 `latest`、`latest~1`（上一次）、名称、`ceteris log` 所列的编号或编号的开头部分来指定；步骤按流程中的名称。',
    },
  },
  CE1559: {
    en: "'{name}' is a third run, and two are compared",
    zh: "'{name}' 是第三次运行，只能比较两次",
    help: {
      en: 'name one run (compared with the pipeline as it stands) or two, and any number of stages',
      zh: '请给出一次运行（与当前流程比较）或两次运行，以及任意个步骤',
    },
  },
  CE1557: {
    en: "'{stage}' makes nothing that is called '{name}'",
    zh: "'{stage}' 没有名为 '{name}' 的输出或列",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE1556: {
    en: "'{name}' is not something that this command does",
    zh: "该命令不支持 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
  CE4010: {
    en: "there is no lock '{file}'",
    zh: "没有锁文件 '{file}'",
    help: { en: 'make one with ceteris lock', zh: '请用 ceteris lock 生成' },
  },
  CE4011: {
    en: "the lock '{file}' cannot be read ({reason})",
    zh: "锁文件 '{file}' 无法读取（{reason}）",
    help: {
      en: 'take it from your version control, or make it anew with ceteris lock',
      zh: '请从版本库恢复，或用 ceteris lock 重新生成',
    },
  },
  CE4012: {
    en: "'{file}' is not what it was when it was locked",
    zh: "'{file}' 与锁定时不同",
    help: {
      en: 'put it back, or accept the change with ceteris lock (ceteris diff shows what it does)',
      zh: '请恢复该文件，或用 ceteris lock 接受更改（ceteris diff 可显示其影响）',
    },
    doc: {
      en: 'A locked run uses only the YAML files and data files whose content the lock names. One has another content now; nothing was run.',
      zh: '锁定运行只使用内容与锁文件一致的 YAML 文件和数据文件。现有一个文件内容不同，因此没有运行。',
    },
  },
  CE4013: {
    en: "'{file}' is not in the lock",
    zh: "'{file}' 不在锁文件中",
    help: { en: 'accept it with ceteris lock', zh: '请用 ceteris lock 接受' },
  },
  CE4014: {
    en: "'{file}' is in the lock and is no longer used",
    zh: "'{file}' 在锁文件中，但已不再使用",
    help: { en: 'accept that with ceteris lock', zh: '请用 ceteris lock 接受' },
  },
  CE4015: {
    en: "the code of '{type}' is not what was locked with ceteris {ceteris}",
    zh: "'{type}' 的程序与用 ceteris {ceteris} 锁定时不同",
    help: {
      en: 'install that version, or lock again with ceteris lock',
      zh: '请安装该版本，或用 ceteris lock 重新锁定',
    },
    doc: {
      en: 'The numbers of a stage may change with its code. The lock names the code of every stage type that the pipeline uses, libraries included.',
      zh: '步骤的数值可能随程序改变。锁文件记录流程所用每种步骤类型的程序及其依赖库。',
    },
  },
  CE4016: {
    en: 'the runtime is {now}, and {before} was locked',
    zh: '运行环境为 {now}，锁定的是 {before}',
    help: {
      en: 'use the same node, or lock again with ceteris lock',
      zh: '请使用相同的 node，或用 ceteris lock 重新锁定',
    },
    doc: {
      en: 'Another V8 or another kind of processor may give another last bit of exp or log.',
      zh: '不同的 V8 或处理器类型可能使 exp 或 log 的最后一位不同。',
    },
  },
  CE4017: {
    en: "'{stage}' did not give the result that was locked: {parts}",
    zh: "'{stage}' 的结果与锁定的不同：{parts}",
    help: {
      en: 'ceteris verify says whether it gives the same result twice',
      zh: '可用 ceteris verify 检查其能否重复得到相同结果',
    },
  },
  CE4018: {
    en: '--set is {now}, and {before} was locked',
    zh: '--set 为 {now}，锁定的是 {before}',
    help: {
      en: 'give the same vars, or lock again with ceteris lock',
      zh: '请给出相同的变量，或用 ceteris lock 重新锁定',
    },
  },
  CE4019: {
    en: "the lock '{file}' cannot be written ({reason})",
    zh: "锁文件 '{file}' 无法写入（{reason}）",
  },
  CE4020: {
    en: "the package '{name}' is version {now}, and {before} was locked",
    zh: "软件包 '{name}' 的版本为 {now}，锁定的是 {before}",
    help: {
      en: 'install that version, or lock again with ceteris lock',
      zh: '请安装该版本，或用 ceteris lock 重新锁定',
    },
    doc: {
      en: 'Excel files are read, PNG and PDF written, and SQL run by packages that are loaded from where they are installed. The lock names their versions; another one may give other bytes.',
      zh: 'Excel 的读取、PNG 与 PDF 的输出以及 SQL 查询由安装在本机的软件包完成。锁文件记录其版本；版本不同，结果的字节可能不同。',
    },
  },
});
