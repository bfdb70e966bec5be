/** Stages to drafts of instances: vars put in, defaults under the stage's own params, a matrix expanded. */
import type { AnyStageType, ParamPath, StageType, Text } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Place } from '../diagnostic/diagnostic.ts';
import type { Faults } from '../yaml/faults.ts';
import { gluedTo } from '../yaml/glued.ts';
import { type Entries, type Entry, isText, type MappingNode } from '../yaml/node.ts';
import { type Part, placeOf } from '../yaml/place.ts';
import { FORBIDDEN } from '../yaml/yaml.ts';
import type { DefaultsOfType, Joined } from './files.ts';
import { casesOfEach } from './foreach.ts';
import type { Each, Levels } from './groups.ts';
import type { Guess } from './guess.ts';
import { type Case, casesOf, expanded } from './matrix.ts';
import { readText } from './text.ts';
import type { Vars } from './vars.ts';
import type { Writable } from './writable.ts';

/** Keys that every stage has, beside its type's params. */
export const COMMON_KEYS = ['stage', 'where', 'foreach', 'matrix', 'label', 'description', 'to'];

const STAGE_NAME = /^[a-z][a-z0-9_-]*$/;

export interface Draft {
  readonly name: string;
  readonly stage: string;
  readonly case?: string;
  /** it is a group, or stands for all of them */
  readonly each?: Each;
  readonly type: AnyStageType;
  /** false: a stand-in, its type is unknown or missing */
  readonly typeKnown: boolean;
  /** as meant, where keys are misspelt and that has been reported */
  params: Entries;
  readonly key: Place;
  readonly where?: Entry;
  readonly to?: Entry;
  readonly label?: Text;
  readonly description?: Text;
  /** faults have been reported: checked no further than the graph */
  faulty: boolean;
  /** what was reported can be taken for something: its faults and those below are looked for by that */
  guess?: Guess;
  place(path: ParamPath, part?: Part): Place;
}

/** What references can name. */
export interface Drafts {
  readonly all: readonly Draft[];
  /** cases by stage, in order; one without a name for a stage without matrix; none when its matrix is at fault */
  readonly byStage: Pick<ReadonlyMap<string, readonly Draft[]>, 'get' | 'has' | 'keys'>;
}

export interface DraftContext {
  readonly joined: Joined;
  readonly vars: Vars;
  readonly registry: Registry;
  readonly faults: Faults;
  readonly levels: Levels;
}

export function draftStages(context: DraftContext): Drafts {
  const { joined, vars, faults } = context;
  const defaults = new Map([...joined.defaults].map(([type, d]) => [type, substituteDefaults(d, vars)]));
  const byStage = new Map<string, readonly Draft[]>();
  for (const entry of joined.stages.values()) {
    if (!STAGE_NAME.test(entry.name) || FORBIDDEN.has(entry.name))
      faults.add('CE1110', { name: entry.name }, { at: entry.key });
    byStage.set(entry.name, draftsOf({ ...entry, value: vars.substitute(entry.value) }, defaults, context));
  }
  return { all: [...byStage.values()].flat(), byStage };
}

const substituteDefaults = (d: DefaultsOfType, vars: Vars): Entries => {
  const node = vars.substitute(d.params);
  return node.kind === 'mapping' ? node.entries : new Map();
};

function draftsOf(entry: Entry, defaults: ReadonlyMap<string, Entries>, context: DraftContext): readonly Draft[] {
  const { faults } = context;
  const stage = entry.name;
  if (entry.value.kind !== 'mapping') {
    if (entry.value.kind !== 'broken') faults.add('CE1111', { name: stage }, { at: entry.key, stage });
    return [draft(entry, { type: standIn('?'), typeKnown: false }, undefined, new Map(), faults)];
  }
  const found = typeOf(entry, entry.value, context);
  const matrix = entry.value.entries.get('matrix');
  const base = layered(found.type, defaults.get(found.type.type) ?? NONE, entry.value.entries);
  const each = entry.value.entries.get('foreach');
  if (each !== undefined && matrix !== undefined) faults.add('CE1321', {}, { at: each.key, stage });
  const cases =
    each !== undefined
      ? casesOfEach(each, base.get('where'), context.levels.get(stage), stage, faults)
      : matrix === undefined
        ? [undefined]
        : casesOf(matrix, stage, faults);
  const drafts: Draft[] = [];
  for (const case_ of cases ?? []) {
    const params = layered(found.type, base, case_?.params ?? NONE);
    for (const one of expanded(found.type, params, case_, { key: entry.key, stage, faults }))
      drafts.push(draft(entry, found, one, base, faults));
  }
  return drafts;
}

/** A group goes by its name where people read it. */
function labelOf(one: Case | undefined, own: Text | undefined): Text | undefined {
  if (one?.each?.level === undefined) return own;
  const { name } = one;
  if (own === undefined) return name;
  if (typeof own === 'string') return `${own}, ${name}`;
  return Object.fromEntries(
    Object.entries(own).map(([lang, text]) => [lang, `${text}${lang === 'zh' ? '，' : ', '}${name}`]),
  );
}

const NONE: Entries = new Map();

/** What is written nearer wins, also over what says the same thing by another name: a stage's `vcov` over the `cluster` of `defaults:`. */
function layered({ instead = {} }: AnyStageType, far: Entries, near: Entries): Entries {
  if (far.size === 0 || near.size === 0) return far.size === 0 ? near : far;
  const beaten = new Set(
    [...near.keys()].flatMap((name) => (Object.hasOwn(instead, name) ? (instead[name] ?? []) : [])),
  );
  return new Map([...[...far].filter(([name]) => !beaten.has(name)), ...near]);
}

interface FoundType {
  readonly type: AnyStageType;
  readonly typeKnown: boolean;
}

function typeOf(entry: Entry, node: MappingNode, { registry, faults }: DraftContext): FoundType {
  const written = node.entries.get('stage');
  const type = written !== undefined && isText(written.value) ? registry.types.get(written.value.value) : undefined;
  if (type !== undefined) return { type, typeKnown: true };
  const known = [...registry.types.keys()];
  if (written === undefined || !isText(written.value)) {
    const near = [...node.entries.values()].find(({ name }) => /^(?:stage|type)\b/i.test(name));
    const glued = gluedTo(near?.name ?? '', ['stage']);
    if (near !== undefined && glued !== undefined) {
      faults.add(...glued, { at: near.key, stage: entry.name });
      return { type: standIn('?'), typeKnown: false };
    }
    const at = written === undefined ? (near ?? entry).key : written.value.kind === 'scalar' ? written.key : entry.key;
    if (written?.value.kind !== 'broken')
      faults.add('CE1112', { name: entry.name, known: known.slice(0, 8) }, { at, stage: entry.name });
    return { type: standIn('?'), typeKnown: false };
  }
  faults.add('CE1113', { name: written.value.value, known }, { at: written.value.at, stage: entry.name });
  return { type: standIn(written.value.value), typeKnown: false };
}

/** Keeps a stage of unknown type in the graph: its `from` is followed, its outputs may be anything. */
const standIn = (type: string): AnyStageType => {
  const bug = (): never => {
    throw new Error(`ceteris bug: ${type} is no stage type`);
  };
  const outputs = {};
  const from = { kinds: [], many: true, optional: true } as const;
  const doc = { summary: { en: '', zh: '' }, details: { en: '' }, example: '' };
  return { type, doc, params: {} as StageType['params'], inputs: { from }, outputs, declare: bug, run: bug };
};

function draft(entry: Entry, found: FoundType, one: Case | undefined, base: Entries, faults: Faults): Draft {
  const stage = entry.name;
  const all = layered(found.type, base, one?.params ?? NONE);
  for (const name of one === undefined ? [] : ['stage', 'matrix', 'foreach']) {
    const inCase = one?.params.get(name);
    if (inCase !== undefined) faults.add('CE1156', { name }, { at: inCase.key, stage });
  }
  const params = new Map<string, Entry>();
  let broken = false;
  for (const [name, param] of all) {
    if (!COMMON_KEYS.includes(name)) params.set(name, param);
    broken ||= param.value.broken;
  }
  const textOf = (key: string): Text | undefined => {
    const node = all.get(key)?.value;
    return node === undefined ? undefined : readText(node, key, faults);
  };
  const [where, to, description] = [all.get('where'), all.get('to'), textOf('description')];
  const label = labelOf(one, textOf('label'));
  const { type, typeKnown } = found;
  const { key } = entry;
  const name = one === undefined ? stage : `${stage}[${one.name}]`;
  const placed: Entries = to === undefined ? NONE : new Map([['to', to]]);
  const place: Draft['place'] = (path, part) => placeOf(path[0] === 'to' ? placed : draft.params, path, key, part);
  const draft: Writable<Draft> = { name, stage, type, typeKnown, params, key, faulty: !typeKnown || broken, place };
  if (one !== undefined) draft.case = one.name;
  if (one?.each !== undefined) draft.each = one.each;
  if (where !== undefined) draft.where = where;
  if (to !== undefined) draft.to = to;
  if (label !== undefined) draft.label = label;
  if (description !== undefined) draft.description = description;
  return draft;
}
