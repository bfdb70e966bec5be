/** Mistakes in pipeline files and on the command line, each with the code that it gives. */
import { describe, expect, test } from 'vitest';
import { Folder, type Told } from '../command-line.ts';
import { PANEL } from './lab.ts';

const head = 'ceteris: 1\nname: t\n';

/** Files that go wrong as a whole. */
const FILES: Readonly<Record<string, string>> = {
  CE1004: `${head}include: [folder]\nstages: {}\n`,
  CE1010: `${head}stages:\n  a: { stage: ingest, file: p.csv } }\n`,
  CE1011: `${head}stages:\n\ta: { stage: ingest, file: p.csv }\n`,
  CE1012: `${head}stages:\n  a:\n    stage: ingest\n   file: p.csv\n`,
  CE1014: `${head}title: a: b\nstages: {}\n`,
  CE1015: `${head}stages:\n  a\n  b: { stage: ingest, file: p.csv }\n`,
  CE1016: `${head}title: "\\q"\nstages: {}\n`,
  CE1017: `${head}title: *\nstages: {}\n`,
  CE1018: `%YAM 1.2\n${head}stages: {}\n`,
  CE1019: `${head}title: &a &b text\nstages: {}\n`,
  CE1020: `${head}stages: { a:\n  - b\n }\n`,
  CE1021: `${head}title: "open\nstages: {}\n`,
  CE1028: `${head}stages: {}\n---\nname: u\n`,
  CE1031: `${head}? [a, b]\n: 1\nstages: {}\n`,
  CE1036: `${head}vars: { n: 123456789012345678901234567890 }\nstages: {}\n`,
  CE1037: `${head}vars: { n: .inf }\nstages: {}\n`,
  CE1038: `${head}title: *nobody\nstages: {}\n`,
  CE1039: `${head}vars: &v { a: *v }\nstages: {}\n`,
  CE1040: `${head}vars: { <<: 3 }\nstages: {}\n`,
  CE1044: `${head}title: \`tick\`\nstages: {}\n`,
  CE1045: `${head}title: @at\nstages: {}\n`,
  CE1046: `${head}title: "a" b\nstages: {}\n`,
  CE1050: '- a\n',
  CE1051: `${head}stagess: {}\nstages: {}\n`,
  CE1052: 'name: t\nstages: {}\n',
  CE1053: 'ceteris: 9\nname: t\nstages: {}\n',
  CE1054: 'ceteris: 1\nname: "A b"\nstages: {}\n',
  CE1056: `${head}stages: [a]\n`,
  CE1104: `${head}vars: { "a b": 1 }\nstages: {}\n`,
  CE1111: `${head}stages:\n  a:\n`,
};

/** Stages that go wrong, all in one pipeline: the line of each, and its code. */
const STAGES: readonly (readonly [code: string, line: string])[] = [
  ['CE1055', 'raw_1: { stage: ingest, file: panel.csv, label: [a] }'],
  ['CE1102', 'not_a_var: { stage: regress, from: raw, y: y, x: "${not a name}" }'],
  ['CE1154', 'case_name: { stage: regress, from: raw, y: y, x: x, matrix: { "a]": {} } }'],
  [
    'CE1155',
    `many: { stage: regress, from: raw, y: y, x: x, matrix: { level: [${Array.from({ length: 150 }, (_, i) => 0.001 + i / 200)}], singletons: [${Array.from({ length: 150 }, () => 'drop')}] } }`,
  ],
  ['CE1200', 'no_reference: { stage: regress, from: "raw[", y: y, x: x }'],
  ['CE1201', 'no_case: { stage: table, columns: "m[three]" }'],
  ['CE1202', 'no_matrix: { stage: regress, from: "raw[a]", y: y, x: x }'],
  ['CE1204', 'several: { stage: honest-did, from: "m[*]" }'],
  ['CE1208', 'two_tables: { stage: regress, from: [raw, raw], y: y, x: x }'],
  ['CE1230', 'where: { stage: table, columns: "m[*]", where: x > 1 }'],
  ['CE1230', 'each: { stage: ingest, file: panel.csv, foreach: year }'],
  ['CE1252', 'odd_key: { stage: ingest, file: panel.csv, panel: { unit: id, time: year, tine: year } }'],
  ['CE1253', 'needs_key: { stage: ingest, file: panel.csv, panel: { unit: id } }'],
  ['CE1255', 'number_for_text: { stage: ingest, file: 2020 }'],
  ['CE1256', 'no_value: { stage: ingest, file: }'],
  ['CE1258', 'too_many_digits: { stage: table, columns: "m[*]", digits: 99 }'],
  ['CE1259', 'one_group: { stage: heterogeneity, from: raw, y: y, x: x, by: x, split: groups, groups: [1] }'],
  ['CE1261', 'empty: { stage: exec, run: [cat], outputs: { out: { file: "" } } }'],
  ['CE1254', 'no_file: { stage: exec, run: [cat], outputs: { Big: 5 } }'],
  ['CE1260', 'form: { stage: ingest, file: panel.xlsx, range: a1 }'],
  ['CE3206', 'long: { stage: ingest, file: panel.csv, delimiter: "abc" }'],
  ['CE1302', 'no_files: { stage: regress, from: raw, y: y, x: x, to: out/x }'],
  ['CE1303', 'no_path: { stage: table, columns: "m[*]", to: 3 }'],
  ['CE2043', 'both: { stage: merge, from: raw, with: raw, on: id }'],
  ['CE2047', 'keep_or_drop: { stage: filter, from: raw }'],
  [
    'CE2901',
    'placed: { stage: exec, run: [cat], inputs: { a.json: raw }, outputs: { t: { file: stdout, format: csv } } }',
  ],
];

const yaml = `${head}defaults: { regress: { matrix: 3 } }
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  m: { stage: regress, from: raw, y: y, x: x, matrix: { one: {}, two: { cluster: id } } }
${STAGES.map(([, line]) => `  ${line}`).join('\n')}
`;
const FIRST = yaml.split('\n').findIndex((line) => line.includes(STAGES[0]?.[1] ?? '')) + 1;

const told = (folder: Folder, ...args: string[]): readonly Told[] =>
  (JSON.parse(folder.run(...args, '--json').stdout) as { diagnostics: Told[] }).diagnostics;

const filled = (d: Told): void => expect(`${d.message} ${d.hint ?? ''}`, d.code).not.toMatch(/(?<!\$)\{[a-z_]+\}/);

describe('a mistake in a pipeline file is told', () => {
  const folder = (): Folder =>
    new Folder({
      ...Object.fromEntries(Object.entries(FILES).map(([code, text]) => [`${code}.yaml`, text])),
      'folder/x.txt': '',
      'panel.csv': PANEL,
      'pipeline.yaml': yaml,
    });

  test('of the file as a whole', () => {
    const all = folder();
    for (const code of Object.keys(FILES)) {
      const said = told(all, 'check', `${code}.yaml`);
      expect(
        said.map((d) => d.code),
        code,
      ).toContain(code);
      said.forEach(filled);
    }
  });

  test('of each stage, all at once, at its line, once', () => {
    const all = folder();
    for (const lang of ['en', 'zh']) {
      const said = told(all, 'check', '--lang', lang);
      said.forEach(filled);
      const byLine = STAGES.map((_, i) => said.filter((d) => d.line === FIRST + i).map((d) => d.code));
      expect(byLine).toEqual(STAGES.map(([code]) => [code]));
      expect(said.map((d) => d.code)).toContain('CE1062');
      if (lang === 'zh') for (const d of said) expect(d.message, d.code).toMatch(/\p{Script=Han}/u);
    }
  });

  test('a form is shown by examples, and not as a pattern', () => {
    const folder = new Folder({ 'p.yaml': `${head}stages: { raw: { stage: ingest, file: p.xlsx, range: b2 } }\n` });
    expect(folder.run('check', 'p.yaml').stderr).toContain("'range' 'b2' has not the form of A3:H40, A3");
  });

  test('a name that no file can have', () => {
    expect(told(folder(), 'check', `${'a'.repeat(300)}.yaml`).map((d) => d.code)).toEqual(['CE1003']);
  });
});

describe('a mistake on the command line is told', () => {
  const folder = (): Folder =>
    new Folder({
      'pipeline.yaml': `${head}stages:\n  raw: { stage: ingest, file: panel.csv }\n  m: { stage: regress, from: raw, y: y, x: x, matrix: { one: {}, two: {} } }\n`,
      'panel.csv': PANEL,
    });
  const CASES: readonly (readonly [code: string, ...args: string[]])[] = [
    ['CE1513', 'show', 'm[*]'],
    ['CE1550', 'gc', '--age', 'soon'],
    ['CE1551', 'tag', 'two words'],
    ['CE1507', 'run', '--set', '=3'],
    ['CE1504', 'run', '--jobs', 'none'],
    ['CE1508', 'run', '--force=yes'],
  ];
  for (const [code, ...args] of CASES)
    test(`${args.join(' ')}: ${code}`, () => {
      const all = folder();
      all.run();
      const { code: exit, stdout, stderr } = all.run(...args);
      expect(`${stdout}${stderr}`).toContain(code);
      expect(exit).toBe(2);
    });

  test('the beginning of two runs names neither', () => {
    const all = folder();
    all.run();
    all.write('panel.csv', PANEL.replace(/1/g, '2'));
    all.run();
    const ids = (JSON.parse(all.run('log', '--json').stdout) as { runs: { id: string }[] }).runs.map((r) => r.id);
    const shared = ids[0]?.slice(0, 2) ?? '';
    expect(ids.every((id) => id.startsWith(shared))).toBe(true);
    const { stdout, stderr } = all.run('diff', shared, 'latest');
    expect(`${stdout}${stderr}`).toContain('CE1553');
  });
});

describe('foreach', () => {
  test('over dates, or over more values than there can be stages', () => {
    const rows = Array.from(
      { length: 20_001 },
      (_, i) => `2020-01-${String(1 + (i % 28)).padStart(2, '0')},${i},${i % 7},${i % 5}`,
    );
    for (const [code, column] of [
      ['CE1322', 'day'],
      ['CE1323', 'k'],
    ]) {
      const all = new Folder({
        'pipeline.yaml': `${head}stages:\n  raw: { stage: ingest, file: d.csv }\n  a: { stage: regress, from: raw, y: y, x: x, foreach: ${column} }\n`,
        'd.csv': ['day,k,y,x', ...rows].join('\n'),
      });
      expect(all.run().stdout).toContain(code);
    }
  });
});
