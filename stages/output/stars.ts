/** Stars of significance: `***` where the p-value is under the smallest level, and so on up. */

/** Symbols with their levels, from the largest level to the smallest; empty: no stars. */
export type StarRule = readonly { readonly symbol: string; readonly level: number }[];

export type StarsParam = boolean | readonly number[] | Readonly<Record<string, number>>;

const USUAL: readonly number[] = [0.1, 0.05, 0.01];

/** A list of levels takes `*`, `**`, … from the largest down; a mapping gives its own symbols. */
export function starRule(param: StarsParam): StarRule {
  if (param === false) return [];
  if (param === true) return starRule(USUAL);
  const pairs = Array.isArray(param)
    ? [...new Set(param as readonly number[])]
        .sort((a, b) => b - a)
        .map((level, i) => ({ symbol: '*'.repeat(i + 1), level }))
    : Object.entries(param as Readonly<Record<string, number>>).map(([symbol, level]) => ({ symbol, level }));
  return pairs.sort((a, b) => b.level - a.level);
}

/** The symbol for a p-value (`p < level`); none for a missing one. */
export function starsFor(pValue: number, rule: StarRule): string {
  let symbol = '';
  for (const star of rule) if (pValue < star.level) symbol = star.symbol;
  return symbol;
}
