/** A linear spec and a table to all that a fit needs, over the rows of its sample. */
import type { Table } from '../columns/table.ts';
import type { Fault } from '../contract.ts';
import type { Effect } from '../kernels/effects.ts';
import { atomOn, type DesignColumn, designOf, factorOf, numbersOn } from './design.ts';
import type { LinearSpec } from './linear-spec.ts';
import { estimationSample, type Sample } from './sample.ts';
import type { ValueAtom } from './term.ts';

/** Everything a fit needs, over the rows of the sample. */
export interface Prepared {
  readonly table: Table;
  readonly spec: LinearSpec;
  readonly sample: Sample;
  readonly y: Float64Array;
  readonly x: readonly DesignColumn[];
  readonly endogenous: readonly DesignColumn[];
  readonly instruments: readonly DesignColumn[];
  readonly effects: readonly Effect[];
  readonly weights?: Float64Array;
}

export interface PrepareOptions {
  /** rows that may be used; default all */
  readonly mask?: Uint8Array;
  /** regressors that stand before those of the spec, over the rows of the sample */
  readonly lead?: (rows: Int32Array) => readonly DesignColumn[];
}

export function prepare(table: Table, spec: LinearSpec, options: PrepareOptions = {}): Prepared | readonly Fault[] {
  const sample = estimationSample(table, spec, options.mask);
  if (!('rows' in sample)) return sample;
  const { rows } = sample;
  const faults: Fault[] = [];
  const context = { table, rows, faults };
  // effects count as an intercept: they hold the constant
  const x = [...(options.lead?.(rows) ?? []), ...designOf(spec.x, spec.intercept, context)];
  const endogenous = designOf(spec.endogenous, true, context);
  const instruments = designOf(spec.instruments, true, context);
  if (faults.length > 0) return faults;
  return {
    table,
    spec,
    sample,
    x,
    endogenous,
    instruments,
    y: atomOn(spec.y[0] as ValueAtom, table, rows),
    effects: spec.effects.map(
      (e): Effect => ({
        ...factorOf(table, e.columns, rows),
        ...(e.slopes.length === 0
          ? {}
          : { slopes: e.slopes.map((s) => numbersOn(s, table, rows)), slopeOnly: e.slopeOnly }),
      }),
    ),
    ...(spec.weights === undefined ? {} : { weights: numbersOn(spec.weights, table, rows) }),
  };
}
