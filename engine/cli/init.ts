/** `ceteris init`: a working study from a template, with sample data. Overwrites nothing. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import { type CliContext, EXIT } from './context.ts';
import { printDiagnostics } from './loaded.ts';

export function initCommand(context: CliContext): number {
  const { args, cwd, lang } = context;
  // the templates are the shipped pipelines: what is shown is what is tested
  const home = fileURLToPath(context.templates);
  const known = readdirSync(home, { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name)
    .sort();
  const template = args.template ?? 'castle';
  const folder = resolve(cwd, args.names[0] ?? template);
  const refuse = (fault: ReturnType<typeof error>): number => {
    printDiagnostics(context, [fault], false);
    return EXIT.wrong;
  };
  if (!known.includes(template)) return refuse(error('CE1505', { option: '--template', name: template, known }));
  if (existsSync(folder) && readdirSync(folder).length > 0)
    return refuse(error('CE1512', { name: relative(cwd, folder) || '.' }));
  mkdirSync(folder, { recursive: true });
  cpSync(join(home, template), folder, {
    recursive: true,
    filter: (from) => !/[/\\](?:\.ceteris|out)(?:[/\\]|$)/.test(from.slice(home.length)),
  });
  // editors find the schema beside the pipeline
  writeFileSync(join(folder, 'pipeline.schema.json'), context.schema());
  const main = join(folder, 'pipeline.yaml');
  writeFileSync(
    main,
    readFileSync(main, 'utf8').replace(
      /^# yaml-language-server: .*$/m,
      '# yaml-language-server: $schema=pipeline.schema.json',
    ),
  );
  writeFileSync(join(folder, '.gitignore'), '.ceteris/\nout/\n');
  const files = readdirSync(folder, { recursive: true }).length;
  const shown = relative(cwd, folder) || '.';
  if (args.json) context.out(`${JSON.stringify({ ok: true, folder, files })}\n`);
  else
    context.out(
      `${ui['init-done'][lang].replace('{folder}', shown).replace('{files}', String(files))}\n${ui['init-next'][lang].replace('{folder}', shown)}\n`,
    );
  return EXIT.ok;
}
