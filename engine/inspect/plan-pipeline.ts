/** What a run would do, found by the very code that runs, without running. */
import type { Digest } from '../../cache/digest.ts';
import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { Instance } from '../load/pipeline.ts';
import { visibleName } from '../plan/graph.ts';
import { outputsOf } from '../plan/outputs.ts';
import type { Outputs } from '../plan/part.ts';
import type { Ready } from '../plan/prepare.ts';
import type { Reason } from '../plan/reason.ts';
import { LostValue, type Values } from '../results/values.ts';
import { lookUp } from '../run/look-up.ts';
import type { RunOf } from '../run/run-pipeline.ts';
import { whyPicked, whyStale } from '../run/why-stale.ts';

export interface PlannedStage {
  readonly stage: string;
  readonly state: 'fresh' | 'stale' | 'depends';
  readonly why: readonly Reason[];
}

/** What the pipeline as it stands would ask of the store, hidden filters included, as far as it can be known without running. */
export function keysOfPlan(of: PlanOf): readonly Digest[] {
  return [...plannedOf(of).values()].flatMap((p) => p.ready?.key ?? []);
}

export interface PlanOf extends Pick<RunOf, 'pipeline' | 'instances' | 'tools' | 'past'> {
  /** what really stands in the store, when the tools are those of a rehearsal */
  readonly stored?: Values;
}

/** What is known of an instance without running anything. */
export type Planned = {
  readonly state: PlannedStage['state'];
  readonly why: readonly Reason[];
  readonly outputs?: Outputs;
  readonly ready?: Ready;
  /** why it would fail as things stand */
  readonly diagnostics?: readonly Diagnostic[];
};

export const planPipeline = (of: PlanOf): readonly PlannedStage[] => asStages(plannedOf(of), of);

/** Hidden filters included. */
export function plannedOf(of: PlanOf): ReadonlyMap<string, Planned> {
  const planned = new Map<string, Planned>();
  for (const instance of of.instances) planned.set(instance.name, planOne(instance, planned, of));
  return planned;
}

/** Stages as people know them: the reasons of a hidden filter are its owner's. */
export function asStages(
  planned: ReadonlyMap<string, Planned>,
  of: Pick<PlanOf, 'instances'> & Partial<Pick<PlanOf, 'past' | 'pipeline'>>,
): readonly PlannedStage[] {
  const { instances, past, pipeline } = of;
  return instances
    .filter((i) => i.owner === undefined)
    .map((i) => {
      const own = planned.get(i.name) as Planned;
      const picked =
        own.state !== 'depends' || past === undefined || pipeline === undefined ? [] : whyPicked(i, { past, pipeline });
      const told = [...picked, ...own.why];
      const isTold = new Set(told.map(subject));
      const isParam = told.some((r) => r.kind === 'param' && r.path === 'where');
      const hidden = instances
        .filter((h) => h.owner === i.name)
        .flatMap((h) => planned.get(h.name)?.why ?? [])
        .filter((r) => !isTold.has(subject(r)) && !(isParam && (r.kind === 'param' || r.kind === 'never-ran')));
      const why = [...told, ...hidden].filter((r) => r.kind !== 'depends' || !r.on.includes(i.name));
      return { stage: i.name, state: own.state, why };
    });
}

/** Rows of a stage are told of once, whether they were read or picked. */
const subject = (reason: Reason): string =>
  reason.kind === 'part' ? `${reason.from}\0${reason.part}` : JSON.stringify(reason);

function planOne(instance: Instance, planned: ReadonlyMap<string, Planned>, of: PlanOf): Planned {
  const upstream = (r: { instance: string; output: string }) => planned.get(r.instance)?.outputs?.get(r.output);
  const blocked = Object.values(instance.inputs)
    .flat()
    .filter((r) => upstream(r) === undefined);
  if (blocked.length > 0)
    return {
      state: 'depends',
      why: [
        {
          kind: 'depends',
          on: visible(
            blocked.map((r) => r.instance),
            of,
          ),
        },
      ],
    };
  try {
    const looked = lookUp(instance, upstream, of.tools);
    if (looked.kind === 'failed')
      return { state: 'stale', why: [failing(looked.diagnostics)], diagnostics: looked.diagnostics };
    if (looked.kind === 'pending') {
      const outputs =
        looked.declared === undefined ? undefined : outputsOf(instance, looked.declared, upstream, undefined);
      return {
        state: 'depends',
        why: [{ kind: 'depends', on: visible(looked.on, of) }],
        ...(outputs === undefined ? {} : { outputs }),
      };
    }
    const record = of.tools.values.record(looked.key);
    const outputs = outputsOf(instance, looked.declared, upstream, record?.outputs);
    const isStored = (of.stored ?? of.tools.values).record(looked.key) !== undefined;
    if (isStored && record !== undefined) return { state: 'fresh', why: [], outputs, ready: looked };
    return { state: 'stale', why: whyStale(instance, looked, of), outputs, ready: looked };
  } catch (thrown) {
    if (thrown instanceof LostValue) return { state: 'stale', why: [{ kind: 'no-result' }] };
    throw thrown;
  }
}

const failing = (diagnostics: readonly Diagnostic[]): Reason => ({
  kind: 'no-result',
  detail: diagnostics.map((d) => d.code).join(', '),
  faults: diagnostics.map(({ code, args }) => ({ code, args })),
});

const visible = (names: readonly string[], { pipeline }: Pick<RunOf, 'pipeline'>): string[] => [
  ...new Set(
    names.map((name) => {
      const i = pipeline.instances.get(name);
      return i === undefined ? name : visibleName(i);
    }),
  ),
];
