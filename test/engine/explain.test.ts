import { readdirSync, rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Lab, openLab, until } from './lab.ts';

const CITIES = ['Ningbo', 'Lhasa', 'Wuhan', 'Dalian'];
const DATA = [
  'city,year,y,open,fin,note',
  ...CITIES.flatMap((city, c) =>
    Array.from(
      { length: 8 },
      (_, t) =>
        `${city},${2010 + t},${(3 + c + ((t * 7) % 5) / 3).toFixed(2)},0.${10 + c * 8 + t},0.${60 - c * 7 + ((t * 3) % 8)},n`,
    ),
  ),
  '',
].join('\n');
const YAML = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: d.csv, panel: { unit: city, time: year } }
  logs: { stage: derive, from: raw, columns: { ly: log(y) } }
  late: { stage: filter, from: logs, keep: year > 2011 }
  fit:
    stage: regress
    from: late
    y: ly
    x: open
  other: { stage: regress, from: raw, where: year < 2016, y: y, x: fin }
  tab: { stage: table, columns: [fit], formats: [csv] }
`;
const study = async (): Promise<Lab> => {
  const lab = openLab({ 'pipeline.yaml': YAML, 'd.csv': DATA });
  expect((await lab.run()).code).toBe(0);
  return lab;
};
/** The line of a city and year with another `open`. */
const withOpen = (lab: Lab, row: string, open: string): void => {
  const line = lab
    .read('d.csv')
    .split('\n')
    .find((l) => l.startsWith(`${row},`)) as string;
  const cells = line.split(',');
  lab.edit('d.csv', line, [...cells.slice(0, 3), open, ...cells.slice(4)].join(','));
};
const said = async (lab: Lab, ...args: readonly string[]): Promise<string> => {
  const { out, err, code } = await lab.cli(['explain', ...args]);
  expect([code, err]).toEqual([0, '']);
  return out.replace(/edited [\d-]* ?\d\d:\d\d:\d\d/g, 'edited TIME');
};

/** Why the table is stale, in lines, without what stands above it. */
const whyTable = async (lab: Lab): Promise<string[]> => {
  const [, ...lines] = (await said(lab, 'tab')).trimEnd().split('\n');
  const above = lines.findIndex((line) => line.includes('←'));
  return lines.slice(0, above === -1 ? undefined : above).map((line) => line.trim());
};

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

  test('what is slow and in the store stands in no way of the values below it', async () => {
    const lab = await study();
    const [run] = readdirSync(lab.at('.ceteris/runs'));
    const log = `.ceteris/runs/${run}`;
    lab.write({ [log]: lab.read(log).replace(/("name":"(?:raw|logs)".*?"ms":)[\d.]+/g, '$1 5000') });
    lab.edit('pipeline.yaml', 'year > 2011', 'year > 2012');
    expect(await said(lab, 'fit')).toBe(`fit: stale
    the rows of late changed: rows removed: 4 (Ningbo 2012, Lhasa 2012, Wuhan 2012, …)
  ← late: stale
    keep: year > 2011 → year > 2012  (pipeline.yaml:6)
`);
  });

  test('what failed or was not asked for is still compared with its last result', async () => {
    const lab = await study();
    lab.edit('d.csv', 'Ningbo,2010', 'Ningbo,2011');
    expect((await lab.run()).code).toBe(1);
    lab.edit('d.csv', 'Ningbo,2011', 'Ningbo,2010');
    withOpen(lab, 'Ningbo,2016', '0.44');
    expect(await said(lab, 'fit')).toContain('late.open changed: 1 of 24 values (Ningbo 2016: 0.16 → 0.44)');
    await lab.run('logs');
    expect(await said(lab, 'fit')).toContain('late.open changed: 1 of 24 values (Ningbo 2016: 0.16 → 0.44)');
  });

  test('a stage that comes out the same says that the cutoff holds, before the run and after it', async () => {
    const lab = await study();
    lab.write({ 'd.csv': DATA.replaceAll('\n', '\r\n') });
    expect(await said(lab, 'raw')).toBe(`raw: stale
    d.csv changed, edited TIME
    → gives the result that it had: the cutoff holds, nothing below it runs for its sake
`);
    expect((await lab.cli(['run'])).out).toMatch(/^✓ raw {2}ran, .*, same result: the cutoff held$/m);
    // a stage that makes nothing of its own has no result to compare in its first run
    lab.edit('pipeline.yaml', 'stages:', 'stages:\n  first: { stage: select, from: raw, columns: [city] }');
    expect((await lab.cli(['run', 'first'])).out).toMatch(/^✓ first {2}ran, [^,]*$/m);
    const after = await said(lab, 'raw');
    expect(after).toMatch(/^raw: fresh\n\nraw ran last in \S+, with the result of \S+: the cutoff held\n/);
    expect(after).toMatch(/Why\n {2}d\.csv changed {2}← raw\n/);
    // what did not run has nothing to tell
    expect(await said(lab, 'fit')).toBe('fit: fresh\n');
  });

  test('after a run it tells what came of the run in which a stage last ran, up to the edit', async () => {
    const lab = await study();
    withOpen(lab, 'Ningbo,2016', '0.44');
    expect((await lab.run()).code).toBe(0);
    lab.edit('d.csv', ',n\n', ',other\n'); // a later run, in which only the ingest ran
    expect((await lab.run()).code).toBe(0);
    const told = await said(lab, 'tab');
    expect(told).toMatch(/^tab: fresh\n\ntab ran last in \S+; against \S+:\ntables that print otherwise: 1/);
    expect(told).toMatch(/\n {4}open {2,}\(1\) {2}.* → .*\n/);
    expect(told).toMatch(/\n~ fit {2}another result\n/);
    expect(told).toMatch(
      /Why\n {2}d\.csv changed {2}← raw\n {4}→ open: 1 of 32 values \(Ningbo 2016: 0\.16 → 0\.44\)\n$/,
    );
    expect(told).not.toContain('~ other');
    const { last } = await lab.json<{ last: { of: string[]; causes: { stages: string[] }[] }[] }>('explain', 'tab');
    expect(last.map((l) => [l.of, l.causes.map((c) => c.stages)])).toEqual([[['tab'], [['raw']]]]);
  });

  test('of a result that `show` has made since the last run it tells what that makes otherwise', async () => {
    const lab = await study();
    withOpen(lab, 'Lhasa,2015', '0.99');
    expect((await lab.cli(['show', 'fit'])).code).toBe(0);
    const text = await said(lab, 'fit');
    expect(text).toContain('its result is in the store and is not that of the last run: show has made it since');
    expect(text).toMatch(/\nfit now, against \S+Z-[0-9a-f]{6}:\n/);
    expect(text).toMatch(/d\.csv changed[\s\S]*Lhasa 2015: 0\.\d+ → 0\.99/);
    expect(text).not.toContain('ran last in');
    await lab.run();
    expect(await said(lab, 'fit')).not.toContain('is not that of the last run');
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

  test('who watches is told the lines of the YAML, the scripts and the code that made a stage run', async () => {
    const lab = openLab({
      'pipeline.yaml': `${YAML}  script: { stage: exec, run: [node, s.mjs], inputs: { s.mjs: ./s.mjs }, outputs: { t: { file: stdout } } }\n`,
      'd.csv': DATA,
      's.mjs': "console.log('a,b\\n1,2')\n",
    });
    const child = lab.start(['watch']);
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      out += String(bytes);
    });
    const waits = (): number => out.split('watching ').length - 1;
    const saidAfter = async (edit: () => void): Promise<string> => {
      const [from, seen] = [out.length, waits()];
      edit();
      await until(() => waits() > seen);
      return out.slice(from).replace(/edited [\d-]* ?\d\d:\d\d:\d\d/g, 'edited TIME');
    };
    expect(await saidAfter(() => {})).not.toContain('→ ['); // all is new: nothing was done to a stage
    const where = await saidAfter(() => lab.edit('pipeline.yaml', 'year < 2016', 'year < 2015'));
    expect(where).toMatch(/✓ other {2}ran.*\n {4}where: year < 2016 → year < 2015 {2}\(pipeline\.yaml:12\)\n/);
    const param = await saidAfter(() => lab.edit('pipeline.yaml', 'x: open\n', 'x: [open, fin]\n'));
    expect(param).toMatch(/✓ fit {2}ran.*\n {4}x: open → \[open, fin\] {2}\(pipeline\.yaml:11\)\n/);
    // what follows from it has no edit of its own
    expect(param).toMatch(/✓ tab {2}ran.*\n {4}← fit\.value changed\n {4}→ out/);
    const script = await saidAfter(() => lab.edit('s.mjs', '1,2', '1,3'));
    expect(script).toMatch(
      /✓ script {2}ran.*\n {4}s\.mjs changed, edited TIME\n {4}→ b: 1 of 1 values \(#1: 2 → 3\)\n/,
    );
    const same = await saidAfter(() => lab.edit('pipeline.yaml', 'log(y)', 'log(1*y)'));
    expect(same).toMatch(/✓ logs {2}ran, .*, same result: the cutoff held\n {4}columns\.ly: log\(y\) → log\(1\*y\)/);
  });

  test('of results whose values were swept away it says that', async () => {
    const lab = await study();
    withOpen(lab, 'Ningbo,2016', '0.44');
    rmSync(lab.at('.ceteris/blobs'), { recursive: true });
    const { out, code } = await lab.cli(['explain', 'fit']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^fit: stale\n {4}its result is not in the store/)]);
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
