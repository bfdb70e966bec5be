import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absorber } from '../../stages/kernels/absorb.ts';
import { approximateCholesky, type Edges } from '../../stages/kernels/approximate-cholesky.ts';
import type { Effect } from '../../stages/kernels/effects.ts';
import { farthest, seeds, uniforms } from './random-panel.ts';

function graph(size: number, list: readonly (readonly [number, number, number])[]): Edges {
  return {
    size,
    count: list.length,
    from: Int32Array.from(list, ([a]) => a),
    to: Int32Array.from(list, ([, b]) => b),
    weight: Float64Array.from(list, ([, , w]) => w),
  };
}

/** L x of the graph's Laplacian, in plain words. */
function times({ size, from, to, weight }: Edges, x: Float64Array): Float64Array {
  const out = new Float64Array(size);
  for (let e = 0; e < weight.length; e++) {
    const flow = weight[e]! * (x[from[e]!]! - x[to[e]!]!);
    out[from[e]!]! += flow;
    out[to[e]!]! -= flow;
  }
  return out;
}

describe('approximate elimination of a graph', () => {
  test('trees are solved exactly, several edges between two vertices and several components included', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 60 }), (seed, size) => {
        const random = uniforms(seed);
        const list: [number, number, number][] = [];
        for (let v = 1; v < size; v++) {
          if (random() < 0.1) continue; // starts another component
          const to = Math.floor(random() * v);
          list.push([v, to, 0.1 + random()]);
          if (random() < 0.2) list.push([to, v, random()]);
        }
        const edges = graph(size, list);
        const x = Float64Array.from({ length: size }, () => random() - 0.5);
        const right = times(edges, x);
        const solved = right.slice();
        approximateCholesky(edges).solveInPlace(solved);
        expect(farthest(times(edges, solved), right)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });

  test('the same graph gives the same factor', () => {
    const random = uniforms(3);
    const list = Array.from(
      { length: 400 },
      () => [Math.floor(random() * 90), Math.floor(random() * 90), random()] as const,
    );
    const [a, b] = [0, 1].map(() => {
      const right = Float64Array.from({ length: 90 }, (_, i) => Math.sin(i));
      approximateCholesky(graph(90, list)).solveInPlace(right);
      return right;
    });
    expect(a).toEqual(b);
  });
});

describe('effects whose graph is hard', () => {
  /** Workers over five years; a few move to the next firm of a long chain. */
  function chain(
    workers: number,
    firms: number,
    movers: number,
  ): { n: number; effects: Effect[]; column: Float64Array } {
    const random = uniforms(23);
    const years = 5;
    const n = workers * years;
    const moves = Array.from({ length: workers }, () => random() < movers);
    const worker = Int32Array.from({ length: n }, (_, i) => Math.floor(i / years));
    const firm = worker.map((w, i) => {
      const home = Math.floor((w * firms) / workers);
      return Math.min(home + (moves[w] && i % years > 2 ? 1 : 0), firms - 1);
    });
    const year = worker.map((_, i) => i % years);
    return {
      n,
      effects: [
        { codes: worker, levels: workers },
        { codes: firm, levels: firms },
        { codes: year, levels: years },
      ],
      column: Float64Array.from(firm, (f, i) => Math.sin(f / 40) + (worker[i]! % 7) + random()),
    };
  }

  for (const [name, effects] of [
    ['workers and firms', 2],
    ['workers, firms and years', 3],
  ] as const)
    test(`a chain of firms: ${name}, in few iterations`, () => {
      const made = chain(6000, 1500, 0.15);
      const inside = absorber(made.effects.slice(0, effects), made.n, undefined, { directBudget: 0 });
      expect(inside.method).toBe('iterative');
      const column = made.column.slice();
      const absorbed = inside.residualizeInPlace(column);
      expect(absorbed.residual).toBeLessThan(1e-12);
      expect(absorbed.converged).toBe(true);
      // with the diagonal alone this chain takes thousands
      expect(absorbed.iterations).toBeLessThan(150);
      const direct = absorber(made.effects.slice(0, effects), made.n, undefined, { directBudget: Infinity });
      const other = made.column.slice();
      direct.residualizeInPlace(other);
      expect(farthest(column, other)).toBeLessThan(1e-9);
    });

  test('two halves joined by one worker, weights of very different size', () => {
    const random = uniforms(41);
    const n = 4000;
    const worker = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 2));
    const firm = Int32Array.from(worker, (w, i) => {
      const half = w < n / 4 ? 0 : 150;
      return w === n / 4 ? (i % 2) * 299 : half + Math.floor(random() * 150);
    });
    const weights = Float64Array.from({ length: n }, () => 10 ** (4 * random() - 2));
    const effects = [
      { codes: worker, levels: n / 2 },
      { codes: firm, levels: 300 },
    ];
    const column = Float64Array.from({ length: n }, () => random());
    const [iterated, direct] = [0, Infinity].map((directBudget) => {
      const out = column.slice();
      const absorbed = absorber(effects, n, weights, { directBudget }).residualizeInPlace(out);
      expect(absorbed.converged).toBe(true);
      return out;
    });
    expect(farthest(iterated!, direct!)).toBeLessThan(1e-8);
  });
});
