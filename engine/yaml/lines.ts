/** The lines of a YAML text as far as their indentation tells what belongs to what. */

export interface Line {
  /** offset of its first character, and of its first one that is no blank */
  readonly start: number;
  readonly from: number;
  /** offset after its last character, without the line's end */
  readonly end: number;
  readonly content: string;
  readonly indent: number;
}

/** Nothing but blanks and a comment. */
const isIdle = ({ content }: Line): boolean => content === '' || content.startsWith('#');

const isKeyLine = ({ content }: Line): boolean => /^(?:- +)*[^\s#].*:(?:\s|$)/.test(content);

/** `key:` without a value on its line. */
const isHeader = ({ content }: Line): boolean => /:\s*(?:#.*)?$/.test(content);

export class Lines {
  readonly all: readonly Line[];

  constructor(text: string) {
    let start = 0;
    this.all = text.split('\n').map((raw) => {
      const written = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      const content = written.trimStart();
      const indent = written.length - content.length;
      const line = { start, from: start + indent, end: start + written.length, content: content.trimEnd(), indent };
      start += raw.length + 1;
      return line;
    });
  }

  /** Index of the line in which an offset lies. */
  at(offset: number): number {
    const after = this.all.findIndex((line) => line.start > offset);
    return after === -1 ? this.all.length - 1 : after - 1;
  }

  line(index: number): Line {
    return this.all[index] as Line;
  }

  /** The nearest line before or after with something on it. */
  before(index: number): number | undefined {
    const found = this.all.findLastIndex((line, i) => i < index && !isIdle(line));
    return found === -1 ? undefined : found;
  }

  after(index: number): number | undefined {
    const found = this.all.findIndex((line, i) => i > index && !isIdle(line));
    return found === -1 ? undefined : found;
  }

  /** The line that this one stands under. */
  parent(index: number): number | undefined {
    const { indent } = this.line(index);
    const found = this.all.findLastIndex((line, i) => i < index && !isIdle(line) && line.indent < indent);
    return found === -1 ? undefined : found;
  }

  /** The first line after it that does not stand under it. */
  endOf(index: number): number {
    const { indent } = this.line(index);
    const closes = /^[}\]]/;
    const found = this.all.findIndex(
      (line, i) => i > index && !isIdle(line) && line.indent <= indent && !closes.test(line.content),
    );
    return found === -1 ? this.all.length : found;
  }

  isKey = (index: number): boolean => isKeyLine(this.line(index));
  isHeader = (index: number): boolean => isHeader(this.line(index));
}
