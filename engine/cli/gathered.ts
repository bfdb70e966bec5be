/** Text that is written in chunks, since a write costs more than a line is worth. */
export interface Gathered {
  readonly say: (text: string) => void;
  /** Writes what there is: before anything is said elsewhere, and at the end. */
  readonly flush: () => void;
}

const CHUNK = 1 << 15;
const PAUSE_MS = 5;

/** The first line after a pause is written when the event loop comes round, those that follow a few milliseconds later. */
export function gathered(write: (text: string) => void): Gathered {
  let waiting = '';
  let flushed = 0;
  let isPlanned = false;
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text === '') return;
    flushed = performance.now();
    write(text);
  };
  const planned = (): void => {
    isPlanned = false;
    flush();
  };
  const say = (text: string): void => {
    waiting += text;
    if (waiting.length > CHUNK) flush();
    if (isPlanned) return;
    isPlanned = true;
    if (performance.now() - flushed > PAUSE_MS) setImmediate(planned);
    else setTimeout(planned, PAUSE_MS).unref(); // the end of the command flushes, too
  };
  return { say, flush };
}
