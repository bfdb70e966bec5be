/** `ceteris verify`: computes results again and compares bytes with what the store holds. */
import { fill } from '../../stages/catalogue/fill.ts';
import { type UiText, ui } from '../../stages/catalogue/ui.ts';
import { error } from '../../stages/contract.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { expanded, findPipeline, printDiagnostics } from '../cli/loaded.ts';
import { unknownTargets } from '../cli/targets.ts';
import { diagnosticJson } from '../diagnostic/diagnostic.ts';
import { paintWith } from '../diagnostic/paint.ts';
import type { VerifiedStage } from '../inspect/verify.ts';
import type { Pipeline } from '../load/pipeline.ts';
import { duration } from '../report/duration.ts';
import { clauses } from '../report/list-text.ts';
import { diagnosticLines } from '../report/plain-lines.ts';

export async function verifyCommand(context: CliContext): Promise<number> {
  const { args } = context;
  const sample = args.given.sample as string | undefined;
  const found = await findPipeline(context);
  const wrong = [
    ...(found.ok ? unknownTargets(args.names, found.pipeline) : found.diagnostics),
    ...(sample === undefined || /^[1-9]\d{0,5}$/.test(sample)
      ? []
      : [error('CE1504', { option: '--sample', value: sample, least: 1 })]),
  ];
  if (!found.ok || wrong.length > 0) {
    printDiagnostics(context, wrong, false);
    return EXIT.wrong;
  }
  const session = await context.openSession(found.pipeline.folder);
  const abort = new AbortController();
  const stop = (): void => (abort.signal.aborted ? process.exit(EXIT.interrupted) : abort.abort());
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const whole = await expanded(session, found.pipeline, 'look', args.names);
    if (!whole.ok) {
      printDiagnostics(context, whole.diagnostics, false);
      return EXIT.wrong;
    }
    const stages = await session.inspect(whole.pipeline).verify({
      ...(args.names.length > 0 ? { targets: args.names } : {}),
      ...(sample === undefined ? {} : { sample: Number(sample) }),
      signal: abort.signal,
      tell: (stage) => args.json || context.out(`${lineOf(stage, context)}\n`),
    });
    if (abort.signal.aborted) return EXIT.interrupted;
    const ok = stages.every((s) => s.status === 'same');
    if (args.json) context.out(`${JSON.stringify({ ok, stages: stages.map((s) => stageJson(s, context)) })}\n`);
    else context.out(`${summaryOf(stages, whole.pipeline, context)}\n`);
    return ok ? EXIT.ok : EXIT.failed;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await session.close();
  }
}

const stageJson = ({ diagnostics, ...rest }: VerifiedStage, { lang }: CliContext) => ({
  ...rest,
  ...(diagnostics === undefined ? {} : { diagnostics: diagnostics.map((d) => diagnosticJson(d, lang)) }),
});

const wordOf = (status: VerifiedStage['status']): UiText => `verify-${status}`;

function lineOf({ stage, status, ms, parts, detail, diagnostics }: VerifiedStage, context: CliContext): string {
  const { lang, color } = context;
  const paint = paintWith(color);
  const tint = status === 'same' ? paint.green : status === 'stale' ? paint.yellow : paint.red;
  const tail = [
    ui[wordOf(status)][lang],
    ...(ms === undefined ? [] : [duration(ms)]),
    ...(detail === undefined
      ? []
      : [status === 'blocked' ? fill(ui['verify-reads-lost'][lang], { part: detail }) : detail]),
  ];
  const lines = [`${tint(status === 'same' ? '✓' : '✗')} ${stage}  ${paint.dim(clauses(tail, lang))}`];
  for (const { part, stored, now } of parts ?? [])
    lines.push(`    ${part}  ${(stored ?? '–').slice(0, 12)} → ${(now ?? '–').slice(0, 12)}`);
  return [...lines, ...diagnosticLines(diagnostics ?? [], { lang, color })].join('\n');
}

function summaryOf(stages: readonly VerifiedStage[], pipeline: Pipeline, { lang }: CliContext): string {
  const counts = new Map<VerifiedStage['status'], number>();
  for (const { status } of stages) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, n]) => `${n} ${ui[wordOf(status)][lang]}`);
  const summary = clauses(words, lang) || ui['nothing-to-do'][lang];
  const lost = stages.filter((s) => s.status === 'damaged').map((s) => `'${s.stage}'`);
  const help = HELPED.filter((status) => counts.has(status)).map((status) =>
    fill(ui[`verify-help-${status}`][lang], { stages: lost.join(' ') }),
  );
  const isProgram = ({ stage, status }: VerifiedStage): boolean =>
    status === 'differs' && pipeline.instances.get(stage)?.type.external === true;
  if (stages.some(isProgram)) help.push(ui['verify-help-program'][lang]);
  return [summary, ...help.map((text) => `  ${text}`)].join('\n');
}

const HELPED = ['differs', 'damaged', 'stale'] as const;
