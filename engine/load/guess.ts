/** Params whose values are at fault, as they were probably meant or left out: what stands below is checked all the same. */
import { closest } from '../../stages/catalogue/suggest.ts';
import type { AnyStageType, JsonRecord } from '../../stages/contract.ts';
import { type Entries, type Entry, entriesToJson, scalarNode, type YamlNode } from '../yaml/node.ts';
import { literals, type Schema } from '../yaml/words.ts';
import { valueMeant } from './counterparts.ts';

/** Of a schema error: a JSON pointer. */
interface Place {
  readonly instancePath: string;
}

export interface Guess {
  /** there is no saying what a stage that lacks some of its params would find: only names that nothing has are faults */
  readonly namesOnly: boolean;
  /** names of columns may follow from what was left out */
  readonly open: boolean;
}

export interface Guessed extends Guess {
  readonly params: Entries;
}

/** Undefined where params that a stage cannot do without, or all that a file holds, hang on what is at fault. */
export function guessed(
  type: AnyStageType,
  params: Entries,
  validate: (params: JsonRecord) => readonly Place[],
): Guessed | undefined {
  if ((type.files ?? []).length > 0) return undefined;
  const errors = (of: Entries): readonly Place[] => validate(entriesToJson(of));
  const { properties = {} } = type.params as Schema;
  const meant = new Map<string, Entry>(params);
  for (const name of namesIn(errors(params))) {
    const entry = meant.get(name);
    const value = entry === undefined ? undefined : choiceMeant(entry.value, properties[name] ?? {});
    if (entry !== undefined && value !== undefined) meant.set(name, { ...entry, value });
  }
  const left = namesIn(errors(meant));
  for (const name of left) meant.delete(name);
  if (left.size > 0 && errors(meant).length > 0) return undefined;
  if (Object.entries(type.inputs).some(([port, { optional }]) => !optional && !meant.has(port))) return undefined;
  const open = type.origin !== undefined || [...left].some((name) => !isNumeric(properties[name] ?? {}));
  return { params: meant, namesOnly: left.size > 0, open: left.size > 0 && open };
}

/** Numbers and switches name no column. */
const isNumeric = (schema: Schema): boolean => {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return branches.every(isNumeric);
  if (schema.const !== undefined) return typeof schema.const !== 'string';
  if (schema.type !== 'array') return ['number', 'integer', 'boolean'].includes(String(schema.type));
  return [schema.items ?? []].flat().every(isNumeric);
};

const namesIn = (errors: readonly Place[]): ReadonlySet<string> =>
  new Set(errors.map((e) => (e.instancePath.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~')));

function choiceMeant(node: YamlNode, schema: Schema): YamlNode | undefined {
  if (node.kind !== 'scalar') return undefined;
  const choice = valueMeant(node.text, schema) ?? closest(node.text, literals(schema));
  return choice === undefined ? undefined : scalarNode(choice, node.at);
}
