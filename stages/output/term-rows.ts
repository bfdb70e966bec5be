/** Which terms of the models are printed, in which order, and which are taken together as controls. */

import { globMatches } from '../columns/schema.ts';
import { error, type Fault, type Note } from '../contract.ts';
import type { Model } from './model-record.ts';
import { INTERCEPT } from './term-label.ts';

export interface TermChoice {
  /** globs, in the order of printing; empty: all */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  /** globs of the terms that make one row "Controls"; `hidden`: those that keep and drop took away */
  readonly controls: readonly string[] | 'hidden' | 'shown';
}

export interface ChosenTerms {
  readonly shown: readonly string[];
  /** one for each model: whether it has controls; absent when there is no such row */
  readonly controls?: readonly boolean[];
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

/** The kept ones in the order in which `keep` names them. */
function kept(all: readonly string[], keep: readonly string[]): readonly string[] {
  if (keep.length === 0) return all;
  return [...new Set(keep.flatMap((glob) => all.filter((name) => globMatches(glob, name))))];
}

export function chooseTerms(models: readonly Model[], choice: TermChoice): ChosenTerms {
  const all = allTerms(models);
  const unmatched = (globs: readonly string[]) => globs.filter((g) => !all.some((name) => globMatches(g, name)));
  const faults = unmatched(choice.keep).map((name) =>
    error('CE2802', { name, known: all }, ['keep', choice.keep.indexOf(name)]),
  );
  const notes = unmatched(choice.drop).map((name): Note => ({ code: 'CN2801', args: { name } }));
  const visible = kept(all, choice.keep).filter((name) => !matchesAny(choice.drop, name));
  if (choice.controls === 'shown') return { shown: visible, faults, notes };
  const isControl =
    choice.controls === 'hidden'
      ? (name: string) => name !== INTERCEPT && !visible.includes(name)
      : (name: string) => name !== INTERCEPT && matchesAny(choice.controls as readonly string[], name);
  return {
    shown: visible.filter((name) => !isControl(name)),
    controls: models.map((m) => m.terms.some((t) => isControl(t.name))),
    faults,
    notes,
  };
}
