/** What an edit may reach of a pipeline, beside what the last run left. */
import type { RunId } from '../../cache/run-log.ts';
import type { PastLook } from '../history/past.ts';
import type { Graph } from '../load/graph.ts';
import type { Pipeline } from '../load/pipeline.ts';
import type { Outputs } from '../plan/part.ts';
import type { Tools } from '../run/tools.ts';
import { Untouched } from '../run/untouched.ts';

export interface Part {
  readonly pipeline: Pipeline;
  readonly graph: Graph;
  /** instances whose files are not what they were */
  readonly touched: readonly number[];
  /** of these, by name, those that declare what they did all the same */
  readonly declareTheSame: ReadonlySet<string>;
  /** instances that the run is about; absent: all */
  readonly isWanted?: (index: number) => boolean;
  /** what an instance put out in the last run, where that need not be worked out */
  readonly known?: (index: number) => Outputs | undefined;
  /** of `touched`, whether some are only for what became of them in that run */
  readonly hasPending: boolean;
  /** the run that left what stands */
  readonly since: RunId;
  /** the number of stages that the run is about */
  readonly stages: number;
}

/** What an edit has not reached. */
export function untouchedIn(part: Part, past: PastLook, tools: Tools): Untouched {
  const { pipeline, graph } = part;
  const touched = new Set(part.touched.map((i) => graph.name(i)));
  const declaresTheSame = (name: string): boolean => !touched.has(name) || part.declareTheSame.has(name);
  const known = (name: string): Outputs | undefined => part.known?.(graph.index(name) as number);
  return new Untouched({ pipeline, tools, past, declaresTheSame, known });
}
