/** Outcomes of stages as a standing has them, a JSON text a line that begins with the stage's name. */

export class OutcomeLines {
  readonly #text: string;
  #places: ReadonlyMap<string, number> | undefined;

  constructor(text: string) {
    this.#text = text === '' ? '' : `\n${text}\n`;
  }

  /** The line of a stage. */
  get(stage: string): string | undefined {
    const at = this.#place(stage);
    return at === undefined ? undefined : this.#text.slice(at, this.#text.indexOf('\n', at));
  }

  /** With other lines in their places; undefined when one of them had none. */
  with(fresh: ReadonlyMap<string, string>): string | undefined {
    const cuts: { readonly start: number; readonly line: string }[] = [];
    for (const [stage, line] of fresh) {
      const start = this.#place(stage);
      if (start === undefined) return undefined;
      cuts.push({ start, line });
    }
    let text = '';
    let at = 1;
    for (const { start, line } of cuts.sort((a, b) => a.start - b.start)) {
      text += this.#text.slice(at, start) + line;
      at = this.#text.indexOf('\n', start);
    }
    return text + this.#text.slice(at, -1);
  }

  /** Lines of the other stages. */
  without(stages: Iterable<string>): readonly string[] {
    const out = new Set([...stages].map((stage) => this.#place(stage)));
    const lines: string[] = [];
    for (let at = 1; at < this.#text.length; ) {
      const end = this.#text.indexOf('\n', at);
      if (!out.has(at)) lines.push(this.#text.slice(at, end));
      at = end + 1;
    }
    return lines;
  }

  /** Where the line of a stage begins. */
  #place(stage: string): number | undefined {
    this.#places ??= this.#allPlaces();
    return this.#places.get(JSON.stringify(stage));
  }

  #allPlaces(): ReadonlyMap<string, number> {
    const places = new Map<string, number>();
    for (let at = 1; at < this.#text.length; ) {
      const end = this.#text.indexOf('\n', at);
      const name = this.#text.slice(at + OPENING.length, this.#text.indexOf(',"status":', at));
      places.set(name, at);
      at = end + 1;
    }
    return places;
  }
}

const OPENING = '{"stage":';
