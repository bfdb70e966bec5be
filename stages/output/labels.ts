/** Which names in print a table or figure takes into its spec: only those of columns that take part, in its own language. */
import type { InputShape, Lang, Text } from '../contract.ts';
import type { Labels } from './term-label.ts';
import { inLanguage } from './wording.ts';

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

/** Labels of the referenced stages or cases; '' where there is none, and for all when all are the same. */
export function inputLabels(inputs: readonly InputShape[], lang: Lang): readonly string[] {
  const labels = inputs.map((input) => inLanguage(input.label, lang) ?? '');
  return inputs.length > 1 && new Set(labels).size === 1 ? labels.map(() => '') : labels;
}
