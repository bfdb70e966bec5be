/** Every message that ceteris can print, with what to do. */
import { catalogue } from '../../stages/catalogue/catalogue.ts';
import type { Lang } from '../../stages/catalogue/entry.ts';
import { agreed } from '../../stages/catalogue/fill.ts';
import { elsewhere, MADE, prose } from './page-words.ts';

const PARTS = [
  {
    title: { en: 'Pipeline files and the command line', zh: '流程文件与命令行' },
    holds: (code: string) => code.startsWith('CE1'),
  },
  { title: { en: 'Data and methods', zh: '数据与方法' }, holds: (code: string) => code.startsWith('CE2') },
  { title: { en: 'Running', zh: '运行' }, holds: (code: string) => code.startsWith('CE3') },
  { title: { en: 'The store', zh: '缓存' }, holds: (code: string) => /^CE[4-9]/.test(code) },
  {
    title: { en: 'Notes that travel with results', zh: '随结果给出的附注' },
    holds: (code: string) => code.startsWith('CN'),
  },
] as const;

const WORDS = {
  en: {
    title: 'Messages',
    about: `Every message has a code that never gets a second meaning: \`CE…\` says that something is wrong, \`CN…\` is a remark that travels with a result. Words in
braces stand for names and numbers of the case at hand. Exit codes: 0 fine; 1 a stage failed or a comparison does not hold; 2 the pipeline or the
command line is wrong, nothing ran; 3 the machine lacks something; 70 a bug of ceteris; 130 interrupted.`,
    suggestion: 'did you mean …?, or the names that exist',
    toDo: (help: string) => `What to do: ${help}.`,
  },
  zh: {
    title: '报错与提示',
    about: `每条信息都有一个含义永不改变的代码：\`CE…\` 表示有错误，\`CN…\` 是随结果给出的附注。花括号处填入具体的名称与数值。
退出码：0 正常；1 有步骤失败或比对不一致；2 流程文件或命令行有误，未运行；3 本机环境缺少所需内容；70 ceteris 自身的错误；130 被中断。`,
    suggestion: '给出相近的名称，或列出已有的名称',
    toDo: (help: string) => `处理办法：${help}。`,
  },
} as const;

/** Braces are kept: they show where a name or a number is put in. */
const text = (message: string, lang: Lang): string =>
  prose(agreed(message, {}).replaceAll('{suggestion}', WORDS[lang].suggestion));

function entryOf(code: keyof typeof catalogue, lang: Lang): readonly string[] {
  const { [lang]: message, help, doc } = catalogue[code];
  return [
    `### ${code}`,
    '',
    `**${text(message, lang)}**`,
    '',
    ...(help === undefined ? [] : [WORDS[lang].toDo(text(help[lang], lang)), '']),
    ...(doc === undefined ? [] : [text(doc[lang], lang), '']),
  ];
}

export function errorPage(lang: Lang): string {
  const codes = (Object.keys(catalogue) as (keyof typeof catalogue)[]).sort();
  const parts = PARTS.flatMap(({ title, holds }) => {
    const own = codes.filter(holds);
    return own.length === 0 ? [] : [`## ${title[lang]}`, '', ...own.flatMap((code) => entryOf(code, lang))];
  });
  const { title, about } = WORDS[lang];
  return [MADE[lang], `# ${title}`, '', elsewhere('errors.md', lang), '', about, '', ...parts].join('\n');
}
