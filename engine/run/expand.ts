/** Finds the groups of stages with `foreach`: what they read is computed first, then the files are loaded with the groups known. */
import { error, type Json, type Registry } from '../../stages/contract.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { type Branch, type Level, levelsOf } from '../load/foreach.ts';
import { MAX_CASES } from '../load/matrix.ts';
import type { Loaded, Pipeline } from '../load/pipeline.ts';
import { wanted } from '../plan/graph.ts';
import type { SessionValue } from './session.ts';

export interface ExpandContext {
  readonly registry: Registry;
  /** undefined: it cannot be had now, and the run will say why */
  value(pipeline: Pipeline, instance: string, output: string): Promise<SessionValue | undefined>;
}

export async function expand(pipeline: Pipeline, context: ExpandContext): Promise<Loaded> {
  let loaded: Loaded & { readonly pipeline: Pipeline } = { pipeline, diagnostics: [], plugins: [] };
  const levels = new Map<string, readonly Level[]>();
  const given = new Set<string>();
  for (;;) {
    const current = loaded.pipeline;
    const open = current.branches.filter((b) => !given.has(b.stage));
    const ready = open.filter((b) => isReady(b, current));
    if (ready.length === 0 || current.expand === undefined) return loaded;
    for (const branch of ready) {
      given.add(branch.stage);
      const value = await context.value(current, branch.from.instance, branch.from.output);
      if (value === undefined) continue;
      const found = groupsOf(branch, value, context.registry);
      if ('fault' in found) return { ...loaded, diagnostics: [found.fault] };
      levels.set(branch.stage, found.levels);
    }
    const next = current.expand(levels);
    if (next.pipeline === undefined || next.diagnostics.some((d) => d.severity === 'error')) return next;
    loaded = { ...next, pipeline: next.pipeline };
  }
}

/** Nothing that it reads is itself over groups that are not known. */
const isReady = (branch: Branch, pipeline: Pipeline): boolean => {
  const open = new Set(pipeline.branches.map((b) => b.stage));
  return !wanted(pipeline, [branch.from.instance]).instances.some((i) => open.has(i.stage));
};

function groupsOf(
  { column, at, stage }: Branch,
  value: SessionValue,
  registry: Registry,
): { readonly levels: readonly Level[] } | { readonly fault: Diagnostic } {
  const say = (code: Diagnostic['code'], args: Diagnostic['args']): { readonly fault: Diagnostic } => ({
    fault: { ...error(code, args), at, stage },
  });
  const parts = new Map([...value.parts].filter(([name]) => name === column || name.startsWith('#')));
  const shown = registry.present(value.shape, parts, { lang: 'en', digests: value.digests }) as {
    readonly data?: { readonly [name: string]: readonly Json[] };
    readonly columns?: readonly { readonly name: string; readonly type: string }[];
  };
  const type = shown.columns?.find((c) => c.name === column)?.type ?? 'unknown';
  if (type === 'date' || type === 'boolean') return say('CE1322', { name: column, is: type });
  const levels = levelsOf(shown.data?.[column] ?? []);
  if (levels.length === 0) return say('CE1324', { name: column });
  if (levels.length > MAX_CASES) return say('CE1323', { name: column, count: levels.length, limit: MAX_CASES });
  return { levels };
}
