import { asInt32, type Factor } from './factor-codes.ts';

/**
 * Connected components of the graph whose nodes are the levels of two factors and whose edges are the rows: as many level
 * dummies are redundant (Abowd, Creecy & Kramarz 2002). Levels without rows are not counted.
 */
export function connectedComponents(first: Factor, second: Factor): number {
  const a = asInt32(first.codes);
  const b = asInt32(second.codes);
  const parent = new Int32Array(first.levels + second.levels).fill(-1);
  let components = 0;
  for (let i = 0; i < a.length; i++) {
    const u = a[i]!;
    const v = first.levels + b[i]!;
    if (parent[u] === -1) components += start(parent, u);
    if (parent[v] === -1) components += start(parent, v);
    const x = root(parent, u);
    const y = root(parent, v);
    if (x === y) continue;
    components--;
    if (x < y) parent[y] = x;
    else parent[x] = y;
  }
  return components;
}

function start(parent: Int32Array, node: number): number {
  parent[node] = node;
  return 1;
}

function root(parent: Int32Array, node: number): number {
  let at = node;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]!]!;
    at = parent[at]!;
  }
  return at;
}
