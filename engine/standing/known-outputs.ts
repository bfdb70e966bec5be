/**
 * What instances put out, as the last run had it: shapes and digests of parts. A stage that is run again may read thousands that
 * are not; these are looked up here instead of being declared and keyed anew. Beside the standing: a base for all instances, and
 * what later runs have changed in it.
 */
import { readFileSync } from 'node:fs';
import type { Digest } from '../../cache/digest.ts';
import { type Disk, realDisk } from '../../cache/disk.ts';
import { storeFailure } from '../../cache/failure.ts';
import { removeQuietly, temporaryFor, writeWhole } from '../../cache/whole-file.ts';
import type { Shape } from '../../stages/contract.ts';
import { decodeSections, encodeSections, inARow, numbersOf, type Sections } from '../compiled/sections.ts';
import type { Outputs, PartRef } from '../plan/part.ts';

const FORMAT = 1;
/** So many changes are put into the base. */
const MOST_CHANGES = 500;

interface BaseHead {
  readonly question: string;
  /** the run that it was made after */
  readonly run: string;
}

interface Changes extends BaseHead {
  /** the run of the base */
  readonly since: string;
  /** by position in the graph, with shapes in place of their positions */
  readonly entries: Readonly<Record<number, readonly Entry<Shape>[]>>;
}

type Ref = Digest | readonly [column: Ref, index: Ref];
type Entry<S> = readonly [output: string, shape: S, parts: readonly (readonly [part: string, Ref])[]];

interface Of {
  readonly question: string;
  readonly run: string;
}

const baseFile = (path: string): string => `${path}.outputs`;
const changesFile = (path: string): string => `${path}.changes`;

export class KnownOutputs {
  readonly #path: string;
  readonly #changes: Changes;
  readonly #shapes = new Map<number, Shape>();
  /** null when there is none of that run: it is not looked for again */
  #base: Sections<BaseHead> | null | undefined;

  private constructor(path: string, changes: Changes) {
    this.#path = path;
    this.#changes = changes;
  }

  /** What belongs to a standing. The base is read when somebody asks; where there is none, nothing is known. */
  static read(path: string, { question, run }: Of): KnownOutputs {
    const changes = readChanges(path);
    const isThese = changes?.question === question && changes.run === run;
    return new KnownOutputs(path, isThese ? changes : { question, run, since: run, entries: {} });
  }

  get(index: number): Outputs | undefined {
    const changed = this.#changes.entries[index];
    if (changed !== undefined) return outputsIn(changed, (shape) => shape);
    if (this.#base === undefined) this.#base = this.#read();
    const base = this.#base;
    if (base === null) return undefined;
    const text = textAt(base, 'entries', index);
    return text === ''
      ? undefined
      : outputsIn(JSON.parse(text) as readonly Entry<number>[], (i) => this.#shape(base, i));
  }

  /** Keeps what a run found after which `run` stands; starts a new base when that is due and all is known. */
  keep(run: string, outputs: ReadonlyMap<number, Outputs>, size: number, disk: Disk = realDisk): void {
    const entries = { ...this.#changes.entries };
    for (const [index, of] of outputs) entries[index] = entriesOf(of, (shape) => shape);
    if (Object.keys(entries).length <= MOST_CHANGES) {
      const changes: Changes = { ...this.#changes, run, entries };
      return put(changesFile(this.#path), encodeSections(FORMAT, changes, {}), disk);
    }
    const all = Array.from({ length: size }, (_, i) => outputs.get(i) ?? this.get(i));
    keepOutputs(this.#path, { question: this.#changes.question, run }, all, disk);
  }

  #shape(base: Sections<BaseHead>, index: number): Shape {
    let shape = this.#shapes.get(index);
    if (shape === undefined) this.#shapes.set(index, (shape = JSON.parse(textAt(base, 'shapes', index)) as Shape));
    return shape;
  }

  #read(): Sections<BaseHead> | null {
    const { question, since } = this.#changes;
    try {
      const base = decodeSections<BaseHead>(FORMAT, readFileSync(baseFile(this.#path)));
      return base?.head.question === question && base.head.run === since ? base : null;
    } catch {
      return null;
    }
  }
}

/** Keeps what all instances put out, in the order of the graph; undefined where that is not known. */
export function keepOutputs(
  path: string,
  of: Of,
  outputs: readonly (Outputs | undefined)[],
  disk: Disk = realDisk,
): void {
  const shapes = new Map<string, number>();
  const positions = new Map<Shape, number>();
  const position = (shape: Shape): number => {
    let at = positions.get(shape);
    if (at === undefined) {
      const text = JSON.stringify(shape);
      at = shapes.get(text) ?? shapes.size;
      shapes.set(text, at);
      positions.set(shape, at);
    }
    return at;
  };
  const entries = outputs.map((o) => (o === undefined ? '' : entriesText(o, position)));
  const head: BaseHead = { question: of.question, run: of.run };
  // a run that found all as it was has the name of the one before: its changes were to another base
  removeQuietly(disk, changesFile(path));
  put(
    baseFile(path),
    encodeSections(FORMAT, head, {
      ...textSections('entries', entries),
      ...textSections('shapes', [...shapes.keys()]),
    }),
    disk,
  );
}

function textSections(name: string, texts: readonly string[]): Readonly<Record<string, Uint8Array>> {
  const { bytes, starts } = inARow(texts);
  return { [name]: bytes, [`${name} at`]: numbersOf(starts) };
}

function textAt(base: Sections<BaseHead>, name: string, index: number): string {
  const starts = base.numbers(`${name} at`);
  return base.bytes(name).toString('utf8', starts[index], starts[index + 1]);
}

const entriesOf = <S>(outputs: Outputs, shapeOf: (shape: Shape) => S): readonly Entry<S>[] =>
  [...outputs].map(([name, { shape, parts }]) => [name, shapeOf(shape), [...parts].map(([p, ref]) => [p, refOf(ref)])]);

/** The same as JSON: made of thousands of instances, lists of lists take longer than their text. */
function entriesText(outputs: Outputs, position: (shape: Shape) => number): string {
  let text = '[';
  for (const [name, { shape, parts }] of outputs) {
    text += `${text === '[' ? '' : ','}[${JSON.stringify(name)},${position(shape)},[`;
    let between = '';
    for (const [part, ref] of parts) {
      text += `${between}[${JSON.stringify(part)},${'digest' in ref ? `"${ref.digest}"` : JSON.stringify(refOf(ref))}]`;
      between = ',';
    }
    text += ']]';
  }
  return `${text}]`;
}

function refOf(ref: PartRef): Ref {
  if ('digest' in ref) return ref.digest;
  if ('gather' in ref) return [refOf(ref.gather.column), refOf(ref.gather.index)];
  throw new Error('ceteris bug: a part that is not known yet was to be kept');
}

const partOf = (ref: Ref): PartRef =>
  typeof ref === 'string' ? { digest: ref } : { gather: { column: partOf(ref[0]), index: partOf(ref[1]) } };

const outputsIn = <S>(entries: readonly Entry<S>[], shapeAt: (shape: S) => Shape): Outputs =>
  new Map(
    entries.map(([name, shape, parts]) => [
      name,
      { shape: shapeAt(shape), parts: new Map(parts.map(([part, ref]) => [part, partOf(ref)])) },
    ]),
  );

function readChanges(path: string): Changes | undefined {
  try {
    return decodeSections<Changes>(FORMAT, readFileSync(changesFile(path)))?.head;
  } catch {
    return undefined;
  }
}

function put(file: string, bytes: Uint8Array, disk: Disk): void {
  try {
    writeWhole(disk, file, bytes, { temp: temporaryFor(file), mode: 0o644, durable: false });
  } catch (thrown) {
    storeFailure(thrown, file); // it only saves time; throws what is a bug of ours
  }
}
