/** The `where` of a stage: a filter of its own between the table and its reader. */
import type { AnyStageType, PortDecl } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Faults } from '../yaml/faults.ts';
import { type Entries, type Entry, scalarNode, toJson } from '../yaml/node.ts';
import { type Part, placeWithin } from '../yaml/place.ts';
import type { Draft } from './draft.ts';
import { groupOf } from './groups.ts';
import { outputsOf } from './output-names.ts';
import { checkParams, type Validate } from './params.ts';
import type { Instance, Reference } from './pipeline.ts';
import type { Tied } from './tie.ts';

export interface WhereContext {
  readonly registry: Registry;
  readonly validate: Validate;
  readonly faults: Faults;
  /** the instance that a reference names */
  draftOf(name: string): Draft | undefined;
}

export interface Filtered {
  readonly inputs: Tied['inputs'];
  readonly filters: readonly Instance[];
}

/** What takes anything by name takes tables too. */
const readsTables = ({ kinds, keyed }: PortDecl): boolean =>
  kinds.includes('table') || (kinds.length === 0 && keyed === true);

/** The param whose rows `where` picks: `from` if it takes tables, otherwise the first that does. */
function portOf(type: AnyStageType): string | undefined {
  const from = type.inputs.from;
  if (from !== undefined && readsTables(from)) return 'from';
  return Object.entries(type.inputs).find(([, port]) => readsTables(port))?.[0];
}

export function insertFilters(draft: Draft, tied: Tied, context: WhereContext): Filtered {
  const { where } = draft;
  const plain = { inputs: tied.inputs, filters: [] };
  if (where === undefined || !draft.typeKnown) return plain;
  const param = portOf(draft.type);
  const refused = (): Filtered => {
    draft.faulty = true;
    const key = draft.each === undefined ? 'where' : 'foreach';
    context.faults.add('CE1230', { key, type: draft.type.type }, { at: where.key, stage: draft.name });
    return plain;
  };
  if (param === undefined) return refused();
  const filter = context.registry.types.get('filter');
  if (filter === undefined) throw new Error("ceteris bug: the registry has no type 'filter' for where");
  const filters: Instance[] = [];
  let isAtFault = draft.faulty;
  const refs = (tied.inputs[param] ?? []).map((ref) => {
    const target = context.draftOf(ref.instance);
    if (target?.typeKnown && kindOf(target, ref) !== 'table') return ref;
    const name = `${draft.name}~where${filters.length === 0 ? '' : filters.length + 1}`;
    const one = filterInstance({ name, filter, where, draft, ref, target }, context);
    // what it keeps cannot be told: the columns can
    if (one === undefined) {
      isAtFault = true;
      return ref;
    }
    filters.push(one);
    return { ...ref, instance: name, output: tableOutput(filter) };
  });
  const takesAnything = draft.type.inputs[param]?.kinds.length === 0;
  if (takesAnything && filters.length === 0 && !isAtFault) return refused();
  return { inputs: { ...tied.inputs, [param]: refs }, filters };
}

const kindOf = (target: Draft, ref: Reference): string | undefined => outputsOf(target)[ref.output]?.kind;

const tableOutput = (filter: AnyStageType): string =>
  Object.entries(filter.outputs).find(([, o]) => o.kind === 'table')?.[0] ?? 'table';

interface FilterSpec {
  readonly name: string;
  readonly filter: AnyStageType;
  readonly where: Entry;
  readonly draft: Draft;
  readonly ref: Reference;
  readonly target: Draft | undefined;
}

function filterInstance(spec: FilterSpec, { validate, faults }: WhereContext): Instance | undefined {
  const { name, filter, where, draft, ref, target } = spec;
  const from = scalarNode(ref.instance, draft.place(ref.path));
  const params: Entries = new Map<string, Entry>([
    ['from', { name: 'from', key: draft.key, value: from }],
    ['keep', { ...where, name: 'keep' }],
  ]);
  const context = { type: filter, params, key: where.key, stage: draft.name, names: { keep: 'where' } };
  if (where.value.kind === 'broken' || !checkParams(context, validate, faults).fine) return undefined;
  const label = target?.label;
  const at = where.value.at.end > where.value.at.start ? where.value.at : where.key;
  return {
    name,
    stage: draft.stage,
    ...(target?.case === undefined ? {} : { case: target.case }),
    ...(target === undefined ? {} : groupOf(target)),
    type: filter,
    params: { from: ref.instance, keep: toJson(where.value) },
    inputs: { from: [{ instance: ref.instance, output: ref.output, inner: [], path: ['from'] }] },
    files: {},
    ...(label === undefined ? {} : { label }),
    owner: draft.name,
    place: (path, { within, origin }: Part = {}) => {
      if (path[0] === 'from') return draft.place(ref.path);
      if (within !== undefined && where.value.kind === 'scalar') return placeWithin(where.value, within);
      return (origin === true ? where.value.from : undefined) ?? at;
    },
  };
}
