/** Inputs before their readers; a cycle is reported once, whole, and opened so that the rest can be checked. */
import type { Faults } from '../yaml/faults.ts';
import type { Instance, Reference } from './pipeline.ts';

interface Frame {
  readonly instance: Instance;
  readonly refs: readonly Reference[];
  next: number;
}

/** Walks without recursion: a chain may be as long as a pipeline. */
export function inOrder(instances: ReadonlyMap<string, Instance>, faults: Faults): ReadonlyMap<string, Instance> {
  const state = new Map<string, 'open' | 'done'>();
  const out = new Map<string, Instance>();
  const cut = new Map<string, Set<Reference>>();
  const inCycle = new Set<string>();
  for (const root of instances.values()) {
    if (state.has(root.name)) continue;
    const stack: Frame[] = [frame(root, state)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const ref = top.refs[top.next++];
      if (ref === undefined) {
        stack.pop();
        state.set(top.instance.name, 'done');
        const cuts = cut.get(top.instance.name);
        const faulty = inCycle.has(top.instance.name);
        out.set(
          top.instance.name,
          cuts === undefined && !faulty ? top.instance : without(top.instance, cuts ?? new Set()),
        );
        continue;
      }
      const target = instances.get(ref.instance);
      if (target === undefined) continue;
      if (state.get(target.name) === 'open') {
        const frames = stack.slice(stack.findIndex((f) => f.instance === target));
        if (frames.some((f) => f.refs[f.next - 1]?.guessed === true)) continue; // nobody wrote that
        const cycle = frames.map((f) => f.instance);
        report(cycle, ref, top.instance, faults);
        for (const one of cycle) inCycle.add(one.name);
        cut.set(top.instance.name, (cut.get(top.instance.name) ?? new Set()).add(ref));
      } else if (!state.has(target.name)) stack.push(frame(target, state));
    }
  }
  return out;
}

function frame(instance: Instance, state: Map<string, 'open' | 'done'>): Frame {
  state.set(instance.name, 'open');
  return { instance, refs: Object.values(instance.inputs).flat(), next: 0 };
}

function report(cycle: readonly Instance[], ref: Reference, from: Instance, faults: Faults): void {
  const shown = cycle.filter((i) => i.owner === undefined).map((i) => i.name);
  const names = [...shown, shown[0] ?? ''];
  faults.add('CE1207', { cycle: names.join(' → ') }, { at: from.place(ref.path), stage: from.owner ?? from.name });
}

const without = (instance: Instance, cut: ReadonlySet<Reference>): Instance => ({
  ...instance,
  faulty: true,
  inputs: Object.fromEntries(
    Object.entries(instance.inputs).map(([port, refs]) => [port, refs.filter((r) => !cut.has(r))]),
  ),
});
