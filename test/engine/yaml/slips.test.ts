/** What people get wrong in YAML: told once, where it is, and nothing that follows from it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineColumn, sourceFile } from '../../../engine/diagnostic/diagnostic.ts';
import { Faults } from '../../../engine/yaml/faults.ts';
import { parseYaml } from '../../../engine/yaml/yaml.ts';

const STUDY = `ceteris: 1
name: study
vars:
  controls: [open, fin]
stages:
  raw:
    stage: ingest
    file: panel.csv
    panel: { unit: city, time: year }
  logs:
    stage: derive
    from: raw
    columns:
      lnpp: log(npp)
      big: if(open > 0.5, 1, 0)
  early:
    stage: filter
    from: logs
    keep: year <= 2015
  base:
    stage: regress
    from: logs
    y: lnpp
    x: policy
    controls: [open, fin]
    absorb: [city, year]
    cluster: city
  flow: { stage: regress, from: logs, y: lnpp, x: policy, label: 'in one line' }
  table3:
    stage: table
    columns: base
    digits: 3
  table4: { stage: table, columns: flow, label: "the last one", digits: 3 }
`;

/** Code, line and column of all that is said of a text. */
function said(text: string): readonly string[] {
  const source = sourceFile('p.yaml', 'p.yaml', text);
  const faults = new Faults();
  parseYaml(source, faults);
  return faults.sorted([]).map(({ code, at }) => {
    const { line, column } = lineColumn(source, at?.start ?? 0);
    return `${code} ${line}:${column}`;
  });
}

interface Slip {
  readonly name: string;
  readonly of: string;
  readonly to: string;
  readonly is: string;
}

const slip = (name: string, of: string, to: string, is: string): Slip => ({ name, of, to, is });

const Y = '    y: lnpp\n';
const ABSORB = '    absorb: [city, year]\n';
const PANEL = '    panel: { unit: city, time: year }\n';
const KEEP = '    keep: year <= 2015\n';

const SLIPS: readonly Slip[] = [
  slip('no space after a colon', Y, '    y:lnpp\n', 'CE1025 23:5'),
  slip('no space after the first colon of a stage', '    stage: regress\n', '    stage:regress\n', 'CE1025 21:5'),
  slip('no space after a colon at the top', 'name: study\n', 'name:study\n', 'CE1025 2:1'),
  slip('no colon after a param', Y, '    y lnpp\n', 'CE1015 23:5'),
  slip('no colon after the name of a stage', '  base:\n', '  base\n', 'CE1015 20:3'),
  slip('no colon after the last param of a stage', '    cluster: city\n', '    cluster city\n', 'CE1015 27:5'),
  slip('a tab for a line', Y, '\ty: lnpp\n', 'CE1011 23:1'),
  slip('a tab after spaces', Y, '  \ty: lnpp\n', 'CE1011 23:1'),
  slip('tabs for a stage', '    stage: filter\n    from: logs\n', '\tstage: filter\n\tfrom: logs\n', 'CE1011 17:1'),
  slip('further in by one', Y, '     y: lnpp\n', 'CE1012 23:6'),
  slip('further out by one', Y, '   y: lnpp\n', 'CE1012 23:4'),
  slip('further out by two', Y, '  y: lnpp\n', 'CE1012 23:3'),
  slip('two lines further in', `${Y}    x: policy\n`, '      y: lnpp\n      x: policy\n', 'CE1012 23:7'),
  slip('the name of a stage further in', '  base:\n', '   base:\n', 'CE1012 20:4'),
  slip('the name of a stage in the first column', '  base:\n', 'base:\n', 'CE1012 20:1'),
  slip('a quote that is not closed', KEEP, "    keep: 'year <= 2015\n", 'CE1021 19:11'),
  slip('a double quote that is not closed', KEEP, '    keep: "year <= 2015\n', 'CE1021 19:11'),
  slip('a quote that is not closed in braces', "label: 'in one line' }", "label: 'in one line }", 'CE1021 28:66'),
  slip('a bracket that is not closed', ABSORB, '    absorb: [city, year\n', 'CE1013 26:13'),
  slip('a brace that is not closed', PANEL, '    panel: { unit: city, time: year\n', 'CE1013 9:12'),
  slip('a bracket in braces that is not closed', 'x: policy, label', 'x: [policy, label', 'CE1013 28:51'),
  slip('another bracket closes it', ABSORB, '    absorb: [city, year}\n', 'CE1013 26:13'),
  slip('a bracket too many', ABSORB, '    absorb: [city, year]]\n', 'CE1010 26:25'),
  slip('a full-width colon', Y, '    y：lnpp\n', 'CE1024 23:6'),
  slip('a full-width colon after the name of a stage', '  base:\n', '  base：\n', 'CE1024 20:7'),
  slip('full-width braces', PANEL, '    panel: ｛ unit: city, time: year ｝\n', 'CE1024 9:12'),
  slip('full-width spaces for a line', Y, '　　y: lnpp\n', 'CE1023 23:1'),
  slip('no-break spaces for a line', Y, '\u00a0\u00a0\u00a0\u00a0y: lnpp\n', 'CE1023 23:1'),
  slip('a no-break space after a colon', Y, '    y:\u00a0lnpp\n', 'CE1023 23:7'),
  slip('a bar before a value', Y, '    y: | lnpp\n', 'CE1045 23:8'),
  slip('a dash before a value', Y, '    y: - lnpp\n', 'CE1045 23:8'),
  slip('a percent sign before a value', Y, '    y: %lnpp\n', 'CE1045 23:8'),
  slip('a star alone', Y, '    y: *\n', 'CE1017 23:8'),
  slip('a second colon', 'name: study\n', 'title: Zones: an evaluation\n', 'CE1014 2:8'),
  slip(
    'a var without quotes in brackets',
    'controls: [open, fin]\n    abs',
    'controls: [$' + '{c}]\n    abs',
    'CE1043 25:16',
  ),
  slip(
    'braces in a text in brackets',
    'controls: [open, fin]\n    abs',
    'controls: [open, fin{year}, b]\n    abs',
    'CE1043 25:22',
  ),
  slip(
    'braces before a text in brackets',
    'controls: [open, fin]\n    abs',
    'controls: [{year}年]\n    abs',
    'CE1043 25:16',
  ),
  slip('braces before a text', Y, '    y: {year}年\n', 'CE1043 23:8'),
  slip('all cases without quotes in braces', 'columns: flow, label', 'columns: flow[*], label', 'CE1042 33:36'),
  slip(
    'a number of a case without quotes in braces',
    'from: logs, y: lnpp',
    'from: logs[(1)].nobs, y: lnpp',
    'CE1042 28:33',
  ),
  slip('cases without quotes in brackets', '    columns: base\n', '    columns: [base[*], flow]\n', 'CE1042 31:15'),
  slip('a slope without quotes in brackets', ABSORB, '    absorb: [city, state[[year]]]\n', 'CE1042 26:20'),
  slip('a text behind quotes', KEEP, "    keep: 'a' == city\n", 'CE1046 19:11'),
  slip('a backslash in double quotes', '    file: panel.csv\n', '    file: "d\\p.csv"\n', 'CE1016 8:13'),
];

const slipped = (text: string, { of, to }: Slip): string => {
  expect(text).toContain(of);
  return text.replace(of, () => to);
};

describe('a slip is told once, where it is', () => {
  for (const one of SLIPS) test(one.name, () => expect(said(slipped(STUDY, one))).toEqual([one.is]));

  test('lines may end in CRLF', () => {
    for (const one of SLIPS) expect(said(slipped(STUDY, one).replaceAll('\n', '\r\n')), one.name).toEqual([one.is]);
  });

  test('a file whose lines end in CR alone', () => expect(said(STUDY.replaceAll('\n', '\r'))).toEqual(['CE1026 1:1']));

  test('both sides of a merge', () => {
    const both = `<<<<<<< HEAD\n${Y}=======\n    y: npp\n>>>>>>> other\n`;
    expect(said(STUDY.replace(Y, both))).toEqual(['CE1022 23:1']);
  });

  test('a second document', () => expect(said(STUDY.replace('  base:\n', '---\n  base:\n'))).toEqual(['CE1028 20:1']));
});

test('two slips in different stages are both told, and nothing else', () => {
  const stageOf = ({ is }: Slip): number => {
    const line = Number(is.split(' ')[1]?.split(':')[0]);
    return [6, 10, 16, 20, 28, 29, 33].filter((start) => start <= line).length;
  };
  fc.assert(
    fc.property(fc.constantFrom(...SLIPS), fc.constantFrom(...SLIPS), (a, b) => {
      fc.pre(stageOf(a) !== stageOf(b) && a.to.split('\n').length === a.of.split('\n').length);
      const text = slipped(slipped(STUDY, a), b);
      expect(said(text), text).toEqual([a.is, b.is].sort((x, y) => lineOf(x) - lineOf(y)));
    }),
    { numRuns: 600 },
  );
});

const lineOf = (is: string): number => Number(is.split(' ')[1]?.split(':')[0]);
