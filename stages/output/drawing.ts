/** A picture in no format yet: what the writers of SVG, PNG and PDF read. Units are points at 1/96 inch, y downwards. */

export interface Stroke {
  readonly color: string;
  readonly width: number;
  /** lengths of dashes and gaps */
  readonly dash?: readonly number[];
}

export type Anchor = 'start' | 'middle' | 'end';

export type Mark =
  | { readonly kind: 'line'; readonly points: readonly Point[]; readonly stroke: Stroke }
  | {
      readonly kind: 'polygon';
      readonly points: readonly Point[];
      readonly fill: string;
      readonly opacity?: number;
      readonly stroke?: Stroke;
    }
  | {
      readonly kind: 'circle';
      readonly x: number;
      readonly y: number;
      readonly r: number;
      readonly fill: string;
      readonly opacity?: number;
      readonly stroke?: Stroke;
    }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly anchor: Anchor;
      readonly color: string;
      /** a quarter turn to the left, for the title of a vertical axis */
      readonly upright?: true;
    }
  /** marks with a name: `axis-x`, `series-1`; a style sheet or a script finds them by it */
  | { readonly kind: 'group'; readonly name: string; readonly marks: readonly Mark[] };

export type Point = readonly [x: number, y: number];

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly lang: 'en' | 'zh';
  /** what the picture shows, for readers who do not see it */
  readonly title: string;
  readonly marks: readonly Mark[];
}

export const INK = '#1a1a1a';
export const GREY = '#8a8a8a';
export const PALE = '#dcdcdc';

/**
 * Colours that are told apart by readers with any colour vision, and in print: Okabe and Ito (2008), "Color universal design",
 * in an order of falling contrast with the paper.
 */
export const COLORS: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#e69f00',
  '#5b5b5b',
  '#1a1a1a',
];

export type Dot = 'circle' | 'square' | 'triangle' | 'diamond' | 'down' | 'cross' | 'saltire' | 'star';
const DOTS: readonly Dot[] = ['circle', 'square', 'triangle', 'diamond', 'down', 'cross', 'saltire', 'star'];

export const colorAt = (i: number): string => COLORS[i % COLORS.length] ?? INK;
/** Colours and shapes are as many: from the second round on they are paired anew, so that no two series look alike. */
export const dotAt = (i: number): Dot => DOTS[(i + Math.floor(i / COLORS.length)) % DOTS.length] ?? 'circle';

export const line = (from: Point, to: Point, stroke: Stroke): Mark => ({ kind: 'line', points: [from, to], stroke });

export const rectangle = (x: number, y: number, width: number, height: number, fill: string): Mark => ({
  kind: 'polygon',
  points: [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ],
  fill,
});

const CROSS: readonly Point[] = [
  [-0.35, -1.1],
  [0.35, -1.1],
  [0.35, -0.35],
  [1.1, -0.35],
  [1.1, 0.35],
  [0.35, 0.35],
  [0.35, 1.1],
  [-0.35, 1.1],
  [-0.35, 0.35],
  [-1.1, 0.35],
  [-1.1, -0.35],
  [-0.35, -0.35],
];

/** Five points, one of them up. */
const STAR: readonly Point[] = Array.from({ length: 10 }, (_, i): Point => {
  const [r, angle] = [i % 2 === 0 ? 1.45 : 0.62, (i * Math.PI) / 5];
  return [r * Math.sin(angle), -r * Math.cos(angle)];
});

/** A point of a series; hollow ones have the colour of the paper inside. All shapes have about the same area. */
export function dot(shape: Dot, [x, y]: Point, color: string, options: { r?: number; hollow?: boolean } = {}): Mark {
  const r = options.r ?? 3.2;
  const fill = options.hollow === true ? '#ffffff' : color;
  const stroke = { color, width: 1.1 };
  if (shape === 'circle') return { kind: 'circle', x, y, r, fill, stroke };
  const corners: Readonly<Record<Exclude<Dot, 'circle'>, readonly Point[]>> = {
    saltire: CROSS.map(([a, b]): Point => [(a - b) * Math.SQRT1_2, (a + b) * Math.SQRT1_2]),
    star: STAR,
    cross: CROSS,
    square: [
      [-0.9, -0.9],
      [0.9, -0.9],
      [0.9, 0.9],
      [-0.9, 0.9],
    ],
    triangle: [
      [0, -1.25],
      [1.15, 0.85],
      [-1.15, 0.85],
    ],
    diamond: [
      [0, -1.3],
      [1.15, 0],
      [0, 1.3],
      [-1.15, 0],
    ],
    down: [
      [0, 1.25],
      [1.15, -0.85],
      [-1.15, -0.85],
    ],
  };
  return { kind: 'polygon', points: corners[shape].map(([a, b]): Point => [x + a * r, y + b * r]), fill, stroke };
}

/** All texts of a picture. */
export const textsOf = (marks: readonly Mark[]): readonly string[] =>
  marks.flatMap((m) => (m.kind === 'text' ? [m.text] : m.kind === 'group' ? textsOf(m.marks) : []));
