import { describe, expect, test } from 'vitest';
import { treatment } from '../../stages/prepare/treatment.ts';
import { codes, data, reordered, stage } from './bench.ts';

const none = Number.NaN;
const panel = { unit: 'city', time: 'year' };
const from = data(
  {
    city: ['A', 'A', 'A', 'B', 'B', 'B', 'C', 'C', 'C'],
    year: [1, 2, 3, 1, 2, 3, 1, 2, 3].map((t) => 2014 + t),
    y: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  },
  { panel },
);
const roster = data({ zone: ['A', 'B'], since: [2016, 2017] });
const params = { from: 'raw', roster: 'zones', on: { city: 'zone' }, adopted: 'since' };
const dayOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe('treatment', () => {
  test('policy from the first treated year on; cohort and relative time; never treated are missing', async () => {
    const out = await stage(treatment, params, { from, roster });
    expect(out.values('policy')).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 0]);
    expect(out.values('cohort')).toEqual([2016, 2016, 2016, 2017, 2017, 2017, none, none, none]);
    expect(out.values('rel_time')).toEqual([-1, 0, 1, -2, -1, 0, none, none, none]);
    expect(out.notes).toEqual([{ code: 'CN2159', args: { units: 3, treated: 2, never: 1 } }]);
    expect(out.declared.reads).toEqual({ from: [['city', 'year']], roster: [['zone', 'since']] });
    expect(out.values('y')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('next-year moves every adoption by one', async () => {
    const out = await stage(treatment, { ...params, timing: 'next-year' }, { from, roster });
    expect(out.values('policy')).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(out.notes).toContainEqual({ code: 'CN2165', args: { count: 1, names: ['B'] } });
  });

  test('a year 0 long before the panel is not taken for an adoption', async () => {
    const zeros = data({ zone: ['A', 'B', 'C'], since: [2016, 0, 0] });
    const out = await stage(treatment, { ...params, timing: 'next-year' }, { from, roster: zeros });
    expect(out.faults.map((f) => [f.code, f.param, f.args])).toEqual([
      ['CE2198', ['adopted'], { name: 'since', count: 2, names: ['B', 'C'], first: 2015, last: 2017 }],
    ]);
  });

  test('the year of a date counts', async () => {
    for (const [day, year] of [
      ['2016-01-01', 2016],
      ['2015-12-31', 2015],
      ['2016-02-29', 2016],
      ['2015-03-07', 2015],
    ] as const) {
      const dated = data({ zone: ['A'], since: [dayOf(day)] }, { types: { since: 'date' } });
      expect((await stage(treatment, params, { from, roster: dated })).values('cohort')[0]).toBe(year);
    }
  });

  test('the earliest of several roster rows counts, whatever their order', async () => {
    for (const since of [
      [2017, 2016],
      [2016, 2017],
    ]) {
      const out = await stage(treatment, params, { from, roster: data({ zone: ['A', 'A'], since }) });
      expect(out.values('policy').slice(0, 3)).toEqual([0, 1, 1]);
      expect(out.notes).toContainEqual({ code: 'CN2163', args: { count: 1, names: ['A'] } });
    }
  });

  test('roster rows that match nothing are named, rows without a year counted', async () => {
    const odd = data({ zone: ['A', 'Yiwu', 'C'], since: [2015, 2018, null] });
    const out = await stage(treatment, params, { from, roster: odd });
    expect(out.notes).toContainEqual({ code: 'CN2160', args: { count: 1, names: ['Yiwu'] } });
    expect(out.notes).toContainEqual({ code: 'CN2161', args: { count: 1 } });
    expect(out.notes).toContainEqual({ code: 'CN2164', args: { count: 1, names: ['A'] } });
    expect(out.values('policy').slice(6)).toEqual([0, 0, 0]);
  });

  test('a missing key gives missing treatment, and a note', async () => {
    const holes = data({ city: ['A', null], year: [2016, 2016] }, { panel });
    const out = await stage(treatment, params, { from: holes, roster });
    expect(out.values('policy')).toEqual([1, none]);
    expect(out.notes).toContainEqual({ code: 'CN2162', args: { rows: 1 } });
  });

  test('keys of several columns', async () => {
    const two = data({ p: ['x', 'x', 'y'], c: [1, 2, 1], year: [2016, 2016, 2016] });
    const list = data({ p: ['x'], c: [1], since: [2016] });
    const out = await stage(treatment, { ...params, on: ['p', 'c'], time: 'year' }, { from: two, roster: list });
    expect(out.values('policy')).toEqual([1, 0, 0]);
  });

  test('the roster’s row order changes nothing; names of the new columns can be chosen', async () => {
    const named = { ...params, as: 'zone', cohort: 'first', 'rel-time': 'since_zone' };
    const a = await stage(treatment, named, { from, roster });
    const b = await stage(treatment, named, { from, roster: reordered(roster, [1, 0]) });
    expect(a.table().parts).toEqual(b.table().parts);
    expect(a.table().shape.columns.map((c) => c.name)).toEqual(['city', 'year', 'y', 'zone', 'first', 'since_zone']);
  });

  test('a text key against a number is said, not left unmatched', async () => {
    const numbered = data({ zone: [1, 2], since: [2016, 2017] });
    expect(codes(await stage(treatment, params, { from, roster: numbered }))).toEqual(['CE2164']);
    const later = data({ zone: [1], since: [2016] }, { types: { zone: 'unknown' } });
    expect(codes(await stage(treatment, params, { from, roster: later }))).toEqual(['CE2164']);
  });

  test('a unit whose key changes over time cannot have two cohorts', async () => {
    const moving = data({ city: ['A', 'A'], code: ['x', 'y'], year: [2015, 2016] }, { panel });
    const list = data({ code: ['x'], since: [2016] });
    const out = await stage(treatment, { ...params, on: 'code' }, { from: moving, roster: list });
    expect(out.faults.map((f) => [f.code, f.args])).toEqual([
      ['CE2166', { unit: 'A', first: '2016', second: 'never' }],
    ]);
  });

  for (const c of [
    { name: 'half years of adoption', roster: data({ zone: ['A'], since: [2016.5] }), params: {}, code: 'CE2165' },
    { name: 'adoption in text', roster: data({ zone: ['A'], since: ['2016?'] }), params: {}, code: 'CE2002' },
    { name: 'an unknown roster column', roster, params: { adopted: 'sinec' }, code: 'CE2001' },
    { name: 'an unknown key', roster, params: { on: 'city' }, code: 'CE2001' },
    { name: 'a name that exists', roster, params: { as: 'y' }, code: 'CE2157' },
    { name: 'two new columns of one name', roster, params: { as: 'cohort' }, code: 'CE2180' },
  ])
    test(`refuses ${c.name}`, async () => {
      expect(codes(await stage(treatment, { ...params, ...c.params }, { from, roster: c.roster }))).toEqual([c.code]);
    });

  test('refuses a panel without time, with dates, or with fractions as time', async () => {
    const plain = data({ city: ['A'], year: [2016] });
    expect(codes(await stage(treatment, params, { from: plain, roster }))).toEqual(['CE2150']);
    const dated = data({ city: ['A'], year: [16_000] }, { panel, types: { year: 'date' } });
    expect(codes(await stage(treatment, params, { from: dated, roster }))).toEqual(['CE2167']);
    const halves = data({ city: ['A'], year: [2016.5] }, { panel });
    expect(codes(await stage(treatment, params, { from: halves, roster }))).toEqual(['CE2168']);
  });
});
