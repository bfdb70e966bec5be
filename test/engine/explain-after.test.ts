import { readdirSync, rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DATA, said, study, withOpen, YAML } from './explain-study.ts';
import { openLab, until } from './lab.ts';

describe('explain, with earlier runs behind it', () => {
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
});
