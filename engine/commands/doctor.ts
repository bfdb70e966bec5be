/** `ceteris doctor`: what this machine has of what ceteris can use, and what is missing for what. */
import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { paintWith } from '../diagnostic/paint.ts';

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

/** A font with Chinese characters: where systems keep one, or wherever fontconfig knows of one. */
function chineseFont(): string | undefined {
  const known = CJK_FONTS.find((file) => existsSync(file));
  if (known !== undefined) return known;
  const { stdout } = spawnSync('fc-list', [':lang=zh', 'file'], { encoding: 'utf8', timeout: 5000 });
  return (stdout ?? '').split('\n')[0]?.replace(/:\s*$/, '') || undefined;
}

/** Memory that this process may use: a container may have less than its machine. */
const memory = (): number => {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
};

function freeBytes(folder: string): number | undefined {
  try {
    const disk = statfsSync(folder);
    return disk.bavail * disk.bsize;
  } catch {
    return undefined;
  }
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function findings(cwd: string): Finding[] {
  const free = freeBytes(cwd);
  return [
    { name: 'node', found: process.version, use: 'doctor-node', required: true },
    { name: 'cores', found: String(availableParallelism()), use: 'doctor-cores' },
    { name: 'memory', found: gib(memory()), use: 'doctor-memory' },
    { name: 'disk', found: free === undefined ? undefined : gib(free), use: 'doctor-disk' },
    { name: 'fonts', found: chineseFont(), use: 'doctor-fonts' },
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
