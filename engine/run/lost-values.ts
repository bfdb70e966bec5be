/** Values that turn out to be lost or damaged are made again by whoever made them, and whoever needs them goes on. */
import type { Digest } from '../../cache/digest.ts';
import { error } from '../../stages/contract.ts';
import type { Emit } from '../events/event.ts';
import type { Instance } from '../load/pipeline.ts';
import { diagnose } from '../plan/diagnose.ts';
import { visibleName } from '../plan/graph.ts';
import { LostValue } from '../results/values.ts';
import { failureOf } from './machine-failure.ts';
import type { Settled } from './settled.ts';
import type { Tools } from './tools.ts';
import { Overtaken } from './untouched.ts';

interface LostValuesOf {
  readonly tools: Pick<Tools, 'values'>;
  readonly emit: Emit;
  readonly makerOf: (digest: Digest) => Instance | undefined;
  /** what becomes of an instance that is carried out anew */
  readonly makeAgain: (maker: Instance) => Promise<Settled>;
}

/** A disk that loses a value again and again must not keep us for ever. */
const MOST_REMAKES = 5;

export class LostValues {
  readonly #of: LostValuesOf;
  readonly #making = new Map<string, Promise<Settled>>();
  readonly #madeAgain = new Set<string>();

  constructor(of: LostValuesOf) {
    this.#of = of;
  }

  /** It is to be carried out although its result is in the store. */
  isMadeAgain({ name }: Instance): boolean {
    return this.#madeAgain.has(name);
  }

  /**
   * Does work that may need lost values; failures of the machine become diagnostics.
   * @param performs whether the work is to carry the instance out
   */
  async guarded<T>(instance: Instance, work: (of: Instance) => Promise<T>, performs: boolean): Promise<T | Settled> {
    for (let times: Map<Digest, number> | undefined; ; ) {
      try {
        return await work(instance);
      } catch (thrown) {
        if (thrown instanceof LostValue && (times?.get(thrown.digest) ?? 0) < MOST_REMAKES) {
          times ??= new Map();
          times.set(thrown.digest, (times.get(thrown.digest) ?? 0) + 1);
          const failed = await this.#remake(instance, thrown, performs);
          if (failed !== undefined) return failed;
          continue;
        }
        const failure = thrown instanceof Overtaken ? thrown.settled : failureOf(instance, thrown);
        if (failure === undefined) throw thrown;
        return failure;
      }
    }
  }

  /**
   * Has whoever made a lost value make it again; a failure of that is the reader's failure too.
   * @param performs whether the reader is performed again after this
   */
  async #remake(reader: Instance, lost: LostValue, performs: boolean): Promise<Settled | undefined> {
    const { tools, emit } = this.#of;
    const gathered = tools.values.gatheredFrom(lost.digest);
    if (gathered !== undefined) {
      const { column, index } = gathered;
      return this.guarded<undefined>(reader, async () => void tools.values.gather(column, index), false);
    }
    const maker = this.#of.makerOf(lost.digest);
    if (maker === undefined)
      return {
        kind: 'failed',
        diagnostics: [diagnose(reader, error('CE4005', { stage: visibleName(reader) }))],
        fault: 'machine',
      };
    emit({ type: 'store-damaged', stage: visibleName(maker), digest: lost.digest, ...lost.lost });
    this.#madeAgain.add(maker.name);
    if (maker === reader && performs) return undefined;
    let making = this.#making.get(maker.name);
    if (making === undefined) this.#making.set(maker.name, (making = this.#make(maker)));
    const settled = await making;
    return settled.kind === 'done' ? undefined : settled.kind === 'failed' ? settled : { kind: 'cancelled' };
  }

  async #make(maker: Instance): Promise<Settled> {
    const settled = await this.#of.makeAgain(maker);
    this.#making.delete(maker.name);
    return settled;
  }
}
