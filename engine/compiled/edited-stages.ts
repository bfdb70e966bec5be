/**
 * A pipeline after an edit within some of its stages. Only these are read, checked and tied, once as they were and once as they are; the
 * others stand beside them as they were compiled. When the first does not give what was compiled, or the second differs in more than
 * params, the pipeline is loaded as a whole.
 */
import type { JsonRecord } from '../../stages/contract.ts';
import type { Place, SourceFile } from '../diagnostic/diagnostic.ts';
import { Beside } from '../load/beside.ts';
import { type LoadOptions, loadStages } from '../load/load.ts';
import type { Instance } from '../load/pipeline.ts';
import { displayName, type ReadFile, readSource } from '../yaml/source.ts';
import { flatText, recompiled } from './compile.ts';
import { compiledIn, type Edited, FORMAT, type GraphOf, type Head, nodeIn } from './compiled.ts';
import { type Narrowed, narrowed, withoutStages } from './narrowed.ts';
import { decodeSections, type Sections } from './sections.ts';

export interface Editing {
  /** with what stages are loaded; all types are known */
  readonly load: LoadOptions;
  readonly whole: GraphOf['whole'];
}

export function editedStages(kept: Sections<Head>, { load, whole }: Editing): Edited | undefined {
  const few = narrowedSources(kept, load.cwd);
  if (few === undefined) return undefined;
  const { registry } = load;
  if (!kept.head.types.every((type) => registry.types.has(type))) return undefined;
  const texts = (): readonly SourceFile[] => few.sources;
  const before = compiledIn(kept, { registry, texts, whole });
  if (before === undefined) return undefined;
  const beside = new Beside(before.graph);
  const stages = (of: ReadonlyMap<string, string>): readonly Instance[] => [
    ...(loadStages(kept.head.file, { ...load, beside, read: readIn(of) })?.values() ?? []),
  ];
  const textsOf = (which: 'before' | 'now') => new Map([...few.parts].map(([path, part]) => [path, part[which]]));
  const [old, now] = [stages(textsOf('before')), stages(textsOf('now'))];
  if (now.length === 0 || old.length !== now.length) return undefined;
  const changed = new Map<number, string>();
  const made = new Map<number, Instance>();
  for (const [i, instance] of now.entries()) {
    const was = old[i] as Instance;
    const index = before.graph.index(was.name);
    const text = flatText(was);
    if (index === undefined || nodeIn(kept, index).toString('utf8') !== text) return undefined;
    if (frameOf(was) !== frameOf(instance)) return undefined;
    const changedTo = flatText(instance);
    if (changedTo === text) continue;
    changed.set(index, changedTo);
    made.set(index, { ...instance, place: (...of) => placeIn(few, instance.place(...of)) });
  }
  const bytes = recompiled(kept, few.sources, changed);
  const sections = decodeSections<Head>(FORMAT, bytes);
  const found = sections && compiledIn(sections, { registry, texts, whole }, made);
  return found && { ...found, changed: [...changed.keys()].sort((a, b) => a - b), bytes };
}

interface NarrowedSources {
  readonly sources: readonly SourceFile[];
  /** what is to be read, by path */
  readonly parts: ReadonlyMap<string, Narrowed>;
}

/** Undefined when a file is not read plainly, or differs in more than entries of its `stages:`. */
function narrowedSources(kept: Sections<Head>, cwd: string): NarrowedSources | undefined {
  const texts = kept.texts('texts');
  const sources: SourceFile[] = [];
  const parts = new Map<string, Narrowed>();
  for (const [i, { path }] of kept.head.sources.entries()) {
    const read = readSource(path, displayName(path, cwd));
    const old = texts[i] ?? '';
    if (!read.ok || old === '') return undefined;
    const { text } = read.source;
    const part = text === old ? withoutStages(old) : narrowed(old, text);
    if (part === undefined) return undefined;
    sources.push(read.source);
    parts.set(path, part);
  }
  return { sources, parts };
}

/** A place in what was read, in the file. */
function placeIn({ sources, parts }: NarrowedSources, place: Place): Place {
  const source = sources.find(({ path }) => path === place.source.path);
  const part = parts.get(place.source.path);
  if (source === undefined || part === undefined) return place; // a value of `--set`
  return { source, start: part.placeOf(place.start), end: part.placeOf(place.end) };
}

const readIn =
  (texts: ReadonlyMap<string, string>): ReadFile =>
  (file) => {
    const text = texts.get(file);
    return text === undefined
      ? { ok: false, code: 'CE1002', args: {} }
      : { ok: true, bytes: Buffer.from(text, 'utf8') };
  };

/** What others go by: its name and label, what it reads, where it writes, which outputs it has. */
const frameOf = ({ type, params, description: _, place: __, ...rest }: Instance): string =>
  JSON.stringify([rest, type.type, type.outputsFor?.(params as JsonRecord) ?? null]);
