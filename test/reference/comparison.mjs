/** Numbers side by side. Each is named by its path inside `results`, so that a number nobody compared is noticed. */

/** Relative tolerances by kind of quantity: test/fixtures/reference/README.md. R² is compared absolutely. */
export const COEF = { relative: 1e-8 };
export const SE = { relative: 1e-7 };
export const P = { relative: 1e-6, absolute: 1e-300 };
export const R2 = { absolute: 1e-9 };
export const EXACT = {};

const nameOf = (path) => path.map(String).join(' › ');

const at = (value, path) => path.reduce((inner, key) => inner?.[key], value);

/** A number as `show --json` writes it: null is missing, infinities are text. */
const numberOf = (value) =>
  value === 'Inf' ? Infinity : value === '-Inf' ? -Infinity : typeof value === 'number' ? value : Number.NaN;

const agrees = (got, want, { relative = 0, absolute = 0 }) =>
  Math.abs(got - want) <= Math.max(relative * Math.abs(want), absolute) || Object.is(got, want);

export class Comparison {
  /** @type {{ what: string, got: unknown, want: unknown }[]} */
  wrong = [];
  #results;
  #seen = new Set();
  /** paths that are no claim about the estimator */
  #skipped = [];

  constructor(results) {
    this.#results = results;
  }

  /** One number (or text, compared exactly) of `results`. */
  near(path, got, tolerance = EXACT) {
    const want = at(this.#results, path);
    this.#seen.add(JSON.stringify(path.map(String)));
    if (typeof want === 'number' && typeof got !== 'string' ? agrees(numberOf(got), want, tolerance) : got === want)
      return;
    this.#note(path, got, want);
  }

  /** Every member of the mapping (or list) at `path` against `got(key)`; `extra` are names that must not be there. */
  each(path, got, tolerance, extra = []) {
    for (const key of Object.keys(at(this.#results, path) ?? {})) this.near([...path, key], got(key), tolerance);
    for (const key of extra) this.#note([...path, key], 'there', undefined);
  }

  /** A matrix; entry (a, b) is compared relative to sqrt(v_aa v_bb). */
  matrix(path, got, relative) {
    const want = at(this.#results, path);
    want.forEach((row, a) => {
      row.forEach((_, b) => {
        const size = Math.sqrt(Math.abs(want[a][a] * want[b][b]));
        this.near([...path, a, b], got?.[a]?.[b], { absolute: relative * size });
      });
    });
  }

  /** Numbers of the case that say nothing of the estimate: what other programs got, how the file was made. */
  skip(...paths) {
    this.#skipped.push(...paths);
  }

  has(...path) {
    return at(this.#results, path) !== undefined;
  }

  want(...path) {
    return at(this.#results, path);
  }

  fail(what, got, want) {
    this.wrong.push({ what, got, want });
  }

  /** Numbers of `results` that were neither compared nor skipped become faults. */
  settle() {
    const walk = (value, path) => {
      if (this.#skipped.some((skip) => skip.every((key, i) => String(path[i]) === String(key)))) return;
      if (typeof value === 'number') {
        if (!this.#seen.has(JSON.stringify(path.map(String)))) this.#note(path, 'not compared', value);
      } else if (value !== null && typeof value === 'object')
        for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    };
    walk(this.#results, []);
    return this.wrong;
  }

  #note(path, got, want) {
    this.wrong.push({ what: nameOf(path), got, want });
  }
}
