/** The unit and time columns of a panel: from the params, else from the structure that the table carries. */
import type { ColumnLookup } from '../columns/schema.ts';
import { error, type ParamPath } from '../contract.ts';

export interface WrittenPanel {
  readonly unit?: string;
  readonly time?: string;
}

/** Faults: CE2150 when neither says it, CE2001 and CE2002 for the columns. Undefined when there is a fault. */
export function panelKeys(
  lookup: ColumnLookup,
  written: WrittenPanel,
): { readonly unit: string; readonly time: string } | undefined {
  const unit = written.unit ?? lookup.shape.panel?.unit;
  const time = written.time ?? lookup.shape.panel?.time;
  if (unit === undefined || time === undefined) {
    lookup.faults.push(
      error('CE2150', { missing: [...(unit === undefined ? ['unit'] : []), ...(time === undefined ? ['time'] : [])] }),
    );
    return undefined;
  }
  const before = lookup.faults.length;
  lookup.any(unit, at('unit', written.unit));
  lookup.number(time, at('time', written.time));
  return lookup.faults.length === before ? { unit, time } : undefined;
}

const at = (param: string, written: string | undefined): ParamPath => (written === undefined ? ['from'] : [param]);
