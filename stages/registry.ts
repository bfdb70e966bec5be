/** The stage types there are: the list a reader starts from. */
import { differences } from './columns/differences.ts';
import { gatherBytes } from './columns/gather-bytes.ts';
import { present } from './columns/present.ts';
import { printedChanges } from './columns/printed-changes.ts';
import { recordChanges } from './columns/record-changes.ts';
import type { AnyStageType } from './contract.ts';
import type { Registry } from './contract-registry.ts';
import { bacon } from './estimate/bacon.ts';
import { eventStudy } from './estimate/event-study.ts';
import { heterogeneity } from './estimate/heterogeneity.ts';
import { honestDid } from './estimate/honest-did.ts';
import { leaveOut } from './estimate/leave-out.ts';
import { match } from './estimate/match.ts';
import { mediation } from './estimate/mediation.ts';
import { panelJobs } from './estimate/panel-jobs.ts';
import { placebo } from './estimate/placebo.ts';
import { pretrendPower } from './estimate/pretrend-power.ts';
import { regress } from './estimate/regress.ts';
import { specCurve } from './estimate/spec-curve.ts';
import { twfeWeights } from './estimate/twfe-weights.ts';
import { exec } from './external/exec.ts';
import { sql } from './external/sql.ts';
import { compare } from './output/compare.ts';
import { figure } from './output/figure.ts';
import { report } from './output/report.ts';
import { save } from './output/save.ts';
import { tableStage } from './output/table.ts';
import { aggregate } from './prepare/aggregate.ts';
import { append } from './prepare/append.ts';
import { criticWeights } from './prepare/critic-weights.ts';
import { derive } from './prepare/derive.ts';
import { describe } from './prepare/describe.ts';
import { entropyWeights } from './prepare/entropy-weights.ts';
import { equalWeights } from './prepare/equal-weights.ts';
import { expect } from './prepare/expect.ts';
import { filter } from './prepare/filter.ts';
import { gather } from './prepare/gather.ts';
import { ingest } from './prepare/ingest.ts';
import { interpolate } from './prepare/interpolate.ts';
import { merge } from './prepare/merge.ts';
import { normalize } from './prepare/normalize.ts';
import { panel } from './prepare/panel.ts';
import { pca } from './prepare/pca.ts';
import { reshape } from './prepare/reshape.ts';
import { select } from './prepare/select.ts';
import { simulate } from './prepare/simulate.ts';
import { treatment } from './prepare/treatment.ts';
import { winsorize } from './prepare/winsorize.ts';

const types: readonly AnyStageType[] = [
  // data
  ingest,
  merge,
  append,
  derive,
  filter,
  select,
  winsorize,
  interpolate,
  aggregate,
  gather,
  reshape,
  panel,
  expect,
  // index and treatment
  normalize,
  entropyWeights,
  criticWeights,
  equalWeights,
  pca,
  treatment,
  simulate,
  describe,
  // estimates
  regress,
  eventStudy,
  twfeWeights,
  mediation,
  heterogeneity,
  placebo,
  bacon,
  // other programs
  exec,
  match,
  sql,
  specCurve,
  leaveOut,
  honestDid,
  pretrendPower,
  // output
  compare,
  tableStage,
  figure,
  report,
  save,
];

export const registry: Registry = {
  types: new Map(types.map((type) => [type.type, type])),
  jobs: panelJobs,
  gather: gatherBytes,
  differences,
  recordChanges,
  printedChanges,
  present,
};
