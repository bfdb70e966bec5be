/** `ceteris doctor`: what this machine has of what ceteris can use, and what is missing for what. */
import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import { paintWith } from '../report/paint.ts';
import { type CliContext, EXIT } from './context.ts';

interface Finding {
  readonly name: string;
  readonly found: string | undefined;
  /** what it serves */
  readonly use: UiText;
  readonly required?: boolean;
}

const onPath = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, program))
    .find((file) => existsSync(file));

const firstOf = (programs: readonly string[]): string | undefined => programs.map(onPath).find((p) => p !== undefined);

const CJK_FONTS = [
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/System/Library/Fonts/PingFang.ttc',
  'C:\\Windows\\Fonts\\simsun.ttc',
];

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function findings(cwd: string): Finding[] {
  const disk = statfsSync(cwd);
  return [
    { name: 'node', found: process.version, use: 'doctor-node', required: true },
    { name: 'cores', found: String(availableParallelism()), use: 'doctor-cores' },
    { name: 'memory', found: gib(totalmem()), use: 'doctor-memory' },
    { name: 'disk', found: gib(disk.bavail * disk.bsize), use: 'doctor-disk' },
    { name: 'fonts', found: CJK_FONTS.find((f) => existsSync(f)), use: 'doctor-fonts' },
    { name: 'libreoffice', found: firstOf(['soffice', 'libreoffice']), use: 'doctor-libreoffice' },
    { name: 'latex', found: firstOf(['xelatex', 'tectonic', 'pdflatex']), use: 'doctor-latex' },
    { name: 'R', found: firstOf(['Rscript']), use: 'doctor-r' },
    { name: 'slurm', found: firstOf(['sbatch']), use: 'doctor-slurm' },
    {
      name: 'browser',
      found: firstOf(['chromium', 'chromium-browser', 'google-chrome', 'firefox']),
      use: 'doctor-browser',
    },
  ];
}

export function doctorCommand(context: CliContext): number {
  const all = findings(context.cwd);
  const lacking = all.some((f) => f.required === true && f.found === undefined);
  if (context.args.json) {
    context.out(
      `${JSON.stringify({ ok: !lacking, findings: all.map((f) => ({ name: f.name, found: f.found ?? null, use: ui[f.use][context.lang] })) })}\n`,
    );
  } else {
    const paint = paintWith(context.color);
    for (const { name, found, use } of all) {
      const sign = found === undefined ? paint.yellow('-') : paint.green('✓');
      context.out(
        `${sign} ${name.padEnd(12)} ${found ?? ui['doctor-missing'][context.lang]}  ${paint.dim(ui[use][context.lang])}\n`,
      );
    }
  }
  return lacking ? EXIT.environment : EXIT.ok;
}
