/** Values and records by way of the store, with what was lately used held in memory. */
import type { ActionRead } from '../../cache/actions.ts';
import { type Digest, digestOf } from '../../cache/digest.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { BlobRead } from '../../cache/store.ts';
import type { Json } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { gatherKey } from '../plan/action.ts';
import type { PartRef } from '../plan/part.ts';
import { RecentBytes } from './recent.ts';
import { type ActionRecord, readActionRecord, readGatherRecord, recordJson } from './record.ts';

/** What is asked of the store; `cache/` fits as it is, and a rehearsal puts memory over it. */
export interface Storage {
  readonly blobs: {
    get(digest: Digest): BlobRead;
    has(digest: Digest): boolean;
    putSoon(bytes: Uint8Array): Digest;
    flush(): void;
  };
  readonly actions: {
    readonly size: number;
    get(key: Digest): ActionRead;
    putSoon(key: Digest, record: Json): void;
    flush(): void;
    discard(): void;
    refresh(): number;
  };
}

/** What became of it, and what the system says: a code, or where damaged bytes were put. */
export type Lost = Pick<Extract<BlobRead, { readonly found: false }>, 'reason' | 'detail'>;

/** A value that a record names is gone or damaged: whoever made it must make it again. */
export class LostValue extends Error {
  override readonly name = 'LostValue';
  readonly digest: Digest;
  readonly lost: Lost;

  constructor(digest: Digest, { reason, detail }: Lost) {
    super(`value ${digest} is ${reason} (${detail})`);
    this.digest = digest;
    this.lost = { reason, detail };
  }
}

interface Gathered {
  readonly key: Digest;
  readonly digest: Digest;
  readonly column: Digest;
  readonly index: Digest;
}

/** A record on its way to the disk. */
interface Kept {
  readonly key: Digest;
  readonly told: Told;
}

/** Who waits for a record, and the values put before it, to be stored. */
interface Told {
  stored(): void;
  /** @param failure a StoreFailure */
  failed(failure: unknown): void;
}

/** Half a gigabyte: a panel of a million rows and fifty columns fits. */
const RECENT_BYTES = 512 * 2 ** 20;

export class Values {
  readonly #storage: Storage;
  readonly #gather: Registry['gather'];
  readonly #gatherCode: string;
  readonly #recent: RecentBytes;
  readonly #records = new Map<Digest, ActionRecord>();
  /** by the digests of column and index, and by what came out */
  readonly #gathered = new Map<string, Gathered>();
  readonly #gatheredBy = new Map<Digest, Gathered>();
  #size = 0;
  #kept: Kept[] = [];
  #turn: NodeJS.Immediate | undefined;
  /** keys of the gathers that were asked for since `beginRun` */
  readonly usedGathers = new Set<Digest>();
  #used = new Set<Digest>();

  constructor(storage: Storage, gather: Registry['gather'], gatherCode: string, recentBytes = RECENT_BYTES) {
    this.#storage = storage;
    this.#gather = gather;
    this.#gatherCode = gatherCode;
    this.#recent = new RecentBytes(recentBytes);
  }

  /**
   * Takes in what other processes have recorded; forgets everything when the store was emptied meanwhile.
   * @throws StoreFailure
   */
  beginRun(): void {
    this.usedGathers.clear();
    this.#used = new Set();
    this.#storage.actions.refresh();
    if (this.#storage.actions.size < this.#size) {
      this.#records.clear();
      this.#gathered.clear();
      this.#gatheredBy.clear();
    }
    this.#size = this.#storage.actions.size;
  }

  /** Lets go of records and picked rows that the run did not ask for, so that a watch of a week does not grow. */
  endRun(): void {
    for (const key of this.#records.keys()) if (!this.#used.has(key)) this.#records.delete(key);
    for (const [name, { key }] of this.#gathered) if (!this.usedGathers.has(key)) this.#gathered.delete(name);
    for (const [digest, { key }] of this.#gatheredBy) if (!this.usedGathers.has(key)) this.#gatheredBy.delete(digest);
    this.#size = this.#storage.actions.size;
  }

  record(key: Digest): ActionRecord | undefined {
    this.#used.add(key);
    const held = this.#records.get(key);
    if (held !== undefined) return held;
    const read = this.#storage.actions.get(key);
    const record = read.found ? readActionRecord(read.record) : undefined;
    if (record !== undefined) this.#records.set(key, record);
    return record;
  }

  /** The digest that a result had for one of its files for people, which ends in the name of its part. */
  madeAs(key: Digest, file: string): Digest | undefined {
    const outputs = Object.values(this.record(key)?.outputs ?? {});
    return outputs.flatMap((o) => o.parts).find(([part]) => file.endsWith(`.${part}`))?.[1];
  }

  /** Stores a record together with others. */
  keep(key: Digest, record: ActionRecord, told: Told): void {
    this.#storage.actions.putSoon(key, recordJson(record));
    this.#records.set(key, record);
    this.#used.add(key);
    this.#commitSoon();
    this.#kept.push({ key, told });
  }

  /**
   * Brings values and then the records that name them to the store: now, or at the latest when the event loop comes round.
   * Those who wait are told; rows that were picked and cannot be stored are picked again another time.
   */
  commit(): void {
    const kept = this.#kept;
    this.#kept = [];
    clearImmediate(this.#turn);
    this.#turn = undefined;
    try {
      this.#storage.blobs.flush();
      this.#storage.actions.flush();
    } catch (thrown) {
      this.#storage.actions.discard(); // no record without its values
      this.#gathered.clear();
      for (const { key, told } of kept) {
        this.#records.delete(key);
        told.failed(thrown);
      }
      if (kept.length > 0 || thrown instanceof StoreFailure) return;
      throw thrown;
    }
    for (const { told } of kept) told.stored();
  }

  /** Sure to be on disk with the next record that is. @throws StoreFailure */
  put(bytes: Uint8Array): Digest {
    const digest = this.#storage.blobs.putSoon(bytes);
    this.#recent.set(digest, bytes);
    return digest;
  }

  /** @throws LostValue */
  bytes(digest: Digest): Uint8Array {
    const held = this.#recent.get(digest);
    if (held !== undefined) return held;
    const read = this.#storage.blobs.get(digest);
    if (!read.found) throw new LostValue(digest, read);
    this.#recent.set(digest, read.bytes);
    return read.bytes;
  }

  /** Whether the store seems to have these bytes. */
  has(digest: Digest): boolean {
    return this.#storage.blobs.has(digest);
  }

  /** The same bytes, in memory that threads can share when there are many. */
  sharedBytes(digest: Digest): Uint8Array {
    return this.#recent.shared(digest, this.bytes(digest));
  }

  /**
   * The digest of a part; rows are picked now when nobody has done so before.
   * @throws LostValue, StoreFailure
   */
  digest(ref: PartRef): Digest {
    if ('digest' in ref) return ref.digest;
    if ('pending' in ref) throw new Error(`ceteris bug: a part of ${ref.pending} was asked for before it ran`);
    const column = this.digest(ref.gather.column);
    const index = this.digest(ref.gather.index);
    const found = this.#gathered.get(`${column} ${index}`) ?? this.#recall(column, index) ?? this.gather(column, index);
    this.usedGathers.add(found.key);
    return found.digest;
  }

  /** What a value was picked from, when it came about by picking rows. */
  gatheredFrom(digest: Digest): { readonly column: Digest; readonly index: Digest } | undefined {
    return this.#gatheredBy.get(digest);
  }

  #commitSoon(): void {
    this.#turn ??= setImmediate(() => this.commit());
  }

  /** Picks rows and stores them, whatever is recorded. @throws LostValue, StoreFailure */
  gather(column: Digest, index: Digest): Gathered {
    const key = gatherKey(this.#gatherCode, column, index);
    const digest = this.put(this.#gather(this.bytes(column), this.bytes(index)));
    this.#storage.actions.putSoon(key, recordJson({ gather: [column, index], digest }));
    this.#commitSoon();
    return this.#learn({ key, digest, column, index });
  }

  #recall(column: Digest, index: Digest): Gathered | undefined {
    const key = gatherKey(this.#gatherCode, column, index);
    const read = this.#storage.actions.get(key);
    const record = read.found ? readGatherRecord(read.record) : undefined;
    return record && this.#learn({ key, digest: record.digest, column, index });
  }

  #learn(gathered: Gathered): Gathered {
    this.#gathered.set(`${gathered.column} ${gathered.index}`, gathered);
    this.#gatheredBy.set(gathered.digest, gathered);
    return gathered;
  }
}

/** A store that reads through to another and writes to memory: for finding out without leaving a trace. */
export function rehearsalOver(under: Storage): Storage {
  const blobs = new Map<Digest, Uint8Array>();
  const records = new Map<Digest, Json>();
  return {
    blobs: {
      get: (digest) => {
        const bytes = blobs.get(digest);
        return bytes === undefined ? under.blobs.get(digest) : { found: true, bytes };
      },
      has: (digest) => blobs.has(digest) || under.blobs.has(digest),
      putSoon: (bytes) => {
        const digest = digestOf(bytes);
        blobs.set(digest, bytes);
        return digest;
      },
      flush: () => {},
    },
    actions: {
      get size() {
        return under.actions.size + records.size;
      },
      get: (key) => {
        const record = records.get(key);
        return record === undefined ? under.actions.get(key) : { found: true, record };
      },
      putSoon: (key, record) => void records.set(key, record),
      flush: () => {},
      discard: () => {},
      refresh: () => 0,
    },
  };
}
