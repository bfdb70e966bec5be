/** Every assignment of a treatment that a random one could be, where they are few enough to go through. */
import { error, type Fault } from '../contract.ts';
import { adoptions, completePaths, type Grid } from './assignment.ts';

/** Assignments in a fixed order. `each` yields one array, written anew each time. */
export interface Enumeration {
  /** may be far beyond what can be gone through, or Infinity */
  readonly count: number;
  /** the observed assignment is one of them */
  readonly holdsObserved: boolean;
  each(): Generator<Float64Array>;
}

/** Every way to treat as many rows as are treated. */
export function rowAssignments(d: Float64Array, name: string): Enumeration | Fault {
  if (d.some((v) => v !== 0 && v !== 1)) return error('CE2440', { name, unit: '-' }, ['draws']);
  const treated = d.reduce((s, v) => s + v, 0);
  return {
    count: combinations(d.length, treated),
    holdsObserved: true,
    *each() {
      const out = new Float64Array(d.length);
      for (const chosen of subsets(d.length, treated)) {
        out.fill(0);
        for (const i of chosen) out[i] = 1;
        yield out;
      }
    },
  };
}

/** Every way in which units can swap their paths; units with equal paths are alike. */
export function unitAssignments(grid: Grid, d: Float64Array, panel: { unit: string }): Enumeration | Fault {
  const fault = completePaths(grid, panel);
  if (fault !== undefined) return fault;
  const { units, periods } = grid;
  const kinds = new Map<string, { readonly code: number; readonly from: number }>();
  const codes = new Int32Array(units);
  for (let u = 0; u < units; u++) {
    const path = Array.from({ length: periods }, (_, t) => d[grid.row[u * periods + t] as number]).join();
    const kind = kinds.get(path) ?? { code: kinds.size, from: u };
    kinds.set(path, kind);
    codes[u] = kind.code;
  }
  const sources = Array.from(kinds.values(), (k) => k.from);
  let count = 1;
  let placed = 0;
  for (const kind of kinds.values()) {
    const size = codes.reduce((s, c) => s + (c === kind.code ? 1 : 0), 0);
    placed += size;
    count *= combinations(placed, size);
  }
  return {
    count,
    holdsObserved: true,
    *each() {
      const out = new Float64Array(d.length);
      const order = codes.slice().sort();
      do {
        for (let i = 0; i < out.length; i++) {
          const from = sources[order[grid.unitOf[i] as number] as number] as number;
          out[i] = d[grid.row[from * periods + (grid.periodOf[i] as number)] as number] as number;
        }
        yield out;
      } while (nextPermutation(order));
    },
  };
}

/** Every adoption period (but the first) for each treated unit; `units`: and every choice of as many units. */
export function adoptionAssignments(
  grid: Grid,
  d: Float64Array,
  options: { name: string; units: boolean },
): Enumeration | Fault {
  const found = adoptions(grid, d, options.name);
  if (!('treated' in found)) return found;
  const treated = Array.from(found.treated);
  const dates = Math.max(1, grid.periods - 1);
  const choices = options.units ? combinations(grid.units, treated.length) : 1;
  return {
    count: choices * dates ** treated.length,
    holdsObserved: !found.always,
    *each() {
      const out = new Float64Array(d.length);
      const start = new Int32Array(grid.units);
      const all = options.units ? subsets(grid.units, treated.length) : [treated];
      for (const chosen of all) {
        const digits = new Int32Array(treated.length);
        for (;;) {
          start.fill(grid.periods);
          chosen.forEach((u, k) => {
            start[u] = grid.periods < 2 ? 0 : 1 + (digits[k] as number);
          });
          for (let i = 0; i < out.length; i++)
            out[i] = (grid.periodOf[i] as number) >= (start[grid.unitOf[i] as number] as number) ? 1 : 0;
          yield out;
          let k = digits.length - 1;
          while (k >= 0 && digits[k] === dates - 1) digits[k--] = 0;
          if (k < 0) break;
          digits[k] = (digits[k] as number) + 1;
        }
      }
    },
  };
}

/** n over k; Infinity when it overflows. */
function combinations(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) count = (count * (n - Math.min(k, n - k) + i)) / i;
  return count < 2 ** 53 ? Math.round(count) : count;
}

/** Subsets of {0 … n − 1} of size m, in lexicographic order; one array, written anew each time. */
function* subsets(n: number, m: number): Generator<number[]> {
  const chosen = Array.from({ length: m }, (_, i) => i);
  for (;;) {
    yield chosen;
    let k = m - 1;
    while (k >= 0 && chosen[k] === n - m + k) k--;
    if (k < 0) return;
    chosen[k] = (chosen[k] as number) + 1;
    for (let j = k + 1; j < m; j++) chosen[j] = (chosen[j - 1] as number) + 1;
  }
}

/** The next arrangement in lexicographic order, in place; false after the last. Equal entries are not told apart. */
function nextPermutation(values: Int32Array): boolean {
  let i = values.length - 2;
  while (i >= 0 && (values[i] as number) >= (values[i + 1] as number)) i--;
  if (i < 0) return false;
  let j = values.length - 1;
  while ((values[j] as number) <= (values[i] as number)) j--;
  [values[i], values[j]] = [values[j] as number, values[i] as number];
  values.subarray(i + 1).reverse();
  return true;
}
