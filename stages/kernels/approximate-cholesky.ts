import { stream } from './random.ts';

/** A graph's edges, several between two vertices allowed: their weights add up. */
export interface Edges {
  readonly size: number;
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weight: Float64Array;
}

/** An approximate factor L D Lᵀ of a graph's Laplacian. */
export interface ApproximateFactor {
  /** b ← (L D Lᵀ)⁻ b; a component's last vertex has no pivot and gives zero */
  solveInPlace(b: Float64Array): void;
}

/**
 * Gaussian elimination of a Laplacian in which the clique that an eliminated vertex leaves is replaced by a random tree with the same mean:
 * neighbour i, in order of weight, is joined to one neighbour k > i with probability w_k/S_i by an edge of w_i S_i/d, S_i = Σ_{j>i} w_j and d
 * the sum of all. So the factor stays as sparse as the graph, whatever its shape; as a preconditioner it needs a number of iterations that
 * grows with the logarithm of the size only, also for long chains and nearly disconnected graphs. Draws are the same for the same graph.
 * Source: Kyng & Sachdeva (2016), FOCS 57, "Approximate Gaussian elimination for Laplacians"; Gao, Kyng & Spielman (2023), arXiv 2303.00709, §3.
 */
export function approximateCholesky(edges: Edges): ApproximateFactor {
  const graph = new Graph(edges);
  const queue = new DegreeQueue(graph.degree);
  const random = stream(2303, 709);
  const factor = new Columns(edges.size, edges.count);
  const star = new Star(edges.size);
  for (let v = queue.take(); v >= 0; v = queue.take()) {
    star.collect(graph, v, queue);
    const total = star.sort();
    factor.add(v, star, total);
    let rest = total;
    for (let i = 0; i + 1 < star.count; i++) {
      const weight = star.weight[i]!;
      rest -= weight;
      if (!(rest > 0)) break;
      const k = star.pick(i + 1, random.uniform() * rest);
      graph.join(star.vertex[i]!, star.vertex[k]!, (weight * rest) / total);
      queue.move(star.vertex[i]!);
      queue.move(star.vertex[k]!);
    }
  }
  return factor;
}

/** Half-edges in linked lists by vertex; slots of eliminated vertices are used again. */
class Graph {
  readonly degree: Int32Array;
  readonly gone: Uint8Array;
  readonly first: Int32Array;
  to: Int32Array;
  weight: Float64Array;
  next: Int32Array;
  private used = 0;
  private free = -1;

  constructor({ size, count, from, to, weight }: Edges) {
    this.degree = new Int32Array(size);
    this.gone = new Uint8Array(size);
    this.first = new Int32Array(size).fill(-1);
    this.to = new Int32Array(2 * count + 16);
    this.weight = new Float64Array(2 * count + 16);
    this.next = new Int32Array(2 * count + 16);
    for (let e = 0; e < count; e++) if (from[e] !== to[e]) this.join(from[e]!, to[e]!, weight[e]!);
  }

  join(a: number, b: number, weight: number): void {
    this.half(a, b, weight);
    this.half(b, a, weight);
  }

  release(slot: number): void {
    this.next[slot] = this.free;
    this.free = slot;
  }

  private half(at: number, to: number, weight: number): void {
    let slot = this.free;
    if (slot >= 0) this.free = this.next[slot]!;
    else {
      if (this.used === this.to.length) this.grow();
      slot = this.used++;
    }
    this.to[slot] = to;
    this.weight[slot] = weight;
    this.next[slot] = this.first[at]!;
    this.first[at] = slot;
    this.degree[at]!++;
  }

  private grow(): void {
    const length = this.to.length * 2;
    const larger = <T extends Int32Array | Float64Array>(old: T, empty: T): T => {
      empty.set(old as never);
      return empty;
    };
    this.to = larger(this.to, new Int32Array(length));
    this.weight = larger(this.weight, new Float64Array(length));
    this.next = larger(this.next, new Int32Array(length));
  }
}

/** The neighbours of the vertex that is being eliminated, each once, lightest first. */
class Star {
  count = 0;
  vertex = new Int32Array(16);
  weight = new Float64Array(16);
  private readonly place: Int32Array;

  constructor(size: number) {
    this.place = new Int32Array(size).fill(-1);
  }

  collect(graph: Graph, v: number, queue: DegreeQueue): void {
    this.count = 0;
    graph.gone[v] = 1;
    for (let slot = graph.first[v]!, next = -1; slot >= 0; slot = next) {
      next = graph.next[slot]!;
      const to = graph.to[slot]!;
      if (graph.gone[to] === 0) {
        this.put(to, graph.weight[slot]!);
        graph.degree[to]!--;
        queue.move(to);
      }
      graph.release(slot);
    }
    graph.first[v] = -1;
    for (let i = 0; i < this.count; i++) this.place[this.vertex[i]!] = -1;
  }

  /** Sorts by weight, then vertex; returns the total weight. */
  sort(): number {
    const order = Array.from({ length: this.count }, (_, i) => i);
    const { vertex, weight } = this;
    if (this.count > 1) {
      order.sort((a, b) => weight[a]! - weight[b]! || vertex[a]! - vertex[b]!);
      const v = order.map((i) => vertex[i]!);
      const w = order.map((i) => weight[i]!);
      for (let i = 0; i < this.count; i++) {
        vertex[i] = v[i]!;
        weight[i] = w[i]!;
      }
    }
    let total = 0;
    for (let i = 0; i < this.count; i++) total += weight[i]!;
    return total;
  }

  /** The neighbour from `at` on in whose share of the weights the number falls. */
  pick(at: number, amount: number): number {
    let left = amount;
    for (let k = at; k + 1 < this.count; k++) {
      left -= this.weight[k]!;
      if (left < 0) return k;
    }
    return this.count - 1;
  }

  private put(vertex: number, weight: number): void {
    const at = this.place[vertex]!;
    if (at >= 0) {
      this.weight[at]! += weight;
      return;
    }
    if (this.count === this.vertex.length) {
      const wider = new Int32Array(2 * this.count);
      wider.set(this.vertex);
      this.vertex = wider;
      const heavier = new Float64Array(2 * this.count);
      heavier.set(this.weight);
      this.weight = heavier;
    }
    this.place[vertex] = this.count;
    this.vertex[this.count] = vertex;
    this.weight[this.count++] = weight;
  }
}

/** Vertices in lists by degree; those with the fewest edges are eliminated first. Degrees beyond the last list share it. */
class DegreeQueue {
  private readonly degree: Int32Array;
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly listed: Int32Array;
  private least = 0;

  constructor(degree: Int32Array) {
    this.degree = degree;
    const size = degree.length;
    this.head = new Int32Array(Math.min(size, 4096) + 1).fill(-1);
    this.next = new Int32Array(size).fill(-1);
    this.previous = new Int32Array(size).fill(-1);
    this.listed = new Int32Array(size).fill(-1);
    for (let v = size - 1; v >= 0; v--) this.insert(v);
  }

  take(): number {
    while (this.least < this.head.length && this.head[this.least]! < 0) this.least++;
    if (this.least === this.head.length) return -1;
    const v = this.head[this.least]!;
    this.remove(v);
    return v;
  }

  /** After the degree of v has changed. */
  move(v: number): void {
    if (this.listOf(v) === this.listed[v]) return;
    this.remove(v);
    this.insert(v);
  }

  private listOf(v: number): number {
    return Math.min(this.degree[v]!, this.head.length - 1);
  }

  private insert(v: number): void {
    const list = this.listOf(v);
    const old = this.head[list]!;
    this.next[v] = old;
    this.previous[v] = -1;
    if (old >= 0) this.previous[old] = v;
    this.head[list] = v;
    this.listed[v] = list;
    if (list < this.least) this.least = list;
  }

  private remove(v: number): void {
    const list = this.listed[v]!;
    const before = this.previous[v]!;
    const after = this.next[v]!;
    if (before >= 0) this.next[before] = after;
    else this.head[list] = after;
    if (after >= 0) this.previous[after] = before;
    this.listed[v] = -1;
  }
}

/** Columns of L in the order of elimination: entries −share at the neighbours, and the pivot. */
class Columns implements ApproximateFactor {
  private readonly order: Int32Array;
  private readonly starts: Int32Array;
  private readonly pivot: Float64Array;
  private row: Int32Array;
  private share: Float64Array;
  private steps = 0;

  constructor(size: number, edges: number) {
    this.order = new Int32Array(size);
    this.starts = new Int32Array(size + 1);
    this.pivot = new Float64Array(size);
    this.row = new Int32Array(2 * edges + 16);
    this.share = new Float64Array(2 * edges + 16);
  }

  add(v: number, star: Star, total: number): void {
    const step = this.steps++;
    const at = this.starts[step]!;
    const end = at + star.count;
    while (end > this.row.length) {
      const row = new Int32Array(2 * this.row.length);
      row.set(this.row);
      this.row = row;
      const share = new Float64Array(row.length);
      share.set(this.share);
      this.share = share;
    }
    for (let i = 0; i < star.count; i++) {
      this.row[at + i] = star.vertex[i]!;
      this.share[at + i] = star.weight[i]! / total;
    }
    this.order[step] = v;
    this.starts[step + 1] = end;
    this.pivot[step] = total;
  }

  solveInPlace(b: Float64Array): void {
    const { order, starts, row, share, pivot, steps } = this;
    for (let s = 0; s < steps; s++) {
      const value = b[order[s]!]!;
      const end = starts[s + 1]!;
      for (let e = starts[s]!; e < end; e++) b[row[e]!]! += share[e]! * value;
    }
    for (let s = steps - 1; s >= 0; s--) {
      const v = order[s]!;
      let value = pivot[s]! > 0 ? b[v]! / pivot[s]! : 0;
      const end = starts[s + 1]!;
      for (let e = starts[s]!; e < end; e++) value += share[e]! * b[row[e]!]!;
      b[v] = value;
    }
  }
}
