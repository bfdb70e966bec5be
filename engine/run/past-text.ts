/**
 * The record of a run, read a stage at a time: after an edit few stages ask what they were, and what goes on record of the others
 * is the line that they had.
 */
import type { Cache } from '../../cache/cache.ts';
import { type Digest, digestOf, isDigest } from '../../cache/digest.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Json } from '../../stages/contract.ts';
import { type PastLook, type PastStage, pastStageOf, readWrote, type Wrote } from './history.ts';

export class PastText implements PastLook {
  readonly run: RunId;
  readonly #text: string;
  readonly #found = new Map<string, PastStage | undefined>();
  /** where the line of each begins; made once so many have been asked for that looking for each would cost more */
  #lines: ReadonlyMap<string, number> | undefined;

  /** @param text after a line feed */
  private constructor(run: RunId, text: string) {
    this.run = run;
    this.#text = text;
  }

  /** Undefined when the run is not on record. */
  static of(cache: Cache, run: RunId): PastText | undefined {
    try {
      const text = cache.runs.text(run);
      return text?.endsWith('\n') ? new PastText(run, `\n${text}`) : undefined;
    } catch (thrown) {
      if (thrown instanceof StoreFailure) return undefined;
      throw thrown;
    }
  }

  readonly stages = {
    get: (name: string): PastStage | undefined => {
      if (!this.#found.has(name)) this.#found.set(name, this.#stage(name));
      return this.#found.get(name);
    },
    has: (name: string): boolean => this.stages.get(name) !== undefined,
  };

  #gathers: readonly Digest[] | undefined;

  get gathers(): readonly Digest[] {
    return (this.#gathers ??= this.#readGathers());
  }

  #readGathers(): readonly Digest[] {
    const at = this.#text.lastIndexOf('\n{"type":"gathers",');
    const keys = at === -1 ? undefined : (this.#parsed(at + 1) as { readonly keys?: unknown } | undefined)?.keys;
    return Array.isArray(keys) ? keys.filter((k): k is Digest => typeof k === 'string' && isDigest(k)) : [];
  }

  /** Files that no stage writes any more. */
  get left(): readonly Wrote[] {
    const left: Wrote[] = [];
    for (let at = this.#text.indexOf(LEFT); at !== -1; at = this.#text.indexOf(LEFT, at + 1)) {
      left.push(...readWrote((this.#parsed(at + 1) ?? {}) as Partial<Wrote>));
    }
    return left;
  }

  /** Calls `visit` for the line of each stage, in their order. */
  eachLine(visit: (line: StageLine) => void): void {
    const text = this.#text;
    for (let at = 1; at < text.length; ) {
      const end = text.indexOf('\n', at) + 1;
      const isCarried = text.startsWith(OPENINGS.carried, at);
      if (isCarried || text.startsWith(OPENINGS.stage, at)) {
        const nameAt = at + (isCarried ? OPENINGS.carried : OPENINGS.stage).length;
        const statusAt = text.indexOf(STATUS, nameAt) + STATUS.length;
        visit({ text, at, end, nameAt, statusAt, isCarried });
      }
      at = end;
    }
  }

  #stage(name: string): PastStage | undefined {
    const at = this.#lines === undefined && this.#found.size < MANY ? this.#find(name) : this.#lineOf(name);
    return at === undefined ? undefined : pastStageOf(this.#parsed(at));
  }

  #find(name: string): number | undefined {
    const quoted = JSON.stringify(name).slice(1, -1);
    for (const opening of [OPENINGS.stage, OPENINGS.carried]) {
      const at = this.#text.indexOf(`\n${opening}${quoted}${STATUS}`);
      if (at !== -1) return at + 1;
    }
    return undefined;
  }

  #lineOf(name: string): number | undefined {
    if (this.#lines === undefined) {
      const lines = new Map<string, number>();
      this.eachLine((line) => void lines.set(nameIn(line), line.at));
      this.#lines = lines;
    }
    return this.#lines.get(name);
  }

  #parsed(at: number): Json | undefined {
    try {
      return JSON.parse(this.#text.slice(at, this.#text.indexOf('\n', at))) as Json;
    } catch {
      return undefined; // damaged
    }
  }
}

/** Where a line begins and ends, its name begins, and its status. */
export interface StageLine {
  readonly text: string;
  readonly at: number;
  /** after the line feed */
  readonly end: number;
  readonly nameAt: number;
  readonly statusAt: number;
  readonly isCarried: boolean;
}

const OPENINGS = { stage: '{"type":"stage","name":"', carried: '{"type":"carried","name":"' } as const;
/** Quotes in a name are escaped: it cannot be taken for this. */
const STATUS = '","status":"';
const KEY = '","key":"';
const LEFT = '\n{"type":"left",';
const WROTE = ',"wrote":[';
const MANY = 32;

function nameIn({ text, nameAt, statusAt }: StageLine): string {
  const name = text.slice(nameAt, statusAt - STATUS.length);
  return name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name;
}

function wroteIn({ text, statusAt, end }: StageLine): readonly string[] {
  const line = text.slice(statusAt, end); // what it does not hold is not looked for in all the others
  const at = line.indexOf(WROTE);
  if (at === -1) return [];
  return JSON.parse(line.slice(at + WROTE.length - 1, line.indexOf('],"params":', at) + 1)) as readonly string[];
}

/** Digested over all stages, it tells one state of a pipeline's results, and of where they went, from another. */
export const sumLine = ({ name, key, wrote = [] }: Pick<PastStage, 'name' | 'key' | 'wrote'>): string =>
  `${[name, key, ...wrote].join('\0')}\n`;

/** The lines of stages after a run that looked at some of them, in the order of the pipeline, and their sum. */
export function goneOn(
  past: PastText,
  stages: readonly PastStage[],
  isCarried: (name: string) => boolean,
): { readonly text: string; readonly sum: Digest } {
  const now = new Map(stages.map((s) => [s.name, s]));
  const lines = { stage: [] as string[], carried: [] as string[] };
  const sums = { stage: [] as string[], carried: [] as string[] };
  past.eachLine((line) => {
    const name = nameIn(line);
    const { text, at, end, nameAt, statusAt } = line;
    const stage = now.get(name);
    const type = stage === undefined && isCarried(name) ? 'carried' : 'stage';
    const keyAt = text.indexOf(KEY, statusAt);
    if (stage !== undefined) lines.stage.push(JSON.stringify({ type: 'stage', ...stage }), '\n');
    else if (type === 'carried') lines.carried.push(OPENINGS.carried, text.slice(nameAt, end));
    else if (!line.isCarried && text.startsWith('cached', statusAt)) lines.stage.push(text.slice(at, end));
    else lines.stage.push(OPENINGS.stage, text.slice(nameAt, statusAt), 'cached', text.slice(keyAt, end));
    const key = text.slice(keyAt + KEY.length, keyAt + KEY.length + 64) as Digest;
    sums[type].push(sumLine(stage ?? { name, key, wrote: wroteIn(line) }));
  });
  const sum = digestOf([...sums.stage, ...sums.carried].join(''));
  return { text: [...lines.stage, ...lines.carried].join(''), sum };
}
