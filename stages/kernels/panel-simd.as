// AssemblyScript. The two passes over the rows of an unweighted panel (swept-products.ts, residual-pass.ts), one block of levels at a time,
// two numbers in each step. Compiled by `npm run simd` into panel-code.ts; memory is laid out by panel-simd.ts.
//
// A block: `k` columns of `stride` bytes at `f`; level u has the rows starts[u] − base … starts[u + 1] − base − 1; the other effects' codes
// lie group by group, `codeStride` bytes apart.

/** f ← f − origin with the levels' means out; moments += Σ d, Σ d² of d = f − origin. */
function centre(f: usize, starts: usize, base: i32, levels: i32, origin: f64, moments: usize): void {
  const o = f64x2.splat(origin);
  let pairs = f64x2.splat(0);
  let total: f64 = 0;
  let squares: f64 = 0;
  let p = f;
  for (let u = 0; u < levels; u++) {
    const at = starts + (<usize>u << 2);
    const first = p;
    const count = load<i32>(at, 4) - load<i32>(at);
    const end = f + (<usize>(load<i32>(at, 4) - base) << 3);
    let two = f64x2.splat(0);
    for (; p + 16 <= end; p += 16) {
      const d = f64x2.sub(v128.load(p), o);
      v128.store(p, d);
      two = f64x2.add(two, d);
      pairs = f64x2.add(pairs, f64x2.mul(d, d));
    }
    let sum = f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1);
    if (p < end) {
      const d = load<f64>(p) - origin;
      store<f64>(p, d);
      sum += d;
      squares += d * d;
      p += 8;
    }
    total += sum;
    const mean = sum / <f64>count;
    const m = f64x2.splat(mean);
    let q = first;
    for (; q + 16 <= end; q += 16) v128.store(q, f64x2.sub(v128.load(q), m));
    if (q < end) store<f64>(q, load<f64>(q) - mean);
  }
  store<f64>(moments, load<f64>(moments) + total);
  store<f64>(moments, load<f64>(moments, 8) + squares + both(pairs), 8);
}

// @ts-ignore: decorator
@inline
function both(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** sums[code] += f */
function scatter(f: usize, rows: i32, codes: usize, sums: usize): void {
  const end = f + (<usize>rows << 3);
  for (let p = f, c = codes; p < end; p += 8, c += 4) {
    const at = sums + (<usize>load<i32>(c) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(p));
  }
}

/** f ← f − effects[code] */
function subtract(f: usize, rows: i32, codes: usize, effects: usize): void {
  const end = f + (<usize>rows << 3);
  for (let p = f, c = codes; p < end; p += 8, c += 4)
    store<f64>(p, load<f64>(p) - load<f64>(effects + (<usize>load<i32>(c) << 3)));
}

/** Cross-products of the columns, lower triangle of k×k, two columns by two. A column's row after the last is 0. */
function products(f: usize, stride: usize, k: i32, rows: i32, out: usize): void {
  const bytes = <usize>(rows + 1) & ~1;
  const end = bytes << 3;
  for (let a = 0; a < k; a += 2) {
    const a0 = f + <usize>a * stride;
    const a1 = a + 1 < k ? a0 + stride : a0;
    for (let b = 0; b <= a; b += 2) {
      const b0 = f + <usize>b * stride;
      const b1 = b + 1 < k ? b0 + stride : b0;
      let s00 = f64x2.splat(0);
      let s01 = f64x2.splat(0);
      let s10 = f64x2.splat(0);
      let s11 = f64x2.splat(0);
      let t00 = f64x2.splat(0);
      let t01 = f64x2.splat(0);
      let t10 = f64x2.splat(0);
      let t11 = f64x2.splat(0);
      let i: usize = 0;
      for (; i + 32 <= end; i += 32) {
        const p = v128.load(a0 + i);
        const q = v128.load(a1 + i);
        const x = v128.load(b0 + i);
        const y = v128.load(b1 + i);
        s00 = f64x2.add(s00, f64x2.mul(p, x));
        s01 = f64x2.add(s01, f64x2.mul(p, y));
        s10 = f64x2.add(s10, f64x2.mul(q, x));
        s11 = f64x2.add(s11, f64x2.mul(q, y));
        const p2 = v128.load(a0 + i, 16);
        const q2 = v128.load(a1 + i, 16);
        const x2 = v128.load(b0 + i, 16);
        const y2 = v128.load(b1 + i, 16);
        t00 = f64x2.add(t00, f64x2.mul(p2, x2));
        t01 = f64x2.add(t01, f64x2.mul(p2, y2));
        t10 = f64x2.add(t10, f64x2.mul(q2, x2));
        t11 = f64x2.add(t11, f64x2.mul(q2, y2));
      }
      if (i < end) {
        const p = v128.load(a0 + i);
        const q = v128.load(a1 + i);
        const x = v128.load(b0 + i);
        const y = v128.load(b1 + i);
        s00 = f64x2.add(s00, f64x2.mul(p, x));
        s01 = f64x2.add(s01, f64x2.mul(p, y));
        s10 = f64x2.add(s10, f64x2.mul(q, x));
        s11 = f64x2.add(s11, f64x2.mul(q, y));
      }
      const at = out + (<usize>(a * k + b) << 3);
      store<f64>(at, both(f64x2.add(s00, t00)));
      if (b < a && b + 1 < k) store<f64>(at, both(f64x2.add(s01, t01)), 8);
      if (a + 1 < k) {
        const below = at + (<usize>k << 3);
        store<f64>(below, both(f64x2.add(s10, t10)));
        store<f64>(below, both(f64x2.add(s11, t11)), 8);
      }
    }
  }
}

/** Columns with origin and levels' means out; moments and the other effects' sums grow, the block's products are written. */
export function sweptBlock(
  f: usize,
  stride: usize,
  k: i32,
  rows: i32,
  starts: usize,
  levels: i32,
  origins: usize,
  groups: i32,
  codes: usize,
  codeStride: usize,
  sums: usize,
  sumStride: usize,
  moments: usize,
  out: usize,
): void {
  const base = load<i32>(starts);
  for (let j = 0; j < k; j++) {
    const column = f + <usize>j * stride;
    centre(column, starts, base, levels, load<f64>(origins + (<usize>j << 3)), moments + (<usize>j << 4));
    store<f64>(column + (<usize>rows << 3), 0);
    for (let g = 0; g < groups; g++)
      scatter(column, rows, codes + <usize>g * codeStride, sums + <usize>j * sumStride);
  }
  products(f, stride, k, rows, out);
}

/** e ← e − b (x − origin) */
function minus(e: usize, rows: i32, x: usize, origin: f64, b: f64): void {
  const o = f64x2.splat(origin);
  const by = f64x2.splat(b);
  const end = e + (<usize>rows << 3);
  let p = e;
  let q = x;
  for (; p + 16 <= end; p += 16, q += 16)
    v128.store(p, f64x2.sub(v128.load(p), f64x2.mul(by, f64x2.sub(v128.load(q), o))));
  if (p < end) store<f64>(p, load<f64>(p) - b * (load<f64>(q) - origin));
}

/** The same of three columns, `stride` apart. */
function minusThree(e: usize, rows: i32, x: usize, stride: usize, origins: usize, coef: usize): void {
  const o0 = v128.load64_splat(origins);
  const o1 = v128.load64_splat(origins, 8);
  const o2 = v128.load64_splat(origins, 16);
  const b0 = v128.load64_splat(coef);
  const b1 = v128.load64_splat(coef, 8);
  const b2 = v128.load64_splat(coef, 16);
  const end = <usize>rows << 3;
  const y = x + stride;
  const z = y + stride;
  // one row more than there is may be written: it is never read
  for (let i: usize = 0; i < end; i += 16) {
    const first = f64x2.mul(b0, f64x2.sub(v128.load(x + i), o0));
    const second = f64x2.mul(b1, f64x2.sub(v128.load(y + i), o1));
    const third = f64x2.mul(b2, f64x2.sub(v128.load(z + i), o2));
    v128.store(e + i, f64x2.sub(v128.load(e + i), f64x2.add(f64x2.add(first, second), third)));
  }
}

/** Σ (x − origin) e within each level, into places `8k` bytes apart. */
function levelDots(
  x: usize,
  e: usize,
  starts: usize,
  base: i32,
  levels: i32,
  origin: f64,
  out: usize,
  step: usize,
): void {
  const o = f64x2.splat(origin);
  let i: usize = 0;
  for (let u = 0; u < levels; u++, out += step) {
    const end = <usize>(load<i32>(starts + (<usize>u << 2), 4) - base) << 3;
    let two = f64x2.splat(0);
    for (; i + 16 <= end; i += 16) two = f64x2.add(two, f64x2.mul(f64x2.sub(v128.load(x + i), o), v128.load(e + i)));
    let sum = both(two);
    if (i < end) {
      sum += (load<f64>(x + i) - origin) * load<f64>(e + i);
      i += 8;
    }
    store<f64>(out, sum);
  }
}

/**
 * The outcome, column k, becomes the residual: y − Σ b x with effects and levels' means out; its squares and the other effects' sums grow.
 * With `scores` (0: none), Σ x̃ e of each level, k to a level: the columns' own effects are taken out, and since e adds up to zero in every
 * level, their levels' means need not be.
 */
export function residualBlock(
  f: usize,
  stride: usize,
  k: i32,
  rows: i32,
  starts: usize,
  levels: i32,
  origins: usize,
  coef: usize,
  groups: i32,
  codes: usize,
  codeStride: usize,
  effects: usize,
  sums: usize,
  own: usize,
  ownStride: usize,
  squares: usize,
  scores: usize,
): void {
  const base = load<i32>(starts);
  const e = f + <usize>k * stride;
  minusOrigin(e, rows, load<f64>(origins + (<usize>k << 3)));
  let j = 0;
  for (; j + 2 < k; j += 3)
    minusThree(e, rows, f + <usize>j * stride, stride, origins + (<usize>j << 3), coef + (<usize>j << 3));
  for (; j < k; j++)
    minus(e, rows, f + <usize>j * stride, load<f64>(origins + (<usize>j << 3)), load<f64>(coef + (<usize>j << 3)));
  for (let g = 0; g < groups; g++) subtract(e, rows, codes + <usize>g * codeStride, effects);
  centre(e, starts, base, levels, 0, squares + 8);
  store<f64>(e + (<usize>rows << 3), 0);
  let two = f64x2.splat(0);
  for (let p = e, end = e + (<usize>rows << 3); p < end; p += 16)
    two = f64x2.add(two, f64x2.mul(v128.load(p), v128.load(p)));
  store<f64>(squares, load<f64>(squares) + both(two));
  for (let g = 0; g < groups; g++) scatter(e, rows, codes + <usize>g * codeStride, sums);
  if (scores === 0) return;
  for (j = 0; j < k; j++) {
    const x = f + <usize>j * stride;
    let origin = load<f64>(origins + (<usize>j << 3));
    if (groups > 0) minusOrigin(x, rows, origin), (origin = 0);
    for (let g = 0; g < groups; g++) subtract(x, rows, codes + <usize>g * codeStride, own + <usize>j * ownStride);
    levelDots(x, e, starts, base, levels, origin, scores + (<usize>j << 3), <usize>k << 3);
  }
}

/** f ← f − origin; one row more than there is may be written: it is never read */
function minusOrigin(f: usize, rows: i32, origin: f64): void {
  const o = f64x2.splat(origin);
  const end = f + (<usize>rows << 3);
  for (let p = f; p < end; p += 16) v128.store(p, f64x2.sub(v128.load(p), o));
}
