/** The one catalogue of messages: every code, in English and Chinese. */
import { commandLineMessages } from './command-line.ts';
import { comparisonMessages } from './comparison.ts';
import { crateMessages } from './crate.ts';
import { dataMessages } from './data.ts';
import { degenerateMessages } from './degenerate.ts';
import { editMessages } from './edits.ts';
import type { Entry } from './entry.ts';
import { executionMessages } from './execution.ts';
import { externalMessages } from './external.ts';
import { figureMessages } from './figure.ts';
import { ingestNotes } from './ingest-notes.ts';
import { linearMessages } from './linear.ts';
import { linearTermMessages } from './linear-terms.ts';
import { mechanismMessages } from './mechanism.ts';
import { membersMessages } from './members.ts';
import { methodMessages } from './method.ts';
import { nothingLeft } from './nothing-left.ts';
import { outputMessages } from './output.ts';
import { panelDataMessages } from './panel-data.ts';
import { pipelineMessages } from './pipeline.ts';
import { precisionMessages } from './precision.ts';
import { preparationMessages } from './preparation.ts';
import { reportMessages } from './report.ts';
import { robustnessMessages } from './robustness.ts';
import { runMessages } from './runs.ts';
import { staggeredMessages } from './staggered.ts';
import { staggeredOptionMessages } from './staggered-options.ts';
import { stataFileMessages } from './stata-file.ts';
import { storeMessages } from './store.ts';
import { trendCheckMessages } from './trend-checks.ts';

const all = {
  ...pipelineMessages,
  ...commandLineMessages,
  ...dataMessages,
  ...preparationMessages,
  ...panelDataMessages,
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
  ...outputMessages,
  ...comparisonMessages,
  ...figureMessages,
  ...reportMessages,
  ...executionMessages,
  ...ingestNotes,
  ...stataFileMessages,
  ...externalMessages,
  ...crateMessages,
  ...storeMessages,
  ...runMessages,
  ...robustnessMessages,
  ...staggeredOptionMessages,
  ...editMessages,
};

/** `CE…` a fault, `CN…` a note. Permanent: a code is never given a second meaning. */
export type Code = keyof typeof all;

export const catalogue: Readonly<Record<Code, Entry>> = all;
