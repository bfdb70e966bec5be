/** Why something in a record is missing: records say it in English words, which programs may rely on, and by the faults behind them. */
import type { Json, JsonRecord } from '../contract.ts';
import type { FaultArgs, Lang } from './entry.ts';
import { phraseInChinese } from './phrases.ts';
import { isPrintedCode, type PrintedCode, printedMessage } from './printed.ts';
import { words } from './words.ts';

type Cause = { readonly code: PrintedCode; readonly args: JsonRecord };

const isCause = (value: Json): boolean =>
  typeof value === 'object' && value !== null && 'code' in value && isPrintedCode(String(value.code));

/** The `reason` of a row in the reader's language. */
export function reasonText(row: JsonRecord, lang: Lang): string {
  const causes = (Array.isArray(row.why) ? (row.why as Json[]).filter(isCause) : []) as unknown as readonly Cause[];
  if (causes.length > 0)
    return causes.map(({ code, args }) => printedMessage(code, args as FaultArgs, lang)).join(words.sentenceJoin[lang]);
  const reason = typeof row.reason === 'string' ? row.reason : '';
  return lang === 'zh' ? phraseInChinese(reason) : reason;
}
