/** The command line, from the table that parses it. */
import { ui } from '../../stages/catalogue/ui.ts';
import { type CommandSpec, commands, type OptionSpec } from '../cli/commands.ts';
import { MADE } from './type-page.ts';

const option = (name: string, { short, value, help }: OptionSpec): string => {
  const flags = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return `| \`${flags.replaceAll('|', '\\|')}\` | ${ui[help].en} | ${ui[help].zh} |`;
};

function section(name: string, { usage, help, options }: CommandSpec): readonly string[] {
  return [
    `## ceteris ${name}`,
    '',
    '```',
    `ceteris ${name} ${usage}`.trim(),
    '```',
    '',
    `${ui[help].en}  `,
    ui[help].zh,
    '',
    '| option | | |',
    '| --- | --- | --- |',
    ...Object.entries(options).map(([key, spec]) => option(key, spec)),
    '',
  ];
}

export const commandPage = (): string =>
  [
    MADE,
    '# The command line',
    '',
    `${ui['path-rule'].en}`,
    '',
    ...Object.entries(commands as Readonly<Record<string, CommandSpec>>).flatMap(([name, spec]) => section(name, spec)),
  ].join('\n');
