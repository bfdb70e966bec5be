/** Which terms of the models are printed, in which order, and which are taken together as controls. */

import { globMatches } from '../columns/schema.ts';
import { error, type Fault, type Note } from '../contract.ts';
import type { Model } from './model-record.ts';
import { INTERCEPT } from './term-label.ts';

export interface TermChoice {
  /** globs, in the order of printing; empty: all */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  /** globs of the terms that make one row "Controls"; `collapsed`: those that the stages call so, by model */
  readonly controls: readonly string[] | { readonly collapsed: readonly ControlsOf[] } | 'shown';
}

/** The controls of a model as its stage was given them. */
export type ControlsOf = {
  /** false where nothing tells controls from other regressors: a formula, a model of another program */
  readonly stated: boolean;
  /** of the controls' terms */
  readonly globs: readonly string[];
  /** an event study: its terms are periods, and controls need not be among them */
  readonly compares: boolean;
};

export interface ChosenTerms {
  readonly shown: readonly string[];
  /** one for each model: whether it has controls, undefined where nothing tells; absent when there is no such row */
  readonly controls?: readonly (boolean | undefined)[];
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
}

const matchesAny = (globs: readonly string[], name: string): boolean => globs.some((g) => globMatches(g, name));

/** A level that is a number, `rel_time::-2` or `year::2014:treated`: the family of terms it belongs to, and where in it. */
function levelIn(name: string): { readonly family: string; readonly level: number } | undefined {
  const found = /^(.*?::)(-?\d+(?:\.\d+)?)(:.*)?$/.exec(name);
  return found === null ? undefined : { family: `${found[1]}${found[3] ?? ''}`, level: Number(found[2]) };
}

/**
 * All terms in order of first appearance, the constant last. Levels of one variable stand together where the first of them does,
 * by number: models that leave out different periods do not push theirs behind what follows.
 */
function allTerms(models: readonly Model[]): readonly string[] {
  const names = [...new Set(models.flatMap((m) => m.terms.map((t) => t.name)))];
  const families = new Map<string, { readonly name: string; readonly level: number }[]>();
  for (const name of names) {
    const { family, level } = levelIn(name) ?? { family: name, level: 0 };
    families.set(family, [...(families.get(family) ?? []), { name, level }]);
  }
  const ordered = [...families.values()].flatMap((terms) => terms.sort((a, b) => a.level - b.level).map((t) => t.name));
  return [...ordered.filter((n) => n !== INTERCEPT), ...ordered.filter((n) => n === INTERCEPT)];
}

/** Whether a glob means a term, by the variable's name or by that of the record. */
type Means = (glob: string, name: string) => boolean;

function meansIn(models: readonly Model[]): Means {
  const aliases = new Map(
    models.flatMap((m) => m.terms.flatMap((t) => (t.alias === undefined ? [] : [[t.name, t.alias] as const]))),
  );
  return (glob, name) => globMatches(glob, name) || globMatches(glob, aliases.get(name) ?? name);
}

/** The kept ones in the order in which `keep` names them. */
function kept(all: readonly string[], keep: readonly string[], means: Means): readonly string[] {
  if (keep.length === 0) return all;
  return [...new Set(keep.flatMap((glob) => all.filter((name) => means(glob, name))))];
}

export function chooseTerms(models: readonly Model[], choice: TermChoice): ChosenTerms {
  const all = allTerms(models);
  const means = meansIn(models);
  const unmatched = (globs: readonly string[]) => globs.filter((g) => !all.some((name) => means(g, name)));
  const faults = unmatched(choice.keep).map((name) =>
    error('CE2802', { name, known: all }, ['keep', choice.keep.indexOf(name)]),
  );
  const notes = unmatched(choice.drop).map((name): Note => ({ code: 'CN2801', args: { name } }));
  const visible = kept(all, choice.keep, means).filter((name) => !choice.drop.some((glob) => means(glob, name)));
  const { controls } = choice;
  if (controls === 'shown') return { shown: visible, faults, notes };
  if ('collapsed' in controls) {
    const collapsed = collapse(models, choice, { visible, controls: controls.collapsed });
    const unknown = collapsed.controls?.every((has) => has === undefined) ?? false;
    return { ...collapsed, faults, notes: unknown ? [...notes, { code: 'CN2890', args: {} }] : notes };
  }
  const isControl = (name: string): boolean => name !== INTERCEPT && controls.some((glob) => means(glob, name));
  return {
    shown: visible.filter((name) => !isControl(name)),
    controls: models.map((m) => m.terms.some((t) => isControl(t.name))),
    faults,
    notes,
  };
}

const NOTHING: ControlsOf = { stated: false, globs: [], compares: false };

/**
 * A term is taken away where each model that has it calls it a control or cannot tell; what `keep` names stays. A model has
 * controls when it has any that its stage calls so, or terms that are not printed.
 */
function collapse(
  models: readonly Model[],
  { keep, drop }: TermChoice,
  { visible, controls }: { readonly visible: readonly string[]; readonly controls: readonly ControlsOf[] },
): Pick<ChosenTerms, 'shown' | 'controls'> {
  const of = (i: number): ControlsOf => controls[i] ?? NOTHING;
  const isAway = (name: string): boolean => {
    const having = models.flatMap((m, i) => (m.terms.some((t) => t.name === name) ? [of(i)] : []));
    const own = having.filter((c) => c.stated);
    return name !== INTERCEPT && own.length > 0 && own.every((c) => matchesAny(c.globs, name));
  };
  const shown = keep.length > 0 ? visible : visible.filter((name) => !isAway(name));
  return {
    shown,
    controls: models.map(({ terms, dropped }, i) => {
      const { stated, globs, compares } = of(i);
      if (terms.some((t) => matchesAny(globs, t.name))) return true;
      // of an event study they may have gone into what is compared
      if (compares) return globs.some((glob) => !dropped.some((name) => globMatches(glob, name)));
      if (terms.some((t) => t.name !== INTERCEPT && !shown.includes(t.name))) return true;
      return stated || keep.length + drop.length > 0 ? false : undefined;
    }),
  };
}
