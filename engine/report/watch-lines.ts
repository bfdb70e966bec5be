/** The lines of a watch: those of a run, and under each stage that ran what came to it otherwise. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import type { EngineEvent } from '../events/event.ts';
import type { Reason } from '../plan/reason.ts';
import { type LineOptions, linesOf } from './plain-lines.ts';
import { reasonTexts } from './reason-text.ts';

const MOST_REASONS = 3;

export function watchLines(options: LineOptions): (event: EngineEvent) => readonly string[] {
  const why = new Map<string, readonly Reason[]>();
  return (event) => {
    if (event.type === 'run-started') why.clear();
    else if (event.type === 'stage-started') why.set(event.stage, event.why);
    const lines = linesOf(event, options);
    // what was done to the stage itself is told with it, and says enough
    if (event.type !== 'stage-finished' || event.status !== 'ran' || (event.edits ?? []).length > 0) return lines;
    const [stage, ...rest] = lines;
    return [...(stage === undefined ? [] : [stage]), ...whyLines(why.get(event.stage) ?? [], options.lang), ...rest];
  };
}

function whyLines(why: readonly Reason[], lang: Lang): string[] {
  const told = reasonTexts(
    why.filter(({ kind }) => kind === 'part'),
    lang,
  );
  const more = told.length > MOST_REASONS ? [`    ← … (${told.length})`] : [];
  return [...told.slice(0, MOST_REASONS).map((text) => `    ← ${text}`), ...more];
}
