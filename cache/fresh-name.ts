/**
 * Hexadecimal digits that no other file name has, in all likelihood. Nothing secret: whoever makes a file of that name makes
 * it exclusively. Not from `node:crypto`, whose start takes 3 ms of a run in which nothing has changed.
 */
export function freshHex(digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}
