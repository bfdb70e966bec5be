/** Finds the groups of stages with `foreach`: what they read is computed first, then the files are loaded with the groups known. */
import { error, isInner, type Json } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { type Grouped, type Level, levelsOf } from '../load/groups.ts';
import { MAX_CASES } from '../load/matrix.ts';
import type { Loaded, Pipeline } from '../load/pipeline.ts';
import { wanted } from '../plan/graph.ts';
import type { PartRef } from '../plan/part.ts';
import type { SessionValue } from '../run/session-value.ts';

export interface ExpandContext {
  readonly registry: Registry;
  /** what is asked for: groups of what that does not need are not looked for; none: all are */
  readonly targets: readonly string[];
  /** undefined: it cannot be had now, and the run will say why */
  value(pipeline: Pipeline, instance: string, output: string): Promise<SessionValue | undefined>;
  /** the groups that a stage had before, to go on with where they cannot be had now */
  readonly before?: (grouped: Grouped) => readonly Level[] | undefined;
  /** takes note of the tables in which groups were found */
  found(grouped: Grouped, columns: readonly (PartRef | undefined)[]): void;
}

export async function expand(pipeline: Pipeline, context: ExpandContext): Promise<Loaded> {
  const found = await expandWith(pipeline, context);
  if (context.before === undefined || !isWrong(found)) return found;
  // the YAML may well name a group that is new
  const { before, ...withoutPast } = context;
  return expandWith(pipeline, withoutPast);
}

const isWrong = ({ pipeline, diagnostics }: Loaded): boolean =>
  pipeline === undefined || diagnostics.some((d) => d.severity === 'error');

async function expandWith(pipeline: Pipeline, context: ExpandContext): Promise<Loaded> {
  let loaded: Loaded & { readonly pipeline: Pipeline } = { pipeline, diagnostics: [], plugins: [] };
  const levels = new Map<string, readonly Level[]>();
  const given = new Set<string>();
  const groupless = new Map<string, Diagnostic>();
  const remembered = new Set<string>();
  for (;;) {
    const current = loaded.pipeline;
    const open = current.branches.filter((b) => !given.has(b.stage) && isNeeded(b, current, context.targets));
    const ready = open.filter((b) => isReady(b, current));
    if (ready.length === 0 || current.expand === undefined) {
      const known = {
        ...(groupless.size === 0 ? {} : { groupless }),
        ...(remembered.size === 0 ? {} : { remembered }),
      };
      return Object.keys(known).length === 0 ? loaded : { ...loaded, pipeline: { ...current, ...known } };
    }
    for (const branch of ready) {
      given.add(branch.stage);
      const values: SessionValue[] = [];
      for (const { instance, output } of branch.from) {
        const value = await context.value(current, instance, output);
        if (value !== undefined) values.push(value);
      }
      if (values.length < branch.from.length) {
        const before = context.before?.(branch);
        if (before === undefined) continue;
        levels.set(branch.stage, before);
        remembered.add(branch.stage);
        continue;
      }
      context.found(
        branch,
        values.map(({ refs }) => refs.get(branch.column)),
      );
      const found = groupsIn(branch, values, context.registry);
      if ('code' in found) groupless.set(branch.stage, { ...found, at: branch.at, stage: branch.stage });
      else levels.set(branch.stage, found.levels);
    }
    const next = current.expand(levels);
    if (next.pipeline === undefined || isWrong(next)) return next;
    loaded = { ...next, pipeline: next.pipeline };
  }
}

function isNeeded({ stage }: Grouped, pipeline: Pipeline, targets: readonly string[]): boolean {
  if (targets.length === 0) return true;
  const stages = new Set([...pipeline.instances.values()].map((i) => i.stage));
  // the name of a group is no instance before its group is found
  const names = targets.map((t) => (pipeline.instances.has(t) || stages.has(t) ? t : (t.split('[')[0] as string)));
  const { instances, unknown } = wanted(pipeline, names);
  return unknown.length > 0 || instances.some((i) => i.stage === stage);
}

/** Nothing that it reads is itself over groups that are not known. */
const isReady = (branch: Grouped, pipeline: Pipeline): boolean => {
  const open = new Set(pipeline.branches.map((b) => b.stage));
  const names = branch.from.map(({ instance }) => instance);
  return !wanted(pipeline, names).instances.some((i) => open.has(i.stage));
};

/** The groups in the tables that a stage reads, or why there are none. */
export function groupsIn(
  { column }: Pick<Grouped, 'column'>,
  values: readonly SessionValue[],
  registry: Registry,
): { readonly levels: readonly Level[] } | Diagnostic {
  const cells: Json[] = [];
  for (const value of values) {
    const parts = new Map([...value.parts].filter(([name]) => name === column || isInner(name)));
    const shown = registry.present(value.shape, parts, { lang: 'en', digests: value.digests }) as {
      readonly data?: { readonly [name: string]: readonly Json[] };
      readonly columns?: readonly { readonly name: string; readonly type: string }[];
    };
    const type = shown.columns?.find((c) => c.name === column)?.type ?? 'unknown';
    if (type === 'date' || type === 'boolean') return error('CE1322', { name: column, is: type });
    for (const cell of shown.data?.[column] ?? []) cells.push(cell);
  }
  const levels = levelsOf(cells);
  if (levels.length === 0) return error('CE1324', { name: column });
  if (levels.length > MAX_CASES) return error('CE1323', { name: column, count: levels.length, limit: MAX_CASES });
  return { levels };
}
