/** What a stage that reads files makes otherwise than in the last run, by value: what a person who edits the data wants to see. */
import { type ColumnType, isInner, type TableShape } from '../../stages/contract.ts';
import type { ColumnState } from '../../stages/contract-differences.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import type { PartDifference } from '../plan/reason.ts';
import type { ActionRecord } from '../results/record.ts';
import { LostValue, type Values } from '../results/values.ts';

/** Larger columns take longer to compare than a person who watches wants to wait. */
const MOST_BYTES = 4 * 2 ** 20;
const MOST_EXAMPLES = 10;

export function madeDifferences(
  old: ActionRecord,
  now: ActionRecord,
  values: Pick<Values, 'bytes'>,
  differences: Registry['differences'],
): readonly PartDifference[] {
  return Object.entries(now.outputs).flatMap(([name, output]) => {
    const { shape } = output;
    const before = new Map(old.outputs[name]?.parts.map(([part, digest]) => [part, digest]));
    const after = new Map(output.parts.map(([part, digest]) => [part, digest]));
    if (shape?.kind !== 'table') return [];
    return output.parts.flatMap(([part, digest, bytes]): PartDifference[] => {
      const was = before.get(part);
      if (was === undefined || was === digest || isInner(part) || bytes > MOST_BYTES) return [];
      try {
        const type = typeOf(shape, part);
        const [a, b] = [stateOf(part, before, shape, values), stateOf(part, after, shape, values)];
        return [{ part, values: differences(a, b, { most: MOST_EXAMPLES, type }) }];
      } catch (thrown) {
        if (thrown instanceof LostValue) return []; // a value that was swept away cannot be shown
        throw thrown;
      }
    });
  });
}

type Digests = ReadonlyMap<string, Parameters<Values['bytes']>[0]>;

function stateOf(part: string, digests: Digests, shape: TableShape, values: Pick<Values, 'bytes'>): ColumnState {
  const bytes = (name: string): Uint8Array | undefined => {
    const digest = digests.get(name);
    return digest === undefined ? undefined : values.bytes(digest);
  };
  const names = shape.panel === undefined ? [] : [shape.panel.unit, shape.panel.time];
  const keys = names.flatMap((name) => {
    const column = bytes(name);
    return column === undefined ? [] : [{ column, type: typeOf(shape, name) }];
  });
  const column = bytes(part);
  if (column === undefined) throw new Error(`ceteris bug: '${part}' is not there to compare`);
  return keys.length === names.length && keys.length > 0 ? { column, keys } : { column };
}

const typeOf = (shape: TableShape, column: string): ColumnType =>
  shape.columns.find((c) => c.name === column)?.type ?? 'unknown';
