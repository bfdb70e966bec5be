/** Long arrays that other threads may read: they lie in shared memory, which is handed over without a copy. */

/** Shorter ones are not worth a thread. */
const LONG = 1 << 16;

/** @param always short ones too */
export const floats = (n: number, always = false): Float64Array =>
  n < LONG && !always ? new Float64Array(n) : new Float64Array(new SharedArrayBuffer(8 * n));

export const integers = (n: number): Int32Array =>
  n < LONG ? new Int32Array(n) : new Int32Array(new SharedArrayBuffer(4 * n));

export const isShared = ({ buffer }: Float64Array | Int32Array): boolean => buffer instanceof SharedArrayBuffer;
