/** Who shows the events: JSON lines, a live view in a terminal, or plain lines. */
import type { EngineEvent } from '../events/event.ts';
import { eventJson } from '../events/event-json.ts';
import { type LineOptions, linesOf } from '../report/plain-lines.ts';
import type { CliContext } from './context.ts';

export interface Reporter {
  readonly emit: (event: EngineEvent) => void;
  readonly close: () => void;
}

/** @param lines what an event is worth, where that is more than in a run */
export async function reporterFor(
  context: CliContext,
  lines: (options: LineOptions) => (event: EngineEvent) => readonly string[] = (options) => (event) =>
    linesOf(event, options),
): Promise<Reporter> {
  const { args, lang, color, out } = context;
  if (args.json) return { emit: (event) => out(`${JSON.stringify(eventJson(event, lang))}\n`), close: () => {} };
  if (context.interactive) {
    const { liveView } = await import('../report/live-view.ts');
    return liveView({
      lang,
      color,
      write: out,
      clock: context.clock,
      width: () => process.stdout.columns || 80,
      lines: lines({ lang, color }),
    });
  }
  const linesFor = lines({ lang, color });
  return {
    emit: (event) => {
      for (const line of linesFor(event)) out(`${line}\n`);
    },
    close: () => {},
  };
}
