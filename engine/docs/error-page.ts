/** Every message that ceteris can print, in both languages, with what to do. */
import { catalogue } from '../../stages/catalogue/catalogue.ts';
import { MADE } from './type-page.ts';

const PARTS = [
  { title: 'Pipeline files and the command line', holds: (code: string) => code.startsWith('CE1') },
  { title: 'Data and methods', holds: (code: string) => code.startsWith('CE2') },
  { title: 'Running', holds: (code: string) => code.startsWith('CE3') },
  { title: 'The store', holds: (code: string) => /^CE[4-9]/.test(code) },
  { title: 'Notes that travel with results', holds: (code: string) => code.startsWith('CN') },
] as const;

const SUGGESTION = {
  en: 'did you mean …?, or the names that exist',
  zh: '给出相近的名称，或列出已有的名称',
} as const;

/** Braces are kept: they show where a name or a number is put in. Stars and angles outside code are no Markdown. */
const text = (message: string, lang: keyof typeof SUGGESTION): string =>
  message
    .replaceAll('{suggestion}', SUGGESTION[lang])
    .replace(
      /(`[^`]*`)|[*<]/g,
      (found, inCode: string | undefined) => inCode ?? (found === '<' ? '&lt;' : `\\${found}`),
    );

function entryOf(code: keyof typeof catalogue): readonly string[] {
  const { en, zh, help, doc } = catalogue[code];
  return [
    `### ${code}`,
    '',
    `**${text(en, 'en')}**  `,
    text(zh, 'zh'),
    '',
    ...(help === undefined ? [] : [`What to do: ${text(help.en, 'en')}.  `, `处理办法：${text(help.zh, 'zh')}。`, '']),
    ...(doc === undefined ? [] : [text(doc.en, 'en'), '', text(doc.zh, 'zh'), '']),
  ];
}

export function errorPage(): string {
  const codes = (Object.keys(catalogue) as (keyof typeof catalogue)[]).sort();
  const parts = PARTS.flatMap(({ title, holds }) => {
    const own = codes.filter(holds);
    return own.length === 0 ? [] : [`## ${title}`, '', ...own.flatMap(entryOf)];
  });
  return [
    MADE,
    '# Messages',
    '',
    'Every message has a code that never gets a second meaning: `CE…` says that something is wrong, `CN…` is a remark that travels with a result. Words in',
    'braces stand for names and numbers of the case at hand. Exit codes: 0 fine; 1 a stage failed or a comparison does not hold; 2 the pipeline or the',
    'command line is wrong, nothing ran; 3 the machine lacks something; 70 a bug of ceteris; 130 interrupted.',
    '',
    ...parts,
  ].join('\n');
}
