/** Who shows the events: JSON lines, a live view in a terminal, or plain lines. */
import type { EngineEvent } from '../report/event.ts';
import { eventJson } from '../report/event-json.ts';
import { linesOf } from '../report/plain-lines.ts';
import type { CliContext } from './context.ts';

export interface Reporter {
  readonly emit: (event: EngineEvent) => void;
  readonly close: () => void;
}

export async function reporterFor(context: CliContext): Promise<Reporter> {
  const { args, lang, color, out } = context;
  if (args.json) return { emit: (event) => out(`${JSON.stringify(eventJson(event, lang))}\n`), close: () => {} };
  if (context.interactive) {
    const { liveView } = await import('../report/live-view.ts');
    return liveView({ lang, color, write: out, clock: context.clock, width: () => process.stdout.columns || 80 });
  }
  return {
    emit: (event) => {
      for (const line of linesOf(event, { lang, color })) out(`${line}\n`);
    },
    close: () => {},
  };
}
