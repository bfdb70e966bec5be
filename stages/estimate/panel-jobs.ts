/** What other threads do for an estimate on many rows. */
import type { Job } from '../contract-helpers.ts';
import { type PanelJob, panelPart } from '../kernels/panel-passes.ts';

const ofPanel = (job: Job, part: number): void => panelPart(job as PanelJob, part);

export const panelJobs: ReadonlyMap<string, (job: Job, part: number) => void> = new Map([
  ['panel-swept', ofPanel],
  ['panel-residual', ofPanel],
]);
