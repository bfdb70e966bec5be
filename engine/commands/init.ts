/** `ceteris init`: a working study from a template, with sample data. Overwrites nothing. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { errorCode, realDisk } from '../../cache/disk.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { printDiagnostics } from '../cli/loaded.ts';

export function initCommand(context: CliContext): number {
  const { args, cwd, lang } = context;
  const home = context.templates;
  const known = readdirSync(home, { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name)
    .sort();
  const template = args.template ?? 'castle';
  const folder = resolve(cwd, args.names[0] ?? template);
  const shown = relative(cwd, folder) || '.';
  const refuse = (fault: ReturnType<typeof error>): number => {
    printDiagnostics(context, [fault], false);
    return EXIT.wrong;
  };
  if (!known.includes(template)) return refuse(error('CE1505', { option: '--template', name: template, known }));
  if (isTaken(folder)) return refuse(error('CE1512', { name: shown }));
  try {
    write(join(home, template), folder, context.schema());
  } catch (thrown) {
    const reason = errorCode(thrown);
    if (reason === undefined) throw thrown;
    printDiagnostics(context, [error('CE1520', { name: shown, reason })], false);
    return EXIT.environment;
  }
  const files = readdirSync(folder, { recursive: true }).length;
  if (args.json) context.out(`${JSON.stringify({ ok: true, folder, files })}\n`);
  else
    context.out(
      `${fill(ui['init-done'][lang], { folder: shown, files })}\n${fill(ui['init-next'][lang], { folder: shown })}\n`,
    );
  return EXIT.ok;
}

/** Anything but an empty folder. */
const isTaken = (folder: string): boolean =>
  existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0);

const MODELINE = '# yaml-language-server: $schema=pipeline.schema.json';

/** The template without what its runs left, and the schema that editors find beside the pipeline. */
function write(template: string, folder: string, schema: string): void {
  realDisk.makeFolder(folder);
  cpSync(template, folder, {
    recursive: true,
    filter: (from) => !/[/\\](?:\.ceteris|out)(?:[/\\]|$)/.test(from.slice(template.length)),
  });
  writeFileSync(join(folder, 'pipeline.schema.json'), schema);
  const main = join(folder, 'pipeline.yaml');
  const text = readFileSync(main, 'utf8').replace(/^# yaml-language-server: .*\n/m, '');
  writeFileSync(main, `${MODELINE}\n${text}`);
  writeFileSync(join(folder, '.gitignore'), '.ceteris/\nout/\n');
}
