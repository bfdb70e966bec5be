/** What stages have in common, the latest used of it, up to a number of bytes. */
import type { Memo } from '../../stages/contract-memo.ts';

interface Entry {
  readonly made: object;
  readonly bytes: number;
}

/** A panel of a million rows with its effects and a dozen columns fits. */
const MOST_BYTES = 256 * 2 ** 20;

/** Of one session, or one worker thread. A value larger than a quarter of the room is not kept. */
export class BoundedMemo implements Memo {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  #bytes = 0;

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  get<T extends object>(key: string, make: () => T, bytesOf: (made: T) => number): T {
    const held = this.#entries.get(key);
    if (held !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, held);
      return held.made as T; // a key names one kind of value
    }
    const made = make();
    const bytes = bytesOf(made);
    if (bytes > this.#most / 4) return made;
    this.#entries.set(key, { made, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#most) break;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
    return made;
  }
}
