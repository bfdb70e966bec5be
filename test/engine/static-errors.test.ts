import { describe, expect, test } from 'vitest';
import { openLab, PANEL } from './lab.ts';

const head = 'ceteris: 1\nname: t\n';
const raw = '  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }\n';
const lab = (yaml: string, more: Readonly<Record<string, string>> = {}) =>
  openLab({ 'pipeline.yaml': yaml, 'panel.csv': PANEL, ...more });

describe('static checking', () => {
  test('a model of groups that are not listed is no output; groups without their split are a fault', async () => {
    const l = lab(`${head}stages:
${raw}  a: { stage: heterogeneity, from: raw, y: y, x: x, by: id, split: groups }
  t: { stage: table, columns: a.low }
  b: { stage: heterogeneity, from: raw, y: y, x: x, by: year, groups: [2001, 2002] }
`);
    expect((await l.check()).faults).toEqual(['CE1205 6:a.low', 'CE2444 7:[2001, 2002]']);
  });

  test('what Stata and R call the errors and the condition is told with its counterpart', async () => {
    const model = 'stage: regress, from: raw, y: y, x: x';
    const l = lab(`${head}stages:
${raw}  a: { ${model}, vcov: robust }
  b: { ${model}, vcov: cluster }
  c: { ${model}, vce: robust }
  d: { ${model}, if: year > 2003 }
  e: { ${model}, vcov: HAC }
  f: { stage: spec-curve, from: raw, y: y, x: x, vary: { vcov: [iid, robust] } }
`);
    const { diagnostics } = await l.check();
    expect(diagnostics.map((d) => [d.code, d.hint])).toEqual([
      ['CE1296', 'it is written HC1 here'],
      ['CE1296', 'it is written { cluster: id } here'],
      ['CE1295', 'its counterpart here: cluster: …, vcov: …'],
      ['CE1295', 'its counterpart here: where: …'],
      ['CE1257', 'there are: iid, HC0, HC1, HC2, HC3, hetero, { cluster: … }, { driscoll-kraay: … }, …'],
      ['CE1296', 'it is written HC1 here'],
    ]);
  });

  test('a case of an event study says when treatment began in another way than its stage; two ways are told at the case', async () => {
    const l = lab(`${head}stages:
${raw}  es:
    stage: event-study
    from: raw
    y: y
    cohort: x
    never: 0
    matrix:
      cohorts: { estimator: sun-abraham }
      switches: { estimator: chaisemartin-dhaultfoeuille, treatment: x, effects: 1 }
      relative: { rel_time: x }
      both: { cohort: x, treatment: x }
`);
    expect((await l.check()).faults).toEqual(['CE2431 15:x']);
  });

  test('finds every fault of every stage at once, each at its place, and runs nothing', async () => {
    const l = lab(`${head}stages:
  raw: { stage: ingest, file: panel.csv, columns: { note: { type: text } } }
  a: { stage: regres, from: raw, y: y }
  b: { stage: regress, from: rwa, y: y, x: x }
  c: { stage: regress, from: raw, y: y, x: x, clutser: id }
  d: { stage: regress, from: raw, y: y, x: [x, zz] }
  e: { stage: regress, from: raw.tabel, y: y, x: x }
  f: { stage: regress, from: raw, y: y, x: x, vcov: HC7 }
  g: { stage: regress, from: raw, y: y, x: x, singletons: 3 }
  h: { stage: derive, from: fit, columns: { w: x } }
  i: { stage: table, columns: raw.table, formats: [csv] }
  j: { stage: select, from: raw, columns: [q_*] }
  k: { stage: derive, from: raw, columns: { w: "lg(x) + q" } }
  l: { stage: filter, from: raw, keep: "note == 3" }
  m: { stage: regress, from: raw, x: x }
  n: { from: raw }
  fit: { stage: regress, from: raw, y: y, x: x }
  o: { stage: regress, from: raw, y: y, x: x, controls: [z, w, log(v)] }
  p: { stage: regress, from: raw, formula: "y ~ x + u | id^t" }
`);
    const { code, faults, diagnostics } = await l.check();
    expect(code).toBe(2);
    expect(faults).toEqual([
      'CE1113 5:regres',
      'CE1001 6:rwa',
      'CE1250 7:clutser',
      'CE2001 8:zz',
      'CE1205 9:raw.tabel',
      'CE1257 10:HC7',
      'CE1257 11:3',
      'CE2001 12:x',
      'CE1206 13:raw.table',
      'CE2003 14:q_*',
      'CE2031 15:lg',
      'CE2001 15:q',
      'CE2033 16:note',
      'CE2401 17:m',
      'CE1112 18:n',
      'CE2001 20:w',
      'CE2001 20:v',
      'CE2001 21:u',
      'CE2001 21:t',
    ]);
    const hint = (of: string) => diagnostics.find((d) => d.code === of)?.hint;
    expect(hint('CE1113')).toBe("did you mean 'regress'?");
    expect(hint('CE1001')).toBe("did you mean 'raw'?");
    expect(hint('CE1250')).toBe("did you mean 'cluster'?");
    expect(hint('CE1205')).toBe("did you mean 'table'?");
    expect(hint('CE2031')).toBe("did you mean 'log'?");
    const run = await l.run();
    expect([run.code, run.stages]).toEqual([2, []]);
    expect(run.faults).toEqual(faults);
  });

  test('a fault names its file, line, column and end, and its stage', async () => {
    const l = lab(`${head}stages:\n${raw}  fit: { stage: regress, from: raw, y: y, x: [x, zz] }\n`);
    const { diagnostics } = await l.check();
    expect(diagnostics).toEqual([
      {
        code: 'CE2001',
        severity: 'error',
        message: "no column 'zz' in this input",
        hint: "did you mean 'z'?",
        file: 'pipeline.yaml',
        line: 5,
        column: 50,
        end_line: 5,
        end_column: 52,
        stage: 'fit',
      },
    ]);
  });

  test('a terminal shows the line with a mark under the place', async () => {
    const l = lab(`${head}stages:\n${raw}  fit: { stage: regress, from: raw, y: y, x: [x, zz] }\n`);
    const { err, out, code } = await l.cli(['run']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(`error CE2001: no column 'zz' in this input
  pipeline.yaml:5:50 (stage fit)
    5 |   fit: { stage: regress, from: raw, y: y, x: [x, zz] }
      |                                                  ^^
  help: did you mean 'z'?
`);
  });

  test('a cycle is printed whole, once', async () => {
    const l = lab(`${head}stages:
${raw}  a: { stage: derive, from: c, columns: { p: 1 } }
  b: { stage: derive, from: a, columns: { q: 1 } }
  c: { stage: derive, from: b, columns: { r: 1 } }
  self: { stage: derive, from: self, columns: { r: 1 } }
`);
    const { diagnostics } = await l.check();
    expect(diagnostics.map((d) => d.code)).toEqual(['CE1207', 'CE1207']);
    expect(diagnostics[0]?.message).toMatch(/a → \w → \w → a|(\w) → \w → \w → \1/);
    expect(diagnostics[1]?.message).toContain('self → self');
  });

  test('duplicate keys, stages and params are found by the line of the first', async () => {
    const l = lab(
      `${head}stages:\n${raw}  fit:\n    stage: regress\n    from: raw\n    y: y\n    x: x\n    y: z\n  raw: {}\n`,
    );
    const { faults, diagnostics } = await l.check();
    expect(faults).toEqual(['CE1030 10:y', 'CE1030 11:raw']);
    expect(diagnostics[0]?.message).toContain('line 8');
  });

  test('merge keys: own keys win, two merged mappings that collide are a fault', async () => {
    const l = lab(`${head}vars:
  a: &a { y: y, x: x }
  b: &b { x: z }
stages:
${raw}  own: { stage: regress, from: raw, <<: *a, x: z }
  two: { stage: regress, from: raw, <<: [*a, *b] }
`);
    expect((await l.check()).faults).toEqual(['CE1041 9:<<']);
    l.edit('pipeline.yaml', ', <<: [*a, *b] }', ', y: y, x: x }');
    expect((await l.run()).code).toBe(0);
    const own = await l.json<{ terms: { term: string }[] }>('show', 'own');
    expect(own.terms.map((t) => t.term)).toEqual(['(Intercept)', 'z']);
  });

  test('one cause is said once: what depends on a stage at fault adds no noise', async () => {
    const l = lab(`${head}stages:
${raw}  logs: { stage: deriv, from: raw, columns: { ly: log(y) } }
  fit: { stage: regress, from: logs, y: ly, x: x, matrix: { a: {}, b: { controls: z } } }
  tab: { stage: table, columns: "fit[*]", formats: [csv] }
`);
    expect((await l.check()).faults).toEqual(['CE1113 5:deriv']);
    const ingest = lab(`${head}stages:
  raw: { stage: ingest, file: panel.csv, columns: { year: integer }, panel: { unit: id, time: year } }
  past: { stage: derive, from: raw, columns: { was: lag(y) } }
  trends: { stage: event-study, from: past, y: y, cohort: was, window: [-2, 2] }
  fake: { stage: placebo, from: past, y: y, x: x, draws: 20 }
  back: { stage: treatment, from: raw, roster: raw, on: id, adopted: year }
`);
    expect((await ingest.check()).faults).toEqual(['CE1254 4:integer']);
  });

  test('a command line as one text is told how to be a list', async () => {
    const l = lab(`${head}stages:
  own: { stage: exec, run: "Rscript a.R", outputs: { o: { file: o.csv, format: csv } } }
`);
    const { faults, diagnostics } = await l.check();
    expect(faults).toEqual(['CE1264 4:"Rscript a.R"']);
    expect(diagnostics[0]?.hint).toContain('[Rscript, a.R]');
  });

  test('types known from a declaration are checked before the run, inferred ones when the data has been read', async () => {
    const l = lab(`${head}stages:
  raw: { stage: ingest, file: panel.csv, columns: { note: { type: text } } }
  fit: { stage: regress, from: raw, y: note, x: x }
`);
    expect((await l.check()).faults).toEqual(['CE2002 5:note']);
    l.edit('pipeline.yaml', ', columns: { note: { type: text } }', '');
    expect((await l.check()).code).toBe(0);
    const run = await l.run();
    expect([run.code, run.faults]).toEqual([1, ['CE2002 5:note']]);
    expect(run.stages).toEqual(['raw ran', 'fit failed']);
  });

  test('a file that is not there leaves the check in peace, and its columns are checked by the run', async () => {
    const l = lab(`${head}stages:
  gone: { stage: ingest, file: later.csv }
  fit: { stage: regress, from: gone, y: y, x: nothing }
${raw}  other: { stage: regress, from: raw, y: y, x: x }
`);
    expect((await l.check()).code).toBe(0);
    const first = await l.run();
    expect(first.stages).toEqual(['gone failed', 'fit blocked', 'raw ran', 'other ran']);
    expect([first.code, first.faults]).toEqual([1, ['CE3001 4:later.csv']]);
    l.write({ 'later.csv': PANEL });
    const second = await l.run();
    expect([second.code, second.faults]).toEqual([2, ['CE2001 5:nothing']]);
  });

  test('a misspelt or strange key hides no other fault of its stage, nor of those below', async () => {
    const l = lab(`${head}stages:
${raw}  a: { stage: derive, from: raw, colums: { w: x + q } }
  b: { stage: derive, from: raw, columns: { v: x }, colour: red }
  c: { stage: regress, from: a, y: w, x: zz }
  d: { stage: regress, from: b, y: v, x: w, contrls: [z, u] }
  e: { stage: merge, from: raw, wth: rwa, on: id }
`);
    expect((await l.check()).faults).toEqual([
      'CE1250 5:colums',
      'CE2001 5:q',
      'CE1250 6:colour',
      'CE2001 7:zz',
      'CE2001 8:w',
      'CE1250 8:contrls',
      'CE2001 8:u',
      'CE1250 9:wth',
      'CE1001 9:rwa',
    ]);
  });

  test('a value of a wrong type, a choice or a reference that is misspelt hides no other fault, and causes none', async () => {
    const model = 'stage: regress, y: y';
    const l = lab(`${head}stages:
${raw}  a: { stage: winsorize, from: raw, columns: x, limits: [low, high] }
  a1: { ${model}, from: a, x: aa }
  b: { stage: winsorize, from: raw, columns: x, method: winsorise }
  b1: { ${model}, from: b, x: bb }
  c: { stage: derive, from: rwa, columns: { w: x + cc } }
  c1: { ${model}, from: c, x: [w, c1] }
  d: { stage: derive, from: raw.tabel, columns: { v: x } }
  d1: { ${model}, from: d, x: [v, dd] }
  e: { ${model}, from: raw, x: ee, level: high }
  f: { ${model}, from: raw, x: ff, where: [x] }
  g: { stage: derive, from: nowhere, columns: { w: q, v: nosuch(q) } }
  g1: { ${model}, from: g, x: [w, q, z] }
  h: { stage: filter, from: raw, keep: [x] }
  h1: { ${model}, from: h, x: hh }
  i: { stage: treatment, from: raw, roster: raw, on: id, adopted: x, as: [did] }
  i1: { ${model}, from: i, x: did }
  loop1: { stage: select, from: loop3, columns: [id] }
  loop2: { stage: select, from: loop1, columns: [id] }
`);
    expect((await l.check()).faults).toEqual([
      'CE1254 5:low',
      'CE1254 5:high',
      'CE2001 6:aa',
      'CE1257 7:winsorise',
      'CE2001 8:bb',
      'CE1001 9:rwa',
      'CE2001 9:cc',
      'CE2001 10:c1',
      'CE1205 11:raw.tabel',
      'CE2001 12:dd',
      'CE2001 13:ee',
      'CE1254 13:high',
      'CE2001 14:ff',
      'CE1254 14:[x]',
      'CE1001 15:nowhere',
      'CE2031 15:nosuch',
      'CE1254 17:[x]',
      'CE1254 19:[did]',
      'CE1001 21:loop3',
    ]);
  });

  test('a key that neither table has is told once, and not what follows from it', async () => {
    const l = lab(
      `${head}stages:
${raw}  roster: { stage: ingest, file: roster.csv }
  a: { stage: merge, from: raw, with: roster, on: di }
  b: { stage: treatment, from: raw, roster: roster, on: di, adopted: since }
  c: { stage: match, from: raw, treated: x, on: "q*" }
`,
      { 'roster.csv': 'id,since\n1,2003\n' },
    );
    expect((await l.check()).faults).toEqual(['CE2001 6:di', 'CE2001 7:di', 'CE2003 8:"q*"']);
  });

  test('a glob in a model that matches nothing is told so, and may stand where columns are not known yet', async () => {
    const l = lab(`${head}stages:
${raw}  same: { stage: exec, run: [cat, in.csv], inputs: { in.csv: raw }, outputs: { t: { file: in.csv } } }
  a: { stage: regress, from: raw, y: y, x: x, controls: "q_*" }
  b: { stage: regress, from: same.t, y: y, x: "x*", controls: [z*] }
`);
    expect((await l.check()).faults).toEqual(['CE2003 6:"q_*"']);
    const others = lab(`${head}stages:
${raw}  a: { stage: regress, from: raw, y: y, x: x, absorb: "q_*" }
  b: { stage: regress, from: raw, y: y, x: x, absorb: [ye*, "idd*", "id*year"] }
  c: { stage: regress, from: raw, y: "yy*", x: x }
  d: { stage: regress, from: raw, y: "y*", x: x }
`);
    const { faults, diagnostics } = await others.check();
    expect(faults).toEqual(['CE2003 5:"q_*"', 'CE2003 6:"idd*"', 'CE2402 6:*', 'CE2003 7:"yy*"', 'CE2001 8:"y*"']);
    expect(diagnostics[0]).toMatchObject({
      message: "no column matches 'q_*'",
      hint: expect.stringMatching(/^there are: id, year, /),
    });
    l.edit('pipeline.yaml', '"q_*"', 'z*');
    expect((await l.run()).code).toBe(0);
    const { terms } = await l.json<{ terms: readonly { term: string }[] }>('show', 'b');
    expect(terms.map((t) => t.term)).toEqual(['(Intercept)', 'x', 'z']);
  });

  test('what globs pick of a table whose columns are known only in the run is not missed before', async () => {
    const l = lab(`${head}stages:
${raw}  made: { stage: exec, run: [cat, in.csv], inputs: { in.csv: raw }, outputs: { t: { file: in.csv } } }
  same: { stage: panel, from: made.t, unit: id, time: year }
  few: { stage: select, from: same, columns: ["*"], rename: { w: x } }
  a: { stage: derive, from: few, columns: { b: lag(w) } }
  sums: { stage: aggregate, from: same, by: ["i*", "ye*"], columns: { m: mean(x) } }
  c: { stage: derive, from: sums, columns: { d: lag(m) + id } }
  wide: { stage: reshape, from: same, into: wide, id: "i*", columns: "x_{year}", values: [2001, 2002, 2003, 2004, 2005], carry: [] }
  e: { stage: regress, from: wide, y: x_2002, x: [x_2001, id] }
  none: { stage: select, from: same, columns: [id, year] }
  f: { stage: derive, from: none, columns: { g: x } }
`);
    expect((await l.check()).faults).toEqual(['CE2001 14:x']);
    l.edit('pipeline.yaml', 'g: x', 'g: id');
    const ran = await l.run();
    expect([ran.code, ran.faults]).toEqual([0, []]);
  });

  test('where a word or a number may stand, a wrong one is told of both', async () => {
    const l = lab(`${head}stages:
${raw}  a: { stage: placebo, from: raw, y: y, x: x, draws: 1.5 }
  b: { stage: placebo, from: raw, y: y, x: x, draws: '50' }
  c: { stage: placebo, from: raw, y: y, x: x, draws: al }
`);
    const { diagnostics } = await l.check();
    expect(diagnostics.map((d) => d.message + (d.hint === undefined ? '' : ` (${d.hint})`))).toEqual([
      "'draws' must be integer | 'all', not 1.5",
      "'draws' must be integer | 'all', not '50'",
      "'draws' cannot be 'al' (did you mean 'all'?)",
    ]);
  });

  test('torn expressions are named as such', async () => {
    const l = lab(`${head}stages:
${raw}  a: { stage: derive, from: raw, columns: { p: if(x > 1, 2, 3) } }
  b: { stage: regress, from: raw, y: y, x: \${x} }
  c:
    stage: filter
    from: raw
    keep: !missing(x)
`);
    const { diagnostics } = await l.check();
    expect(diagnostics.map((d) => `${d.code} ${d.line}`)).toEqual(['CE1043 6']);
    l.edit('pipeline.yaml', 'x: ${x} }', 'x: x }');
    expect((await l.check()).diagnostics.map((d) => `${d.code} ${d.line}`)).toEqual(['CE1042 5', 'CE1035 10']);
  });

  test('an open quote is reported where it opens', async () => {
    const l = lab(`${head}stages:\n${raw}  fit: { stage: regress, from: raw, y: "y, x: x }\n  b: { stage: derive }\n`);
    expect((await l.check()).faults).toEqual(['CE1021 5:"']);
  });
});
