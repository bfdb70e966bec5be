import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SourceFile, sourceFile } from '../../../engine/diagnostic/diagnostic.ts';
import { Faults } from '../../../engine/yaml/faults.ts';
import { readPlain } from '../../../engine/yaml/plain-yaml.ts';
import { parseFully } from '../../../engine/yaml/yaml.ts';

const RUNS = 4000;

const source = (text: string): SourceFile => sourceFile('p.yaml', 'p.yaml', text);

/** Whether the text is read without the full parser; if so, the full parser must give the same and find no fault. */
function isPlain(text: string): boolean {
  const file = source(text);
  const plain = readPlain(file);
  if (plain === undefined) return false;
  const faults = new Faults();
  const full = parseFully(file, faults);
  expect(faults.sorted([]), text).toEqual([]);
  expect(plain, text).toEqual(full);
  return true;
}

const STUDY = `# a study
ceteris: 1
name: t
title: { en: Pilot zones, zh: '跨境电商' }
vars:
  controls: [open, fin, tec]   # three

stages:
  raw:
    stage: ingest
    label: >-
      Prefecture-level cities,
      2009 to 2022
    file: data/panel.csv
    panel: { unit: city, time: year }

  # the index
  npp:
    stage: normalize
    from: raw
    positive: &good   # thirteen
      - workers
      - "wages"
    shift: 0.0001
  fit:
    stage: regress
    from: npp
    where: year >= 2009 and not (city == 'x')
    y: log(npp + 1)
    x: \${treated}
    matrix:
      "(1)": {}
      (2): { controls: "\${controls}",
             absorb: [city, year] }
      三: { cluster: city, draws: -1.5e3 }
    conditions:
      - name: late
        keep: year > 2015
      - { name: early, keep: true }
      - [1, 2, [a, b - c]]
  z: { stage: append, from: [a, b, ], notes: [*good, x] }
  common: &common { cluster: city, absorb: [city, year] }
  more:
    <<: *common
    cluster: province
    positive: *good
    text: |
      One line.

        Another, further in.
  flow: { <<: *common, y: 1 }
`;

describe('what pipelines are mostly written in', () => {
  test('is read without the full parser, with the same nodes at the same places', () => {
    expect(isPlain(STUDY)).toBe(true);
    expect(isPlain(STUDY.trimEnd())).toBe(true);
  });

  for (const text of [
    'a: 1\n',
    'a: 1',
    'a:   b   # c\n',
    "a: 'it''s'\n",
    'a: "x # y"\n',
    'a: -b\n',
    'a: x:y\n',
    'a: "(1)"\n"b c": ~\n',
    'a:\n  b: 1\n\n\nc: 2\n',
    'a:\n  - x\n  - y: 1\n    z: 2\n# end\n',
    'a: [ ]\nb: { }\n',
    'a: [1,\n  2,\n\n  3]\n',
    'a:\n  {\n    b: 1,\n  }\nc: 1\n',
    'a: 010\nb: +1.\nc: .5\nd: 1e3\ne: 1_000\nf: 2020-01-01\n',
    'true: yes\n2009: no\n',
    'a: {b: {c: [d, {e: f}]}}\n',
    '\n\n# only\n\na: b\n\n',
    'a: b   ',
    'a: |\n  b\n   c  \n',
    'a: |\n  b',
    'a: |  # c\n  b\n\n\n  # no comment\n\nc: 1\n',
    'a: |-\n    b\n# c\nc: 1\n',
    'a:\n  b: >\n    c\n    d\n\n\n    e\n\n  f: 1\n',
    'a:\n  - |\n    b\n  - >-\n    c\n',
    'a:\n  - b: |\n      c\n    d: 1\n',
    'a: &x 1\nb: [*x, {c: *x}]\n',
    'a: &x # c\n  b: &y [1]\nc: *x\nd: *y # e\n',
    'a: &x |\n  b\nc: *x\n',
    'a: &x { b: 1, c: 2 }\nd:\n  c: 3\n  <<: *x\n',
    '<<: {a: 1}\n',
  ])
    test(JSON.stringify(text), () => expect(isPlain(text)).toBe(true));

  test('takes all pipelines of the repository', () => {
    const folder = resolve(import.meta.dirname, '../../../pipelines');
    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((f) => f.endsWith('.yaml'));
    const plain = files.filter((f) => isPlain(readFileSync(join(folder, f), 'utf8')));
    expect(plain).toEqual(files);
  });
});

describe('anything else is left to the full parser', () => {
  for (const text of [
    '',
    '# nothing\n',
    'a\n',
    '- a\n',
    'a: *x\n',
    'a: &x\n',
    'a: &x [*x]\n',
    'a: &x\n  b: *x\n',
    'a: &x 1\nb: &x 2\nc: *x\n',
    'a: &x &y 1\n',
    'a: [&x 1]\n',
    '&x a: 1\n',
    'a: &x 1\n*x : 2\n',
    'a: &x 1\nb: *x c\n',
    'a: &x [f(1]\nb: [*x, 2)]\n',
    'a: &x {b: 1}\nc: {<<: *x, <<: *x}\n',
    'a: &x 1\n<<: *x\n',
    'a: &x {b: 1}\n<<: [*x, {b: 2}]\n',
    'a: {"<<": {b: 1}}\n',
    'a: !t 1\n',
    'a: |+\n  b\n',
    'a: |2\n  b\n',
    'a: |\n\n  b\n',
    'a: |\n  b\n    \n  c\n',
    'a: |\n    b\n  c\n',
    'a: |\nb: 1\n',
    'a: |',
    'a: | b\n',
    'a: >\n  b\n   c\n',
    'a: [|\n  b]\n',
    'a: b\n  c\n',
    'a: "b\n  c"\n',
    'a: "\\n"\n',
    'a: b: c\n',
    'a: b\na: c\n',
    'a: {b: 1, b: 2}\n',
    'a: {b}\n',
    'a: [b: 1]\n',
    'a: {b: }\n',
    'a:\n',
    'a:\n- b\n',
    'a: [b\n',
    'a: [b\n]\n',
    'a: [if(x, 1, 2)]\n',
    'a: {"b":1}\n',
    'a: 1 # b\n  c: 2\n',
    'a:\n    b: 1\n  c: 2\n',
    'a: \tb\n',
    'a: b\r\n',
    '--- a: b\n',
    '---\na: b\n',
    'a: b\n...\n',
    '%YAML 1.2\n---\na: b\n',
    '? a\n: b\n',
    'null: 1\n',
    '__proto__: 1\n',
    'a: 0x10\n',
    'a: .inf\n',
    'a: 12345678901234567890\n',
    "a: 'b' == c\n",
    'a: ${b} in [c]: d\n',
    `a: ${'['.repeat(60)}${']'.repeat(60)}\n`,
    'a: b #c\n',
  ])
    test(JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text), () => {
      const isRead = isPlain(text);
      if (text !== 'a: b #c\n') expect(isRead).toBe(false);
    });
});

describe('never another opinion than the full parser', () => {
  const common = fc.constantFrom('a', 'b c', 'x1', '-1', '2.50', 'true', '三', '"q"', "'s'", '[a, b]', '{ a: 1 }');
  const odd = fc.constantFrom(
    ...[
      '1e3',
      'null',
      '~',
      "it's",
      'a:b',
      'a #b',
      'f(x',
      ')',
      '${v}',
      '<<',
      '-',
      "'it''s'",
      '"a: b"',
      '[]',
      '{}',
      '.5',
      '+1',
    ],
    ...['[a, {b: c}]', '&x', '*x', '|', '>', '!t', '%', '@', '?', '2020-01-01', '0x1', 'a, b', '# c', '[a,', '{a: b,'],
  );
  const shared = fc.constantFrom('*x', '*y', '*x', '&x 1', '&y [a, b]', '&x { k: 1 }');
  const word = fc.oneof(
    { weight: 3, arbitrary: common },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: shared },
  );
  const key = fc.oneof({ weight: 4, arbitrary: fc.nat(30).map((n) => `k${n}`) }, { weight: 1, arbitrary: word });
  const line = fc
    .tuple(
      fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
      fc.constantFrom('', '', '', '', '- ', '# ', '- - '),
      fc.option(key, { freq: 8 }),
      fc.constantFrom(': ', ': ', ': ', ': ', ':', ' : ', ':  '),
      fc.option(word, { freq: 4 }),
      fc.constantFrom('', '', '', '', '  ', ' # c', ' #', ',', ' ]', ' }'),
    )
    .map(
      ([indent, dash, name, colon, value, tail]) =>
        `${'  '.repeat(indent)}${dash}${name ?? ''}${name === null ? '' : colon}${value ?? ''}${tail}`,
    );

  test('on lines put together at random', () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, ended) => {
        if (isPlain(`${lines.join('\n')}${ended ? '\n' : ''}`)) plain++;
      }),
      { numRuns: RUNS },
    );
    expect(plain).toBeGreaterThan(20);
  });

  const value: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      word,
      fc.array(tie('any'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(fc.tuple(fc.constantFrom('k', 'l', '"m"', 'n o'), tie('any')), { maxLength: 3 })
        .map((items) => `{ ${items.map(([k, v]) => `${k}: ${v}`).join(', ')} }`),
    ),
  })).any;
  /** A text over several lines, and its indicator. */
  const text = fc
    .tuple(
      fc.constantFrom('|', '>', '|-', '>-', '|+', '>2', '| # c'),
      fc.array(fc.constantFrom('  a', '  b c', '', '  # d', '   e', ' ', '    ', '  f: 1 '), { maxLength: 5 }),
    )
    .map(([head, lines]) => [head, ...lines]);
  const block = fc.letrec<{ lines: string[] }>((tie) => ({
    lines: fc
      .array(
        fc.tuple(
          fc.nat(99),
          fc.oneof(
            { depthSize: 'small' },
            value.map((v) => v as string | string[]),
            tie('lines'),
            tie('lines').map((lines) => ['<<: *x', ...lines]),
            text,
            fc.array(value, { minLength: 1, maxLength: 3 }).map((items) => items.map((i) => `- ${i}`)),
          ),
          fc.constantFrom('', '', ' # c', '\n', '\n# c', '\n    # c'),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((entries) =>
        entries.flatMap(([n, v, tail]) =>
          typeof v === 'string'
            ? [`k${n}: ${v}${tail}`]
            : /^[|>]/.test(v[0] ?? '')
              ? [`k${n}: ${v[0]}`, ...v.slice(1)]
              : [`k${n}:${tail}`, ...v.map((l) => (l === '' ? l : `  ${l}`))],
        ),
      ),
  })).lines;

  test('on nested collections', () => {
    let plain = 0;
    fc.assert(
      fc.property(block, (lines) => {
        if (isPlain(`${lines.join('\n')}\n`)) plain++;
      }),
      { numRuns: RUNS },
    );
    expect(plain).toBeGreaterThan(300);
  });

  test('on a study with characters changed, put in and taken out', () => {
    let plain = 0;
    const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...' \n:#-,[]{}\'"&*!|>?%@`ax1.\t'.split('')));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = STUDY;
        for (const [where, cut, put] of edits) {
          const at = where % text.length;
          text = text.slice(0, at) + put + text.slice(at + cut);
        }
        if (isPlain(text)) plain++;
      }),
      { numRuns: RUNS },
    );
    expect(plain).toBeGreaterThan(500);
  });
});
