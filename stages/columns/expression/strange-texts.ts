/** Rows in which an expression found a text that is no number. */
import type { Note } from '../../contract.ts';

export class StrangeTexts {
  private readonly byRow = new Map<number, string>();

  readonly add = (row: number, text: string): void => {
    this.byRow.set(row, text);
  };

  /** CN2090 of what is named, CN2091 of the condition of a filter; none where there are none. */
  notes(name?: string): readonly Note[] {
    const count = this.byRow.size;
    if (count === 0) return [];
    const row = [...this.byRow.keys()].reduce((first, one) => Math.min(first, one));
    const args = { count, row: row + 1, value: this.byRow.get(row) ?? '' };
    return [name === undefined ? { code: 'CN2091', args } : { code: 'CN2090', args: { ...args, name } }];
  }
}
