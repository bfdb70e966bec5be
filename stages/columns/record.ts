/** Models, summaries and other records as canonical JSON bytes: keys sorted, missing is null, infinities are "Inf", "-Inf". */
import { type InputValue, type Json, type OutputValue, VALUE } from '../contract.ts';

/** What may stand in a record before encoding: numbers may be NaN or infinite. `undefined` members are left out. */
export type Recordable = Json | undefined | Float64Array | readonly Recordable[] | object;

function toJson(value: Recordable): Json {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return null;
    if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
    return value;
  }
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  if (value instanceof Float64Array) return Array.from(value, toJson);
  if (Array.isArray(value)) return value.map(toJson);
  const out: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    const member = (value as { readonly [key: string]: Recordable })[key];
    if (member !== undefined) out[key] = toJson(member);
  }
  return out;
}

export const encodeRecord = (value: Recordable): Uint8Array => new TextEncoder().encode(JSON.stringify(toJson(value)));

export const decodeRecord = (bytes: Uint8Array): Json => JSON.parse(new TextDecoder().decode(bytes.slice())) as Json;

/** An output that is a record. */
export const recordOutput = (value: Recordable): OutputValue => ({ parts: new Map([[VALUE, encodeRecord(value)]]) });

/** The record that an input holds. The caller knows its form from the input's kind. */
export function recordOf(input: InputValue): Json {
  const bytes = input.parts.get(VALUE);
  if (bytes === undefined) throw new Error('ceteris bug: a record without its value');
  return decodeRecord(bytes);
}

/** A number of a record as a number: null is NaN, "Inf" and "-Inf" are infinite. */
export const numberOf = (value: Json | undefined): number =>
  typeof value === 'number' ? value : value === 'Inf' ? Infinity : value === '-Inf' ? -Infinity : Number.NaN;
