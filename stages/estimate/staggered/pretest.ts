/**
 * The joint test that all group-time effects before treatment are 0, and which cohorts it can count.
 * Source: Callaway & Sant'Anna (2021), J. Econometrics 225(2), §4; R's `did`, which tests all cells whose variance is not 0 and gives no test when their
 * covariance is singular.
 */
import type { Note } from '../../contract.ts';
import type { GroupTimeCell } from '../../kernels/group-time.ts';
import { influenceCovariance } from '../../kernels/influence.ts';
import type { CohortSample } from './cohort-sample.ts';
import { type JointTest, jointTest } from './estimates.ts';

export interface Pretest {
  /** cohorts with enough units alone; undefined when no covariance is regular */
  readonly test: JointTest | undefined;
  /** all cells, where that is another test */
  readonly all?: JointTest | undefined;
  readonly notes: readonly Note[];
}

/**
 * The changes of n units span n − 1 dimensions: a cohort with no more units (or clusters) than leads has directions in which only its controls vary, its
 * variance there is too small by orders of magnitude, and a true null is rejected for certain. Such cohorts are left out.
 */
export function pretest(cells: readonly GroupTimeCell[], sample: CohortSample): Pretest {
  const usable = cells.filter((c) => c.influence.some((v) => v !== 0));
  const leads = new Map<number, number>();
  for (const c of usable) leads.set(c.cohort, (leads.get(c.cohort) ?? 0) + 1);
  const few = [...leads].filter(([g, count]) => independent(g, sample) <= count).map(([g]) => g);
  const all = testOf(usable, sample);
  const test =
    few.length === 0
      ? all
      : testOf(
          usable.filter((c) => !few.includes(c.cohort)),
          sample,
        );
  const notes: Note[] = [];
  if (few.length > 0) notes.push({ code: 'CN2951', args: { cohorts: few.map(String) } });
  if (test === undefined && cells.length > 0) notes.push({ code: 'CN2952', args: { cells: cells.length } });
  return { test, ...(few.length > 0 ? { all } : {}), notes };
}

/** Units of the cohort, or the clusters that they are in. */
function independent(cohort: number, { cohort: of, clusters }: CohortSample): number {
  const seen = new Set<number>();
  of.forEach((g, u) => {
    if (g === cohort) seen.add(clusters === undefined ? u : (clusters.codes[u] as number));
  });
  return seen.size;
}

function testOf(cells: readonly GroupTimeCell[], { clusters }: CohortSample): JointTest | undefined {
  const vcov = influenceCovariance(
    cells.map((c) => c.influence),
    clusters,
  );
  const estimate = Float64Array.from(cells, (c) => c.att);
  return jointTest({ names: cells.map((c) => `${c.cohort} ${c.time}`), estimate, vcov, df: Number.POSITIVE_INFINITY });
}

/** R's `did` warns of groups with fewer units than covariates and five more. */
const FEW_UNITS = 5;

/** Cohorts too small for errors that rest on many units. */
export function smallCohorts({ cohort, cohorts, data }: CohortSample): Note[] {
  const least = FEW_UNITS + data.x.length;
  const small = Array.from(cohorts).filter((g) => cohort.reduce((n, own) => n + (own === g ? 1 : 0), 0) < least);
  return small.length === 0 ? [] : [{ code: 'CN2950', args: { cohorts: small.map(String), least } }];
}
