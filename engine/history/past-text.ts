/**
 * The record of a run, read a stage at a time: after an edit few stages ask what they were, and what goes on record of the others
 * is the line that they had.
 */
import type { Cache } from '../../cache/cache.ts';
import { type Digest, isDigest } from '../../cache/digest.ts';
import { StoreFailure } from '../../cache/failure.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Json } from '../../stages/contract.ts';
import { type PastLook, type PastStage, pastStageOf, readWrote, type Wrote } from './past.ts';
import { endIn, type PastEnd } from './unfinished.ts';

export class PastText implements PastLook {
  readonly run: RunId;
  /** after a line feed */
  readonly text: string;
  readonly #found = new Map<string, PastStage | undefined>();
  readonly #at = new Map<string, number | undefined>();
  /** where the line of each begins; made once so many have been asked for that looking for each would cost more */
  #lines: ReadonlyMap<string, number> | undefined;

  private constructor(run: RunId, text: string) {
    this.run = run;
    this.text = text;
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
    keys: () => this.#allLines().keys(),
  };

  #gathers: readonly Digest[] | undefined;

  get gathers(): readonly Digest[] {
    return (this.#gathers ??= this.#readGathers());
  }

  #readGathers(): readonly Digest[] {
    const at = this.text.lastIndexOf('\n{"type":"gathers",');
    const keys = at === -1 ? undefined : (this.#parsed(at + 1) as { readonly keys?: unknown } | undefined)?.keys;
    return Array.isArray(keys) ? keys.filter((k): k is Digest => typeof k === 'string' && isDigest(k)) : [];
  }

  /** How that run ended. */
  get end(): PastEnd {
    return endIn(this.#parsed(1));
  }

  /** Files that no stage writes any more. */
  get left(): readonly Wrote[] {
    const left: Wrote[] = [];
    for (let at = this.text.indexOf(LEFT); at !== -1; at = this.text.indexOf(LEFT, at + 1)) {
      left.push(...readWrote((this.#parsed(at + 1) ?? {}) as Partial<Wrote>));
    }
    return left;
  }

  /** Calls `visit` for the line of each stage, in their order. */
  eachLine(visit: (line: StageLine) => void): void {
    const text = this.text;
    for (let at = 1; at < text.length; ) {
      const line = lineAt(text, at);
      if (line !== undefined) visit(line);
      at = line?.end ?? text.indexOf('\n', at) + 1;
    }
  }

  /** Where the line of a stage begins. */
  lineOf(name: string): number | undefined {
    if (this.#lines === undefined && !this.#at.has(name)) {
      if (this.#at.size < MANY) this.#at.set(name, this.#find(name));
      else this.#lines = this.#allLines();
    }
    return this.#lines === undefined ? this.#at.get(name) : this.#lines.get(name);
  }

  #stage(name: string): PastStage | undefined {
    const at = this.lineOf(name);
    return at === undefined ? undefined : pastStageOf(this.#parsed(at));
  }

  #find(name: string): number | undefined {
    const quoted = JSON.stringify(name).slice(1, -1);
    for (const opening of [OPENINGS.stage, OPENINGS.carried]) {
      const at = this.text.indexOf(`\n${opening}${quoted}${STATUS}`);
      if (at !== -1) return at + 1;
    }
    return undefined;
  }

  #allLines(): ReadonlyMap<string, number> {
    const lines = new Map<string, number>();
    this.eachLine((line) => void lines.set(nameIn(line), line.at));
    return lines;
  }

  #parsed(at: number): Json | undefined {
    try {
      return JSON.parse(this.text.slice(at, this.text.indexOf('\n', at))) as Json;
    } catch {
      return undefined; // damaged
    }
  }
}

/** The line of a stage; undefined when it is of something else. */
export function lineAt(text: string, at: number): StageLine | undefined {
  const isCarried = text.startsWith(OPENINGS.carried, at);
  if (!isCarried && !text.startsWith(OPENINGS.stage, at)) return undefined;
  const nameAt = at + (isCarried ? OPENINGS.carried : OPENINGS.stage).length;
  const statusAt = text.indexOf(STATUS, nameAt) + STATUS.length;
  return { text, at, end: text.indexOf('\n', at) + 1, nameAt, statusAt, isCarried };
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

export const OPENINGS = { stage: '{"type":"stage","name":"', carried: '{"type":"carried","name":"' } as const;
/** Quotes in a name are escaped: it cannot be taken for this. */
const STATUS = '","status":"';
const LEFT = '\n{"type":"left",';
const MANY = 32;

export function nameIn({ text, nameAt, statusAt }: StageLine): string {
  const name = text.slice(nameAt, statusAt - STATUS.length);
  return name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name;
}
