/** Whether JSON that was read has the shape that was written. */

export type Unknowns = Readonly<Record<string, unknown>>;

export const isString = (value: unknown): boolean => typeof value === 'string';

export const isRecord = (value: unknown): value is Unknowns =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isRecordOf = (value: unknown, fits: (value: unknown) => boolean): boolean =>
  isRecord(value) && Object.values(value).every(fits);
