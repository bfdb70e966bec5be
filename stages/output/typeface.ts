/**
 * A TrueType face: which characters it has, how wide they are, and their outlines.
 * Source: OpenType 1.9, tables cmap (formats 4 and 12), head, hhea, hmtx, loca, glyf.
 */

/** Commands of an outline in units of the em, y upwards: `M x y`, `L x y`, `Q cx cy x y`, `Z`. */
export type Outline = readonly (
  | readonly ['M' | 'L', number, number]
  | readonly ['Q', number, number, number, number]
  | readonly ['Z']
)[];

export interface Face {
  /** the font file, for formats that embed it */
  readonly file: Uint8Array;
  has(character: number): boolean;
  /** in units of the em */
  advance(character: number): number;
  outline(character: number): Outline;
}

type Tables = ReadonlyMap<string, DataView>;

const NEEDED: readonly string[] = ['head', 'hhea', 'hmtx', 'cmap', 'loca', 'glyf'];

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function tablesOf(file: Uint8Array): Tables {
  const view = viewOf(file);
  const tables = new Map<string, DataView>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    const tag = String.fromCharCode(...file.subarray(at, at + 4));
    const start = view.getUint32(at + 8);
    if (NEEDED.includes(tag)) tables.set(tag, viewOf(file.subarray(start, start + view.getUint32(at + 12))));
  }
  return tables;
}

const table = (tables: Tables, tag: string): DataView => {
  const found = tables.get(tag);
  if (found === undefined) throw new Error(`ceteris bug: a font without ${tag}`);
  return found;
};

export function openFace(file: Uint8Array): Face {
  const tables = tablesOf(file);
  const em = table(tables, 'head').getUint16(18);
  const glyphs = glyphsByCharacter(table(tables, 'cmap'));
  const metrics = table(tables, 'hmtx');
  const measured = table(tables, 'hhea').getUint16(34);
  const glyf = new GlyphReader(tables, em);
  return {
    file,
    has: (character) => glyphs.has(character),
    advance: (character) => metrics.getUint16(4 * Math.min(glyphs.get(character) ?? 0, measured - 1)) / em,
    outline: (character) => glyf.outline(glyphs.get(character) ?? 0),
  };
}

function glyphsByCharacter(cmap: DataView): ReadonlyMap<number, number> {
  const out = new Map<number, number>();
  for (let i = 0; i < cmap.getUint16(2); i++) {
    const at = cmap.getUint32(4 + 8 * i + 4);
    const format = cmap.getUint16(at);
    if (format === 4) readSegments(cmap, at, out);
    else if (format === 12) readGroups(cmap, at, out);
  }
  return out;
}

function readSegments(cmap: DataView, at: number, out: Map<number, number>): void {
  const doubled = cmap.getUint16(at + 6);
  for (let s = 0; s < doubled; s += 2) {
    const end = cmap.getUint16(at + 14 + s);
    const start = cmap.getUint16(at + 16 + doubled + s);
    const delta = cmap.getUint16(at + 16 + 2 * doubled + s);
    const place = at + 16 + 3 * doubled + s;
    const offset = cmap.getUint16(place);
    for (let c = start; c <= end && c !== 0xffff; c++) {
      const raw = offset === 0 ? c : cmap.getUint16(place + offset + 2 * (c - start));
      const glyph = raw === 0 ? 0 : (raw + delta) & 0xffff;
      if (glyph !== 0) out.set(c, glyph);
    }
  }
}

function readGroups(cmap: DataView, at: number, out: Map<number, number>): void {
  for (let g = 0; g < cmap.getUint32(at + 12); g++) {
    const place = at + 16 + 12 * g;
    const first = cmap.getUint32(place);
    for (let c = first; c <= cmap.getUint32(place + 4); c++) out.set(c, cmap.getUint32(place + 8) + c - first);
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly on: boolean;
}

/** x' = a x + c y + e, y' = b x + d y + f */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

class GlyphReader {
  readonly #glyf: DataView;
  readonly #loca: DataView;
  readonly #long: boolean;
  readonly #em: number;

  constructor(tables: Tables, em: number) {
    this.#glyf = table(tables, 'glyf');
    this.#loca = table(tables, 'loca');
    this.#long = table(tables, 'head').getInt16(50) === 1;
    this.#em = em;
  }

  outline(glyph: number): Outline {
    return this.#contours(glyph, 0).flatMap((contour) =>
      commands(contour.map((p) => ({ x: p.x / this.#em, y: p.y / this.#em, on: p.on }))),
    );
  }

  #offset(glyph: number): number {
    return this.#long ? this.#loca.getUint32(4 * glyph) : 2 * this.#loca.getUint16(2 * glyph);
  }

  #contours(glyph: number, depth: number): readonly (readonly Point[])[] {
    const at = this.#offset(glyph);
    if (at === this.#offset(glyph + 1) || depth > 8) return [];
    const count = this.#glyf.getInt16(at);
    return count >= 0 ? this.#simple(at, count) : this.#composite(at + 10, depth);
  }

  #simple(at: number, count: number): readonly (readonly Point[])[] {
    const view = this.#glyf;
    const ends = Array.from({ length: count }, (_, i) => view.getUint16(at + 10 + 2 * i));
    const total = (ends.at(-1) ?? -1) + 1;
    let place = at + 10 + 2 * count;
    place += 2 + view.getUint16(place);
    const flags: number[] = [];
    while (flags.length < total) {
      const flag = view.getUint8(place++);
      const times = (flag & 8) === 0 ? 1 : 1 + view.getUint8(place++);
      for (let k = 0; k < times; k++) flags.push(flag);
    }
    const axis = (short: number, same: number): number[] => {
      let value = 0;
      return flags.map((flag) => {
        if ((flag & short) !== 0) value += (flag & same) !== 0 ? view.getUint8(place++) : -view.getUint8(place++);
        else if ((flag & same) === 0) {
          value += view.getInt16(place);
          place += 2;
        }
        return value;
      });
    };
    const x = axis(2, 16);
    const y = axis(4, 32);
    const points = flags.map((flag, i): Point => ({ x: x[i] ?? 0, y: y[i] ?? 0, on: (flag & 1) === 1 }));
    return ends.map((end, i) => points.slice(i === 0 ? 0 : (ends[i - 1] ?? 0) + 1, end + 1));
  }

  #composite(start: number, depth: number): readonly (readonly Point[])[] {
    const view = this.#glyf;
    const out: (readonly Point[])[] = [];
    let at = start;
    for (let more = true; more; ) {
      const flags = view.getUint16(at);
      const part = view.getUint16(at + 2);
      at += 4;
      const words = (flags & 1) !== 0;
      const [dx, dy] = words ? [view.getInt16(at), view.getInt16(at + 2)] : [view.getInt8(at), view.getInt8(at + 1)];
      at += words ? 4 : 2;
      const scale = (k: number): number => view.getInt16(at + 2 * k) / 16384;
      let by: Affine = [1, 0, 0, 1, dx, dy];
      if ((flags & 8) !== 0) by = [scale(0), 0, 0, scale(0), dx, dy];
      else if ((flags & 0x40) !== 0) by = [scale(0), 0, 0, scale(1), dx, dy];
      else if ((flags & 0x80) !== 0) by = [scale(0), scale(1), scale(2), scale(3), dx, dy];
      at += (flags & 8) !== 0 ? 2 : (flags & 0x40) !== 0 ? 4 : (flags & 0x80) !== 0 ? 8 : 0;
      out.push(...this.#contours(part, depth + 1).map((c) => c.map((p) => moved(p, by))));
      more = (flags & 0x20) !== 0;
    }
    return out;
  }
}

const moved = (p: Point, [a, b, c, d, e, f]: Affine): Point => ({
  x: a * p.x + c * p.y + e,
  y: b * p.x + d * p.y + f,
  on: p.on,
});

/** Two control points in a row have a point of the outline half-way between them. */
function commands(points: readonly Point[]): Outline {
  if (points.length < 2) return [];
  const middle = (p: Point, q: Point): Point => ({ x: (p.x + q.x) / 2, y: (p.y + q.y) / 2, on: true });
  const all = points.flatMap((p, i) => {
    const next = points[(i + 1) % points.length] as Point;
    return p.on || next.on ? [p] : [p, middle(p, next)];
  });
  const first = all.findIndex((p) => p.on);
  const turned = [...all.slice(first), ...all.slice(0, first)];
  const start = turned[0] as Point;
  const out: Outline[number][] = [['M', start.x, start.y]];
  for (let i = 1; i <= turned.length; i++) {
    const p = turned[i % turned.length] as Point;
    if (p.on) {
      if (i < turned.length) out.push(['L', p.x, p.y]);
    } else {
      const to = turned[(i + 1) % turned.length] as Point;
      out.push(['Q', p.x, p.y, to.x, to.y]);
      i++;
    }
  }
  return [...out, ['Z']];
}
