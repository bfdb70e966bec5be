/** `ceteris explain`: why a stage is stale, and what made it so, up to the edit. */

import { ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { upstreamOf } from '../plan/graph.ts';
import { paintWith } from '../report/paint.ts';
import { reasonText } from '../report/reason-text.ts';
import type { PlannedStage } from '../run/plan-pipeline.ts';
import { type CliContext, EXIT } from './context.ts';
import { expanded, findPipeline, printDiagnostics } from './loaded.ts';
import { instancesNamed, unknownTargets } from './targets.ts';

export async function explainCommand(context: CliContext): Promise<number> {
  const { args, lang, color } = context;
  const found = await findPipeline(context);
  if (!found.ok) {
    printDiagnostics(context, found.diagnostics, false);
    return EXIT.wrong;
  }
  const known = [...found.pipeline.instances.values()].filter((i) => i.owner === undefined).map((i) => i.name);
  const wrong = args.names.length === 0 ? [error('CE1509', { known })] : unknownTargets(args.names, found.pipeline);
  if (wrong.length > 0) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'look', args.names);
    if (!whole.ok) {
      printDiagnostics(context, whole.diagnostics, false);
      return EXIT.wrong;
    }
    const { pipeline } = whole;
    const plan = new Map(session.plan(pipeline, args.names).map((p) => [p.stage, p]));
    const asked = args.names.flatMap((name) => instancesNamed(name, pipeline).map((i) => i.name));
    const chain = causes(asked, pipeline, plan);
    if (args.json) {
      context.out(`${JSON.stringify({ stages: chain })}\n`);
      return EXIT.ok;
    }
    const paint = paintWith(color);
    for (const { stage, state, why } of chain) {
      context.out(`${asked.includes(stage) ? '' : '  ← '}${paint.bold(stage)}: ${ui[state][lang]}\n`);
      for (const reason of why) context.out(`    ${reasonText(reason, lang)}\n`);
    }
    return EXIT.ok;
  } finally {
    await session.close();
  }
}

/** The stages asked for, then those above them that are not fresh, nearest first. */
function causes(asked: readonly string[], pipeline: Pipeline, plan: ReadonlyMap<string, PlannedStage>): PlannedStage[] {
  const out = new Map<string, PlannedStage>();
  const queue = [...asked];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const planned = plan.get(name);
    if (out.has(name)) continue;
    if (planned !== undefined) {
      if (!asked.includes(name) && planned.state === 'fresh') continue;
      out.set(name, planned);
    }
    const instance = pipeline.instances.get(name);
    if (instance !== undefined) queue.push(...upstreamOf(instance));
  }
  return [...out.values()];
}
