/**
 * DID_M: the effect in the period of a switch, of units that join or leave treatment against units that stay, and placebos on the
 * changes before. Source: de Chaisemartin & D'Haultfœuille (2020), American Economic Review 110(9).
 */
import type { Table } from '../../columns/table.ts';
import { error, type Fault, type Note } from '../../contract.ts';
import { factorOfNumbers } from '../../kernels/factor-codes.ts';
import { clusterSums } from '../../kernels/influence.ts';
import { type SwitcherCell, type SwitcherPanel, switcherAverage, switcherCells } from '../../kernels/switchers.ts';
import { atomValues } from '../atom-values.ts';
import { type NamedFactor, namedFactor, pick } from '../design.ts';
import type { EventStudySpec } from '../event-study-spec.ts';
import { outcomeMean } from '../outcome-mean.ts';
import { estimationSample } from '../sample.ts';
import { termName, type ValueAtom } from '../term.ts';
import { closingFields, clusterNotes, clustersByUnit, type UnitClusters } from './clusters-by-unit.ts';
import { constantOutcome } from './degenerate.ts';
import { type Estimated, named, periodName, timeName } from './event-record.ts';
import { placebosOf } from './placebos.ts';
import { estimatesOf, type Influenced } from './predicted-effects.ts';

export function chaisemartin(table: Table, spec: EventStudySpec): Estimated | readonly Fault[] {
  const { unit: unitName = '', time: timeColumn = '', column } = spec.adoption;
  const known = Uint8Array.from(table.numbers(timeColumn), (t, i) =>
    Number.isFinite(t) && !Number.isNaN(table.numbers(column)[i]) ? 1 : 0,
  );
  const sample = estimationSample(table, spec.linear, known);
  if (!('rows' in sample)) return sample;
  const { rows } = sample;
  const treatment = pick(table.numbers(column), rows);
  const odd = treatment.findIndex((d) => d !== 0 && d !== 1);
  if (odd !== -1)
    return [
      error('CE2456', { name: column, value: treatment[odd] as number, row: (rows[odd] as number) + 1 }, ['treatment']),
    ];
  const constant = constantOutcome(pick(atomValues(spec.linear.y[0] as ValueAtom, table), rows), spec);
  if (constant !== undefined) return [constant];
  const period = factorOfNumbers(pick(table.numbers(timeColumn), rows));
  const unit = namedFactor(table.column(unitName), rows);
  const grid = panelOf(table, spec, { rows, unit, period, treatment });
  if ('code' in grid) return [grid];
  const clustered = clustersByUnit(table, spec, { rows, unit });
  if ('code' in clustered) return [clustered];
  const meanOutcome = outcomeMean(table, spec.linear, rows);
  return assemble(grid, spec, {
    times: period.values,
    ...clustered,
    rows,
    rowsRead: table.rows,
    meanOutcome,
    notes: sample.notes,
  });
}

interface Cells {
  readonly rows: Int32Array;
  readonly unit: NamedFactor;
  readonly period: { readonly codes: ArrayLike<number>; readonly levels: number; readonly values: Float64Array };
  readonly treatment: Float64Array;
}

function panelOf(table: Table, spec: EventStudySpec, of: Cells): SwitcherPanel | Fault {
  const { rows, unit, period, treatment } = of;
  const size = unit.levels * period.levels;
  const outcome = pick(atomValues(spec.linear.y[0] as ValueAtom, table), rows);
  const own = spec.linear.weights === undefined ? undefined : table.numbers(spec.linear.weights);
  const y = new Float64Array(size).fill(Number.NaN);
  const d = new Float64Array(size).fill(Number.NaN);
  const weights = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) {
    const at = (unit.codes[i] as number) * period.levels + (period.codes[i] as number);
    if (!Number.isNaN(d[at] as number))
      return error('CE2459', {
        name: spec.adoption.unit ?? '',
        unit: unit.names[unit.codes[i] as number] as string,
        time: period.values[period.codes[i] as number] as number,
      });
    y[at] = outcome[i] as number;
    d[at] = treatment[i] as number;
    weights[at] = own?.[rows[i] as number] ?? 1;
  }
  return { units: unit.levels, periods: period.levels, y, d, weights };
}

interface Context extends UnitClusters {
  readonly times: Float64Array;
  readonly rows: Int32Array;
  readonly rowsRead: number;
  readonly meanOutcome: number;
  readonly notes: readonly Note[];
}

function assemble(panel: SwitcherPanel, spec: EventStudySpec, context: Context): Estimated | readonly Fault[] {
  const { times, clusters } = context;
  const effect = switcherCells(panel, 0);
  if (effect.cells.length === 0)
    return [error(effect.alone.length > 0 ? 'CE2478' : 'CE2477', { name: spec.adoption.column }, ['treatment'])];
  const notes: Note[] = [...context.notes, ...clusterNotes(context, panel.units)];
  const alone = effect.alone.reduce((n, c) => n + c.switchers, 0);
  if (alone > 0) notes.push({ code: 'CN2468', args: { units: alone } });
  const averaged = (name: string, cells: readonly SwitcherCell[]): Influenced[] => {
    const average = switcherAverage(cells);
    if (average === undefined) return [];
    return [{ name, estimate: average.estimate, influence: clusterSums(average.influence, clusters) }];
  };
  const lags = Array.from({ length: placebosOf(spec) }, (_, k) => k + 1);
  const leads = lags.flatMap((lag) =>
    averaged(periodName(-1 - lag), switcherCells(panel, lag).cells).map((e) => ({ e, period: -1 - lag })),
  );
  leads.reverse();
  const inPeriod = [...new Set(effect.cells.map((c) => c.period))].map((p) => ({
    time: times[p] as number,
    cells: effect.cells.filter((c) => c.period === p),
  }));
  return {
    all: estimatesOf([
      ...leads.map((l) => l.e),
      ...averaged(periodName(0), effect.cells),
      ...inPeriod.flatMap((p) => averaged(timeName(p.time), p.cells)),
      ...averaged('att', effect.cells),
    ]),
    averages: named({ dynamic: [...leads.map((l) => l.period), 0], calendar: inPeriod.map((p) => p.time) }),
    others: [],
    cells: [],
    reference: [-1],
    base: {
      outcome: termName(spec.linear.y),
      mean_outcome: context.meanOutcome,
      nobs: context.rows.length,
      rows: context.rowsRead,
      units: panel.units,
      switchers: effect.cells.reduce((n, c) => n + c.switchers, 0),
      by_period: byPeriod(effect, context),
      ...closingFields(spec, context, panel.units),
    },
    notes,
  };
}

/** The switchers of each period and direction, also those that nobody can be compared with. */
const byPeriod = ({ cells, alone }: ReturnType<typeof switcherCells>, { times, clusters }: Context) =>
  [
    ...cells.map((c) => ({
      time: times[c.period] as number,
      direction: c.direction,
      switchers: c.switchers,
      stable: c.stable,
      estimate: c.estimate,
      std_error: Math.sqrt(clusterSums(c.influence, clusters).reduce((s, v) => s + v * v, 0)),
    })),
    ...alone.map((c) => ({
      time: times[c.period] as number,
      direction: c.direction,
      switchers: c.switchers,
      stable: 0,
    })),
  ].sort((a, b) => a.time - b.time);
