/** Events as JSON lines: what `--json` prints, one object a line (LANGUAGE.md, `--json`). */
import type { Lang } from '../../stages/catalogue/entry.ts';
import { messageOf } from '../../stages/catalogue/render.ts';
import type { Json, Note } from '../../stages/contract.ts';
import { diagnosticJson } from '../diagnostic/diagnostic.ts';
import type { EngineEvent, StageOutcome } from './event.ts';

const noteJson = (note: Note, lang: Lang): Json => ({
  code: note.code,
  message: messageOf(note.code, note.args, lang),
});

export function outcomeJson(outcome: StageOutcome, lang: Lang): Record<string, Json> {
  const { stage, status, ms, diagnostics, changed, makes, notes, written, replaced, because } = outcome;
  return {
    stage,
    status,
    ...(ms === undefined ? {} : { ms: Math.round(ms * 1000) / 1000 }),
    ...(diagnostics === undefined ? {} : { diagnostics: diagnostics.map((d) => ({ ...diagnosticJson(d, lang) })) }),
    ...(changed === undefined ? {} : { changed: [...changed] }),
    ...(makes === undefined ? {} : { makes: makes.map((m) => ({ ...m })) as unknown as Json }),
    ...(notes === undefined || notes.length === 0 ? {} : { notes: notes.map((n) => noteJson(n, lang)) }),
    ...(written === undefined ? {} : { written: [...written] }),
    ...(replaced === undefined ? {} : { replaced: replaced.map((r): Json => ({ ...r })) }),
    ...(because === undefined ? {} : { because: [...because] }),
  };
}

export function eventJson(event: EngineEvent, lang: Lang): Json {
  switch (event.type) {
    case 'stage-finished':
      return { type: event.type, at: event.at, ...outcomeJson(event, lang) };
    case 'run-finished':
      return {
        type: event.type,
        at: event.at,
        ok: event.ok,
        ms: Math.round(event.ms * 1000) / 1000,
        stages: event.stages.map((s) => outcomeJson(s, lang)),
        ...(event.diagnostics === undefined
          ? {}
          : { diagnostics: event.diagnostics.map((d) => ({ ...diagnosticJson(d, lang) })) }),
      };
    case 'stage-started':
      return { type: event.type, at: event.at, stage: event.stage, why: event.why.map((r) => ({ ...r })) as Json };
    case 'stage-stands':
      return { type: 'stage-finished', at: event.at, stage: event.stage, status: 'cached' };
    case 'run-started': {
      const { looksAt: _, ...told } = event;
      return { ...told };
    }
    case 'stage-progress':
    case 'output-written':
    case 'output-orphaned':
    case 'store-damaged':
    case 'saved':
    case 'watching':
      return { ...event };
  }
}
