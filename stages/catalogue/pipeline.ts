import { pipelineFileMessages } from './pipeline-file.ts';
import { pipelineStageMessages } from './pipeline-stage.ts';

/** CE10–CE14: the pipeline file. */
export const pipelineMessages = { ...pipelineFileMessages, ...pipelineStageMessages };
