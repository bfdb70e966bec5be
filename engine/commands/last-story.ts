/** Of stages that are fresh: what came of the run in which they last ran, and why they ran. */
import type { Cache } from '../../cache/cache.ts';
import type { RunId } from '../../cache/run-log.ts';
import type { Lang } from '../../stages/catalogue/entry.ts';
import { fill } from '../../stages/catalogue/fill.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import type { CliContext } from '../cli/context.ts';
import type { Found } from '../cli/loaded.ts';
import { openStore } from '../cli/store.ts';
import { causesOf } from '../diff/causes.ts';
import type { Diff } from '../diff/diff.ts';
import { sideOfRun } from '../diff/sides.ts';
import { pipelineId } from '../history/history.ts';
import { type LastChange, lastChanges } from '../history/last-change.ts';
import { textsOf } from '../history/run-list.ts';
import { diffLines } from '../report/diff-lines.ts';
import { listed } from '../report/list-text.ts';
import { compare, type Named, workingState } from './side-by-side.ts';

export interface Story {
  /** that ran last in the same run */
  readonly of: readonly string[];
  /** absent: it is the state of now that is compared */
  readonly run?: string;
  readonly before: string;
  /** of these stages and of what they rest on */
  readonly diff: Diff;
}

/** None of stages that ran once only. */
export async function lastStories(
  context: CliContext,
  stages: readonly string[],
  found: Found,
): Promise<readonly Story[]> {
  const store = openStore(context);
  if ('code' in store || stages.length === 0) return [];
  const { cache, file } = store;
  const changes = new Map<string, LastChange & { readonly of: string[] }>();
  for (const [stage, last] of lastChanges(textsOf(cache, pipelineId(cache, file)), stages)) {
    const key = `${last.before} ${last.run}`;
    const known = changes.get(key);
    if (known === undefined) changes.set(key, { ...last, of: [stage] });
    else known.of.push(stage);
  }
  const stories: Story[] = [];
  for (const { of, run, before } of changes.values()) {
    const [a, b] = [sideAt(cache, before), sideAt(cache, run)];
    stories.push({ of, run, before, diff: await compare(context, store, { a, b, isNow: false, stages: of }, found) });
  }
  return stories;
}

/** Of results that are not those of the last run: what is otherwise now. None where there was no run. */
export async function sinceLastRun(
  context: CliContext,
  stages: readonly string[],
  found: Extract<Found, { readonly ok: true }>,
): Promise<readonly Story[]> {
  const store = openStore(context);
  const [last] = 'code' in store || stages.length === 0 ? [] : store.runs().filter((run) => run.same === undefined);
  if ('code' in store || last === undefined) return [];
  const [a, b] = [sideAt(store.cache, last.id), await workingState(context, store, found)];
  const of = stages.filter((stage) => a.side.has(stage));
  if (of.length === 0) return [];
  return [{ of, before: last.id, diff: await compare(context, store, { a, b, isNow: true, stages: of }, found) }];
}

const sideAt = (cache: Cache, id: RunId): Named => ({ name: id, side: sideOfRun(cache, id) });

export function storyLines(
  { of, run, before, diff }: Story,
  { lang, color }: { readonly lang: Lang; readonly color: boolean },
): readonly string[] {
  const isOther = diff.stages.some((s) => of.includes(s.stage) && s.change === 'changed');
  const stages = listed(of, lang);
  const told = run === undefined ? 'explain-now' : isOther ? 'explain-last' : 'explain-last-same';
  const text = fill(ui[told][lang], { stages, run: run ?? '', before });
  return ['', text, ...diffLines(diff, { lang, color }).slice(0, -2)];
}

export const storyJson = ({ diff, ...story }: Story) => ({
  ...story,
  stages: diff.stages,
  causes: causesOf(diff.stages),
});
