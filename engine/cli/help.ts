/** `--help`, made from the table of commands. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import { type CommandName, commands, type OptionSpec } from './commands.ts';

const column = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

export function generalHelp(lang: Lang): string {
  const say = (text: UiText): string => ui[text][lang];
  const rows = Object.entries(commands).map(([name, c]) => [`${name} ${c.usage}`.trim(), say(c.help)] as const);
  return `ceteris · ${say('tagline')}

${say('usage')}: ceteris ${say('usage-command')} [PIPELINE] [STAGE…]

${say('commands')}:
${column(rows)}

${say('path-rule')}
${say('more-help')}
`;
}

export function commandHelp(name: CommandName, lang: Lang): string {
  const say = (text: UiText): string => ui[text][lang];
  const options: Readonly<Record<string, OptionSpec>> = commands[name].options;
  const rows = Object.entries(options).map(([key, o]) => {
    const short = o.short === undefined ? '' : `-${o.short}, `;
    return [`${short}--${key}${o.value === undefined ? '' : ` ${o.value}`}`, say(o.help)] as const;
  });
  return `ceteris ${name} ${commands[name].usage}
${say(commands[name].help)}

${say('options')}:
${column(rows)}

${say('path-rule')}
`;
}
