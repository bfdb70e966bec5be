/**
 * Where columns come from and where they go, from the declarations alone: nothing runs. A part that a stage makes comes from all
 * that the stage reads; one that it passes on comes from that very part.
 */
import { CONTENT, type Declared, isInner, type PartName, type PrintedCell, VALUE } from '../../stages/contract.ts';
import type { Instance, Pipeline, Reference } from '../load/pipeline.ts';

/** A column of a table, the value of a record, a file of a document. */
export interface PartAddress {
  readonly instance: string;
  readonly output: string;
  readonly part: PartName;
}

export interface Step extends PartAddress {
  readonly how: 'made' | 'passed' | 'gathered';
  readonly from: readonly PartAddress[];
}

/** What a walk came to, by key, and where it began. */
export interface Reached {
  readonly reached: ReadonlySet<string>;
  readonly start: readonly PartAddress[];
}

/** Columns of a table that are known only once it is made: until then they are one. */
const REST = '…';

export const keyOf = ({ instance, output, part }: PartAddress): string => `${instance}\0${output}\0${part}`;

/** Rows and their indices stand for columns; what a document shows (`#content`) is read by reports. */
const isHiddenPart = ({ part }: PartAddress): boolean => isInner(part) && part !== CONTENT;

export class Lineage {
  readonly #pipeline: Pipeline;
  readonly #declared: ReadonlyMap<string, Declared>;
  readonly #names = new Map<string, ReadonlySet<PartName>>();
  #down: ReadonlyMap<string, readonly Step[]> | undefined;

  constructor(pipeline: Pipeline, declared: ReadonlyMap<string, Declared>) {
    this.#pipeline = pipeline;
    this.#declared = declared;
  }

  /** Parts of an output, as far as they are known before it has run. */
  partsOf(instance: string, output: string): readonly PartName[] {
    const decl = this.#declared.get(instance)?.outputs[output];
    if (decl === undefined) return [];
    const { shape, parts } = decl;
    const rest = this.#isOpen(instance, output) ? [REST] : [];
    if (parts !== 'made') return [...parts.map((p) => p.name), ...rest];
    return shape.kind === 'table'
      ? [...shape.columns.map((c) => c.name), ...rest]
      : shape.kind === 'document'
        ? shape.formats
        : [VALUE];
  }

  /** It may have columns that are not declared. */
  #isOpen(instance: string, output: string): boolean {
    const shape = this.#declared.get(instance)?.outputs[output]?.shape;
    return shape?.kind === 'table' && shape.open;
  }

  /** A part that is not known yet is one of the rest. */
  #partOf({ instance, output }: Reference, part: PartName): PartAddress {
    const isRest = this.#isOpen(instance, output) && !this.#listed(instance, output).has(part);
    return { instance, output, part: isRest ? REST : part };
  }

  #listed(instance: string, output: string): ReadonlySet<PartName> {
    const key = `${instance}\0${output}`;
    let listed = this.#names.get(key);
    if (listed === undefined) this.#names.set(key, (listed = new Set(this.#allParts(instance, output))));
    return listed;
  }

  /**
   * What `stage.column`, `stage.output.column` or `stage.output` names; all that is made of a stage when nothing follows it.
   * @param rest what follows the stage's name
   */
  named(instance: Instance, rest: string | undefined): readonly PartAddress[] {
    const outputs = Object.keys(this.#declared.get(instance.name)?.outputs ?? {});
    const all = outputs.flatMap((output) =>
      this.partsOf(instance.name, output).map((part): PartAddress => ({ instance: instance.name, output, part })),
    );
    if (rest === undefined) return all.filter((a) => !isHiddenPart(a) && this.step(a).how === 'made');
    const columns = all.filter((a) => a.part === rest || `${a.output}.${a.part}` === rest);
    if (columns.length > 0) return columns;
    const whole = all.filter((a) => a.output === rest && !isInner(a.part));
    return whole.length > 0 ? whole : all.filter((a) => a.part === REST);
  }

  /** How a part comes about. */
  step(address: PartAddress): Step {
    const instance = this.#pipeline.instances.get(address.instance);
    const decl = this.#declared.get(address.instance)?.outputs[address.output];
    const part =
      decl === undefined || decl.parts === 'made' ? undefined : decl.parts.find((p) => p.name === address.part);
    if (instance === undefined) return { ...address, how: 'made', from: [] };
    if (part === undefined || part.how === 'made') {
      const from = part?.from?.flatMap((s) => {
        const reference = instance.inputs[s.input]?.[s.index];
        return reference === undefined ? [] : [this.#partOf(reference, s.part)];
      });
      const passed = address.part === REST ? this.#restsOf(instance) : [];
      return { ...address, how: 'made', from: [...(from ?? this.reads(instance)), ...passed] };
    }
    const source = instance.inputs[part.input]?.[part.index];
    const own: PartAddress[] = source === undefined ? [] : [this.#partOf(source, part.part)];
    if (part.how === 'passed') return { ...address, how: 'passed', from: own };
    return { ...address, how: 'gathered', from: [...own, { ...address, part: part.by }] };
  }

  /** All that the work of an instance reads. */
  reads(instance: Instance): readonly PartAddress[] {
    const reads = this.#declared.get(instance.name)?.reads ?? {};
    return Object.entries(instance.inputs).flatMap(([port, references]) =>
      references.flatMap((reference, index) => {
        const wanted = reads[port]?.[index] ?? [];
        const parts = wanted === 'all' ? this.partsOf(reference.instance, reference.output) : wanted;
        return [...new Set(parts)].map((part) => this.#partOf(reference, part));
      }),
    );
  }

  /** Whether a cell that an instance prints comes from what was reached: of a record, from its row where that has sources of its own. */
  touches(cell: PrintedCell, { inputs }: Instance, { reached, start }: Reached): boolean {
    const reference = inputs[cell.input]?.[cell.index];
    if (reference === undefined) return true;
    const { instance, output } = reference;
    const record: PartAddress = { instance, output, part: VALUE };
    if (!reached.has(keyOf(record))) return false;
    const maker = this.#pipeline.instances.get(instance);
    const parts = this.#declared.get(instance)?.outputs[output]?.parts;
    const value = parts === undefined || parts === 'made' ? undefined : parts.find((p) => p.name === VALUE);
    const rows = value?.how === 'made' ? value.rows : undefined;
    const isAsked = start.some((s) => keyOf(s) === keyOf(record));
    if (isAsked || maker === undefined || rows === undefined || rows.length === 0 || cell.at === undefined) return true;
    return (rows[cell.at % rows.length] ?? []).some((source) => {
      const from = maker.inputs[source.input]?.[source.index];
      return from === undefined || reached.has(keyOf(this.#partOf(from, source.part)));
    });
  }

  /** What columns that are not known yet may have been passed on from. */
  #restsOf({ inputs }: Instance): readonly PartAddress[] {
    return Object.values(inputs)
      .flat()
      .filter(({ instance, output }) => this.#isOpen(instance, output))
      .map(({ instance, output }) => ({ instance, output, part: REST }));
  }

  /** The way back to the files: nearest first, each part once. */
  up(start: readonly PartAddress[]): readonly Step[] {
    return walk(
      start.map((a) => this.step(a)),
      (step) => step.from.map((a) => this.step(a)),
    );
  }

  /** All that a change of these parts could reach. */
  down(start: readonly PartAddress[]): readonly Step[] {
    const readers = (this.#down ??= this.#readers());
    return walk(
      start.map((a) => this.step(a)),
      (step) => readers.get(keyOf(step)) ?? [],
    );
  }

  /** The part that was passed on unchanged until here, where it was made. */
  origin(address: PartAddress): PartAddress {
    for (let at = this.step(address); ; at = this.step(at.from[0] as PartAddress))
      if (at.how === 'made' || at.from[0] === undefined) return at;
  }

  #readers(): ReadonlyMap<string, readonly Step[]> {
    const readers = new Map<string, Step[]>();
    for (const [instance, { outputs }] of this.#declared)
      for (const output of Object.keys(outputs))
        for (const part of this.#allParts(instance, output)) {
          const step = this.step({ instance, output, part });
          for (const source of step.from) {
            const key = keyOf(source);
            const known = readers.get(key);
            if (known === undefined) readers.set(key, [step]);
            else known.push(step);
          }
        }
    return readers;
  }

  /** With the row indices that gathered parts go by. */
  #allParts(instance: string, output: string): ReadonlySet<PartName> {
    const parts = this.#declared.get(instance)?.outputs[output]?.parts;
    const by =
      parts === undefined || parts === 'made' ? [] : parts.flatMap((p) => (p.how === 'gathered' ? [p.by] : []));
    return new Set([...this.partsOf(instance, output), ...by]);
  }
}

function walk(start: readonly Step[], next: (step: Step) => readonly Step[]): readonly Step[] {
  const seen = new Map<string, Step>();
  const queue = [...start];
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    if (seen.has(keyOf(step))) continue;
    seen.set(keyOf(step), step);
    queue.push(...next(step));
  }
  return [...seen.values()];
}
