// The panels of the benchmark, as the bytes that a stage is given: y = 0.5 x1 + 0.2 x2 + unit and year effects + N(0,1),
// x_j = N(0,1) + unit mod 7 / 5 + year / 10.

export const SIZES = {
  S: { units: 275, periods: 14 },
  M: { units: 50_000, periods: 20 },
  L: { units: 500_000, periods: 20 },
};

/** Uniform numbers in (0, 1) that depend on the seed alone (xorshift32). */
function uniforms(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}

/** Standard normal by Box and Muller, both numbers used. */
function normals(seed) {
  const uniform = uniforms(seed);
  let spare;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

const HEADER = 16;

/** A numeric column in shared memory, as the engine hands it to a thread: header and values. */
function column(count, value) {
  const bytes = new Uint8Array(new SharedArrayBuffer(HEADER + 8 * count));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x6c6f6363, true);
  bytes[4] = 1;
  bytes[5] = 1;
  view.setFloat64(8, count, true);
  const values = new Float64Array(bytes.buffer, HEADER, count);
  for (let i = 0; i < count; i++) values[i] = value(i);
  return bytes;
}

function rows(count) {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x6c6f6363, true);
  bytes[4] = 1;
  bytes[5] = 4;
  view.setFloat64(8, count, true);
  return bytes;
}

/** Unit × year, sorted by unit and year, or by year and unit. */
export function panel({ units, periods }, { byYear = false } = {}) {
  const n = units * periods;
  const unit = byYear ? (i) => i % units : (i) => Math.floor(i / periods);
  const year = byYear ? (i) => Math.floor(i / units) : (i) => i % periods;
  const parts = new Map([['#rows', rows(n)]]);
  parts.set(
    'unit',
    column(n, (i) => unit(i) + 1),
  );
  parts.set(
    'year',
    column(n, (i) => 2000 + year(i)),
  );
  parts.set(
    'industry',
    column(n, (i) => (unit(i) % 20) + 1),
  );
  const regressors = [];
  for (let j = 1; j <= 6; j++) {
    const normal = normals(j * 7919);
    const bytes = column(n, (i) => normal() + (unit(i) % 7) / 5 + year(i) / 10);
    parts.set(`x${j}`, bytes);
    regressors.push(new Float64Array(bytes.buffer, HEADER, n));
  }
  const noise = normals(104729);
  const [x1, x2] = regressors;
  parts.set(
    'y',
    column(n, (i) => 0.5 * x1[i] + 0.2 * x2[i] + (unit(i) % 11) + 0.3 * year(i) + noise()),
  );
  return { n, parts };
}

/** With a treatment that switches on for a third of the units in three waves, and one control more. */
export function withPolicy({ n, parts }, { periods }) {
  const start = (unit) => (unit % 3 === 0 ? 5 + (unit % 4) : Number.POSITIVE_INFINITY);
  const normal = normals(43);
  const more = [
    ['policy', column(n, (i) => (i % periods >= start(Math.floor(i / periods)) ? 1 : 0))],
    ['x7', column(n, () => normal())],
  ];
  return { n, parts: new Map([...parts, ...more]) };
}

/**
 * Matched workers and firms: each worker stays with a firm but for a few who move to a neighbouring one, so that the graph of firms is a long
 * chain and alternating projections need thousands of rounds.
 */
export function chain({ workers, years, firms, movers }) {
  const n = workers * years;
  const uniform = uniforms(17);
  const home = Int32Array.from({ length: workers }, (_, w) => Math.floor((w * firms) / workers));
  const moves = Uint8Array.from({ length: workers }, () => (uniform() < movers ? 1 : 0));
  const worker = (i) => Math.floor(i / years);
  const firm = (i) => {
    const w = worker(i);
    return (home[w] + (moves[w] === 1 && i % years >= years / 2 ? 1 : 0)) % firms;
  };
  const parts = new Map([['#rows', rows(n)]]);
  parts.set(
    'unit',
    column(n, (i) => worker(i) + 1),
  );
  parts.set(
    'firm',
    column(n, (i) => firm(i) + 1),
  );
  parts.set(
    'year',
    column(n, (i) => 2000 + (i % years)),
  );
  const normal = normals(31);
  const x = column(n, (i) => normal() + firm(i) / firms);
  parts.set('x1', x);
  const values = new Float64Array(x.buffer, HEADER, n);
  const noise = normals(37);
  parts.set(
    'y',
    column(n, (i) => 0.5 * values[i] + Math.sin(firm(i) / 50) + (worker(i) % 13) + noise()),
  );
  return { n, parts };
}
