/** `ceteris explain`: why a stage is stale, and what made it so, up to the edit. */

import { ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { instancesNamed, unknownTargets } from '../cli/targets.ts';
import { paintWith } from '../diagnostic/paint.ts';
import type { ExplainedStage } from '../inspect/explain.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { upstreamOf } from '../plan/graph.ts';
import { makesTexts, reasonTexts } from '../report/reason-text.ts';
import { lastStories, sinceLastRun, storyJson, storyLines } from './last-story.ts';

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
    const plan = new Map((await session.explain(pipeline, args.names)).map((p) => [p.stage, p]));
    const asked = args.names.flatMap((name) => instancesNamed(name, pipeline).map((i) => i.name));
    const chain = causes(asked, pipeline, plan);
    const fresh = new Set(asked.filter((name) => plan.get(name)?.state === 'fresh'));
    const heldBack = new Set([...fresh].filter((name) => causes([name], pipeline, plan).length > 1));
    const isNotLast = (name: string): boolean => plan.get(name)?.notOfLastRun === true;
    const told = [...fresh].filter((name) => !heldBack.has(name));
    const stories = [
      ...(await sinceLastRun(context, told.filter(isNotLast), found)),
      ...(await lastStories(
        context,
        told.filter((name) => !isNotLast(name)),
        found,
      )),
    ];
    if (args.json) {
      context.out(`${JSON.stringify({ stages: chain, last: stories.map(storyJson) })}\n`);
      return EXIT.ok;
    }
    const paint = paintWith(color);
    for (const { stage, state, why, makes = [], same, notOfLastRun } of chain) {
      context.out(`${asked.includes(stage) ? '' : '  ← '}${paint.bold(stage)}: ${ui[state][lang]}\n`);
      for (const line of [...reasonTexts(why, lang), ...makesTexts(makes, lang)]) context.out(`    ${line}\n`);
      if (same === true) context.out(`    → ${ui['explain-same'][lang]}\n`);
      if (notOfLastRun === true) context.out(`    ${ui['explain-not-last'][lang]}\n`);
      if (state === 'fresh' && heldBack.has(stage)) context.out(`    ${ui['explain-held'][lang]}\n`);
    }
    for (const line of stories.flatMap((story) => storyLines(story, { lang, color }))) context.out(`${line}\n`);
    return EXIT.ok;
  } finally {
    await session.close();
  }
}

/** The stages asked for, then those above them that are not fresh, nearest first. */
function causes(
  asked: readonly string[],
  pipeline: Pipeline,
  plan: ReadonlyMap<string, ExplainedStage>,
): ExplainedStage[] {
  const out = new Map<string, ExplainedStage>();
  const seen = new Set<string>();
  const queue = [...asked];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const planned = plan.get(name);
    if (seen.has(name)) continue;
    seen.add(name);
    if (planned !== undefined && (asked.includes(name) || planned.state !== 'fresh')) out.set(name, planned);
    // a column may change above a stage that merely passes it on, and is fresh
    const instance = pipeline.instances.get(name);
    if (instance !== undefined) queue.push(...upstreamOf(instance));
  }
  return [...out.values()];
}
