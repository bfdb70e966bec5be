/** The one catalogue of messages: every code, in English and Chinese. */
import { commandLineMessages } from './command-line.ts';
import { crateMessages } from './crate.ts';
import { editMessages } from './edits.ts';
import type { Entry } from './entry.ts';
import { executionMessages } from './execution.ts';
import { externalMessages } from './external.ts';
import { figureMessages } from './figure.ts';
import { outputMessages } from './output.ts';
import { pipelineMessages } from './pipeline.ts';
import { printedEntries } from './printed.ts';
import { reportMessages } from './report.ts';
import { runMessages } from './runs.ts';
import { storeMessages } from './store.ts';

const all = {
  ...pipelineMessages,
  ...printedEntries,
  ...commandLineMessages,
  ...outputMessages,
  ...figureMessages,
  ...reportMessages,
  ...executionMessages,
  ...externalMessages,
  ...crateMessages,
  ...storeMessages,
  ...runMessages,
  ...editMessages,
};

/** `CE…` a fault, `CN…` a note. Permanent: a code is never given a second meaning. */
export type Code = keyof typeof all;

export const catalogue: Readonly<Record<Code, Entry>> = all;
