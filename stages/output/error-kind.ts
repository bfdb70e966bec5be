/** What the note of a table says of the standard errors. */
import type { Lang } from '../catalogue/entry.ts';
import { columnRange } from './by-column.ts';
import { joined } from './listing.ts';
import type { Model } from './model-record.ts';
import type { Labels } from './term-label.ts';
import { say } from './wording.ts';

const called = (name: string, labels: Labels, lang: Lang): string =>
  name
    .split('^')
    .map((part) => (Object.hasOwn(labels, part) ? labels[part] : part))
    .join(lang === 'zh' ? '×' : ' × ');

/** "clustered by City", "robust to heteroskedasticity (HC1)"; empty when the model does not say. */
export function errorKind(model: Model, labels: Labels, lang: Lang): string {
  const type = model.vcov.toLowerCase();
  const names = joined(
    model.clusters.map((c) => called(c.name, labels, lang)),
    lang,
  );
  if (/^wild/.test(type)) return say('errorsWild', lang, { names });
  if (/bootstrap/.test(type)) return say(names === '' ? 'errorsRowBootstrap' : 'errorsBootstrap', lang, { names });
  if (/jackknife/.test(type)) return say('errorsJackknife', lang, { names });
  if (/^cr[23]/.test(type)) return say('errorsCorrected', lang, { names, type: model.vcov.slice(0, 3) });
  if (/cluster|^cr\d/.test(type) || (type === '' && names !== '')) return say('errorsClustered', lang, { names });
  if (type === 'iid') return say('errorsIid', lang);
  if (/^(hc\d|hetero|robust)/.test(type)) return say('errorsRobust', lang, { type: model.vcov });
  return type === '' ? '' : say('errorsOther', lang, { type: model.vcov });
}

/** One sentence when all columns agree, else one for each kind. */
export function errorSentences(models: readonly Model[], labels: Labels, lang: Lang): readonly string[] {
  const columns = new Map<string, number[]>();
  for (const [i, m] of models.entries()) {
    const kind = errorKind(m, labels, lang);
    if (kind !== '') columns.set(kind, [...(columns.get(kind) ?? []), i + 1]);
  }
  return [...columns].map(([kind, at]) =>
    at.length === models.length
      ? say('errorsAre', lang, { kind })
      : say(at.length === 1 ? 'errorsOfColumn' : 'errorsByColumn', lang, { kind, columns: columnRange(at, lang) }),
  );
}
