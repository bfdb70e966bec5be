import { describe, expect, test } from 'vitest';
import { numbers } from '../../stages/columns/column.ts';
import { tableOutput } from '../../stages/columns/table.ts';
import type { InputShape } from '../../stages/contract.ts';
import { ESTIMATORS } from '../../stages/estimate/event-study-params.ts';
import { seriesName } from '../../stages/output/figure-drawn.ts';
import type { FigureSpec } from '../../stages/output/figure-spec.ts';
import { widthOf } from '../../stages/output/lettering.ts';
import { count, eventStudy, figureOf, record, svgOf, texts } from './figure-lab.ts';
import { term } from './records.ts';

/** Heights at which the filled dots of a picture stand, from left to right. */
const dots = (picture: string): [number, number][] =>
  [...picture.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="3.2" fill="#0072b2"/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ]);

describe('event study', () => {
  test('an estimate for each period, the reference hollow, higher estimates higher on the paper', async () => {
    const picture = await svgOf({ kind: 'event-study' }, [record('model', eventStudy, { outcome: 'npp' })]);
    const at = dots(picture);
    expect(at).toHaveLength(5);
    expect(at.map(([x]) => x)).toEqual([...at.map(([x]) => x)].sort((a, b) => a - b));
    expect(at[4]?.[1]).toBeLessThan(at[3]?.[1] ?? 0);
    expect(at[3]?.[1]).toBeLessThan(at[2]?.[1] ?? 0);
    expect(count(picture, /r="3.2" fill="#ffffff"/g)).toBe(1);
    expect(texts(picture)).toEqual(
      expect.arrayContaining([
        '−3',
        '−1',
        '2',
        'Periods relative to treatment',
        'New-quality productivity: effect, 95% CI',
      ]),
    );
    expect(texts(picture)).toContain('Joint test of the leads: F(2, 30) = 1.20, p = 0.315');
  });

  test('several estimators stand side by side, each with its symbol and its name', async () => {
    const inputs = ['twfe', 'sun-abraham', 'imputation'].map((estimator) =>
      record('model', { ...eventStudy, estimator }),
    );
    const picture = await svgOf({ kind: 'event-study' }, inputs);
    expect(texts(picture)).toEqual(expect.arrayContaining(['Two-way fixed effects', 'Sun–Abraham']));
    expect(count(picture, /<g class="series">/g)).toBe(3);
    // the same period of two models is not at the same place
    const xs = [...picture.matchAll(/<circle cx="([\d.]+)"/g)].map((m) => m[1]);
    expect(new Set(xs).size).toBe(xs.length);
  });

  test('as many series as there are estimators: no two look alike, and their names stay inside the picture', async () => {
    const inputs = ESTIMATORS.map((estimator) => record('model', { ...eventStudy, reference: [], estimator }));
    const picture = await svgOf({ kind: 'event-study' }, inputs);
    const legend = picture.slice(picture.indexOf('class="legend"'), picture.indexOf('class="data"'));
    const shapes = [
      ...legend.matchAll(/<(circle|polygon)( cx="[\d.]+" cy="[\d.]+"| points="([^"]*)")[^>]*fill="(#\w+)"/g),
    ].map(([, kind, , points = '', fill]) => {
      const corners = points.split(' ').map((p) => p.split(',').map(Number));
      const [x = 0, y = 0] = corners[0] ?? [];
      return `${kind} ${fill} ${corners.map(([a = 0, b = 0]) => `${Math.round(10 * (a - x))},${Math.round(10 * (b - y))}`).join(' ')}`;
    });
    expect(shapes).toHaveLength(ESTIMATORS.length);
    expect(new Set(shapes.map((s) => s.replace(/#\w+/, ''))).size).toBe(ESTIMATORS.length);
    for (const [, x = '', text = ''] of legend.matchAll(/<text x="([\d.]+)"[^>]*>([^<]*)</g))
      expect(Number(x) + widthOf(text.replaceAll('&#39;', "'"), 11), text).toBeLessThanOrEqual(640 - 12);
  });

  test('the line under the picture says how the errors were made, series by series where they differ', async () => {
    const clustered = {
      ...eventStudy,
      estimator: 'twfe',
      vcov_type: 'cluster',
      clusters: [{ name: 'city', levels: 9 }],
    };
    const input = (more: object) => record('model', { ...clustered, ...more } as never);
    expect(texts(await svgOf({ kind: 'event-study' }, [input({})]))).toContain(
      'Notes: standard errors clustered by City.',
    );
    expect(texts(await svgOf({ kind: 'event-study', lang: 'zh', notes: '另一行' }, [input({})]))).toEqual(
      expect.arrayContaining(['注：标准误聚类到城市层面。', '另一行']),
    );
    const banded = { terms: eventStudy.terms.map((t) => ({ ...t, band_low: -1, band_high: 1 })) };
    expect(texts(await svgOf({ kind: 'event-study' }, [input(banded)])).join(' ')).toContain('Thin lines: band');
    const two = await svgOf({ kind: 'event-study' }, [input({}), input({ estimator: 'imputation', vcov_type: 'iid' })]);
    expect(texts(two).join(' ')).toContain('Two-way fixed effects: standard errors clustered by City');
  });

  test('every estimator of event-study has a name in print', () => {
    const spec = { names: [], parts: [], lang: 'en' } as unknown as FigureSpec;
    for (const estimator of ESTIMATORS) expect(seriesName(spec, 0, { estimator }), estimator).not.toBe('Model 1');
  });

  test('bins at the ends say so', async () => {
    const notes = [{ code: 'CN2431', args: { rows: 4, after: 2, low: -3, high: 2 } }];
    const picture = await svgOf({ kind: 'event-study' }, [record('model', { ...eventStudy, notes })]);
    expect(texts(picture)).toEqual(expect.arrayContaining(['≤−3', '≥2']));
    expect(texts(picture).join()).not.toContain('beyond the window');
    const two = [
      { ...eventStudy, notes, estimator: 'twfe' },
      { ...eventStudy, estimator: 'imputation' },
    ];
    const both = await svgOf(
      { kind: 'event-study' },
      two.map((m) => record('model', m as never)),
    );
    expect(texts(both)).toContain('Two-way fixed effects: periods beyond the window are counted at its ends.');
  });

  test('a model without periods is a fault', async () => {
    const made = await figureOf({ kind: 'event-study' }, [record('model', { terms: [term('policy', 1, 1, 1)] })]);
    expect(made.faults).toEqual(['CE2813']);
  });
});

describe('other kinds', () => {
  test('coefficients: a line for each term that was kept, none for the constant', async () => {
    const models = [
      record('model', { level: 0.95, terms: [term('(Intercept)', 1, 1, 1), term('policy', 0.1, 0.02, 0)] }),
      record('model', { level: 0.95, terms: [term('policy', 0.2, 0.02, 0), term('open', -0.1, 0.02, 0)] }),
    ];
    const picture = await svgOf({ kind: 'coefficients', lang: 'zh' }, models);
    expect(texts(picture)).toEqual(expect.arrayContaining(['试点政策', '开放度', '模型1', '模型2']));
    expect(texts(picture)).not.toContain('常数项');
    expect((await figureOf({ kind: 'coefficients', keep: 'polcy' }, models)).faults).toEqual(['CE2802']);
  });

  test('placebo: density, draws, and the true estimate where it belongs', async () => {
    const rows = Array.from({ length: 99 }, (_, i) => ({
      draw: i + 1,
      estimate: (i - 49) / 1000,
      p_value: Math.abs(i - 49) / 50,
    }));
    const picture = await svgOf({ kind: 'placebo' }, [
      record('distribution', { observed: 0.1, p_value: 0.01, used: 99, rows }),
    ]);
    expect(count(picture, /r="1.9"/g)).toBe(99);
    expect(texts(picture)).toEqual(
      expect.arrayContaining(['true estimate 0.100', '99 draws, p-value 0.010', 'p = 0.1']),
    );
    const line = /<polyline points="([\d.]+),[\d.]+ \1,[\d.]+" fill="none" stroke="#d55e00"/.exec(picture);
    const far = Math.max(...[...picture.matchAll(/<circle cx="([\d.]+)"/g)].map((m) => Number(m[1])));
    expect(Number(line?.[1])).toBeGreaterThan(far);
  });

  test('weights: as long as they are large; summed by dimension; stacked year by year', async () => {
    const rows = [
      { indicator: 'open', dimension: 'a', weight: 0.5 },
      { indicator: 'policy', dimension: 'a', weight: 0.25 },
      { indicator: 'npp', dimension: 'b', weight: 0.25 },
    ];
    const bars = (picture: string): number[] =>
      [...picture.matchAll(/<polygon points="([\d.]+),[\d.]+ ([\d.]+),[^"]*" fill="#(?:0072b2|d55e00)"\/>/g)]
        .map((m) => Number(m[2]) - Number(m[1]))
        .filter((w) => w > 13);
    const [a = 0, b = 0, c = 0] = bars(await svgOf({ kind: 'weights' }, [record('weights', { rows })]));
    expect(a / b).toBeCloseTo(2, 2);
    expect(c).toBeCloseTo(b, 1);
    const [d = 0, e = 0] = bars(await svgOf({ kind: 'weights', by: 'dimension' }, [record('weights', { rows })]));
    expect(d / e).toBeCloseTo(3, 2);
    const yearly = [2010, 2011].flatMap((group) => rows.map((r) => ({ ...r, group })));
    expect(texts(await svgOf({ kind: 'weights' }, [record('weights', { rows: yearly })]))).toEqual(
      expect.arrayContaining(['2010', '2011', 'a', 'b']),
    );
    const plain = rows.map(({ indicator, weight }) => ({ indicator, weight }));
    expect((await figureOf({ kind: 'weights', by: 'dimension' }, [record('weights', { rows: plain })])).faults).toEqual(
      ['CE2843'],
    );
  });

  test('weights of treated cells: over time by cohort, negative ones hollow', async () => {
    const rows = [2015, 2016].flatMap((cohort) =>
      [2015, 2016, 2017].flatMap((time) =>
        time < cohort ? [] : [{ cohort, time, cells: 3, weight: time === 2017 && cohort === 2015 ? -0.1 : 0.275 }],
      ),
    );
    const value = { negative: { count: 3, sum: -0.1 }, positive: { count: 12, sum: 1.1 }, rows };
    const picture = await svgOf({ kind: 'weights' }, [record('weights', value)]);
    expect(texts(picture)).toEqual(
      expect.arrayContaining(['Treated from 2015', '3 of 15 treated cells weigh negatively, together −0.100', '2017']),
    );
    expect(count(picture, /r="2.8" fill="#ffffff"/g)).toBe(1);
  });

  test('bacon: each comparison, and what its type weighs', async () => {
    const rows = [
      { type: 'treated_vs_untreated', weight: 0.6, estimate: 0.1 },
      { type: 'treated_vs_untreated', weight: 0.3, estimate: 0.05 },
      { type: 'later_vs_earlier', weight: 0.1, estimate: -0.02 },
    ];
    const picture = await svgOf({ kind: 'bacon' }, [record('decomposition', { twfe: 0.073, rows })]);
    expect(texts(picture)).toEqual(
      expect.arrayContaining([
        'Treated vs never treated (weight 90.0%)',
        'Later vs earlier treated (weight 10.0%)',
        'two-way estimate 0.0730',
      ]),
    );
    // the line's name stands over the plot, where no point can be
    const top = Number(/class="axis-y">\s*<polyline points="[\d.]+,([\d.]+)/.exec(picture)?.[1]);
    const name = Number(/<text x="[\d.]+" y="([\d.]+)"[^>]*>two-way estimate/.exec(picture)?.[1]);
    expect(name).toBeLessThan(top);
  });

  test('honest: an interval for each size of violation beside the original one', async () => {
    const bounds = (method: string) =>
      record('bounds', {
        method,
        level: 0.95,
        original: { estimate: 0.05, std_error: 0.01, low: 0.03, high: 0.07 },
        rows: [0.5, 1].map((m) => ({ m, low: 0.05 - 0.03 * m, high: 0.05 + 0.03 * m })),
      });
    const picture = await svgOf({ kind: 'honest' }, [bounds('relative-magnitudes')]);
    expect(texts(picture)).toEqual(expect.arrayContaining(['Original', '0.5', '1.0']));
    expect((await figureOf({ kind: 'honest' }, [bounds('relative-magnitudes'), bounds('smoothness')])).faults).toEqual([
      'CE2844',
    ]);
  });

  test('spec-curve: the estimates in order, and under each the choices that made it', async () => {
    const rows = [3, 1, 2].map((b, i) => ({
      absorb: i === 0 ? 'city' : 'city + year',
      estimate: b,
      conf_low: b - 1,
      conf_high: b + 1,
      p_value: b === 3 ? 0.001 : 0.2,
    }));
    const axes = [{ param: 'absorb', choices: ['city', 'city + year'] }];
    const picture = await svgOf({ kind: 'spec-curve' }, [record('curve', { axes, rows, level: 0.95 })]);
    expect(texts(picture)).toEqual(
      expect.arrayContaining(['Fixed effects', 'City', 'City + Year', '3 specifications, by estimate']),
    );
    const curve = [...picture.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="3" /g)].map((m) => [
      Number(m[1]),
      Number(m[2]),
    ]);
    expect(curve.map(([, y]) => y)).toEqual(curve.map(([, y]) => y).sort((a = 0, b = 0) => b - a));
    const choices = picture.slice(picture.indexOf('class="choices"'));
    const marks = [...choices.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
    expect(marks).toHaveLength(3);
    expect(marks.find((m) => m[2] === marks[0]?.[2])?.[1]).toBe(String(curve[2]?.[0]));
  });

  test('spec-curve: subsets have a line for each of their members, marked in every model that holds it', async () => {
    const sets = ['none', 'open', 'npp', 'open + npp'];
    const rows = sets.map((controls, b) => ({ controls, estimate: b, conf_low: b, conf_high: b, p_value: 0.2 }));
    const axes = [{ param: 'controls', choices: sets, members: ['open', 'npp'] }];
    const picture = await svgOf({ kind: 'spec-curve' }, [record('curve', { axes, rows, level: 0.95 })]);
    const marks = picture.slice(picture.indexOf('class="choices"')).matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g);
    const byLine = [...marks].map((m) => m[1]);
    expect(byLine.length).toBe(4);
    const absorbed = { param: 'absorb', choices: ['city + province^year'] };
    const combined = await svgOf({ kind: 'spec-curve' }, [record('curve', { axes: [absorbed], rows, level: 0.95 })]);
    expect(texts(combined)).toContain('City + Province × Year');
    expect(new Set(byLine).size).toBe(2);
  });

  test('spec-curve: choices of nothing have names of ours, in the language of the figure', async () => {
    const rows = [{ controls: 'none', where: 'all rows', estimate: 1, conf_low: 0, conf_high: 2, p_value: 0.3 }];
    const axes = [
      { param: 'controls', choices: ['none', 'open'] },
      { param: 'where', choices: ['all rows'] },
    ];
    const zh = texts(await svgOf({ kind: 'spec-curve', lang: 'zh' }, [record('curve', { level: 0.95, axes, rows })]));
    expect(zh).toEqual(expect.arrayContaining(['控制变量', '无', '样本', '全样本']));
    const en = texts(await svgOf({ kind: 'spec-curve' }, [record('curve', { level: 0.95, axes, rows })]));
    expect(en).toEqual(expect.arrayContaining(['none', 'all rows']));
  });

  test('balance: before and after, the worst covariate first', async () => {
    const rows = [
      { variable: 'open', bias_before: 0.1, bias_after: 0.01 },
      { variable: 'npp', bias_before: -0.6, bias_after: 0.05 },
    ];
    const picture = await svgOf({ kind: 'balance' }, [record('balance', { rows })]);
    const names = texts(picture).filter((t) => t.startsWith('Openness') || t.startsWith('New'));
    expect(names).toEqual(['New-quality productivity', 'Openness &amp; trade_share']);
  });

  test('trends: means of each cohort over time, missing values left out', async () => {
    const columns = {
      npp: [1, 3, 2, 4, Number.NaN, 6],
      year: [1, 1, 2, 2, 1, 2],
      cohort: [2, 2, 2, 2, Number.NaN, Number.NaN],
    };
    const shape: InputShape = {
      path: ['from'],
      inner: [],
      shape: {
        kind: 'table',
        open: false,
        panel: { unit: 'city', time: 'year' },
        columns: Object.keys(columns).map((name) => ({ name, type: 'number' })),
      },
    };
    const { parts } = tableOutput(
      Object.entries(columns).map(([name, values]) => [name, numbers(Float64Array.from(values))] as const),
      6,
    );
    const input = { shape, value: { kind: 'table' as const, parts } };
    const picture = await svgOf({ kind: 'trends', y: 'npp' }, [input]);
    expect(texts(picture)).toEqual(
      expect.arrayContaining(['Treated from 2', 'Never treated', 'New-quality productivity, mean']),
    );
    const lines = [
      ...picture.matchAll(/<polyline points="([^"]*)" fill="none" stroke="#0072b2" stroke-width="1.4"\/>/g),
    ];
    expect(lines.at(-1)?.[1]?.split(' ')).toHaveLength(2);
    expect((await figureOf({ kind: 'trends' }, [input])).faults).toEqual(['CE2841']);
    expect((await figureOf({ kind: 'trends', y: 'nppp' }, [input])).faults).toEqual(['CE2001']);
  });
});

describe('params', () => {
  test('a result of the wrong kind, too many of them, or a param of another kind', async () => {
    const model = record('model', eventStudy);
    expect((await figureOf({ kind: 'placebo' }, [model])).faults).toEqual(['CE2811']);
    expect(
      (await figureOf({ kind: 'placebo' }, [record('distribution', {}), record('distribution', {})])).faults,
    ).toEqual(['CE2812']);
    expect((await figureOf({ kind: 'event-study', y: 'npp', keep: 'x' }, [model])).faults).toEqual([
      'CE2840',
      'CE2840',
    ]);
    expect((await figureOf({ kind: 'placebo' }, [record('distribution', { rows: [] })])).faults).toEqual(['CE2814']);
  });

  test('both: the title in two languages, the rest in Chinese', async () => {
    const title = { en: 'Figure 1. Trends', zh: '图1 平行趋势' };
    const all = texts(
      await svgOf({ kind: 'event-study', lang: 'both', title }, [record('model', eventStudy, { outcome: 'npp' })]),
    );
    expect(all.slice(0, 2)).toEqual(['Figure 1. Trends', '图1 平行趋势']);
    expect(all).toContain('对新质生产力的效应（95%置信区间）');
  });
});
