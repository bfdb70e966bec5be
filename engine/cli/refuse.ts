/** A command line that cannot be understood: its faults, in the form that was asked for. */
import type { Fault, Lang } from '../../stages/contract.ts';
import { eventJson } from '../report/event-json.ts';
import { diagnosticLines } from '../report/plain-lines.ts';
import { EXIT } from './context.ts';

export interface RefuseOptions {
  readonly json: boolean;
  readonly lang: Lang;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly clock: () => number;
}

export function refuseArguments(faults: readonly Fault[], { json, lang, out, err, clock }: RefuseOptions): number {
  if (json) {
    const event = { type: 'run-finished', at: clock(), ok: false, ms: 0, stages: [], diagnostics: faults } as const;
    out(`${JSON.stringify(eventJson(event, lang))}\n`);
  } else for (const line of diagnosticLines(faults, { lang, color: false })) err(`${line}\n`);
  return EXIT.wrong;
}
