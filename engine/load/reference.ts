/** The text of a reference: `stage`, `stage.output`, `stage[case].output.inner.path`, `stage[*]`. */
export interface ReferenceText {
  readonly stage: string;
  /** `*`: all cases */
  readonly case?: string;
  /** what follows the dots: an output, or a path into the value */
  readonly path: readonly string[];
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]*/;

/** Undefined when the text has not the form of a reference. Names are looked up later: a wrong letter is no wrong form. */
export function parseReference(text: string): ReferenceText | undefined {
  const written = text.trim();
  const stage = NAME.exec(written)?.[0];
  if (stage === undefined) return undefined;
  let rest = written.slice(stage.length);
  let name: string | undefined;
  if (rest.startsWith('[')) {
    const close = closing(rest);
    if (close === undefined || close === 1) return undefined;
    name = rest.slice(1, close);
    rest = rest.slice(close + 1);
  }
  if (rest !== '' && !rest.startsWith('.')) return undefined;
  const path = rest === '' ? [] : splitDots(rest.slice(1));
  if (path.some((step) => step === '')) return undefined;
  return { stage, ...(name === undefined ? {} : { case: name }), path };
}

/** Index of the bracket that closes the first one. */
function closing(text: string): number | undefined {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '[') open++;
    else if (text[i] === ']' && --open === 0) return i;
  }
  return undefined;
}

/** Dots inside brackets or backticks belong to a term's name: `terms.log(x.y).estimate`. */
function splitDots(text: string): string[] {
  const out = [''];
  let open = 0;
  let quoted = false;
  for (const c of text) {
    if (c === '`') quoted = !quoted;
    else if ('([{'.includes(c)) open++;
    else if (')]}'.includes(c)) open--;
    if (c === '.' && open <= 0 && !quoted) out.push('');
    else out[out.length - 1] += c;
  }
  return out;
}
