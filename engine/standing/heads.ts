/** What instances that only read files declared, as digests: beside the standing, since only a run after an edit asks for them. */
import { readFileSync } from 'node:fs';
import type { StandingText } from './standing.ts';

export const headsFile = (path: string): string => `${path}.heads`;

/** The text of the file up to the first of them. */
const opening = ({ question, run }: { readonly question: string; readonly run: string }): string =>
  JSON.stringify({ question, run, heads: {} }).slice(0, -2);

/** So many are put in their places one by one. */
const MANY = 32;

export class Heads {
  /** `"name":"digest",…}}` */
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** Undefined when there are none that belong to the standing. A damaged digest is that of no declaration. */
  static read(path: string, standing: Pick<StandingText, 'question' | 'run'>): Heads | undefined {
    try {
      const text = readFileSync(headsFile(path), 'utf8');
      const start = opening(standing);
      return text.startsWith(start) && text.endsWith('}}') ? new Heads(text.slice(start.length)) : undefined;
    } catch {
      return undefined;
    }
  }

  static of(heads: ReadonlyMap<string, string>): Heads {
    return new Heads(`${JSON.stringify(Object.fromEntries(heads)).slice(1)}}`);
  }

  get(name: string): string | undefined {
    const found = this.#place(name);
    return found === undefined ? undefined : this.#text.slice(found.start, found.end);
  }

  /** With others in their places, or added; undefined when the text is damaged. */
  with(heads: ReadonlyMap<string, string>): Heads | undefined {
    if (heads.size > MANY) return this.#withMany(heads);
    let all: Heads = this;
    for (const [name, head] of heads) {
      const found = all.#place(name);
      if (found !== undefined && found.end - found.start !== head.length) return undefined;
      const text = all.#text;
      all = new Heads(
        found === undefined
          ? `${JSON.stringify(name)}:"${head}"${text === '}}' ? '' : ','}${text}`
          : text.slice(0, found.start) + head + text.slice(found.end),
      );
    }
    return all;
  }

  #withMany(heads: ReadonlyMap<string, string>): Heads | undefined {
    try {
      const all = JSON.parse(`{${this.#text.slice(0, -1)}`) as Record<string, string>;
      return Heads.of(new Map([...Object.entries(all), ...heads]));
    } catch {
      return undefined;
    }
  }

  file(standing: { readonly question: string; readonly run: string }): string {
    return opening(standing) + this.#text;
  }

  /** Names are in quotes, and quotes in them are escaped: no name looks like the end of another. */
  #place(name: string): { readonly start: number; readonly end: number } | undefined {
    const label = `${JSON.stringify(name)}:"`;
    const at = this.#text.startsWith(label) ? 0 : this.#text.indexOf(`,${label}`) + 1;
    if (at === 0 && !this.#text.startsWith(label)) return undefined;
    const start = at + label.length;
    const end = this.#text.indexOf('"', start);
    return end === -1 ? undefined : { start, end };
  }
}
