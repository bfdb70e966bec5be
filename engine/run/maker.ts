/** Who made a value, so that it can be made again when it is lost. */
import type { Digest } from '../../cache/digest.ts';
import type { Instance, Pipeline } from '../load/pipeline.ts';
import type { OutputOf } from '../plan/outputs.ts';
import { recordMakes } from '../results/record.ts';
import { lookUp } from './look-up.ts';
import type { Settled } from './settled.ts';
import type { Tools } from './tools.ts';
import type { Untouched } from './untouched.ts';

interface Run {
  readonly pipeline: Pipeline;
  readonly instances: readonly Instance[];
  /** only what an edit reaches is looked at; `instances` is empty then */
  readonly part?: object;
  readonly settled: ReadonlyMap<string, Settled>;
  readonly untouched: Untouched | undefined;
  readonly upstream: OutputOf;
  readonly tools: Tools;
}

export function makerOf(digest: Digest, run: Run): Instance | undefined {
  const among = run.part === undefined ? run.instances : [...run.pipeline.instances.values()];
  return among.find((instance) => {
    if (run.untouched?.has(instance.name) === true) return run.untouched.makes(instance, digest);
    const settled = run.settled.get(instance.name);
    if (settled === undefined) return makesNow(instance, digest, run);
    return settled.kind === 'done' && recordMakes(settled.record, digest);
  });
}

/** An instance that is being settled just now, and whose stored result holds the value. */
function makesNow(instance: Instance, digest: Digest, { upstream, tools }: Run): boolean {
  try {
    const looked = lookUp(instance, upstream, tools);
    const record = looked.kind === 'ready' ? tools.values.record(looked.key) : undefined;
    return record !== undefined && recordMakes(record, digest);
  } catch {
    return false;
  }
}
