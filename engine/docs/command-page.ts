/** The command line, from the table that parses it. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { type CommandSpec, commands, type OptionSpec } from '../cli/commands.ts';
import { code, elsewhere, head, MADE, row } from './page-words.ts';

const WORDS = {
  en: { title: 'The command line', tableHead: ['option', ''] },
  zh: { title: '命令行', tableHead: ['选项', ''] },
} as const;

function option(name: string, { short, value, help }: OptionSpec, lang: Lang): string {
  const flags = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return row(code(flags), ui[help][lang]);
}

function section(name: string, { usage, help, options }: CommandSpec, lang: Lang): readonly string[] {
  return [
    `## ceteris ${name}`,
    '',
    '```',
    `ceteris ${name} ${usage}`.trim(),
    '```',
    '',
    ui[help][lang],
    '',
    ...head(...WORDS[lang].tableHead),
    ...Object.entries(options).map(([key, spec]) => option(key, spec, lang)),
    '',
  ];
}

export const commandPage = (lang: Lang): string =>
  [
    MADE[lang],
    `# ${WORDS[lang].title}`,
    '',
    elsewhere('command-line.md', lang),
    '',
    ui['path-rule'][lang],
    '',
    ...Object.entries(commands as Readonly<Record<string, CommandSpec>>).flatMap(([name, spec]) =>
      section(name, spec, lang),
    ),
  ].join('\n');
