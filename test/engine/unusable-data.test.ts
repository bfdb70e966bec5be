/** What the stages say, by the command line, of data that they cannot use: one clear message each, and never NaN in an output. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Finished, Folder } from '../command-line.ts';
import { partText } from '../output/part-text.ts';

/** 12 units, 8 years, 4 of them treated from 2004 and 2 from 2006; beside usable columns one for each thing that can be wrong. */
function data(): string {
  const names = 'unit,time,y,x,pol,z,twin,const,zero,name,neg,gone,wneg,one,ever,sep,rare,big,few,cohort'.split(',');
  const rows = [names.join()];
  let seed = 7;
  const u = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  for (let i = 1; i <= 12; i++)
    for (let t = 2001; t <= 2008; t++) {
      const g = i <= 4 ? 2004 : i <= 6 ? 2006 : 0;
      const pol = g > 0 && t >= g ? 1 : 0;
      const [z, x] = [u(), 3 * u()];
      const cells = [i, t, 0.5 * pol + 0.2 * x + u() + i / 5, x, pol, z, 2 * z, 5, 0, i % 2 === 1 ? 'north' : 'south'];
      const odd = [
        u() - 0.5,
        '',
        i === 3 ? -1 : 1,
        1,
        g > 0 ? 1 : 0,
        g > 0 ? 10 + z : z,
        i === 1 && t === 2001 ? 1 : 0,
      ];
      rows.push([...cells, ...odd, i === 2 ? 1e308 : u(), t === 2005 ? u() : '', g || ''].join());
    }
  return `${rows.join('\n')}\n`;
}

const fixed = 'absorb: [unit, time], cluster: unit';

/** Stage → its params, and the codes that it fails with; none where there is a result. */
const FAILING: Readonly<Record<string, readonly [params: string, ...codes: string[]]>> = {
  one_cluster: ['regress, y: y, x: pol, absorb: [unit, time], cluster: one', 'CE2412'],
  constant_outcome: [`regress, y: const, x: pol, ${fixed}`, 'CE2415'],
  all_missing: [`regress, y: y, x: pol, controls: [gone], ${fixed}`, 'CE2410'],
  text: [`regress, y: y, x: name, ${fixed}`, 'CE2002'],
  negative_weights: [`regress, y: y, x: pol, weights: wneg, ${fixed}`, 'CE2413'],
  zero_weights: [`regress, y: y, x: pol, weights: zero, ${fixed}`, 'CE3200'],
  alone: [`regress, y: y, x: few, ${fixed}`, 'CE3201'],
  log_of_zero: ['regress, formula: "y ~ log(zero)", cluster: unit', 'CE2410'],
  too_large: [`regress, y: big, x: x, ${fixed}`, 'CE3204'],
  large_regressor: [`regress, y: y, x: big, ${fixed}`, 'CE3204'],
  too_few_rows: ['regress, y: y, x: x, where: "unit == 1 and time <= 2002"', 'CE2411'],
  no_rows: [`regress, y: y, x: x, where: "time > 3000", ${fixed}`, 'CE1540'],
  no_instrument: [`regress, y: y, iv: { endogenous: pol, instruments: const }, ${fixed}`, 'CE2601'],
  placebo_constant: [`placebo, y: y, x: const, draws: 19, ${fixed}`, 'CE2414'],
  placebo_dates: [`placebo, y: y, x: x, assign: time, draws: 19, ${fixed}`, 'CE2440'],
  placebo_gaps: [`placebo, y: y, x: pol, assign: unit, draws: 19, where: "time != unit + 2000", ${fixed}`, 'CE2441'],
  match_separated: ['match, treated: ever, on: [sep]', 'CE2556'],
  match_constant: ['match, treated: ever, on: [const]', 'CE3202'],
  match_text: ['match, treated: ever, on: [name]', 'CE2002'],
  match_not_0_1: ['match, treated: x, on: [z]', 'CE2554'],
  match_nobody: ['match, treated: zero, on: [z]', 'CE2555'],
  match_missing: ['match, treated: ever, on: [gone]', 'CE2410'],
  match_no_rows: ['match, treated: ever, on: [z], where: "time > 3000"', 'CE1540'],
  match_far: ['match, treated: ever, on: [z], caliper: 0.0000001', 'CE2557'],
  mediator_constant: [`mediation, y: y, x: pol, mediator: const, ${fixed}`, 'CE2415'],
  mediation_one_cluster: ['mediation, y: y, x: pol, mediator: z, absorb: [unit, time], cluster: one', 'CE2412'],
  groups_missing: [`heterogeneity, y: y, x: pol, by: gone, ${fixed}`, 'CE3203'],
  groups_one: [`heterogeneity, y: y, x: pol, by: const, ${fixed}`, 'CE2436'],
  groups_few: [`heterogeneity, y: y, x: pol, by: rare, split: quantiles, quantiles: 4, ${fixed}`, 'CE3205'],
  groups_unknown: [`heterogeneity, y: y, x: pol, by: name, split: groups, groups: [north, east], ${fixed}`, 'CE2443'],
  group_untreated: [`heterogeneity, y: y, x: pol, by: ever, split: groups, groups: [0, 1], ${fixed}`, 'CE2533'],
  curve_of_nothing: [
    `spec-curve, y: const, x: pol, vary: { controls: { subsets: [x, z] } }, ${fixed}`,
    'CE2574',
    'CE2575',
  ],
  leave_out_one: [`leave-out, y: y, x: pol, by: one, ${fixed}`, 'CE2582'],
  entropy_negative: ['entropy-weights, indicators: [neg, z], as: i', 'CE2156'],
  entropy_constant: ['entropy-weights, indicators: [const, zero], as: i', 'CE2162'],
  entropy_missing: ['entropy-weights, indicators: [gone, z], as: i', 'CE2161'],
  entropy_by: ['entropy-weights, indicators: [few, z], as: i, by: time', 'CE2161'],
  entropy_large: ['entropy-weights, indicators: [big, z], as: i', 'CE3204'],
  topsis_constant: ['entropy-weights, indicators: [const, one], as: i, score: topsis', 'CE2162'],
  equal_text: ['equal-weights, indicators: [name, z], as: i', 'CE2002'],
  pca_constant: ['pca, indicators: [const, zero], as: i', 'CE2162'],
  pca_large: ['pca, indicators: [big, x, z], as: i', 'CE3204'],
  normalize_large: ['normalize, positive: [big], method: z-score', 'CE3204'],
  event_text: ['event-study, y: name, cohort: name', 'CE2002', 'CE2002'],
  event_constant: ['event-study, y: const, cohort: cohort', 'CE2415'],
  rule_broken: ['expect, rules: { high: y > 100 }', 'CE2048'],
};

/** Stages that have a result all the same: what a table of it is made from. */
const WORKING: Readonly<Record<string, readonly [params: string, output?: string]>> = {
  dropped: [`regress, y: y, x: const, ${fixed}`],
  singular: [`regress, y: y, x: pol, controls: [z, twin], ${fixed}`],
  half_logged: ['regress, formula: "log(neg) ~ x", cluster: unit'],
  perfect: [`regress, y: y, x: y, ${fixed}`],
  rare_event: [`mediation, y: y, x: rare, mediator: z, absorb: [unit], cluster: unit, bootstrap: 50`, 'effects'],
  one_treated: ['match, treated: rare, on: [z], y: y', 'balance'],
  outcome_constant: ['match, treated: ever, on: [z], y: const', 'balance'],
  some_models: [
    `spec-curve, y: y, x: pol, vary: { controls: { subsets: [const, gone] }, where: { all: true, none: "time > 3000" } }, ${fixed}`,
  ],
  without_treated: [`leave-out, y: y, x: pol, by: ever, ${fixed}`],
  described: ['describe, columns: [gone, const, neg, big, few], correlation: true, stats: [n, mean, sd, cv, skewness]'],
  one_varies: ['entropy-weights, indicators: [const, z], as: i', 'weights'],
  twins: ['pca, indicators: [z, twin], as: i', 'test'],
  nothing_to_weigh: ['equal-weights, indicators: [const], as: i, score: topsis', 'weights'],
  emptied: ['winsorize, columns: [gone]'],
};

const FORMATS = 'md, csv, tex, html, docx, xlsx';
const stage = (name: string, params: string): string => {
  const [type = '', ...rest] = params.split(', ');
  return `  ${name}: { stage: ${type}, from: raw, ${rest.join(', ')} }`;
};
const yaml = [
  'ceteris: 1',
  'name: bad',
  'stages:',
  '  raw: { stage: ingest, file: panel.csv, panel: { unit: unit, time: time } }',
  ...Object.entries(FAILING).map(([name, [params]]) => stage(name, params)),
  ...Object.entries(WORKING).map(([name, [params]]) => stage(name, params)),
  ...Object.entries(WORKING).flatMap(([name, [params, output]]) =>
    params.startsWith('winsorize')
      ? []
      : [
          `  t_${name}: { stage: table, columns: ${name}${output === undefined ? '' : `.${output}`}, formats: [${FORMATS}] }`,
        ],
  ),
  '  f_models: { stage: figure, kind: spec-curve, from: some_models }',
  '  f_balance: { stage: figure, kind: balance, from: outcome_constant.balance }',
  '  f_weights: { stage: figure, kind: weights, from: one_varies.weights }',
  '',
].join('\n');

const files = { 'pipeline.yaml': yaml, 'panel.csv': data() };

describe('data that cannot be used', () => {
  let told: Finished;
  let chinese: Finished;
  const outputs = new Map<string, Uint8Array>();

  test('each stage fails with one clear message, and nothing else fails', () => {
    const folder = new Folder(files);
    told = folder.run();
    for (const file of readdirSync(folder.at('out'))) outputs.set(file, readFileSync(folder.at('out', file)));
    chinese = new Folder(files).run('run', '--lang', 'zh');
    expect(told.last.diagnostics ?? []).toEqual([]);
    const failed = told.last.stages.filter((s) => s.status === 'failed');
    const said = Object.fromEntries(failed.map((s) => [s.stage, s.diagnostics?.map((d) => d.code)]));
    const wanted = Object.fromEntries(Object.entries(FAILING).map(([name, [, ...codes]]) => [name, codes]));
    expect(said).toEqual(wanted);
    expect(told.code).toBe(1);
  });

  test('every message has its place, says what to do, and leaves no word unfilled, in both languages', () => {
    for (const [lang, run] of [
      ['en', told],
      ['zh', chinese],
    ] as const)
      for (const d of run.last.stages.flatMap((s) => s.diagnostics ?? [])) {
        expect(d.line, d.code).toBeGreaterThan(0);
        expect(`${d.message}${d.hint ?? ''}`, d.code).not.toMatch(/NaN|undefined|Infinity/);
        if (lang === 'zh') expect(d.message, d.code).toMatch(/\p{Script=Han}/u);
        expect(d.hint ?? '', d.code).not.toBe('');
      }
  });

  test('no table or figure holds what is not a number', () => {
    expect(outputs.size).toBeGreaterThan(70);
    const bad = /\b(NaN|Infinity|undefined|null)\b|#NUM|#VALUE/;
    for (const [file, bytes] of outputs) {
      const text = file.endsWith('.docx')
        ? partText(bytes, 'word/document.xml')
        : file.endsWith('.xlsx')
          ? partText(bytes, 'xl/worksheets/sheet1.xml') + partText(bytes, 'xl/sharedStrings.xml')
          : new TextDecoder().decode(bytes);
      expect(bad.exec(text.replace(/<style>[\s\S]*?<\/style>/g, ''))?.[0], file).toBeUndefined();
    }
  });

  test('a table says why a model has no estimate, in its own language', () => {
    const md = new TextDecoder().decode(outputs.get('t_some_models.md'));
    expect(md).toContain('no row is left: all 96 rows have a missing or infinite value in gone');
    expect(md).toMatch(/\| Model \| Controls \| Sample \|/);
    const zh = new Folder({
      ...files,
      'pipeline.yaml': yaml.replace('columns: some_models,', 'columns: some_models, lang: zh,'),
    });
    zh.run('run', 't_some_models');
    expect(zh.read('out/t_some_models.md')).toMatch(/没有可用的观测：全部 96 行/);
  });
});
