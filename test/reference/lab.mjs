/** What an adapter builds a case with: the stages of one case, inside the pipeline of all. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export class Lab {
  /** stage name → mapping, as it goes into the pipeline */
  stages = {};
  /** stage types that the case needs */
  types = new Set();
  /** references that are shown, in order, with the object that receives the value */
  shown = [];
  #case;
  #folder;
  #prefix;

  constructor(folder, c, prefix) {
    this.#folder = folder;
    this.#case = c;
    this.#prefix = prefix;
  }

  /** The data file: `data/<dataset>.csv`, or a path relative to the folder. */
  get file() {
    const { dataset } = this.#case;
    return path.resolve(this.#folder, dataset.includes('/') ? dataset : path.join('data', `${dataset}.csv`));
  }

  get hasData() {
    return existsSync(this.file);
  }

  /** Adds a stage and returns its name, to be used in other stages' `from`. */
  stage(params) {
    const name = `${this.#prefix}_${Object.keys(this.stages).length}`;
    this.types.add(params.stage);
    this.stages[name] = params;
    return name;
  }

  /** The data set as a table, rows of `spec.sample` only. `options` are params of `ingest`. */
  table(options = {}) {
    const raw = this.stage({ stage: 'ingest', file: this.file, ...options });
    const { sample } = this.#case.spec;
    return sample === undefined ? raw : this.stage({ stage: 'filter', from: raw, keep: sample });
  }

  /** What `ceteris show` prints of a stage's output; `value` is there once all has run. */
  show(name, output) {
    const slot = { value: undefined };
    this.shown.push({ stage: name, reference: output === undefined ? name : `${name}.${output}`, slot });
    return slot;
  }

  /** Column names of the data set. */
  columns() {
    const [header = ''] = readFileSync(this.file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/, 1);
    return header.split(',').map((name) => name.trim().replace(/^"|"$/g, ''));
  }
}
