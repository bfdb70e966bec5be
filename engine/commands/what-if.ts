/** `ceteris plan --if panel.open`: what an edit of a column, a stage or a file would run again, and at what cost. */
import { availableParallelism } from 'node:os';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import type { Fault } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { declarationsIn, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { paintWith } from '../diagnostic/paint.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { visibleName } from '../plan/graph.ts';
import { Lineage, type PartAddress } from '../plan/lineage.ts';
import { type AffectedStage, type WhatIf, whatIf } from '../plan/what-if.ts';
import { duration } from '../report/duration.ts';
import { listed } from '../report/list-text.ts';
import { alignedLines } from '../report/table-lines.ts';
import { filesNamed, unreadFile } from './files-named.ts';
import { partsNamed, partText } from './lineage.ts';

export async function whatIfCommand(context: CliContext): Promise<number> {
  const { args, lang, out } = context;
  const wishes = args.given.if as readonly string[];
  const found = await findPipeline(context);
  if (!found.ok) return refuse(context, found.diagnostics);
  const session = await context.openSession(found.pipeline.folder);
  try {
    const { pipeline, declared } = await declarationsIn(session, found.pipeline);
    const lineage = new Lineage(pipeline, declared);
    const edited = wishes.map((wish) => editedBy(wish, pipeline, lineage, context.cwd));
    const faults = edited.flatMap((e) => ('code' in e ? [e] : []));
    if (faults.length > 0) return refuse(context, faults);
    const inspection = session.inspect(pipeline);
    const parts = edited.flat() as readonly PartAddress[];
    const answer = whatIf(parts, pipeline, lineage, {
      pastMs: (name) => inspection.pastMs(name),
      jobs: args.jobs ?? availableParallelism(),
    });
    if (args.json) out(`${JSON.stringify(whatIfJson(answer, wishes, pipeline))}\n`);
    else for (const line of lines(answer, pipeline, context)) out(`${line}\n`);
    const known = answer.stages.every((s) => s.ms !== undefined);
    if (!args.json && !known) out(`${ui['if-unknown'][lang]}\n`);
    return EXIT.ok;
  } finally {
    await session.close();
  }
}

/** A file stands for all that the stages that read it make. */
function editedBy(wish: string, pipeline: Pipeline, lineage: Lineage, cwd: string): readonly PartAddress[] | Fault {
  const readers = filesNamed(wish, pipeline, cwd);
  if (readers.length > 0) return readers.flatMap((instance) => lineage.named(instance, undefined));
  const parts = partsNamed(wish.replace('[*]', ''), pipeline, lineage);
  return 'code' in parts ? (unreadFile(wish, pipeline, cwd) ?? parts) : parts;
}

function whatIfJson(
  { stages, totalMs, longestMs, jobs, expectedMs }: WhatIf,
  wishes: readonly string[],
  pipeline: Pipeline,
) {
  return {
    if: wishes,
    stages: stages.map(({ stage, reads, ms }) => ({
      stage,
      state: 'stale',
      why: reads.map((p) => ({ kind: 'part', from: nameOf(p, pipeline), part: p.part, change: 'changed' })),
      ms: ms ?? null,
    })),
    total_ms: totalMs,
    longest_ms: longestMs,
    jobs,
    expected_ms: expectedMs,
  };
}

const nameOf = ({ instance }: PartAddress, pipeline: Pipeline): string => {
  const found = pipeline.instances.get(instance);
  return found === undefined ? instance : visibleName(found);
};

function lines(
  { stages, totalMs, longestMs, jobs, expectedMs }: WhatIf,
  pipeline: Pipeline,
  { lang, color }: CliContext,
): string[] {
  const paint = paintWith(color);
  const because = ({ reads }: AffectedStage): string =>
    listed([...new Set(reads.map((p) => partText(p, pipeline)))], lang);
  const rows = stages.map((s) => [s.stage, s.ms === undefined ? '–' : duration(s.ms), paint.dim(because(s))]);
  // a sum of nothing known is no time
  const text = stages.length > 0 && stages.every((s) => s.ms === undefined) ? 'if-untimed' : 'if-summary';
  const summary = fill(ui[text][lang], {
    stages: stages.length,
    total: duration(totalMs),
    longest: duration(longestMs),
    jobs,
    expected: duration(expectedMs),
  });
  return [...alignedLines(rows, [false, true]), summary];
}

function refuse(context: CliContext, faults: readonly Fault[]): number {
  printDiagnostics(context, faults, false);
  return EXIT.wrong;
}
