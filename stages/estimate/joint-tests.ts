/** Wald tests that several coefficients are zero together: the param `joint` of `regress`. */

import { Type } from '@sinclair/typebox';
import { listOf, means } from '../columns/params.ts';
import { globMatches } from '../columns/schema.ts';
import { error, type Fault } from '../contract.ts';
import { fCdf } from '../kernels/f.ts';
import { commonDf } from '../kernels/inference.ts';
import { waldDenominator, waldF } from '../kernels/wald.ts';
import type { FittedModel } from './linear-fit.ts';

export const JointParam = Type.Optional(
  Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]),
    means(
      'tests that terms are zero together: `{ leads: ["year::2010:treated", "year::2011:*"] }`, globs allowed',
      '若干系数同时为零的联合检验：`{ leads: ["year::2010:treated", "year::2011:*"] }`，可用通配符',
    ),
  ),
);

export type JointValue = Readonly<Record<string, string | readonly string[]>>;

/** Test by name → patterns of terms. */
export type JointSpec = { readonly [test: string]: readonly string[] };

export const jointOf = (value: JointValue | undefined): JointSpec =>
  Object.fromEntries(Object.entries(value ?? {}).map(([name, terms]) => [name, [...listOf<string>(terms)].sort()]));

export interface JointTest {
  readonly statistic: number;
  readonly df1: number;
  readonly df2: number;
  readonly p_value: number;
  readonly terms: readonly string[];
}

/** F of the chosen terms together, with the covariance of the model. A pattern that matches nothing is a fault. */
export function jointTests(model: FittedModel, spec: JointSpec): Record<string, JointTest> | readonly Fault[] {
  const faults: Fault[] = [];
  const tests: Record<string, JointTest> = {};
  for (const [name, patterns] of Object.entries(spec)) {
    for (const pattern of patterns)
      if (![...model.names, ...model.dropped.map((d) => d.term)].some((term) => matches(pattern, term)))
        faults.push(error('CE2600', { name: pattern, known: model.names }, ['joint', name]));
    const chosen = model.names.flatMap((term, j) => (patterns.some((p) => matches(p, term)) ? [j] : []));
    if (chosen.length > 0) tests[name] = wald(model, chosen);
  }
  return faults.length > 0 ? faults : tests;
}

const matches = (pattern: string, term: string): boolean => pattern === term || globMatches(pattern, term);

function wald(model: FittedModel, chosen: readonly number[]): JointTest {
  const { stat, df1 } = waldF(model.coef, model.vcov, Int32Array.from(chosen));
  const df2 = waldDenominator(commonDf(model.inference), df1);
  return {
    statistic: stat,
    df1,
    df2,
    p_value: fCdf(stat, df1, df2, 'upper'),
    terms: chosen.map((j) => model.names[j] as string),
  };
}
