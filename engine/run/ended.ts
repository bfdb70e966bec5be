/** What an instance that was carried out comes to. */
import { error, VALUE } from '../../stages/contract.ts';
import type { Executed } from '../execute/job.ts';
import type { Instance } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import type { MadeOutput } from '../plan/outputs.ts';
import type { ActionRecord } from '../results/record.ts';
import { bugFault } from './run-faults.ts';
import type { Settled } from './settled.ts';

/** Parts that are other than they were in the last run. */
export function changedParts(
  instance: Instance,
  { outputs }: ActionRecord,
  before: ActionRecord | undefined,
): readonly string[] {
  const had =
    before && new Map(Object.entries(before.outputs).map(([output, { parts }]) => [output, digestsOf(parts)]));
  const changed: string[] = [];
  for (const [output, { parts }] of Object.entries(outputs)) {
    const isTable = instance.type.outputs[output]?.kind === 'table';
    for (const [part, digest] of parts)
      if (had?.get(output)?.get(part) !== digest)
        changed.push(part === VALUE && !isTable ? `${instance.name}.${output}` : `${instance.name}.${part}`);
  }
  return changed;
}

const digestsOf = (parts: MadeOutput['parts']): ReadonlyMap<string, string> =>
  new Map(parts.map(([part, digest]) => [part, digest]));

export function undone(instance: Instance, executed: Exclude<Executed, { kind: 'made' | 'file-changed' }>): Settled {
  switch (executed.kind) {
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'faults': {
      const diagnostics = executed.faults.map((fault) => diagnose(instance, fault));
      return { kind: 'failed', diagnostics, ms: executed.ms, fault: 'user' };
    }
    case 'memory':
      return { kind: 'failed', diagnostics: [diagnose(instance, error('CE3011', {}))], fault: 'machine' };
    case 'bug': {
      const diagnostics = [diagnose(instance, bugFault(instance.type, executed.detail))];
      // of a plugin, it is its author's
      return { kind: 'failed', diagnostics, fault: instance.type.origin === undefined ? 'bug' : 'user' };
    }
  }
}
