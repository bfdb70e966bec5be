/** `ceteris diff`: two runs, or a run and the pipeline as it stands. */
import type { Fault } from '../../stages/contract.ts';
import { diffLines } from '../report/diff-lines.ts';
import { diffPage } from '../report/diff-page.ts';
import type { Diff } from '../runs/diff.ts';
import { type CliContext, EXIT } from './context.ts';
import { findPipeline, printDiagnostics } from './loaded.ts';
import { compare, type Named, sideNamed, workingState } from './side-by-side.ts';
import { openStore } from './store.ts';

export async function diffCommand(context: CliContext): Promise<number> {
  const store = openStore(context);
  if ('code' in store) return refuse(context, [store]);
  const [first, second] = context.args.names;
  if (context.args.given.watch === true) {
    const from = first === undefined ? undefined : sideNamed(first, store);
    if (from !== undefined && 'code' in from) return refuse(context, [from]);
    const { watchDiff } = await import('./diff-watch.ts');
    return watchDiff(context, store, from);
  }
  const a = sideNamed(first ?? 'latest', store);
  const b = second === undefined ? undefined : sideNamed(second, store);
  const faults = [a, b].flatMap((s) => (s !== undefined && 'code' in s ? [s] : []));
  if ('code' in a || (b !== undefined && 'code' in b)) return refuse(context, faults);
  const found = await findPipeline(context);
  if (b !== undefined) return tell(context, a, b, await compare(context, store, { a, b, isNow: false }, found));
  if (!found.ok) return refuse(context, found.diagnostics);
  const now = await workingState(context, store, found);
  return tell(context, a, now, await compare(context, store, { a, b: now, isNow: true }, found));
}

export function tell({ args, lang, color, out }: CliContext, a: Named, b: Named, diff: Diff): number {
  if (args.json) out(`${JSON.stringify({ a: a.name, b: b.name, ...diff })}\n`);
  else if (args.given.format === 'html') out(diffPage(diff, { lang, a: a.name, b: b.name }));
  else out(`${[`${a.name} → ${b.name}`, ...diffLines(diff, { lang, color })].join('\n')}\n`);
  return EXIT.ok;
}

function refuse(context: CliContext, faults: readonly Fault[]): number {
  printDiagnostics(context, faults, false);
  return EXIT.wrong;
}
