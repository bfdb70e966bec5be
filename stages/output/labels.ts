/** Which names in print a table or figure takes into its spec: only those of columns that take part, in its own language. */
import type { Lang } from '../catalogue/entry.ts';
import type { InputShape, Text } from '../contract.ts';
import type { Labels } from './term-label.ts';
import { inLanguage, say } from './wording.ts';

interface Sources {
  readonly inputs: readonly InputShape[];
  /** labels of the pipeline */
  readonly pipeline: Readonly<Record<string, Text>>;
  /** labels of the stage itself, which go first */
  readonly own: Readonly<Record<string, Text>> | undefined;
}

export function pickLabels({ inputs, pipeline, own }: Sources, lang: Lang): Labels {
  const picked = new Map<string, string>();
  const put = (name: string, text: Text | undefined): void => {
    const label = inLanguage(text, lang);
    if (label !== undefined && label !== '') picked.set(name, label);
  };
  for (const { shape } of inputs) {
    if (shape.kind === 'document') continue;
    for (const column of shape.columns) put(column.name, column.label);
    const outcome = shape.kind === 'table' || shape.outcome === undefined ? [] : [shape.outcome];
    for (const name of [...shape.columns.map((c) => c.name), ...outcome])
      if (Object.hasOwn(pipeline, name)) put(name, pipeline[name]);
  }
  for (const [name, text] of Object.entries(own ?? {})) put(name, text);
  return Object.fromEntries([...picked].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The part of the sample that a model by group is of. */
export function groupLabel(group: string, labels: Labels, lang: Lang): string {
  if (Object.hasOwn(labels, group)) return labels[group] ?? group;
  return group === 'low' ? say('groupLow', lang) : group === 'high' ? say('groupHigh', lang) : group;
}

export interface InputNames {
  /** labels of the referenced stages or cases; '' where there is none, and for all when all are the same */
  readonly names: readonly string[];
  /** what tells inputs of one estimator apart that have no label: their group or case; '' where nothing must be told */
  readonly parts: readonly string[];
}

const factOf = ({ shape }: InputShape, name: 'estimator' | 'group'): string => {
  const facts = shape.kind === 'table' || shape.kind === 'document' ? undefined : shape.facts;
  return typeof facts?.[name] === 'string' ? facts[name] : '';
};

/** A name with what tells it from others of the same name behind it, where that says more. */
export const named = (name: string, part: string, lang: Lang): string =>
  name === '' || part === '' || part === name ? name : say('caseOf', lang, { name, part });

/** What inputs are called in print. Where two would have the same name, each has its group or case in brackets behind it. */
export function inputNames(inputs: readonly InputShape[], labels: Labels, lang: Lang): InputNames {
  const given = inputs.map((input) => inLanguage(input.label, lang) ?? '');
  const own = inputs.length > 1 && new Set(given).size === 1 ? given.map(() => '') : given;
  const part = (input: InputShape): string => groupLabel(factOf(input, 'group'), labels, lang) || (input.case ?? '');
  const isTwice = (names: readonly string[], i: number): boolean =>
    names[i] !== '' && names.some((name, j) => j !== i && name === names[i]);
  const estimators = inputs.map((input, i) => (own[i] === '' ? factOf(input, 'estimator') : ''));
  return {
    names: inputs.map((input, i) => named(own[i] ?? '', isTwice(own, i) ? part(input) : '', lang)),
    parts: inputs.map((input, i) => (isTwice(estimators, i) ? part(input) : '')),
  };
}
