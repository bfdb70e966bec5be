import { describe, expect, test } from 'vitest';
import { openLab, PANEL } from './lab.ts';

const head = 'ceteris: 1\nname: t\n';
const raw = '  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }\n';
const lab = (yaml: string, more: Readonly<Record<string, string>> = {}) =>
  openLab({ 'pipeline.yaml': yaml, 'panel.csv': PANEL, ...more });

interface Model {
  readonly terms: readonly { readonly term: string; readonly estimate: number }[];
  readonly absorbed: readonly { readonly name: string }[];
  readonly clusters?: unknown;
  readonly vcov_type: string;
}
const termsOf = (m: Model): string[] => m.terms.map((t) => t.term);

describe('vars', () => {
  test('a var keeps its type: a list, a mapping, a number, and text inside a longer text', async () => {
    const l = lab(`${head}vars: { controls: [z], how: { cluster: id }, first: 2002, name: x }
stages:
${raw}  fit:
    stage: regress
    from: raw
    where: "year >= \${first}"
    y: y
    x: "\${name}"
    controls: "\${controls}"
    vcov: "\${how}"
`);
    expect((await l.run()).stages).toEqual(['raw ran', 'fit ran']);
    const model = await l.json<Model & { readonly nobs: number }>('show', 'fit');
    expect(termsOf(model)).toEqual(['(Intercept)', 'x', 'z']);
    expect(model.nobs).toBe(24);
    expect(JSON.stringify(model.clusters)).toContain('id');
  });

  test('a list var inside a list is spliced, and vars may use vars', async () => {
    const l = lab(
      `${head}vars: { one: [z], both: ["\${one}", x] }\nstages:\n${raw}  fit: { stage: regress, from: raw, y: y, x: ["\${both}"] }\n`,
    );
    expect((await l.run()).code).toBe(0);
    expect(termsOf(await l.json<Model>('show', 'fit'))).toEqual(['(Intercept)', 'z', 'x']);
  });

  test('$${ writes the characters themselves', async () => {
    const l = lab(
      `${head}stages:\n${raw}  note: { stage: derive, from: raw, columns: { odd: "if(note == 'n1', '$\${x}', 'b')" } }\n`,
    );
    expect((await l.run()).code).toBe(0);
    const shown = await l.json<{ data: { odd: string[] } }>('show', 'note');
    expect(shown.data.odd.slice(0, 2)).toEqual(['b', '${x}']);
  });

  test('--set gives another value, read as YAML, and re-runs what uses it', async () => {
    const l = lab(
      `${head}vars: { controls: [z] }\nstages:\n${raw}  a: { stage: regress, from: raw, y: y, x: x, controls: "\${controls}" }\n  b: { stage: regress, from: raw, y: y, x: x }\n`,
    );
    await l.run();
    expect((await l.run('--set', 'controls=[]')).stages).toEqual(['raw cached', 'a cached', 'b cached']);
    expect((await l.run('--set', 'controls=[z, year]')).stages).toEqual(['raw cached', 'a ran', 'b cached']);
    expect((await l.run()).stages).toEqual(['raw cached', 'a cached', 'b cached']);
  });

  test('--set of an unknown var, of no var, and of broken YAML are refused with exit 2', async () => {
    const l = lab(`${head}vars: { controls: [z] }\nstages:\n${raw}`);
    const unknown = await l.run('--set', 'contrls=[]');
    expect([unknown.code, unknown.diagnostics[0]?.code]).toEqual([2, 'CE1105']);
    expect(unknown.diagnostics[0]?.hint).toContain("'controls'");
    expect((await l.run('--set', 'controls')).diagnostics[0]?.code).toBe('CE1507');
    const broken = await l.run('--set', 'controls=[z');
    expect([broken.code, broken.diagnostics[0]?.code]).toEqual([2, 'CE1013']);
  });

  test('unknown vars, cycles, and lists inside text are each found where they are used', async () => {
    const l = lab(
      `${head}vars:
  a: "\${b}"
  b: "\${a}"
  list: [x, z]
stages:
${raw}  fit: { stage: regress, from: raw, y: y, x: "\${lst}" }
  keep: { stage: filter, from: raw, keep: "x > \${list}" }
`,
    );
    const { faults, code } = await l.check();
    expect(code).toBe(2);
    expect(faults).toEqual(['CE1101 5:"${a}"', 'CE1100 9:"${lst}"', 'CE1103 10:${list}']);
  });
});

describe('defaults', () => {
  test('params by type; the own param of a stage and of a case wins', async () => {
    const l = lab(`${head}defaults: { regress: { cluster: id, absorb: [id] } }
stages:
${raw}  a: { stage: regress, from: raw, y: y, x: x }
  b: { stage: regress, from: raw, y: y, x: x, absorb: [id, year] }
  c: { stage: regress, from: raw, y: y, x: x, matrix: { p: {}, q: { absorb: [year] } } }
`);
    expect((await l.run()).code).toBe(0);
    const absorbed = async (name: string) => (await l.json<Model>('show', name)).absorbed.map((a) => a.name);
    expect(await absorbed('a')).toEqual(['id']);
    expect(await absorbed('b')).toEqual(['id', 'year']);
    expect(await absorbed('c[p]')).toEqual(['id']);
    expect(await absorbed('c[q]')).toEqual(['year']);
  });

  test('a nearer vcov stands before a farther cluster, and the other way round', async () => {
    const l = lab(`${head}defaults: { regress: { cluster: id } }
stages:
${raw}  plain: { stage: regress, from: raw, y: y, x: x, vcov: iid }
  cases: { stage: regress, from: raw, y: y, x: x, vcov: HC1, matrix: { a: {}, b: { cluster: year } } }
  both: { stage: regress, from: raw, y: y, x: x, vcov: HC1, cluster: year }
`);
    expect((await l.check()).faults).toEqual(['CE2404 8:HC1']);
    l.edit('pipeline.yaml', 'vcov: HC1, cluster: year }', 'vcov: HC1 }');
    expect((await l.run()).code).toBe(0);
    const errors = async (name: string) => (await l.json<Model>('show', name)).vcov_type;
    expect(await errors('plain')).toBe('iid');
    expect(await errors('cases[a]')).toBe('HC1');
    expect(await errors('cases[b]')).toBe('cluster: year');
  });

  test('a change of a default re-runs the stages that take it, and no others', async () => {
    const l = lab(`${head}defaults: { regress: { absorb: [id] } }
stages:
${raw}  a: { stage: regress, from: raw, y: y, x: x }
  b: { stage: regress, from: raw, y: y, x: x, absorb: [id] }
`);
    await l.run();
    l.edit('pipeline.yaml', 'absorb: [id] } }', 'absorb: [year] } }');
    expect((await l.run()).stages).toEqual(['raw cached', 'a ran', 'b cached']);
  });

  test('unknown types and params of defaults are faults', async () => {
    const l = lab(`${head}defaults: { regres: { y: y }, regress: { clutser: id } }\nstages:\n${raw}`);
    const { diagnostics } = await l.check();
    expect(diagnostics.map((d) => d.code)).toEqual(['CE1061', 'CE1250']);
    expect(diagnostics.map((d) => d.hint)).toEqual(["did you mean 'regress'?", "did you mean 'cluster'?"]);
  });
});

describe('include', () => {
  const files = {
    'shared/data.yaml': `vars: { who: x }\nlabels: { y: Outcome }\nstages:\n  raw: { stage: ingest, file: panel.csv }\n`,
    'shared/panel.csv': PANEL,
  };

  test('joins stages, vars and labels; paths are relative to the file they stand in', async () => {
    const l = openLab({
      'pipeline.yaml': `${head}include: [shared/data.yaml]\nstages:\n  fit: { stage: regress, from: raw, y: y, x: "\${who}" }\n`,
      ...files,
    });
    expect((await l.run()).stages).toEqual(['raw ran', 'fit ran']);
    l.edit('shared/data.yaml', 'who: x', 'who: z');
    expect((await l.run()).stages).toEqual(['raw cached', 'fit ran']);
    l.edit('shared/data.yaml', 'stages:', '# said so\nstages:');
    expect((await l.run()).stages).toEqual(['raw cached', 'fit cached']);
  });

  test('a missing file, a cycle and a name defined twice are found with their place', async () => {
    const l = openLab({
      'pipeline.yaml': `${head}include: [shared/data.yaml, gone.yaml, a.yaml]\nstages:\n  raw: { stage: ingest, file: panel.csv }\n`,
      ...files,
      'a.yaml': 'include: b.yaml\n',
      'b.yaml': 'include: a.yaml\n',
    });
    const { code, diagnostics } = await l.check();
    expect(code).toBe(2);
    const said = diagnostics.map((d) => `${d.code} ${d.file}:${d.line}:${d.column}`);
    expect(said).toContain('CE1002 pipeline.yaml:3:29');
    expect(said).toContain('CE1057 b.yaml:1:10');
    expect(said).toContain('CE1058 pipeline.yaml:5:3');
    const twice = openLab({
      'pipeline.yaml': `${head}include: a.yaml\nlabels: { x: X }\ndefaults: { regress: { cluster: id } }\nstages:\n  raw: { stage: ingest, file: panel.csv }\n`,
      ...files,
      'a.yaml': 'labels: { x: Y }\ndefaults: { regress: { cluster: year } }\n',
    });
    expect((await twice.check()).diagnostics.map((d) => [d.code, d.message, d.hint])).toEqual([
      ['CE1059', "'x' is already said, in a.yaml:1:11", 'take one of the two out'],
      ['CE1059', "'cluster' is already said, in a.yaml:2:24", 'take one of the two out'],
    ]);
    expect(diagnostics.find((d) => d.code === 'CE1057')?.message).toContain('a.yaml → b.yaml → a.yaml');
    expect(diagnostics.find((d) => d.code === 'CE1058')?.message).toContain('shared/data.yaml:4:3');
  });
});

describe('matrix', () => {
  test('a product runs over its lists, the last fastest, and its cases are stages', async () => {
    const l = lab(`${head}stages:
${raw}  s: { stage: regress, from: raw, x: x, matrix: { y: [y, z], absorb: [[id], [id, year]] } }
  t: { stage: table, columns: "s[*]", formats: [csv] }
  one: { stage: table, columns: ["s[y=z,absorb=id+year]"], formats: [csv] }
`);
    const names = ['s[y=y,absorb=id]', 's[y=y,absorb=id+year]', 's[y=z,absorb=id]', 's[y=z,absorb=id+year]'];
    expect((await l.run()).stages).toEqual(['raw ran', ...names.map((n) => `${n} ran`), 't ran', 'one ran']);
    l.edit('pipeline.yaml', 'y: [y, z]', 'y: [y, z, note]');
    const wrong = await l.run();
    expect(wrong.stages.filter((s) => s.includes('y=note'))).toEqual([
      's[y=note,absorb=id] failed',
      's[y=note,absorb=id+year] failed',
    ]);
  });

  test('targets name a stage with all its cases, or one case', async () => {
    const l = lab(
      `${head}stages:\n${raw}  s: { stage: regress, from: raw, y: y, matrix: { "(1)": { x: x }, "(2)": { x: z } } }\n  o: { stage: regress, from: raw, y: y, x: x, absorb: id }\n`,
    );
    expect((await l.run('s[(2)]')).stages).toEqual(['raw ran', 's[(2)] ran']);
    expect((await l.run('s')).stages).toEqual(['raw cached', 's[(1)] ran', 's[(2)] cached']);
    const unknown = await l.run('s[(3)]');
    expect([unknown.code, unknown.diagnostics[0]?.code]).toEqual([2, 'CE1510']);
  });

  test('what is wrong with a matrix is said of the matrix', async () => {
    const l = lab(`${head}stages:
${raw}  a: { stage: regress, from: raw, y: y, matrix: { p: { x: x }, q: [x] } }
  b: { stage: regress, from: raw, y: y, x: x, matrix: {} }
  c: { stage: regress, from: raw, y: y, matrix: { x: [x, x] } }
  d: { stage: regress, from: raw, y: y, x: x, matrix: { p: 3 } }
  e: { stage: regress, from: raw, y: y, x: x, matrix: { p: { stage: derive } } }
`);
    expect((await l.check()).faults).toEqual([
      'CE1150 5:q',
      'CE1151 6:{}',
      'CE1153 7:matrix',
      'CE1152 8:3',
      'CE1156 9:stage',
    ]);
  });
});

describe('references', () => {
  test('stage, stage.output, stage[case], stage[*] and lists of these', async () => {
    const l = lab(`${head}stages:
${raw}  pick: { stage: merge, from: raw, with: raw2, on: [id, year], how: left }
  raw2: { stage: select, from: raw, columns: [id, year, z], rename: { zz: z } }
  left: { stage: derive, from: pick.unmatched, columns: { w: id * 2 } }
  fit: { stage: regress, from: pick, y: y, x: x, matrix: { a: {}, b: { controls: [zz] } } }
  res: { stage: derive, from: "fit[b].residuals", columns: { w: 1 } }
  tab: { stage: table, columns: ["fit[b]", "fit[*]"], formats: [csv] }
`);
    const r = await l.run();
    expect(r.diagnostics).toEqual([]);
    expect(r.code).toBe(0);
  });
});
