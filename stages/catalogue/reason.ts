/** Why something in a record is missing: records say it in English words, which programs may rely on, and by the faults behind them. */
import type { Json, JsonRecord, Lang } from '../contract.ts';
import { catalogue } from './catalogue.ts';
import { phraseInChinese } from './phrases.ts';
import { messageOf } from './render.ts';
import { words } from './words.ts';

type Cause = { readonly code: keyof typeof catalogue; readonly args: JsonRecord };

const isCause = (value: Json): boolean =>
  typeof value === 'object' && value !== null && 'code' in value && Object.hasOwn(catalogue, String(value.code));

/** The `reason` of a row in the reader's language. */
export function reasonText(row: JsonRecord, lang: Lang): string {
  const causes = (Array.isArray(row.why) ? (row.why as Json[]).filter(isCause) : []) as unknown as readonly Cause[];
  if (causes.length > 0)
    return causes
      .map(({ code, args }) => messageOf(code, args as Parameters<typeof messageOf>[1], lang))
      .join(words.sentenceJoin[lang]);
  const reason = typeof row.reason === 'string' ? row.reason : '';
  return lang === 'zh' ? phraseInChinese(reason) : reason;
}
