/**
 * After an edit: whether the groups of `foreach` stages are those that the last run found. What they are found in is made first, as far
 * as the edit reaches it and without a word; the run that follows counts it as its own.
 */
import type { Digest } from '../../cache/digest.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { groupsIn } from '../foreach/expand.ts';
import type { GroupColumns } from '../foreach/group-columns.ts';
import type { PastText } from '../history/past-text.ts';
import type { Graph } from '../load/graph.ts';
import type { Known } from '../load/groups.ts';
import { upstreamOf } from '../plan/graph.ts';
import type { Outputs } from '../plan/part.ts';
import { Frontier } from '../run/frontier.ts';
import { PipelineRun } from '../run/run-pipeline.ts';
import type { SessionValue } from '../run/session-value.ts';
import type { Tools } from '../run/tools.ts';
import { type Part, untouchedIn } from './part.ts';

export interface SameGroupsOf {
  readonly tools: Tools;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  /** takes note of what ran */
  readonly early: Map<Digest, number>;
  /** takes note of what groups were looked for in */
  readonly groupColumns: GroupColumns;
}

export async function sameGroups(part: Part, past: PastText, of: SameGroupsOf): Promise<boolean> {
  const { groups } = part.pipeline;
  for (const from of new Set(groups.map((g) => JSON.stringify(g.from)))) {
    const there = groups.filter((g) => JSON.stringify(g.from) === from);
    if (!(await areSame(there, part, past, of))) return false;
  }
  return true;
}

/** @param groups that are found in the same tables */
async function areSame(groups: readonly Known[], part: Part, past: PastText, of: SameGroupsOf): Promise<boolean> {
  const { pipeline, graph } = part;
  const from = groups[0]?.from ?? [];
  const above = aboveAll(
    from.map(({ instance }) => graph.index(instance) as number),
    graph,
  );
  const isWanted = (i: number): boolean => above.has(i) && part.isWanted?.(i) !== false;
  const frontier = new Frontier(graph, part.touched, isWanted);
  if (frontier.possible.length === 0) return true;
  const untouched = untouchedIn(part, past, of.tools);
  const run = new PipelineRun({
    pipeline,
    instances: [],
    tools: of.tools,
    past,
    signal: of.signal,
    forced: new Set(),
    early: of.early,
    isRehearsal: true,
    part: { graph, frontier, untouched },
    emit: () => {},
  });
  const settled = await run.settleAll();
  for (const s of settled.values()) if (s.kind === 'done' && s.ms !== undefined) of.early.set(s.key, s.ms);
  const outputs = new Map<string, Outputs>();
  for (const { instance } of from) {
    const s = settled.get(instance);
    if (s === undefined || untouched.isSame(instance)) continue;
    if (s.kind !== 'done') return false;
    outputs.set(instance, s.outputs);
  }
  for (const group of groups) {
    of.groupColumns.found(
      group,
      from.map(({ instance, output }) => {
        const s = settled.get(instance);
        return s?.kind === 'done' ? s.outputs.get(output)?.parts.get(group.column) : undefined;
      }),
    );
    if (from.every(({ instance, output }) => isColumnSame(group, { instance, output }, outputs, part))) continue;
    const values: SessionValue[] = [];
    for (const { instance, output } of from) {
      const value = await run.materialize(instance, output);
      if ('diagnostics' in value) return false;
      values.push(value);
    }
    const found = groupsIn(group, values, of.registry);
    if ('code' in found || JSON.stringify(found.levels) !== JSON.stringify(group.levels)) return false;
  }
  return true;
}

/** @param outputs of what came out otherwise */
function isColumnSame(
  { column }: Known,
  { instance, output }: Known['from'][number],
  outputs: ReadonlyMap<string, Outputs>,
  { graph, known }: Part,
): boolean {
  const now = outputs.get(instance);
  if (now === undefined) return true;
  const before = known?.(graph.index(instance) as number);
  const text = (of: Outputs | undefined): string | undefined => {
    const found = of?.get(output);
    if (found?.shape.kind !== 'table') return undefined;
    return JSON.stringify([found.shape.columns.find((c) => c.name === column), found.parts.get(column)]);
  };
  return before !== undefined && text(before) !== undefined && text(before) === text(now);
}

function aboveAll(indices: readonly number[], graph: Graph): ReadonlySet<number> {
  const found = new Set(indices);
  for (const index of found) for (const name of upstreamOf(graph.at(index))) found.add(graph.index(name) as number);
  return found;
}
