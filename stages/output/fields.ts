/** Reading the JSON of a record without trusting its form. */
import type { Json, JsonRecord } from '../contract.ts';

const isRecord = (value: Json | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const EMPTY: JsonRecord = {};

/** The mapping, or an empty one. */
export const fieldsOf = (value: Json | undefined): JsonRecord => (isRecord(value) ? value : EMPTY);

/** The list, or an empty one. */
export const itemsOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** The text, or nothing. */
export const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** The mappings of a list: `rows`, `terms`. */
export const recordsOf = (value: Json | undefined): readonly JsonRecord[] => itemsOf(value).filter(isRecord);
