import { describe, expect, test } from 'vitest';
import type { Diff, StageDiff } from '../../../engine/diff/diff.ts';
import { diffLines } from '../../../engine/report/diff-lines.ts';
import { diffPage } from '../../../engine/report/diff-page.ts';
import type { CellChange, EstimateState, PrintedChanges, TermChange } from '../../../stages/contract-differences.ts';

const NONE = { why: [], outputs: [], values: [] } as const;
const state = (estimate: number, stars = '', std_error = 1): EstimateState => ({
  estimate,
  std_error,
  p_value: 0.5,
  stars,
});
const model = (stage: string, terms: readonly TermChange[], nobs?: readonly [number, number]): StageDiff => ({
  ...NONE,
  stage,
  change: 'changed',
  outputs: [
    {
      output: 'model',
      parts: [{ part: 'value', change: 'changed' }],
      record: {
        terms,
        figures: [
          { path: 'aic', before: 1.5, after: 2.5 },
          ...(nobs === undefined ? [] : [{ path: 'nobs', before: nobs[0], after: nobs[1] }]),
        ],
        more: 0,
      },
    },
  ],
});
const table = (stage: string, cells: readonly CellChange[]): StageDiff => ({
  ...NONE,
  stage,
  change: 'changed',
  outputs: [
    {
      output: 'document',
      parts: ['md', 'xlsx', '#content'].map((part) => ({ part, change: 'changed' as const })),
      printed: { caption: `Table of ${stage}`, of: 40, cells, texts: [] },
    },
  ],
});
const cell = (row: string, stars?: true): CellChange => ({
  row,
  column: '(1)',
  before: '1',
  after: '2',
  ...(stars && { stars }),
});
const lines = (stages: readonly StageDiff[], more: object = {}): string[] =>
  diffLines({ same: 3, stages }, { lang: 'en', color: false, ...more });

describe('differences for people', () => {
  test('causes that read the same are said once, with their stages', () => {
    const why = [0, 1].map(
      (i) => ({ kind: 'spec', path: `controls.collapsed.${i}`, before: '[a, b]', now: '[a]' }) as const,
    );
    const stages = ['t', 'u'].map((stage): StageDiff => ({ ...NONE, stage, change: 'same-result', why }));
    expect(lines(stages).filter((line) => line.includes('[a, b]'))).toEqual([
      '  controls of the models shown: [a, b] → [a]  ← t, u',
    ]);
    const page = diffPage({ same: 0, stages }, { lang: 'en', a: 'x', b: 'y' });
    expect(page.match(/\[a, b\]/g)).toHaveLength(1);
  });

  test('what was read is named by its stage, and a column called `value` by its own name too', () => {
    const why = (more: object) => [{ kind: 'part', from: 'raw', part: 'value', change: 'changed', ...more } as const];
    const stage: StageDiff = { ...NONE, stage: 's', change: 'same-result', why: why({}) };
    expect(lines([stage])).toContain('    ← raw');
    expect(lines([{ ...stage, why: why({ isColumn: true }) }])).toContain('    ← raw.value');
  });

  test('a table in two languages goes by its caption in that of the comparison', () => {
    const { outputs } = table('t', [cell('x')]);
    const printed = { ...outputs[0]?.printed, caption: 'Table 3', captionBelow: '表3' } as PrintedChanges;
    const stage: StageDiff = { ...table('t', []), outputs: outputs.map((output) => ({ ...output, printed })) };
    expect(lines([stage])).toContain('    Table 3: 1 of 40 cells');
    const zh = diffLines({ same: 0, stages: [stage] }, { lang: 'zh', color: false });
    expect(zh.join('\n')).toContain('    表3：');
  });

  test('tables come before estimates, data and the rest; within them other stars, then another N, then the order of the pipeline', () => {
    const term = { term: 'x', before: state(1), after: state(2) };
    const starred = { term: 'x', before: state(1), after: state(2, '**') };
    const data: StageDiff = {
      ...NONE,
      stage: 'raw',
      change: 'changed',
      outputs: [{ output: 'table', parts: [{ part: 'y', change: 'changed' }] }],
    };
    const said = lines([
      { ...NONE, stage: 'gone_one', change: 'removed' },
      data,
      model('plain', [term]),
      model('counted', [term], [10, 9]),
      model('starred', [starred]),
      table('quiet', []),
      table('loud', [cell('a')]),
    ]);
    expect(said.filter((l) => /^\S/.test(l))).toEqual([
      'tables that print otherwise: 1 (cells: 1, with other stars: 0); models with another N: 1; stages that differ: 7',
      'Tables',
      '~ loud  another result',
      '~ quiet  another result',
      'Estimates',
      '~ starred  another result',
      '~ counted  another result',
      '~ plain  another result',
      'Data',
      '~ raw  another result',
      'Other stages',
      '- gone_one  gone',
      '3 stages are the same',
    ]);
    expect(said).toContain('    x  1 (1)  →  2** (1)  +1, +100.0 %  stars changed');
    expect(said).toContain('    Table of quiet: prints the same; digits beyond those printed differ (md, xlsx)');
    // N before figures that nobody asks for
    expect(said.indexOf('    nobs: 10 → 9')).toBeLessThan(
      said.indexOf('    aic: 1.5 → 2.5', said.indexOf('~ counted  another result')),
    );
  });

  test('an estimate whose error comes or goes has no other stars', () => {
    const bare = { ...state(1), std_error: null, p_value: null };
    expect(lines([model('fit', [{ term: 'x', before: state(1, '***', 1e-9), after: bare }])]).join('')).not.toContain(
      'stars changed',
    );
  });

  test('of very many the most telling are shown and the others counted; of stages that are named all are', () => {
    const terms = Array.from({ length: 300 }, (_, i) => ({
      term: `t${i}`,
      before: state(1),
      after: i === 299 ? state(1.001, '*') : state(1 + i / 1e5),
    }));
    const cells = Array.from({ length: 200 }, (_, i) => cell(`r${i}`, i === 199 ? true : undefined));
    const few = lines([table('tab', cells), model('fit', terms)]);
    expect(few.length).toBeLessThan(40);
    expect(few.some((l) => /^ {4}r199 .*stars changed$/.test(l))).toBe(true);
    expect(few).toContain('    … 190');
    expect(few.some((l) => /^ {4}t299 .*stars changed$/.test(l))).toBe(true);
    expect(few.some((l) => l.startsWith('    t298 '))).toBe(true);
    expect(few).toContain('    … 294 more coefficients');
    expect(
      lines([table('tab', cells), model('fit', terms)], { whole: true }).filter((l) => /^ {4}[rt]\d/.test(l)),
    ).toHaveLength(500);
    const page = diffPage(
      { same: 0, stages: [table('tab', cells), model('fit', terms)] },
      { lang: 'en', a: 'a', b: 'b' },
    );
    expect(page.match(/<tr>/g)).toHaveLength(500);
  });

  test('an edit that many stages have stands once, with their names; the digits told are those that differ', () => {
    const why = [
      { kind: 'param', path: 'cluster', before: 'city', now: 'province', place: 'pipeline.yaml:7' },
    ] as const;
    const diff: Diff = {
      same: 0,
      stages: ['a', 'b'].map((stage) => ({
        ...model(stage, [{ term: 'x', before: state(1), after: state(1.00000001) }]),
        why,
      })),
    };
    const said = diffLines(diff, { lang: 'en', color: false });
    expect(said.filter((l) => l.includes('cluster'))).toEqual([
      '  cluster: city → province  (pipeline.yaml:7)  ← a, b',
    ]);
    expect(said).toContain('    x  1 (1)  →  1 (1)  +1.00e-8, < 0.1 %');
    const zh = diffLines(diff, { lang: 'zh', color: false });
    expect(zh).toContain('  cluster：city → province（pipeline.yaml:7）  ← a、b');
    expect(zh[0]).toBe('有差异的步骤：2 个');
  });
});
