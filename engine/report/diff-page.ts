/** Differences between two runs as one HTML page that needs nothing else. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import type { Diff, OutputDiff, StageDiff } from '../diff/diff.ts';
import {
  causesInWords,
  cellCells,
  changeWord,
  failedTexts,
  figureText,
  headlineText,
  partText,
  printedText,
  readTexts,
  sectionWord,
  shownParts,
  termCells,
} from './diff-lines.ts';
import { sectionsOf, tellingFigures } from './diff-order.ts';
import { listed } from './list-text.ts';
import { makesTexts, reasonText } from './reason-text.ts';

export interface DiffPageOptions {
  readonly lang: Lang;
  /** what the sides are called */
  readonly a: string;
  readonly b: string;
}

const STYLE = `body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222}
h1{font-size:1.3em}h2{font-size:1.1em;border-bottom:1px solid #ccc;margin:1.6em 0 .2em}h3{font-size:1em;margin:1em 0 .2em}
h3 small{font-weight:normal;color:#777}section{overflow-x:auto}
table{border-collapse:collapse;margin:.3em 0}td{padding:.1em .8em .1em 0;text-align:left;white-space:nowrap}td{font-variant-numeric:tabular-nums}
ul{margin:.2em 0;overflow-wrap:anywhere}.read{color:#777}.changed{color:#a60}.stale,.gone{color:#06c}p{margin:.3em 0;overflow-wrap:anywhere}`;

export function diffPage(diff: Diff, { lang, a, b }: DiffPageOptions): string {
  const title = `${a} → ${b}`;
  const { same, stages } = diff;
  const sections = sectionsOf(diff).map(
    (s) =>
      `<section><h2>${escaped(ui[sectionWord(s.section)][lang])}</h2>\n${s.stages.map((stage) => part(stage, lang)).join('\n')}</section>`,
  );
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1>
${failedTexts(diff, lang).map(paragraph).join('\n')}
${stages.some((s) => s.change === 'changed') ? paragraph(headlineText(diff, lang)) : ''}
${sections.join('\n')}
${why(stages, lang)}
${paragraph(fill(ui['diff-same'][lang], { stages: String(same) }))}</body></html>
`;
}

function part({ stage, change, was, why, outputs }: StageDiff, lang: Lang): string {
  const word = fill(ui[changeWord(change)][lang], { was: was ?? '' });
  const read = readTexts(why, lang).map((text) => `<p class="read">${escaped(text)}</p>`);
  return `<h3>${escaped(stage)} <small class="${change}">${escaped(word)}</small></h3>${outputs
    .map((output) => contents(output, lang))
    .join('')}${read.join('')}`;
}

function contents(output: OutputDiff, lang: Lang): string {
  const { record, printed } = output;
  if (printed !== undefined)
    return `${paragraph(printedText(printed, output, lang))}${table(printed.cells.map((c) => cellCells(c, lang)))}${list(
      printed.texts.map(({ before, after }) => `${before || '–'} → ${after || '–'}`),
    )}`;
  if (record !== undefined)
    return `${table(record.terms.map((t) => termCells(t, lang)))}${list(tellingFigures(record.figures).map(figureText))}`;
  return paragraph(`${output.output}: ${listed(shownParts(output.parts).map(partText), lang)}`);
}

/** The edits, each with the values that it changed and the stages that have it. */
function why(stages: readonly StageDiff[], lang: Lang): string {
  const causes = causesInWords(stages, lang).map(
    (cause) =>
      `<li>${escaped(reasonText(cause.why, lang))} <span class="read">← ${escaped(listed(cause.stages, lang))}</span>${list(
        makesTexts(cause.values, lang),
      )}</li>`,
  );
  return causes.length === 0
    ? ''
    : `<section><h2>${escaped(ui['diff-why'][lang])}</h2><ul>${causes.join('')}</ul></section>`;
}

const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;

const list = (texts: readonly string[]): string =>
  texts.length === 0 ? '' : `<ul>${texts.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;

const table = (rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : `<table>${rows.map((cells) => `<tr>${cells.map((c) => `<td>${escaped(c)}</td>`).join('')}</tr>`).join('')}</table>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ENTITIES[c] as string);
