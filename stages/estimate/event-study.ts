import { recordOutput } from '../columns/record.ts';
import { type Table, tableOf } from '../columns/table.ts';
import { defineStage, type Fault, type RecordShape, ROWS, type RunResult, unreachable } from '../contract.ts';
import { ERRORS_INSTEAD } from './errors-spec.ts';
import { eventStudyDoc } from './event-study-doc.ts';
import { type EventStudyParams, eventStudyParams } from './event-study-params.ts';
import { ADOPTION_INSTEAD, declareEventStudy, type EventStudySpec } from './event-study-spec.ts';
import { twfe } from './event-study-twfe.ts';
import { isFaults } from './linear-fit.ts';
import { withLabel } from './linear-spec.ts';
import { callawaySantanna } from './staggered/callaway-santanna.ts';
import { chaisemartin } from './staggered/chaisemartin.ts';
import { type Estimated, eventRecord } from './staggered/event-record.ts';
import { imputation } from './staggered/imputation.ts';
import { rothSantanna } from './staggered/roth-santanna.ts';
import { stacked } from './staggered/stacked.ts';
import { sunAbraham } from './staggered/sun-abraham.ts';
import { switchStudy } from './staggered/switch-study.ts';
import { twoStage } from './staggered/two-stage.ts';
import { termName } from './term.ts';

/**
 * Leads and lags of a staggered treatment, by two-way effects or by an estimator that holds when effects differ between cohorts.
 * Out: `model`; its terms are `rel_time::k`, each with `period`, and `att`; `vcov` is their covariance, and the reference
 * periods are listed and not estimated.
 */
export const eventStudy = defineStage<EventStudyParams, EventStudySpec>({
  type: 'event-study',
  doc: eventStudyDoc,
  params: eventStudyParams,
  inputs: { from: { kinds: ['table'] } },
  instead: { ...ERRORS_INSTEAD, ...ADOPTION_INSTEAD },
  outputs: {
    model: {
      kind: 'model',
      doc: {
        en: 'effects by relative period, their averages, joint tests',
        zh: '各相对时期的效应、各种平均与联合检验',
      },
    },
  },
  declare(context) {
    const { faults, spec, reads, linear } = declareEventStudy(context);
    const relative = withLabel({ name: 'rel_time', type: 'integer' }, context.labels);
    const model: RecordShape = {
      kind: 'model',
      columns: [...linear.columns, relative],
      outcome: termName(spec.linear.y),
      facts: { ...linear.facts, reference: spec.reference, estimator: spec.estimator },
    };
    return {
      faults,
      spec,
      reads: { from: [[ROWS, ...reads]] },
      outputs: { model: { shape: model, parts: [{ name: 'value', how: 'made' }] } },
    };
  },
  helped: true,
  run({ spec, inputs, memo, helpers }) {
    const [input] = inputs.from ?? [];
    if (input === undefined) throw new Error('ceteris bug: event-study without input');
    return estimate(tableOf(input, memo, helpers), spec);
  },
  weight: (spec) => ((spec.options.bootstrap ?? 0) > 0 ? 50 : 5),
});

function estimate(table: Table, spec: EventStudySpec): RunResult {
  if (spec.estimator === 'twfe') {
    const fit = twfe(table, spec);
    if (isFaults(fit)) return { ok: false, faults: fit };
    return { ok: true, outputs: { model: recordOutput(fit.record) }, notes: fit.notes };
  }
  const found = staggered(table, spec);
  if (isFaults(found)) return { ok: false, faults: found };
  return { ok: true, outputs: { model: recordOutput(eventRecord(found, spec)) }, notes: found.notes };
}

function staggered(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  switch (spec.estimator) {
    case 'sun-abraham':
      return sunAbraham(table, spec);
    case 'callaway-santanna':
      return callawaySantanna(table, spec);
    case 'imputation':
      return imputation(table, spec);
    case 'two-stage':
      return twoStage(table, spec);
    case 'stacked':
      return stacked(table, spec);
    case 'roth-santanna':
      return rothSantanna(table, spec);
    case 'chaisemartin-dhaultfoeuille':
      return (spec.options.effects ?? 0) > 0 ? switchStudy(table, spec) : chaisemartin(table, spec);
    case 'twfe':
      throw new Error('ceteris bug: two-way effects have a record of their own');
    default:
      return unreachable(spec.estimator);
  }
}
