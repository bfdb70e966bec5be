/**
 * Effects of the periods after the first switch of treatment, which may go up and down, take many values, and reverse; placebos; the total effect per
 * unit of treatment. Source: de Chaisemartin & D'Haultfœuille (2024), Rev. Econ. Stat.; names and conventions of did_multiplegt_dyn.
 */
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { clusterSums } from '../../kernels/influence.ts';
import { type SwitchDesign, type SwitchEffect, type SwitchModel, switchModel } from '../../kernels/switch-effects.ts';
import { type SwitchPaths, switchPaths } from '../../kernels/switch-paths.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { termName } from '../term.ts';
import { closingFields, clusterNotes } from './clusters-by-unit.ts';
import { idleCovariates } from './degenerate.ts';
import { combine, type Estimates, type JointTest, jointTest, pickEstimates } from './estimates.ts';
import { type Estimated, named, periodName } from './event-record.ts';
import { placebosOf } from './placebos.ts';
import { estimatesOf, type Influenced } from './predicted-effects.ts';
import { type SwitchPanel, switchPanel } from './switch-panel.ts';

export function switchStudy(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const read = switchPanel(table, spec);
  if (!('panel' in read)) return read;
  const paths = switchPaths(read.panel);
  const { effects = 1, trends_lin: linear = false } = spec.options;
  const { measure, notes } = measureOf(read, paths, spec);
  const list = (count: number, placebo: boolean): Measured[] =>
    Array.from({ length: count }, (_, i) => i + 1).flatMap((length) => {
      const found = measure(length, placebo);
      return found === undefined ? [] : [{ length, period: placebo ? -1 - length : length - 1, ...found }];
    });
  const found = list(effects, false);
  if (found.length === 0) {
    const some = paths.first.some((f) => f < read.panel.periods);
    return [error(some ? 'CE2478' : 'CE2477', { name: spec.adoption.column }, ['treatment'])];
  }
  const placebos = list(placebosOf(spec), true).reverse();
  const total = linear ? [] : [totalEffect(found)];
  return recordOf({ read, paths, spec, found, placebos, total, notes });
}

interface Measured extends SwitchEffect {
  /** periods between the changes that are compared */
  readonly length: number;
  readonly period: number;
}

interface Measure {
  /** of covariates that say nothing, for all units or for some */
  readonly notes: readonly Note[];
  readonly measure: (length: number, placebo: boolean) => SwitchEffect | undefined;
}

/** With linear trends the outcome is differenced and effects are sums over the periods, of the units that are seen in all (web appendix §1.3). */
function measureOf({ panel, covariates }: SwitchPanel, paths: SwitchPaths, { options }: EventStudySpec): Measure {
  const namesOf = (columns: readonly number[]): string[] => columns.map((j) => covariates[j] ?? '');
  const notesOf = ({ idle, lacking }: SwitchModel): Note[] => [
    ...idleCovariates(namesOf(idle)),
    ...lacking.map(
      ({ baseline, columns }): Note => ({ code: 'CN2962', args: { terms: namesOf(columns), value: baseline } }),
    ),
  ];
  const { effects = 1, switchers = 'both', same_switchers: same = false, trends_lin: linear = false } = options;
  if (!linear) {
    const model = switchModel(panel, paths);
    const design: SwitchDesign = { effects, switchers, same };
    return { notes: notesOf(model), measure: (length, placebo) => model.effect({ length, placebo }, design) };
  }
  const differenced = (values: Float64Array): Float64Array =>
    values.map((v, i) => (i % panel.periods === 0 ? Number.NaN : v - (values[i - 1] as number)));
  const model = switchModel({ ...panel, x: panel.x.map(differenced) }, { ...paths, y: differenced(paths.y) });
  return { notes: notesOf(model), measure: (length, placebo) => summed(model, { length, placebo, switchers }) };
}

function summed(
  model: SwitchModel,
  { length, placebo, switchers }: { length: number; placebo: boolean; switchers: SwitchDesign['switchers'] },
): SwitchEffect | undefined {
  const design: SwitchDesign = { effects: length, switchers, same: true, ...(placebo ? { back: length } : {}) };
  const parts = Array.from({ length }, (_, i) => model.effect({ length: i + 1, placebo }, design));
  const [last] = parts.slice(-1);
  if (last === undefined || parts.some((p) => p === undefined)) return undefined;
  const all = parts as SwitchEffect[];
  return {
    ...last,
    estimate: all.reduce((sum, p) => sum + p.estimate, 0),
    influence: last.influence.map((_, u) => all.reduce((sum, p) => sum + (p.influence[u] as number), 0)),
  };
}

/** Σ_ℓ N_ℓ DID_ℓ over Σ_ℓ N_ℓ times the mean departure from the treatment of the start: the effect of a unit of treatment, all its periods together. */
function totalEffect(found: readonly Measured[]): Pick<SwitchEffect, 'estimate' | 'influence'> {
  const treatment = found.reduce((sum, e) => sum + e.mass * e.dose, 0);
  const [first] = found as [Measured];
  return {
    estimate: found.reduce((sum, e) => sum + e.mass * e.estimate, 0) / treatment,
    influence: first.influence.map(
      (_, u) => found.reduce((s, e) => s + e.mass * (e.influence[u] as number), 0) / treatment,
    ),
  };
}

interface Parts {
  readonly read: SwitchPanel;
  readonly paths: SwitchPaths;
  readonly spec: EventStudySpec;
  readonly found: readonly Measured[];
  readonly placebos: readonly Measured[];
  readonly total: readonly Pick<SwitchEffect, 'estimate' | 'influence'>[];
  readonly notes: readonly Note[];
}

function recordOf({ read, paths, spec, found, placebos, total, notes }: Parts): Estimated {
  const { clusters, panel } = read;
  const { normalized = false } = spec.options;
  const influenced = (
    name: string,
    { estimate, influence }: Pick<SwitchEffect, 'estimate' | 'influence'>,
    by = 1,
  ): Influenced => ({
    name,
    estimate: estimate / by,
    influence: clusterSums(influence, clusters).map((v) => v / by),
  });
  const listed = [...placebos, ...found];
  const all = estimatesOf([
    ...listed.map((e) => influenced(periodName(e.period), e, normalized ? e.doses : 1)),
    ...total.map((e) => influenced('att', e)),
  ]);
  return {
    all,
    averages: named({ dynamic: listed.map((e) => e.period) }),
    others: [],
    cells: [],
    reference: [-1],
    base: {
      outcome: termName(spec.linear.y),
      mean_outcome: read.meanOutcome,
      nobs: read.rows.length,
      rows: read.rowsRead,
      units: panel.units,
      switchers: found[0]?.switchers ?? 0,
      by_horizon: listed.map((e) => ({
        period: e.period,
        switchers: e.switchers,
        rows: e.rows,
        treatment: e.doses,
      })),
      equal_effects: equalEffects(all, found),
      ...closingFields(spec, read, panel.units),
    },
    notes: [
      ...read.notes,
      ...notes,
      ...clusterNotes(read, panel.units),
      ...pathNotes(paths),
      ...rareNotes(listed),
      ...missingNotes(spec, { found, placebos }),
    ],
  };
}

/** That the effects of all periods after the switch are the same. */
function equalEffects(all: Estimates, found: readonly Measured[]): JointTest | undefined {
  const at = found.map((e) => all.names.indexOf(periodName(e.period)));
  const own = pickEstimates(all, at);
  return jointTest(
    combine(
      own,
      at.slice(1).map((_, i) => ({ name: `${i + 1}`, parts: [[0, -1] as const, [i + 1, 1] as const] })),
    ),
  );
}

const FEW_SWITCHERS = 5;

/** Periods whose effect is that of a handful of units. */
function rareNotes(listed: readonly Measured[]): Note[] {
  const rare = listed.filter((e) => e.switchers < FEW_SWITCHERS).map((e) => String(e.period));
  return rare.length === 0 ? [] : [{ code: 'CN2961', args: { periods: rare, least: FEW_SWITCHERS } }];
}

function pathNotes({ bothWays, undated, unseen }: SwitchPaths): Note[] {
  const notes: Note[] = [];
  if (bothWays > 0) notes.push({ code: 'CN2953', args: { rows: bothWays } });
  if (undated > 0) notes.push({ code: 'CN2954', args: { units: undated } });
  if (unseen > 0) throw new Error('ceteris bug: a unit without treatment in the panel');
  return notes;
}

/** Horizons that were asked for and have no switcher with a control. */
function missingNotes(spec: EventStudySpec, { found, placebos }: Pick<Parts, 'found' | 'placebos'>): Note[] {
  const has = new Set([...found, ...placebos].map((e) => e.period));
  const wanted = [
    ...Array.from({ length: placebosOf(spec) }, (_, i) => -2 - i).reverse(),
    ...Array.from({ length: spec.options.effects ?? 1 }, (_, i) => i),
  ];
  const missing = wanted.filter((p) => !has.has(p));
  return missing.length === 0 ? [] : [{ code: 'CN2955', args: { periods: missing.map(String) } }];
}
