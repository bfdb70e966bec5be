/** Marks of shapes: what sticks to a value and to everything made from it. */
import type { Mark, Shape } from '../../stages/contract.ts';

/** All marks of the shapes, each once, in one order. */
export function marksOf(shapes: readonly Shape[]): readonly Mark[] {
  const marked = shapes.filter((shape) => shape.marks !== undefined);
  return marked.length === 0 ? [] : [...new Set(marked.flatMap((shape) => shape.marks ?? []))].sort();
}

/** The shape with marks added to its own. */
export function withMarks(shape: Shape, marks: readonly Mark[] | undefined): Shape {
  if (marks === undefined || marks.length === 0) return shape;
  return { ...shape, marks: [...new Set([...(shape.marks ?? []), ...marks])].sort() };
}
