/**
 * Messages that results carry and tables print: the notes of stages, and why a model among many has no estimate. Stages
 * know no others, so that the digest of their code, and what they made, lives through an edit of any other message. Of these
 * they see no help and no page, and the build takes neither into the digest.
 */
import { comparisonMessages } from './comparison.ts';
import { dataMessages } from './data.ts';
import { degenerateMessages } from './degenerate.ts';
import type { FaultArgs, Lang, Message } from './entry.ts';
import { expressionMessages } from './expressions.ts';
import { fillMessage } from './fill.ts';
import { ingestNotes } from './ingest-notes.ts';
import { linearMessages } from './linear.ts';
import { linearTermMessages } from './linear-terms.ts';
import { mechanismMessages } from './mechanism.ts';
import { membersMessages } from './members.ts';
import { methodMessages } from './method.ts';
import { nothingLeft } from './nothing-left.ts';
import { panelDataMessages } from './panel-data.ts';
import { pluginNotes } from './plugin-notes.ts';
import { precisionMessages } from './precision.ts';
import { preparationMessages } from './preparation.ts';
import { reshapeMessages } from './reshape.ts';
import { robustnessMessages } from './robustness.ts';
import { staggeredMessages } from './staggered.ts';
import { staggeredOptionMessages } from './staggered-options.ts';
import { stataFileMessages } from './stata-file.ts';
import { trendCheckMessages } from './trend-checks.ts';

/** For the catalogue alone, which has these whole. */
export const printedEntries = {
  ...dataMessages,
  ...expressionMessages,
  ...preparationMessages,
  ...panelDataMessages,
  ...reshapeMessages,
  ...methodMessages,
  ...linearMessages,
  ...linearTermMessages,
  ...staggeredMessages,
  ...membersMessages,
  ...degenerateMessages,
  ...nothingLeft,
  ...precisionMessages,
  ...trendCheckMessages,
  ...mechanismMessages,
  ...comparisonMessages,
  ...ingestNotes,
  ...stataFileMessages,
  ...pluginNotes,
  ...robustnessMessages,
  ...staggeredOptionMessages,
};

export type PrintedCode = keyof typeof printedEntries;

const messages: Readonly<Record<PrintedCode, Message>> = printedEntries;

/** Whether a text is a code whose message can stand in print. */
export const isPrintedCode = (text: string): text is PrintedCode => Object.hasOwn(messages, text);

export const printedMessage = (code: PrintedCode, args: FaultArgs, lang: Lang): string =>
  fillMessage(messages[code][lang], args, lang);
