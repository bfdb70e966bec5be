/** What is static about instruments: faults of the specification and the outputs that follow from it. */
import { listOf } from '../columns/params.ts';
import { error, type Fault, type OutputInfo, type ParamPath } from '../contract.ts';
import { parseFormula } from './formula.ts';
import type { LinearParams } from './linear-params.ts';
import type { LinearSpec } from './linear-spec.ts';
import { type Term, termName } from './term.ts';

/** `first_educ`: what a reference cannot hold becomes an underscore. */
export const firstName = (endogenous: string): string => `first_${endogenous.replace(/[^\p{L}\p{N}_-]/gu, '_')}`;

function endogenousNames(params: LinearParams): readonly string[] {
  if (params.formula === undefined) return listOf<string>(params.iv?.endogenous);
  const parsed = parseFormula(params.formula);
  return parsed.ok ? parsed.value.endogenous.map(termName) : [];
}

/** One first stage for each endogenous regressor, and the reduced form. */
export function instrumentOutputs(params: LinearParams): Record<string, OutputInfo> {
  const names = endogenousNames(params);
  if (names.length === 0) return {};
  return {
    ...Object.fromEntries(
      names.map((name) => [
        firstName(name),
        { kind: 'model' as const, doc: { en: `the first stage of ${name}`, zh: `${name} 的第一阶段回归` } },
      ]),
    ),
    reduced: {
      kind: 'model',
      doc: {
        en: 'the outcome on instruments and exogenous regressors',
        zh: '简约式：被解释变量对工具变量与外生变量的回归',
      },
    },
  };
}

/** A term in two roles, or fewer instruments than endogenous regressors. */
export function instrumentFaults(spec: LinearSpec, inFormula: boolean): Fault[] {
  const at = (key: string): ParamPath => (inFormula ? ['formula'] : ['iv', key]);
  const faults: Fault[] = [];
  const clash = (terms: readonly Term[], others: readonly Term[], [first, second]: readonly [string, string]): void => {
    const known = new Set(others.map((t) => JSON.stringify(t)));
    for (const term of terms)
      if (known.has(JSON.stringify(term)))
        faults.push(error('CE2602', { name: termName(term), first, second }, at(first)));
  };
  clash(spec.endogenous, spec.x, ['endogenous', 'x']);
  clash(spec.instruments, spec.x, ['instruments', 'x']);
  clash(spec.instruments, spec.endogenous, ['instruments', 'endogenous']);
  const countable = [...spec.endogenous, ...spec.instruments].every((t) => t.every((a) => a.is !== 'factor'));
  if (countable && spec.instruments.length < spec.endogenous.length)
    faults.push(
      error(
        'CE2601',
        {
          endogenous: spec.endogenous.map(termName),
          instruments: spec.instruments.length === 0 ? '—' : spec.instruments.map(termName),
        },
        at('instruments'),
      ),
    );
  return faults;
}
