/** The structure of a panel in figures: units, periods, and what is missing from a full rectangle. */
import { type Column, isMissing } from '../columns/column.ts';
import { groupRows, rankedFactor } from './groups.ts';

export interface Balance {
  readonly units: number;
  readonly periods: number;
  /** rows with a unit and a time */
  readonly rows: number;
  /** every unit has every period, once */
  readonly balanced: boolean;
  readonly least_periods: number;
  readonly most_periods: number;
  /** units that lack a period which stands between two of their own */
  readonly units_with_gaps: number;
  /** such periods */
  readonly gaps: number;
  /** rows beyond the first of a unit and time */
  readonly duplicates: number;
}

export function balanceOf(unit: Column, time: Column, rows: number): Balance {
  const units = groupRows([unit], rows);
  const { codes: periods } = rankedFactor(time);
  const present = new Set<number>();
  const [kept, found]: [number[], number[][]] = [[], []];
  for (let g = 0; g < units.count; g++) {
    const own = units.rowsOf(g);
    if (isMissing(unit, own[0]!)) continue;
    const dated = Array.from(own).filter((row) => !isMissing(time, row));
    if (dated.length === 0) continue;
    kept.push(dated.length);
    const codes = [...new Set(dated.map((row) => periods[row]!))].sort((a, b) => a - b);
    for (const code of codes) present.add(code);
    found.push(codes);
  }
  // a period counts when some unit has it: a calendar year that nobody has is no gap
  const position = new Map([...present].sort((a, b) => a - b).map((code, at) => [code, at]));
  const gapsOf = (codes: readonly number[]): number =>
    position.get(codes.at(-1)!)! - position.get(codes[0]!)! + 1 - codes.length;
  const gaps = found.map(gapsOf);
  const lengths = found.map((codes) => codes.length);
  const total = kept.reduce((sum, n) => sum + n, 0);
  const distinct = lengths.reduce((sum, n) => sum + n, 0);
  return {
    units: found.length,
    periods: present.size,
    rows: total,
    balanced: found.length > 0 && distinct === total && lengths.every((n) => n === present.size),
    least_periods: lengths.reduce((a, b) => Math.min(a, b), present.size),
    most_periods: lengths.reduce((a, b) => Math.max(a, b), 0),
    units_with_gaps: gaps.filter((n) => n > 0).length,
    gaps: gaps.reduce((sum, n) => sum + n, 0),
    duplicates: total - distinct,
  };
}
