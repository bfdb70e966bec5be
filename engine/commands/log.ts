/** `ceteris log`: the runs of a pipeline, newest first; those in which nothing happened only with `--all`. */
import { ui } from '../../stages/catalogue/ui.ts';
import { type CliContext, EXIT } from '../cli/context.ts';
import { printDiagnostics } from '../cli/loaded.ts';
import { openStore } from '../cli/store.ts';
import { type Paint, paintWith } from '../diagnostic/paint.ts';
import { news, type RecordedRun } from '../history/run-list.ts';
import { readTags } from '../history/tags.ts';
import { duration } from '../report/duration.ts';
import { clauses, listed } from '../report/list-text.ts';
import { alignedLines } from '../report/table-lines.ts';

export function logCommand(context: CliContext): number {
  const { args, lang, color, out } = context;
  const store = openStore(context);
  if ('code' in store) {
    printDiagnostics(context, [store], false);
    return EXIT.wrong;
  }
  const all = args.given.all === true ? store.runs() : news(store.runs());
  const runs = all.slice(0, args.head ?? (args.json ? all.length : 20));
  const tags = readTags(store.cache);
  const named = (run: RecordedRun): string[] => tags.filter((t) => t.run === run.id).map((t) => t.name);
  if (args.json) {
    out(`${JSON.stringify({ runs: runs.map((run) => ({ ...run, tags: named(run) })) })}\n`);
    return EXIT.ok;
  }
  if (runs.length === 0) {
    out(`${ui['log-empty'][lang]}\n`);
    return EXIT.ok;
  }
  const paint = paintWith(color);
  const rows = runs.map((run) => [
    run.id,
    localTime(run.id),
    outcome(run, lang, paint),
    duration(run.ms),
    listed(named(run), lang),
  ]);
  for (const line of alignedLines(rows)) out(`${line}\n`);
  if (all.length > runs.length) out(`${paint.dim(`… ${all.length - runs.length}`)}\n`);
  return EXIT.ok;
}

/** `2026-03-02 17:14` of whoever reads it; an id is in universal time, with hyphens for colons. */
function localTime(id: string): string {
  const at = new Date(id.slice(0, 24).replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
  if (Number.isNaN(at.getTime())) return '';
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function outcome({ ok, counts, same }: RecordedRun, lang: 'en' | 'zh', paint: Paint): string {
  if (same !== undefined) return paint.dim(`= ${same}`);
  const parts = (['ran', 'cached', 'failed', 'blocked', 'cancelled'] as const).flatMap((s) =>
    counts[s] ? [`${counts[s]} ${ui[s][lang]}`] : [],
  );
  return `${ok ? paint.green('✓') : paint.red('✗')} ${clauses(parts, lang) || ui['nothing-to-do'][lang]}`;
}
