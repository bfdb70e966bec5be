/** `ceteris plan`: what a run would do, and why, without running. */
import { ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { unknownTargets, unreadGroups } from '../cli/targets.ts';
import { padded, widthOf } from '../diagnostic/frame.ts';
import { paintWith } from '../diagnostic/paint.ts';
import { reasonTexts } from '../report/reason-text.ts';

export async function planCommand(context: CliContext): Promise<number> {
  const { args, lang, color } = context;
  const found = await findPipeline(context);
  const wrong = found.ok ? unknownTargets(args.names, found.pipeline) : found.diagnostics;
  if (!found.ok || wrong.length > 0) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  const session = await context.openSession(found.pipeline.folder);
  try {
    const whole = await expanded(session, found.pipeline, 'look');
    const pipeline = whole.ok ? whole.pipeline : found.pipeline;
    const unknown = [...unknownTargets(args.names, pipeline), ...unreadGroups(args.names, pipeline)];
    if (unknown.length > 0) {
      printDiagnostics(context, unknown, false);
      return EXIT.wrong;
    }
    const stages = session.plan(pipeline, args.names.length > 0 ? args.names : undefined);
    if (args.json) {
      context.out(`${JSON.stringify({ stages })}\n`);
      return EXIT.ok;
    }
    const paint = paintWith(color);
    const tint = { fresh: paint.dim, stale: paint.yellow, depends: paint.cyan } as const;
    const width = 1 + Math.max(...Object.keys(tint).map((state) => widthOf(ui[state as keyof typeof tint][lang])));
    for (const { stage, state, why } of stages) {
      context.out(`${tint[state](padded(ui[state][lang], width))} ${stage}\n`);
      for (const line of reasonTexts(why, lang)) context.out(`${' '.repeat(width + 3)}${paint.dim(line)}\n`);
    }
    return EXIT.ok;
  } finally {
    await session.close();
  }
}
