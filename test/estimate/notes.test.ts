/** Notes travel with results: what was left out, and what the numbers rest on. */
import { describe, expect, test } from 'vitest';
import type { AnyStageType, Note } from '../../stages/contract.ts';
import { eventStudy } from '../../stages/estimate/event-study.ts';
import { regress } from '../../stages/estimate/regress.ts';
import { stream } from '../../stages/kernels/random.ts';
import { readTable, record, runStage } from '../stage-lab.ts';
import { csvOf, simulate, tableOfRows } from './staggered-lab.ts';

const NEVER = Number.POSITIVE_INFINITY;
const panel = { panel: { unit: 'id', time: 't' } };

interface Said {
  readonly faults: readonly string[];
  readonly notes: readonly Note[];
  /** codes that stand in the record too, and so reach the tables' notes */
  readonly kept: readonly string[];
}

async function said(stage: AnyStageType, csv: string, params: object): Promise<Said> {
  const ran = await runStage(stage, { from: 'x', ...params }, { from: await readTable(csv, panel) });
  const { model } = ran.outputs;
  return {
    faults: ran.faults.map((f) => f.code),
    notes: ran.notes,
    kept: model === undefined ? [] : (record(model).notes ?? []).map((n: Note) => n.code),
  };
}

const argsOf = ({ notes }: Said, code: string): unknown => notes.find((n) => n.code === code)?.args;

/** 12 units in 4 groups over 6 periods; x, a copy of it, a gap and a unit seen once. */
const small = (): string => {
  const lines = ['id,t,group,x,twice,y'];
  for (let u = 0; u < 12; u++)
    for (let t = 0; t < 6; t++) {
      const random = stream(4, u, t);
      const x = random.normal();
      if (u === 11 && t > 0) continue;
      lines.push(`${u},${t},${u % 4},${u === 3 && t === 2 ? '' : x},${2 * x},${x + u + random.normal()}`);
    }
  return lines.join('\n');
};

describe('linear models', () => {
  test('effects that weights of very unlike size do not let be absorbed', async () => {
    // a ring of units and places in which each is tied to the next by weights such as those of a narrow kernel
    const size = 4000;
    const lines = ['id,t,place,group,w,x,y'];
    for (let u = 0; u < size; u++)
      for (const t of [0, 1, 3]) {
        const random = stream(9, u, t);
        const weight = 10 ** (-25 * random.uniform());
        lines.push(
          `${u},${t},${(u + t) % size},${Math.floor(5 * random.uniform())},${weight},${random.normal()},${random.normal()}`,
        );
      }
    const params = { y: 'y', x: 'x', absorb: ['id', 'place', 'group'], weights: 'w' };
    const got = await said(regress, lines.join('\n'), params);
    expect(argsOf(got, 'CN2408')).toEqual({ residual: expect.stringMatching(/^\d\.\de-\d$/) });
    expect(got.kept).toContain('CN2408');
  });

  test('lost rows, singletons, dropped terms with the reason, few clusters', async () => {
    const got = await said(regress, small(), { y: 'y', x: ['x', 'twice'], absorb: ['id', 't'], cluster: 'group' });
    expect(argsOf(got, 'CN2401')).toEqual({ rows: 1, total: 67, columns: ['x'] });
    expect(argsOf(got, 'CN2402')).toMatchObject({ rows: 1 });
    expect(argsOf(got, 'CN2403')).toMatchObject({ term: 'twice', reason: expect.stringContaining('x') });
    expect(argsOf(got, 'CN2405')).toEqual({ groups: 4, name: 'group' });
    expect(got.kept).toEqual(expect.arrayContaining(['CN2401', 'CN2402', 'CN2403', 'CN2405']));
  });

  test('a model that fits perfectly: its errors are 0 and it is not tested', async () => {
    const csv = small()
      .replace(/[^,\n]+$/gm, (y) => (y === 'y' ? 'y' : ''))
      .split('\n');
    const lines = csv.map((line, i) => {
      const [u, t, , x] = line.split(',');
      return i === 0 ? line : `${line}${x === '' ? '' : 3 * Number(x) + Number(u) + 2 * Number(t)}`;
    });
    const params = { from: 'x', y: 'y', x: 'x', absorb: ['id', 't'], cluster: 'id' };
    const ran = await runStage(regress, params, { from: await readTable(lines.join('\n'), panel) });
    const [term] = record(ran.outputs.model).terms;
    expect(term.estimate).toBeCloseTo(3, 12);
    expect(term).toMatchObject({ std_error: 0, statistic: null, p_value: null });
    expect(ran.notes).toContainEqual({ code: 'CN2700', args: { term: 'x' } });
  });

  test('a variance that is a difference of equal sums: clusters by unit and by period, of the dummy of a period', async () => {
    // its scores add up to zero in the one period that it has, and are one a unit: by unit and by cell they are the same sums
    const random = stream(11);
    for (let round = 0; round < 20; round++) {
      const lines = Array.from({ length: 60 }, (_, i) => {
        const t = i % 6;
        return [Math.floor(i / 6), t, t === 3 ? 1 : 0, 1e3 + random.normal() + t].join();
      });
      const params = { from: 'x', y: 'y', x: 'd', absorb: [], intercept: false, cluster: ['id', 't'] };
      const ran = await runStage(regress, params, { from: await readTable(['id,t,d,y', ...lines].join('\n'), panel) });
      const [term] = record(ran.outputs.model).terms;
      expect(term).toMatchObject({ std_error: 0, statistic: null, p_value: null });
      expect(ran.notes).toContainEqual({ code: 'CN2700', args: { term: 'd' } });
    }
  });

  test.each(['HC2', 'HC3'])('a row of leverage 1 has no residual to inflate: %s', async (vcov) => {
    // in R 4.2.2: lm(y ~ x + d) has hatvalues(.)[6] = 1: row 6 says nothing of x
    const csv = 'y,x,d\n1,0.3,0\n2.5,1.1,0\n2,2.4,0\n4.5,2.9,0\n4,4.2,0\n9,3,1\n';
    const ranOn = async (text: string, x: string[]) =>
      runStage(regress, { from: 'x', y: 'y', x, vcov }, { from: await readTable(text, {}) });
    const all = await ranOn(csv, ['x', 'd']);
    expect(all.notes).toContainEqual({ code: 'CN2701', args: { rows: 1, kind: vcov } });
    const others = await ranOn(csv.slice(0, csv.indexOf('9,3,1')), ['x']);
    const errorsOfX = [all, others].map((ran) => record(ran.outputs.model).terms[1].std_error as number);
    expect(errorsOfX[0]).toBeCloseTo(errorsOfX[1] as number, 12);
  });

  test('a reference that does not occur', async () => {
    const got = await said(regress, small(), { formula: 'y ~ i(group, ref = 9)' });
    expect(got.faults).toEqual(['CE2418']);
  });
});

describe('staggered estimators', () => {
  const rows = simulate({ units: 60, periods: 7, cohorts: [3, 5, NEVER], seed: 3, effect: () => 2 });

  test('few never-treated units', async () => {
    const never = [...new Set(rows.filter((r) => r.g === NEVER).map((r) => r.id))].slice(0, 6);
    const few = rows.filter((r) => r.g !== NEVER || never.includes(r.id));
    const got = await said(eventStudy, csvOf(few), { estimator: 'callaway-santanna', y: 'y', cohort: 'g' });
    expect(argsOf(got, 'CN2461')).toEqual({ units: 6 });
    expect(got.kept).toContain('CN2461');
  });

  test('cells whose covariates are collinear among the controls, or tell them from the treated', async () => {
    const tells = rows.map((r) => ({ ...r, z: r.g === 3 ? 5 + r.z * 0.01 : r.z }));
    const overlap = await said(eventStudy, csvOf(tells), {
      estimator: 'callaway-santanna',
      y: 'y',
      cohort: 'g',
      controls: ['z'],
    });
    expect(argsOf(overlap, 'CN2456')).toMatchObject({ count: 6 });
  });

  test('cohorts without a row in the reference period', async () => {
    const got = await said(eventStudy, csvOf(rows.filter((r) => r.g !== 5 || r.t !== 4)), {
      estimator: 'sun-abraham',
      y: 'y',
      cohort: 'g',
    });
    expect(argsOf(got, 'CN2452')).toMatchObject({ cohorts: ['5'] });
  });

  test('a two-way event study without treated rows in its reference period', async () => {
    const got = await said(eventStudy, csvOf(rows.filter((r) => r.g === NEVER || r.t !== r.g - 1)), {
      y: 'y',
      cohort: 'g',
    });
    expect(got.faults).toEqual(['CE2670']);
  });

  const withZ = (z: (r: (typeof rows)[number]) => number, from = rows) => csvOf(from.map((r) => ({ ...r, z: z(r) })));
  const callaway = (csv: string, params: object = {}) =>
    said(eventStudy, csv, { estimator: 'callaway-santanna', y: 'y', cohort: 'g', ...params });

  test('a cohort that anticipates from the first period on is always treated', async () => {
    const early = simulate({ units: 60, periods: 7, cohorts: [2, 5, NEVER], seed: 4, effect: () => 2 });
    const got = await callaway(csvOf(early), { anticipation: 1 });
    expect(argsOf(got, 'CN2451')).toMatchObject({ cohorts: ['2'] });
    expect(got.kept).toContain('CN2451');
  });

  test('a covariate that does not vary among the controls of some cells', async () => {
    // as it was a year before treatment: period 2 for cohort 3, where it is 0 for whoever is never treated
    const got = await callaway(
      withZ((r) => (r.g === NEVER && r.t === 2 ? 0 : r.z)),
      {
        controls: ['z'],
        method: 'reg',
      },
    );
    expect(argsOf(got, 'CN2457')).toMatchObject({ count: 6 });
    expect(got.faults).toEqual([]);
  });

  test('cells without treated rows, and cells without controls', async () => {
    const gaps = rows.filter((r) => !(r.g === 5 && r.t === 7) && !(r.g === NEVER && r.t === 6));
    const got = await callaway(csvOf(gaps), { sampling: 'unbalanced' });
    expect(argsOf(got, 'CN2458')).toEqual({ count: 1, cells: ['(5, 7)'] });
    expect(argsOf(got, 'CN2459')).toMatchObject({ cells: expect.arrayContaining(['(3, 6)', '(5, 6)']) });
  });

  test('controls that are not seen after any treatment', async () => {
    const got = await callaway(csvOf(rows.filter((r) => r.g !== NEVER || r.t < 3)), { sampling: 'unbalanced' });
    expect(got.faults).toEqual(['CE2465']);
  });

  test('effects too many for the untreated outcome are refused, not begun', async () => {
    const lines = Array.from({ length: 4_200 }, (_, u) =>
      [1, 2, 3].map((t) => `${u},${t},${u % 2 ? 3 : ''},${(u * 7 + t) % 4_100},${(u * 31 + t * t) % 17}`),
    );
    const csv = `id,t,g,firm,y\n${lines.flat().join('\n')}`;
    const got = await said(eventStudy, csv, {
      estimator: 'imputation',
      y: 'y',
      cohort: 'g',
      absorb: ['id', 't', 'firm'],
    });
    expect(got.faults).toEqual(['CE2472']);
  });

  test('several rows of a unit in a period are its members', async () => {
    const [first] = rows;
    const twice = await readTable(`${csvOf(rows)}\n${first!.id},4,${first!.g === NEVER ? '' : first!.g},3,1,0`, {});
    const params = { from: 'x', y: 'y', cohort: 'g', unit: 'id', time: 't' };
    const { notes } = await runStage(eventStudy, params, { from: twice });
    expect(notes).toContainEqual({ code: 'CN3250', args: { name: 'id', unit: '1', time: 4 } });
  });

  test('the refined variance of an average that is not positive', async () => {
    const tiny = simulate({ units: 9, periods: 7, cohorts: [5, 6, NEVER], seed: 11, effect: () => 2 });
    const ran = await runStage(
      eventStudy,
      { from: 'x', estimator: 'roth-santanna', y: 'y', cohort: 'g' },
      { from: await tableOfRows(tiny) },
    );
    const model = record(ran.outputs.model);
    const terms = ran.notes.find((n) => n.code === 'CN2671')?.args?.terms as readonly string[];
    expect(terms.length).toBeGreaterThan(0);
    for (const term of model.terms) expect(term.std_error).toBeGreaterThan(0);
  });
});
