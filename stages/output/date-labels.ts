/** Days as dates: a column of dates is numbers in the data, days since 1970, and so are the names of terms made of it. */
import type { Lang } from '../catalogue/entry.ts';
import { isoDate } from '../columns/parse.ts';
import type { InputShape } from '../contract.ts';
import type { Model } from './model-record.ts';
import { type Labels, termLabel } from './term-label.ts';
import { say } from './wording.ts';

/** Columns of dates that take part in what is printed. */
export const dateColumns = (inputs: readonly InputShape[]): readonly string[] => [
  ...new Set(
    inputs.flatMap(({ shape }) =>
      shape.kind === 'document' ? [] : shape.columns.filter((c) => c.type === 'date').map((c) => c.name),
    ),
  ),
];

/** The labels with one more for each level `day::18292` of a column of dates. */
export function withDates(
  labels: Labels,
  models: readonly Model[],
  { dates, lang }: { readonly dates: readonly string[]; readonly lang: Lang },
): Labels {
  if (dates.length === 0) return labels;
  const parts = models.flatMap((m) =>
    [...m.terms.map((t) => t.name), ...m.dropped].flatMap((n) => n.split(/(?<!:):(?!:)/)),
  );
  const own = [...new Set(parts)].flatMap((part): [string, string][] => {
    const [, column = '', day = ''] = /^(.+?)::(-?\d+)$/.exec(part) ?? [];
    if (!dates.includes(column) || Object.hasOwn(labels, part)) return [];
    const level = isoDate(Number(day));
    return [[part, say('equalsLevel', lang, { name: termLabel(column, labels, lang), level })]];
  });
  return { ...labels, ...Object.fromEntries(own) };
}
