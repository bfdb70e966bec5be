// The graph of trivial stages that every engine is given: each stage reads a source file of its own and the stages that it depends on.

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function numbers(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const LAYERS = 20;

const shapes = {
  /** One, n that depend on it, one that depends on all of these. */
  wide(n) {
    const middle = Array.from({ length: n }, (_, i) => ({ id: `s${i + 1}`, deps: ['s0'] }));
    const stages = [{ id: 's0', deps: [] }, ...middle, { id: 'z', deps: middle.map((s) => s.id) }];
    return { stages, edited: `s${n >> 1}` };
  },
  /** n in a row; the edit is ten from the end. */
  chain(n) {
    const stages = Array.from({ length: n - 1 }, (_, i) => ({ id: `s${i}`, deps: i === 0 ? [] : [`s${i - 1}`] }));
    return { stages: [...stages, { id: 'z', deps: [`s${n - 2}`] }], edited: `s${Math.max(0, n - 10)}` };
  },
  /** Twenty layers, each stage on three of the layer before, and one on all of the last; the edit is in the last layer but one. */
  layered(n) {
    const next = numbers(7);
    const width = Math.max(3, Math.floor(n / LAYERS));
    const stages = [];
    let before = [];
    for (let layer = 0; layer < LAYERS; layer++) {
      const own = Array.from({ length: width }, (_, j) => {
        const deps = new Set();
        while (layer > 0 && deps.size < 3) deps.add(before[Math.floor(next() * before.length)]);
        return { id: `s${layer * width + j}`, deps: [...deps] };
      });
      stages.push(...own);
      before = own.map((s) => s.id);
    }
    const edited = stages.at(-1).deps[0];
    return { stages: [...stages, { id: 'z', deps: before }], edited };
  },
};

export const shapeNames = Object.keys(shapes);

/** @returns stages in an order in which they can run, the one whose source is edited, and how many that edit reaches */
export function graphOf(shape, n) {
  const { stages, edited } = shapes[shape](n);
  const reached = new Set([edited]);
  for (const s of stages) if (s.deps.some((d) => reached.has(d))) reached.add(s.id);
  return { stages, edited, reached: reached.size };
}
