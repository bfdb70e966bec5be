/** Differences between two runs as one HTML page that needs nothing else. */
import { ui } from '../../stages/catalogue/ui.ts';
import type { Lang } from '../../stages/contract.ts';
import type { Diff, OutputDiff, StageDiff } from '../runs/diff.ts';
import { changeWord, figureText, shownParts, termCells } from './diff-lines.ts';
import { makesTexts, reasonTexts } from './reason-text.ts';

export interface DiffPageOptions {
  readonly lang: Lang;
  /** what the sides are called */
  readonly a: string;
  readonly b: string;
}

const STYLE = `body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222}
h1{font-size:1.3em}h2{font-size:1.05em;margin:1.4em 0 .2em}h2 small{font-weight:normal;color:#777}
table{border-collapse:collapse;margin:.3em 0}td,th{padding:.1em .8em .1em 0;text-align:left}td{font-variant-numeric:tabular-nums}
ul{margin:.2em 0;color:#777}.changed{color:#a60}.stale,.gone{color:#06c}p{color:#777}`;

export function diffPage({ same, stages }: Diff, { lang, a, b }: DiffPageOptions): string {
  const title = `${a} → ${b}`;
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1>
${stages.map((stage) => section(stage, lang)).join('\n')}
<p>${escaped(ui['diff-same'][lang].replace('{stages}', String(same)))}</p></body></html>
`;
}

function section({ stage, change, was, why, outputs, values }: StageDiff, lang: Lang): string {
  const word = ui[changeWord(change)][lang].replace('{was}', was ?? '');
  const texts = [...reasonTexts(why, lang), ...makesTexts(values, lang)];
  const reasons = texts.map((text) => `<li>${escaped(text)}</li>`).join('');
  return `<h2>${escaped(stage)} <small class="${change}">${escaped(word)}</small></h2>${reasons === '' ? '' : `<ul>${reasons}</ul>`}${outputs
    .map((output) => table(output, lang))
    .join('')}`;
}

function table({ output, parts, record }: OutputDiff, lang: Lang): string {
  if (record === undefined)
    return `<p>${escaped(
      `${output}: ${shownParts(parts)
        .map((p) => p.part)
        .join(', ')}`,
    )}</p>`;
  const rows = record.terms.map(
    (t) =>
      `<tr>${termCells(t, lang)
        .map((c) => `<td>${escaped(c)}</td>`)
        .join('')}</tr>`,
  );
  const figures = record.figures.map((f) => `<li>${escaped(figureText(f))}</li>`).join('');
  return `<table>${rows.join('')}</table>${figures === '' ? '' : `<ul>${figures}</ul>`}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ENTITIES[c] as string);
