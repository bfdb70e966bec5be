/** The outputs that a stage has: those of its type, and those that follow from its params. */
import type { JsonRecord, OutputInfo } from '../../stages/contract.ts';
import { entriesToJson } from '../yaml/node.ts';
import type { Draft } from './draft.ts';

export function outputsOf(draft: Draft): Readonly<Record<string, OutputInfo>> {
  const { type } = draft;
  // params at fault have been reported; what follows from them is not known
  if (type.outputsFor === undefined || draft.faulty || draft.guess?.namesOnly === true) return type.outputs;
  return { ...type.outputs, ...type.outputsFor(entriesToJson(draft.params) as JsonRecord) };
}
