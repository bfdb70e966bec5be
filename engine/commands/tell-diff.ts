/** What differs between two sides, printed as it was asked for. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { causesOf } from '../diff/causes.ts';
import type { Diff } from '../diff/diff.ts';
import { diffLines } from '../report/diff-lines.ts';
import { diffPage } from '../report/diff-page.ts';
import type { Named } from './side-by-side.ts';

/** `latest` is what one writes to name the last run; what is read says it in words. */
const inWords = (name: string, lang: Lang): string => name.replace(/^latest(?= \()/, ui['diff-latest'][lang]);

export function tell({ args, lang, color, out }: CliContext, a: Named, b: Named, diff: Diff): number {
  const { of, ...shown } = diff;
  if (args.json) out(`${JSON.stringify({ a: a.name, b: b.name, ...shown, causes: causesOf(diff.stages) })}\n`);
  else if (args.given.format === 'html') out(diffPage(diff, { lang, a: inWords(a.name, lang), b: b.name }));
  else {
    const lines = diffLines(diff, { lang, color, whole: of !== undefined });
    out(`${[`${inWords(a.name, lang)} → ${b.name}`, ...lines].join('\n')}\n`);
  }
  return EXIT.ok;
}
