/** Tables of studies as their readers see them: run from outside, read from the file. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Folder } from '../command-line.ts';

const castle = readFileSync(join(resolve(import.meta.dirname, '..', '..'), 'pipelines/castle/data/castle.csv'), 'utf8');

interface Study {
  readonly labels?: string;
  readonly stages: string;
  readonly files?: Readonly<Record<string, string>>;
}

const REGRESS = 'from: raw, y: l_homicide, x: post, absorb: [state, year], cluster: state';

/** A study on the castle data, run. */
function study({ labels = '', stages, files = {} }: Study) {
  const folder = new Folder({
    'castle.csv': castle,
    ...files,
    'pipeline.yaml': `ceteris: 1\nname: s\n${labels}stages:\n  raw: { stage: ingest, file: castle.csv, panel: { unit: state, time: year } }\n${stages}`,
  });
  const { code, last } = folder.run();
  expect([...(last.diagnostics ?? []), ...last.stages.flatMap((s) => s.diagnostics ?? [])]).toEqual([]);
  expect(code).toBe(0);
  const lines = (table: string): readonly string[] => folder.read(`out/${table}.md`).split('\n');
  return {
    folder,
    /** cells of the rows that begin with a text */
    row: (table: string, start: string) =>
      lines(table)
        .filter((line) => line.startsWith(`| ${start} |`))
        .map((line) =>
          line
            .split('|')
            .slice(2, -1)
            .map((c) => c.trim()),
        ),
    /** what the rows of coefficients are called */
    terms: (table: string) => lines(table).flatMap((line) => /^\| (\S.*?) \| [^|]*\d/.exec(line)?.[1] ?? []),
    notes: (table: string) =>
      lines(table)
        .filter((line) => line !== '' && !line.startsWith('|'))
        .join('\n'),
    head: (table: string) =>
      lines(table)
        .filter((line) => line.startsWith('|'))
        .slice(0, 6)
        .join('\n'),
    json: (name: string) => JSON.parse(folder.run('show', name, '--json').stdout),
    told: last.stages.flatMap(
      (s) => (s as { notes?: { code: string }[] }).notes?.map((n) => `${s.stage} ${n.code}`) ?? [],
    ),
  };
}

test('controls: collapse hides what each stage calls its controls, and says which columns have any', () => {
  const { row, terms, told } = study({
    stages: `  one: { stage: regress, ${REGRESS}, controls: [l_police, poverty] }
  two: { stage: regress, ${REGRESS}, matrix: { "(1)": {}, "(2)": { controls: ["i(midwest)", "l(poverty)", "poly(l_income, 2)", "l_police:poverty"] } } }
  main: { stage: regress, from: raw, y: l_homicide, x: [post, poverty], absorb: [state, year], cluster: state }
  half: { stage: heterogeneity, ${REGRESS}, controls: poverty, by: l_income, split: median }
  path: { stage: mediation, ${REGRESS}, controls: poverty, mediator: l_police }
  iv: { stage: regress, from: raw, y: l_homicide, controls: poverty, iv: { endogenous: l_police, instruments: l_exp_subsidy }, absorb: [state, year] }
  cs: { stage: event-study, from: raw, y: l_homicide, cohort: effyear, estimator: callaway-santanna, matrix: { a: {}, b: { controls: poverty } } }
  formula: { stage: regress, from: raw, formula: "l_homicide ~ post + poverty | state + year" }
  t_one: { stage: table, columns: one, controls: collapse }
  t_two: { stage: table, columns: "two[*]", controls: collapse }
  t_kept: { stage: table, columns: [one, main], controls: collapse, keep: post }
  t_shared: { stage: table, columns: [one, main], controls: collapse }
  t_half: { stage: table, columns: [half.low, half.high], controls: collapse }
  t_path: { stage: table, columns: [path.first, path.second], controls: collapse }
  t_iv: { stage: table, columns: [iv, iv.first_l_police], controls: collapse }
  t_cs: { stage: table, columns: "cs[*]", controls: collapse, keep: att }
  t_formula: { stage: table, columns: [one, formula], controls: collapse }
  t_unknown: { stage: table, columns: formula, controls: collapse }
`,
  });
  expect(terms('t_one')).toEqual(['post', 'Observations', 'R²']);
  expect(row('t_one', 'Controls')).toEqual([['Yes']]);
  expect(terms('t_two')).toEqual(['post', 'Observations', 'R²']);
  expect(row('t_two', 'Controls')).toEqual([['No', 'Yes']]);
  expect(row('t_kept', 'Controls')).toEqual([['Yes', 'Yes']]);
  // what is a regressor in one column stays in all
  expect(terms('t_shared')).toEqual(['post', 'poverty', 'Observations', 'R²']);
  expect(row('t_shared', 'Controls')).toEqual([['Yes', 'No']]);
  expect(row('t_half', 'Controls')).toEqual([['Yes', 'Yes']]);
  expect(terms('t_half')).not.toContain('poverty');
  expect(terms('t_path').slice(0, 1)).toEqual(['post']);
  expect(row('t_path', 'l\\_police')[0]?.[0]).toBe('');
  expect(row('t_path', 'Controls')).toEqual([['Yes', 'Yes']]);
  expect(terms('t_iv')).not.toContain('poverty');
  expect(row('t_iv', 'Controls')).toEqual([['Yes', 'Yes']]);
  expect(row('t_cs', 'Controls')).toEqual([['No', 'Yes']]);
  expect(terms('t_formula')).not.toContain('poverty');
  expect(row('t_formula', 'Controls')).toEqual([['Yes', 'Yes']]);
  expect(terms('t_unknown')).toContain('poverty');
  expect(row('t_unknown', 'Controls')).toEqual([]);
  expect(told.filter((t) => t.startsWith('t_'))).toEqual(['t_unknown CN2890']);
});

test('the mean of the outcome is that of the estimation sample, weighted where the model is', () => {
  const [head = '', ...rest] = castle
    .trim()
    .split(/\r?\n/)
    .map((line) => line.replaceAll('"', ''));
  const at = (name: string): number => head.split(',').indexOf(name);
  const rows = rest.map((line) => line.split(','));
  const mean = (wanted: (row: readonly string[]) => boolean, weight: (row: readonly string[]) => number): number => {
    const used = rows.filter(wanted);
    const mass = used.reduce((s, row) => s + weight(row), 0);
    return used.reduce((s, row) => s + weight(row) * Number(row[at('l_homicide')]), 0) / mass;
  };
  const [all, plain] = [
    mean(
      () => true,
      () => 1,
    ),
    mean(
      (row) => row[at('year')] !== '2000',
      () => 1,
    ),
  ];
  const weighted = mean(
    () => true,
    (row) => Number(row[at('popwt')]),
  );
  const { row, json, told } = study({
    stages: `  plain: { stage: regress, ${REGRESS} }
  weighted: { stage: regress, ${REGRESS}, weights: popwt }
  lagged: { stage: regress, ${REGRESS}, controls: "l(poverty)" }
  es: { stage: event-study, from: raw, y: l_homicide, cohort: effyear, matrix: { twfe: {}, sa: { estimator: sun-abraham }, cs: { estimator: callaway-santanna, weights: popwt }, im: { estimator: imputation }, two: { estimator: two-stage, weights: popwt } } }
  t: { stage: table, columns: [plain, weighted, lagged], rows: [nobs, mean_outcome], digits: 6 }
  none: { stage: table, columns: plain, rows: [nobs, sargan, controls] }
`,
  });
  expect(row('t', 'Mean of outcome')).toEqual([[all, weighted, plain].map((m) => m.toFixed(6))]);
  for (const [name, value] of [
    ['twfe', all],
    ['sa', all],
    ['cs', weighted],
    ['im', all],
    ['two', weighted],
  ] as const)
    expect(json(`es[${name}]`).mean_outcome, name).toBeCloseTo(value, 10);
  expect(told).toEqual(expect.arrayContaining(['none CN2891', 'none CN2892']));
  expect(told.filter((t) => t.startsWith('t '))).toEqual([]);
});

test('an instrumented regressor stands on the row of its variable, and both its names are known', () => {
  const { row, terms, notes } = study({
    labels: 'labels: { l_exp_subsidy: Subsidies, popwt: Population }\n',
    stages: `  ols: { stage: regress, from: raw, y: l_homicide, x: l_police, absorb: [state, year] }
  iv: { stage: regress, from: raw, y: l_homicide, iv: { endogenous: l_police, instruments: [l_exp_subsidy, l_exp_pubwelfare] }, absorb: [state, year], weights: popwt }
  both: { stage: table, columns: [ols, iv], keep: l_police }
  old: { stage: table, columns: iv, keep: fit_l_police, labels: { fit_l_police: Police } }
  away: { stage: table, columns: [ols, iv], drop: fit_l_police, rows: nobs }
`,
  });
  const [cells] = row('both', 'l\\_police');
  expect(cells?.every((c) => /\d/.test(c))).toBe(true);
  expect(terms('both')[0]).toBe('l\\_police');
  expect(terms('old')[0]).toBe('Police');
  expect(terms('away')).toEqual(['Observations']);
  expect(notes('both')).toContain(
    'column (2): two-stage least squares, instruments for l\\_police: Subsidies and l\\_exp\\_pubwelfare',
  );
  expect(notes('both')).toContain('column (2): weighted by Population');
});

test('notes say the estimator and whom it compares, and the reference period of the columns that have one', () => {
  const { notes, head, row, json, folder } = study({
    stages: `  es: { stage: event-study, from: raw, y: l_homicide, cohort: effyear, matrix: { fe: {}, plain: { estimator: callaway-santanna }, long: { estimator: callaway-santanna, base: universal, control: not-yet }, by: { estimator: callaway-santanna, aggregate: group } } }
  t: { stage: table, columns: "es[*]", rows: pretrend }
  alone: { stage: table, columns: "es[plain]", lang: zh }
  groups: { stage: table, columns: "es[by]", lang: zh }
  picture: { stage: figure, kind: event-study, from: ["es[fe]", "es[plain]", "es[long]"], formats: svg }
`,
  });
  expect(notes('t')).toContain('columns (1), (3): the reference period is −1');
  expect(notes('t')).toContain(
    'column (3): compared with units not yet treated, doubly robust, all periods compared with the last one before treatment',
  );
  expect(head('t')).toContain("| Two-way fixed effects | Callaway–Sant'Anna (plain) | Callaway–Sant'Anna (long) |");
  expect(row('t', 'Joint test of the leads (p-value)')[0]?.[0]).toBe(json('es[fe]').pretrend.p_value.toFixed(3));
  expect(notes('alone')).toContain("估计量为Callaway–Sant'Anna，以从未处理的个体为对照");
  expect(notes('alone')).not.toContain('基期');
  expect(notes('groups')).not.toContain('基期');
  expect(row('groups', '批次 = 2006')).toHaveLength(1);
  expect(row('groups', '各批次效应的平均（ATT）')).toHaveLength(1);
  expect(folder.read('out/picture.svg')).toContain('Anna (long)<');
});

test('a test between groups is printed with its p-value, and said to be what it is', () => {
  const { row, notes, head, json, folder } = study({
    stages: `  shuffled: { stage: heterogeneity, ${REGRESS}, by: poverty, test: permutation, draws: 29, label: Half }
  three: { stage: heterogeneity, ${REGRESS}, by: poverty, split: quantiles, quantiles: 3 }
  base: { stage: regress, ${REGRESS}, label: All }
  t: { stage: table, columns: shuffled.test }
  panels: { stage: table, columns: [three.test, shuffled.test], lang: zh }
  side: { stage: table, columns: [base, shuffled.low, shuffled.high], tests: shuffled.test }
  picture: { stage: figure, kind: coefficients, from: [three.q1, three.q2], formats: svg }
`,
  });
  const test_ = json('shuffled.test');
  expect(row('t', 'Low')[0]?.slice(2)).toEqual(['', '']);
  expect(row('t', 'High')[0]?.slice(2)).toEqual([
    test_.p_value.toFixed(3),
    test_.difference.toFixed(3).replace('-', '−'),
  ]);
  const how = 'tested by 29 permutations of whole units between groups (Fisher)';
  for (const table of ['t', 'side']) expect(notes(table)).toContain(how);
  expect(head('side')).toContain('| All | Half (Low) | Half (High) |');
  // records stand one over another, in panels
  expect(notes('panels')).toContain('Panel B：组间差异由个体整体换组的29次置换检验');
  expect(notes('panels')).toMatch(/Panel A：组间差异.*；各组相等的联合检验：F\(2, \d+\) = /);
  expect(notes('panels')).not.toContain('列(');
  expect(folder.read('out/picture.svg')).toContain('>q2<');
});

test('a placebo is printed as its result, and its draws where they are asked for', () => {
  const { row, folder, json } = study({
    stages: `  pl: { stage: placebo, from: raw, y: l_homicide, x: l_police, absorb: [state, year], cluster: state, draws: 40, assign: unit }
  t: { stage: table, columns: pl, digits: 6 }
  draws: { stage: table, columns: pl, rows: [draw, estimate] }
`,
  });
  const { observed, p_value, mean, sd, rows } = json('pl');
  const sorted = rows.map((r: { estimate: number }) => r.estimate).sort((a: number, b: number) => a - b);
  // type 7: the place of a share p among n is (n − 1)p
  const at = (p: number): number => {
    const place = 39 * p;
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (place - Math.floor(place)) * (high - low);
  };
  const printed = (x: number): string => x.toFixed(6).replace('-', '−');
  expect(folder.read('out/t.md').split('\n')).toHaveLength(4);
  expect(row('t', printed(observed))).toEqual([
    [printed(p_value), '40', ...[mean, sd, at(0.025), at(0.975)].map(printed)],
  ]);
  expect(row('draws', '40')).toHaveLength(1);
});

test('dates are printed as dates, columns in functions by their labels, what is left out by its name', () => {
  const days = ['2020-01-31', '2020-02-29', '2020-03-31', '2020-04-30'];
  const daily = [
    'id,day,y,gdp',
    ...Array.from(
      { length: 24 },
      (_, i) => `${Math.floor(i / 4)},${days[i % 4]},${(i * 7) % 11},${1 + ((i * 5) % 13)}`,
    ),
  ].join('\n');
  const { terms, folder } = study({
    labels: 'labels: { gdp: Output, day: Day, poverty: Poverty }\n',
    files: { 'daily.csv': daily },
    stages: `  daily: { stage: ingest, file: daily.csv, panel: { unit: id, time: day } }
  byday: { stage: regress, from: daily, formula: "y ~ i(day) + log(gdp) + gdp^2 + I(gdp > 4):gdp" }
  t: { stage: table, columns: byday }
  time: { stage: figure, kind: trends, from: daily, y: y, by: id, formats: svg }
  coef: { stage: figure, kind: coefficients, from: byday, formats: svg }
  lo: { stage: leave-out, ${REGRESS}, by: state }
  without: { stage: figure, kind: spec-curve, from: lo, formats: svg }
`,
  });
  expect(terms('t').slice(0, 6)).toEqual([
    'Day = 2020-02-29',
    'Day = 2020-03-31',
    'Day = 2020-04-30',
    'log(Output)',
    'Output^2',
    'I(Output \\> 4) × Output',
  ]);
  expect(folder.read('out/time.svg')).toContain('2020-01-31');
  expect(folder.read('out/coef.svg')).toContain('Day = 2020-03-31');
  for (const state of ['Alabama', 'Wyoming']) expect(folder.read('out/without.svg')).toContain(`>${state}<`);
});

test('names of fields are words, in both languages', () => {
  const { head, notes } = study({
    stages: `  pc: { stage: pca, from: raw, indicators: [l_police, poverty, l_income], as: pc }
  d: { stage: describe, from: raw, columns: [poverty], stats: [mean, p2.5, p50] }
  three: { stage: heterogeneity, ${REGRESS}, by: poverty, split: quantiles, quantiles: 3 }
  matched: { stage: regress, ${REGRESS}, controls: ["poverty", "I(poverty * 2)"] }
  loadings: { stage: table, columns: pc.weights }
  loadings_zh: { stage: table, columns: pc.weights, lang: zh }
  quantiles: { stage: table, columns: d }
  groups: { stage: table, columns: three.test, lang: zh }
  dropped: { stage: table, columns: matched, labels: { poverty: Poverty }, lang: zh }
`,
  });
  expect(head('loadings')).toContain('| Loading 1 |');
  expect(head('loadings_zh')).toContain('| 载荷1 |');
  expect(head('quantiles')).toContain('| P2.5 | P50 |');
  expect(head('groups')).toContain('| 差异的标准误 |');
  // what a term was left out for is called what the table calls it
  expect(notes('dropped')).toContain('I(Poverty \\* 2) 被剔除：与 Poverty 共线');
});
