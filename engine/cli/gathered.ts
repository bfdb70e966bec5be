/** Text that is written in chunks, since a write costs more than a line is worth. */
export interface Gathered {
  readonly say: (text: string) => void;
  /** Writes what there is: before anything is said elsewhere, and at the end. */
  readonly flush: () => void;
}

const CHUNK = 1 << 15;

/** Nothing waits longer than until the event loop comes round. */
export function gathered(write: (text: string) => void): Gathered {
  let waiting = '';
  let turn: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearImmediate(turn);
    turn = undefined;
    const text = waiting;
    waiting = '';
    if (text !== '') write(text);
  };
  const say = (text: string): void => {
    waiting += text;
    if (waiting.length > CHUNK) flush();
    else turn ??= setImmediate(flush);
  };
  return { say, flush };
}
