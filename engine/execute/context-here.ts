/** What a stage that runs in this thread is handed. A class: thousands of trivial stages each get one. */
import type { InputValue, Json, RunContext } from '../../stages/contract.ts';
import type { Memo } from '../../stages/contract-memo.ts';
import type { Stop } from '../programs/stop.ts';
import type { Task } from './protocol.ts';

export class ContextHere implements RunContext<Json> {
  readonly spec: Json;
  readonly inputs: Readonly<Record<string, readonly InputValue[]>>;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly manner?: Json;
  readonly memo: Memo;
  readonly progress: (done: number) => void;
  launch?: NonNullable<RunContext<Json>['launch']>;
  readonly #stop: Stop;

  constructor({ spec, inputs, files, manner }: Task, memo: Memo, progress: (done: number) => void, stop: Stop) {
    this.spec = spec;
    this.inputs = inputs;
    this.files = files;
    if (manner !== undefined) this.manner = manner;
    this.memo = memo;
    this.progress = progress;
    this.#stop = stop;
  }

  /** Made for who asks: it costs more than a trivial stage. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }
}
