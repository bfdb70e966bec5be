import { entries } from './entry.ts';

/** CE155…: runs, tags and what is asked of them. */
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
  CE1556: {
    en: "'{name}' is not something that this command does",
    zh: "该命令不支持 '{name}'",
    help: { en: '{suggestion}', zh: '{suggestion}' },
  },
});
