/** The events of a run that looks at some stages, told as those of a run that looks at all. */
import type { Lang } from '../../stages/catalogue/entry.ts';
import type { EngineEvent, StageOutcome } from '../events/event.ts';
import { eventJson, outcomeJson } from '../events/event-json.ts';
import { OutcomeLines } from './outcome-lines.ts';
import type { Before } from './resume.ts';

/** As JSON lines: what is known of the stages that are not looked at is there as text. */
export function retoldAsJson({ outcomes }: Before, lang: Lang, out: (text: string) => void) {
  const lines = new OutcomeLines(outcomes);
  const finished = (at: number, line: string): string => `{"type":"stage-finished","at":${at},${line.slice(1)}\n`;
  return (event: EngineEvent): void => {
    if (event.type === 'run-started') {
      const { looksAt = [], ...started } = event;
      let text = `${JSON.stringify(eventJson(started, lang))}\n`;
      for (const line of lines.without(looksAt)) text += finished(event.at, line);
      return out(text);
    }
    const line = event.type === 'stage-stands' ? lines.get(event.stage) : undefined;
    if (line !== undefined) return out(finished(event.at, line));
    if (event.type !== 'run-finished') return out(`${JSON.stringify(eventJson(event, lang))}\n`);
    const fresh = new Map(event.stages.map((s) => [s.stage, JSON.stringify(outcomeJson(s, lang))]));
    const all = lines.with(fresh) ?? '';
    const head = JSON.stringify(eventJson({ ...event, stages: [] }, lang));
    out(`${head.replace('"stages":[]', () => `"stages":[${all.replaceAll('\n', ',')}]`)}\n`);
  };
}

/** For people: those that are not looked at are counted. */
export function retold(stages: number, emit: (event: EngineEvent) => void) {
  return (event: EngineEvent): void => {
    if (event.type !== 'run-finished') return emit(event);
    const others = Array.from({ length: stages - event.stages.length }, () => CACHED);
    emit({ ...event, stages: [...event.stages, ...others] });
  };
}

const CACHED: StageOutcome = { stage: '', status: 'cached' };
