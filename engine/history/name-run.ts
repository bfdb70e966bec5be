/** The run that people mean: `latest`, `latest~2`, a tag, an id or its beginning. */
import type { RunId } from '../../cache/run-log.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { news, type RecordedRun } from './run-list.ts';
import type { Tag } from './tags.ts';

export type NamedRun = { readonly ok: true; readonly run: RunId } | { readonly ok: false; readonly fault: Fault };

/** @param runs newest first; runs in which nothing happened stand for the one that did the work */
export function runNamed(name: string, runs: readonly RecordedRun[], tags: readonly Tag[]): NamedRun {
  const done = news(runs);
  if (done.length === 0) return no('CE1561', {});
  const known = (): string[] => ['latest', ...tags.map((t) => t.name), ...done.map((r) => r.id)].slice(0, 8);
  const back = /^latest(?:~(\d+))?$/.exec(name);
  if (back !== null) {
    const run = done[Number(back[1] ?? 0)];
    const oldest = done.length === 1 ? 'latest' : `latest~${done.length - 1}`;
    return run === undefined ? no('CE1552', { name, known: [oldest] }) : { ok: true, run: run.id };
  }
  const tag = tags.find((t) => t.name === name);
  if (tag !== undefined) return { ok: true, run: tag.run };
  const found = name === '' ? [] : runs.filter((r) => r.id.startsWith(name));
  const [first] = found;
  if (first === undefined) return no('CE1552', { name, known: known() });
  const meant = new Set(found.map((r) => r.same ?? r.id));
  if (meant.size > 1 && !found.some((r) => r.id === name))
    return no('CE1553', { name, known: found.map((r) => r.id).slice(0, 8) });
  return { ok: true, run: first.same ?? first.id };
}

/** Whether it names a run, or is the beginning of several. */
export function isRunNamed(name: string, runs: readonly RecordedRun[], tags: readonly Tag[]): boolean {
  const found = runNamed(name, runs, tags);
  return found.ok || found.fault.code === 'CE1553' || name === 'latest' || name.startsWith('latest~');
}

const no = (code: 'CE1552' | 'CE1553' | 'CE1561', args: Fault['args']): NamedRun => ({
  ok: false,
  fault: error(code, args),
});
