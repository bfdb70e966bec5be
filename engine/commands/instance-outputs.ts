import type { JsonRecord, OutputInfo } from '../../stages/contract.ts';
import type { Instance } from '../load/pipeline.ts';

/** The outputs that a stage has: those of its type, and those that follow from its params. */
export const outputsOf = ({ type, params }: Instance): Readonly<Record<string, OutputInfo>> => ({
  ...type.outputs,
  ...type.outputsFor?.(params as JsonRecord),
});
