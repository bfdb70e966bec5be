import { describe, expect, test } from 'vitest';
import { DATA, said, study, whyTable, withOpen, YAML } from './explain-study.ts';
import { openLab } from './lab.ts';

test('references in a list go by what is written, wherever they stand in it', async () => {
  const lab = await study();
  lab.edit('pipeline.yaml', 'columns: [fit]', 'columns: [other, fit]');
  expect(await whyTable(lab)).toEqual(['columns: fit → [other, fit]  (pipeline.yaml:13)']);
  await lab.run();
  lab.edit('pipeline.yaml', 'columns: [other, fit]', 'columns: [fit, other]');
  expect(await whyTable(lab)).toEqual(['columns: [other, fit] → [fit, other]  (pipeline.yaml:13)']);
  await lab.run();
  lab.edit('pipeline.yaml', 'columns: [fit, other]', 'columns: [other]');
  withOpen(lab, 'Lhasa,2014', '0.99');
  expect(await whyTable(lab)).toEqual(['columns: [fit, other] → other  (pipeline.yaml:13)']);
  await lab.run();
  lab.edit('pipeline.yaml', 'columns: [other]', 'columns: [fit, other]');
  lab.edit('pipeline.yaml', 'x: fin', 'x: open');
  const [edit, ...others] = await whyTable(lab);
  expect(edit).toBe('columns: other → [fit, other]  (pipeline.yaml:13)');
  expect(others.filter((line) => /changed|no longer|now/.test(line) && !line.startsWith('other.'))).toEqual([]);
});

describe('explain', () => {
  test('a label that was written elsewhere is called what it is', async () => {
    const lab = await study();
    lab.edit('pipeline.yaml', 'x: open\n', 'x: open\n    label: Main\n');
    lab.edit('pipeline.yaml', 'time: year } }', 'time: year }, columns: { open: { label: Openness } } }');
    expect(await said(lab, 'tab')).toBe(
      'tab: stale\n    label of open: – → Openness\n    labels of the stages shown: [] → [Main]\n',
    );
    expect(await said(lab, 'tab', '--lang', 'zh')).toContain('open 的标签：– → Openness\n    所示各步骤的标签：');
  });

  test('a fresh stage is fresh, one that never ran has no result, and an unknown one is refused', async () => {
    const lab = openLab({ 'pipeline.yaml': YAML, 'd.csv': DATA });
    expect(await said(lab, 'raw')).toBe('raw: stale\n    has no result yet\n');
    await lab.run();
    expect(await said(lab, 'tab')).toBe('tab: fresh\n');
    const unknown = await lab.cli(['explain', 'fti']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("did you mean 'fit'?");
    expect((await lab.cli(['explain'])).err).toContain('CE1509');
  });

  test('names the column, the values with unit and time, and the edit, before anything has run', async () => {
    const lab = await study();
    withOpen(lab, 'Ningbo,2016', '0.44');
    withOpen(lab, 'Lhasa,2013', '0.9');
    expect(await said(lab, 'fit')).toBe(`fit: stale
    late.open changed: 2 of 24 values (Lhasa 2013: 0.21 → 0.9, Ningbo 2016: 0.16 → 0.44)
  ← raw: stale
    d.csv changed, edited TIME
    → open: 2 of 32 values (Lhasa 2013: 0.21 → 0.9, Ningbo 2016: 0.16 → 0.44)
`);
    const { stages } = await lab.json<{ stages: { stage: string; why: Record<string, unknown>[] }[] }>(
      'explain',
      'fit',
    );
    expect(stages[0]?.why).toEqual([
      {
        kind: 'part',
        from: 'late',
        part: 'open',
        change: 'changed',
        values: {
          rows: 24,
          changed: 2,
          examples: [
            { at: ['Lhasa', '2013'], before: 0.21, after: 0.9 },
            { at: ['Ningbo', '2016'], before: 0.16, after: 0.44 },
          ],
          added: 0,
          addedNames: [],
          removed: 0,
          removedNames: [],
        },
      },
    ]);
    // nothing was computed for good
    expect((await lab.run()).stages).toEqual([
      'raw ran',
      'logs cached',
      'late cached',
      'fit ran',
      'other cached',
      'tab ran',
    ]);
  });

  test('an edit that reaches nobody leaves the stage fresh', async () => {
    const lab = await study();
    lab.edit('d.csv', ',n\n', ',changed\n');
    withOpen(lab, 'Wuhan,2010', '0.99'); // filtered out
    expect(await said(lab, 'fit')).toBe(`fit: fresh
    what runs again above it leaves all that it reads as it was: the cutoff holds
  ← raw: stale
    d.csv changed, edited TIME
    → open: 1 of 32 values (Wuhan 2010: 0.26 → 0.99)
    → note: 1 of 32 values (Ningbo 2010: 'n' → 'changed')
`);
    expect(await said(lab, 'raw')).toBe(`raw: stale
    d.csv changed, edited TIME
    → open: 1 of 32 values (Wuhan 2010: 0.26 → 0.99)
    → note: 1 of 32 values (Ningbo 2010: 'n' → 'changed')
`);
  });

  test('rows that come, go or move are told by name, each once', async () => {
    const lab = await study();
    const lines = DATA.split('\n').filter((l) => l !== '' && !l.startsWith('Lhasa,2013'));
    lab.write({ 'd.csv': [lines[0], ...lines.slice(1).reverse(), 'Harbin,2012,4.00,0.55,0.5,n', ''].join('\n') });
    expect(await said(lab, 'raw')).toBe(`raw: stale
    d.csv changed, edited TIME
    → rows added: 1 (Harbin 2012), rows removed: 1 (Lhasa 2013)
`);
    expect(await said(lab, 'other')).toContain(
      'the rows of raw changed: rows added: 1 (Harbin 2012), rows removed: 1 (Lhasa 2013)',
    );
  });

  test('a param in the words of the YAML, before and after, with its line', async () => {
    const lab = await study();
    lab.edit('pipeline.yaml', 'x: open\n', 'x: [open, fin]\n    absorb: city\n');
    expect(await said(lab, 'fit')).toBe(`fit: stale
    x: open → [open, fin]  (pipeline.yaml:11)
    absorb: – → city  (pipeline.yaml:12)
    late.city is read now
    late.fin is read now
`);
    lab.edit('pipeline.yaml', 'year < 2016', 'year < 2015');
    expect(await said(lab, 'other')).toContain('where: year < 2016 → year < 2015  (pipeline.yaml:13)');
    expect((await lab.run()).code).toBe(0);
    lab.edit('pipeline.yaml', 'x: [open, fin]', 'x: [open]');
    expect(await said(lab, 'fit')).toContain('x: [open, fin] → open  (pipeline.yaml:11)');
  });

  test('a var is edited where it stands; of long values it tells where they part', async () => {
    const long = Array.from({ length: 12 }, (_, i) => `a_long_control_${i}`);
    const lab = openLab({
      'pipeline.yaml': YAML.replace('name: t\n', 'name: t\ninclude: [vars.yaml]\n')
        .replace('x: open', 'x: open\n    controls: "${controls}"')
        .replace(
          'y: y, x: fin',
          "y: y, formula: 'y ~ fin + I(fin^2) + I(fin^3) + I(fin^4) + I(fin^5) + I(fin^6) + open'",
        ),
      'vars.yaml': `ceteris: 1\nvars:\n  controls: [fin, ${long.join(', ')}]\n`,
      'd.csv': DATA.split('\n')
        .map((line, i) =>
          line === '' ? '' : `${line},${long.map((name, j) => (i === 0 ? name : (i * 7 * (j + 1)) % 11)).join(',')}`,
        )
        .join('\n'),
    });
    lab.edit('pipeline.yaml', 'y: y, formula', 'formula');
    expect((await lab.run()).code).toBe(0);
    lab.edit('vars.yaml', 'a_long_control_11', 'note_11');
    lab.edit('d.csv', 'a_long_control_11', 'note_11');
    expect(await said(lab, 'fit')).toContain('    controls: […, a_long_control_11] → […, note_11]  (vars.yaml:3)\n');
    expect(await said(lab, 'fit', '--set', 'controls=[fin]')).toMatch(/ {4}controls: .* → fin {2}\(--set\)\n/);
    lab.edit('pipeline.yaml', 'I(fin^6) + open', 'I(fin^6)');
    expect(await said(lab, 'other')).toMatch(
      /formula: ….*I\(fin\^6\) \+ open → ….*I\(fin\^6\) {2}\(pipeline\.yaml:\d+\)\n/,
    );
  });

  test('a row condition that is written or taken away is a param, and rows are still called by their names', async () => {
    const lab = await study();
    lab.edit('pipeline.yaml', 'x: open\n', 'x: open\n    where: fin > 0.4\n');
    expect(await said(lab, 'fit')).toBe(`fit: stale
    where: – → fin > 0.4  (pipeline.yaml:12)
    the rows of late changed: rows removed: 1 (Dalian 2013)
`);
    expect((await lab.run()).code).toBe(0);
    lab.edit('pipeline.yaml', 'x: open\n    where: fin > 0.4\n', 'x: [open, fin]\n');
    expect(await said(lab, 'fit')).toContain('    where: fin > 0.4 → –  (pipeline.yaml:7)\n');
  });

  test('where `*` stands for one case more, that one is named, and not those that moved', async () => {
    const lab = openLab({
      'pipeline.yaml': YAML.replace('    x: open\n', '    x: open\n    matrix: { a: {}, c: { x: fin } }\n').replace(
        '[fit]',
        '"fit[*]"',
      ),
      'd.csv': DATA,
    });
    await lab.run();
    lab.edit('pipeline.yaml', 'c: { x: fin }', 'b: { x: [open, fin] }, c: { x: fin }');
    await lab.run('fit');
    expect(await whyTable(lab)).toEqual(['fit[b].value is read now']);
    await lab.run();
    lab.edit('pipeline.yaml', 'a: {}, ', '');
    await lab.run('fit');
    expect(await whyTable(lab)).toEqual(['fit[…].value is no longer read']);
  });

  test('code of the user’s own that changed is named by its file', async () => {
    const plugin = (factor: number): string => `import { defineStage, Params, Reference } from 'ceteris';
export const doubled = defineStage({
  type: 'doubled',
  doc: { summary: { en: 'x', zh: 'x' }, details: { en: 'x' }, example: '' },
  params: Params({ from: Reference('the table') }),
  inputs: { from: { kinds: ['table'] } },
  outputs: { table: { kind: 'table', doc: 'x' } },
  declare: () => ({ faults: [], spec: {}, reads: { from: [['#rows']] }, outputs: { table: { shape: { kind: 'table', open: false, columns: [] }, parts: [{ name: '#rows', how: 'made' }] } } }),
  run: ({ inputs }) => ({ ok: true, notes: ${factor} > 0 ? [] : [], outputs: { table: { parts: new Map([['#rows', inputs.from[0].parts.get('#rows')]]) } } }),
});
`;
    const lab = openLab({
      'pipeline.yaml': `${YAML.replace('name: t\n', 'name: t\nplugins: [mine/doubled.js]\n')}  two: { stage: doubled, from: raw }\n`,
      'd.csv': DATA,
      'mine/doubled.js': plugin(1),
    });
    expect((await lab.run()).code).toBe(0);
    lab.write({ 'mine/doubled.js': plugin(2) });
    expect(await said(lab, 'two')).toMatch(
      /^two: stale\n {4}mine\/doubled\.js changed, edited TIME: the code of 'doubled' changed\n/,
    );
  });

  test('in Chinese', async () => {
    const lab = await study();
    withOpen(lab, 'Ningbo,2016', '0.44');
    const { out } = await lab.cli(['explain', 'fit', '--lang', 'zh']);
    expect(out).toContain('fit: 已过期\n    late.open 已更改：24 个值中有 1 个 (Ningbo 2016: 0.16 → 0.44)');
  });
});

describe('plan', () => {
  test('says what would run and why, runs and writes nothing', async () => {
    const lab = await study();
    withOpen(lab, 'Ningbo,2016', '0.44');
    const before = lab.bytes('.ceteris/actions.log').length;
    const { stages } = await lab.json<{ stages: { stage: string; state: string; why: { kind: string }[] }[] }>('plan');
    expect(stages.map((s) => `${s.stage} ${s.state} ${s.why.map((w) => w.kind)}`)).toEqual([
      'raw stale file',
      'logs depends depends',
      'late depends depends',
      'fit depends depends',
      'other depends depends',
      'tab depends depends',
    ]);
    lab.edit('pipeline.yaml', 'keep: year > 2011', 'keep: year > 2010');
    await lab.cli(['plan']);
    expect(lab.bytes('.ceteris/actions.log').length).toBe(before);
  });
});
