/** Which parts of its inputs a stage reads otherwise than before. */
import type { Digest } from '../../cache/digest.ts';
import type { Json, JsonRecord, PartName } from '../../stages/contract.ts';
import type { ActionInput } from './action.ts';

/** What an action reads, and its params as the YAML had them: references in lists go by what is written there. */
export interface Reading {
  readonly inputs: readonly ActionInput[];
  readonly params?: JsonRecord;
}

/** A part of an input that differs between two actions; `index`: where it is read now. */
export interface PartChange {
  readonly port: string;
  readonly index: number;
  readonly part: PartName;
  readonly before?: Digest;
  readonly now?: Digest;
}

/** Inputs that a list names no more, or names from now on, are told by the edit of the list. */
export function partChanges(before: Reading, now: Reading): readonly PartChange[] {
  const ports = relisted(before, now);
  const [old, is] = [
    before.inputs.filter((input, i) => ports.has(input[0]) || !isSame(input, now.inputs[i])),
    now.inputs.filter((input, i) => ports.has(input[0]) || !isSame(input, before.inputs[i])),
  ];
  const [had, has] = [addressed(old, before, ports), addressed(is, now, ports)];
  return [
    ...[...has].flatMap(([address, input]) => {
      const one = had.get(address);
      return one === undefined && ports.has(input[0]) ? [] : inputChanges(one, input);
    }),
    ...[...had]
      .filter(([address, [port]]) => !has.has(address) && !ports.has(port))
      .flatMap(([, [port, index, , parts]]) => parts.map(([part, digest]) => ({ port, index, part, before: digest }))),
  ];
}

/** Params whose list of references is another than before, each reference being one input. */
export function relisted(before: Reading, now: Reading): ReadonlySet<string> {
  const ports = [...new Set(now.inputs.map(([port]) => port))];
  return new Set(
    ports.filter((port) => {
      const [old, is] = [referencesOf(port, before), referencesOf(port, now)];
      if (old === undefined || is === undefined || Math.max(old.length, is.length) === 1) return false;
      return old.join('\n') !== is.join('\n');
    }),
  );
}

/** Undefined where one stands for several (`m[*]`), or where they are not in a list. */
function referencesOf(port: string, { inputs, params }: Reading): readonly string[] | undefined {
  const value = params?.[port];
  const list = typeof value === 'string' ? [value] : isTexts(value) ? value : undefined;
  return list?.length === inputs.filter((input) => input[0] === port).length ? list : undefined;
}

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((v) => typeof v === 'string');

function addressed(
  inputs: readonly ActionInput[],
  reading: Reading,
  ports: ReadonlySet<string>,
): ReadonlyMap<string, ActionInput> {
  const out = new Map<string, ActionInput>();
  const written = new Map([...ports].map((port) => [port, referencesOf(port, reading)]));
  for (const input of inputs) {
    const [port, index] = input;
    const text = written.get(port)?.[index];
    let address = `${port} ${text ?? index}`;
    while (out.has(address)) address += ' again';
    out.set(address, input);
  }
  return out;
}

/** Of thousands of inputs few are others than they were. */
function isSame([port, index, , parts]: ActionInput, other: ActionInput | undefined): boolean {
  if (other === undefined || other[0] !== port || other[1] !== index || other[3].length !== parts.length) return false;
  return parts.every(([part, digest], i) => part === other[3][i]?.[0] && digest === other[3][i]?.[1]);
}

function inputChanges(old: ActionInput | undefined, [port, index, , parts]: ActionInput): readonly PartChange[] {
  const had = new Map(old?.[3] ?? []);
  const has = new Set(parts.map(([part]) => part));
  const changed = parts
    .filter(([part, digest]) => had.get(part) !== digest)
    .map(([part, now]): PartChange => {
      const before = had.get(part);
      return { port, index, part, now, ...(before === undefined ? {} : { before }) };
    });
  const removed = [...had]
    .filter(([part]) => !has.has(part))
    .map(([part, before]): PartChange => ({ port, index, part, before }));
  return [...changed, ...removed];
}
