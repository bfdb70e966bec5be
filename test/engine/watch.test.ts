import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, PANEL, until } from './lab.ts';
import { elsewhere, watch } from './watched.ts';

const yaml = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: data/panel.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, y: y, x: x }
  own: { stage: regress, from: raw, y: y, x: z }
  tab: { stage: table, columns: [fit, own], formats: [csv] }
`;
const all = ['raw', 'fit', 'own', 'tab'];
const each = (status: string): string[] => all.map((s) => `${s} ${status}`);
const study = (): Lab => openLab({ 'pipeline.yaml': yaml, 'data/panel.csv': PANEL });
/** What came of each stage in the runs of a cycle: a folder that changes in several steps may be met in between. */
const together = (runs: readonly (readonly string[])[]): string[] =>
  all.map((s) => (runs.some((run) => run.includes(`${s} ran`)) ? `${s} ran` : (runs.at(-1)?.[all.indexOf(s)] ?? s)));
/** The cell of the first row, changed: same size. */
const changed = (digit: string): string => PANEL.replace('n0', digit).replace('\n1,2001,', `\n1,2001,${digit}`);

async function begun(lab: Lab): Promise<ReturnType<typeof watch>> {
  const w = watch(lab);
  expect((await w.settled()).at(-1)).toEqual(each('ran'));
  return w;
}

describe('watch', () => {
  test('a save of the data re-runs what reads it, a save of the YAML what it changes, and Ctrl-C ends with 130', async () => {
    const lab = study();
    const w = await begun(lab);
    let runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(changed('7'))})`);
    expect((await runs).at(-1)).toEqual(each('ran'));
    runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml.replace('x: z', 'x: [x, z]'))})`);
    expect((await runs).at(-1)).toEqual(['raw cached', 'fit cached', 'own ran', 'tab ran']);
    runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(`# said\n${yaml}`)})`);
    expect((await runs).at(-1)?.filter((s) => s !== 'tab ran')).toEqual([
      'raw cached',
      'fit cached',
      'own cached',
      'tab cached',
    ]);
    expect(await w.stop()).toBe(130);
  });

  test('a burst of saves is one batch', async () => {
    const lab = study();
    const w = await begun(lab);
    const runs = w.settled();
    elsewhere(
      lab,
      `for (let i = 0; i < 40; i++) { fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(PANEL)}.replace('5.', String(i % 10) + '.')); fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml)} + '# ' + i); }`,
    );
    expect(await runs).toHaveLength(1);
    await w.stop();
  });

  test('no save is lost, however it falls between events and runs', async () => {
    const lab = study();
    const w = await begun(lab);
    for (const gap of [3, 25, 50]) {
      elsewhere(
        lab,
        `for (const d of '1234') { fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(PANEL)}.replace('\\n1,2001,', '\\n1,2001,' + d)); pause(${gap}); } fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(PANEL)}.replace('\\n1,2001,', '\\n1,2001,${gap}'));`,
      );
      await w.next((e) => e.type === 'watching');
      await expect
        .poll(async () => (await lab.json<{ data: { y: number[] } }>('show', 'raw', '--head', '1')).data.y[0])
        .toBe(Number(`${gap}${PANEL.split('\n')[1]?.split(',')[2]}`));
      expect((await lab.run()).stages).toEqual(each('cached'));
    }
    await w.stop();
  });

  test('atomic saves: a new file under the old name, also by way of a backup', async () => {
    const lab = study();
    const w = await begun(lab);
    let runs = w.settled();
    elsewhere(
      lab,
      `fs.writeFileSync(at('data/.new'), ${JSON.stringify(changed('3'))}); fs.renameSync(at('data/.new'), at('data/panel.csv'))`,
    );
    expect(await runs).toEqual([each('ran')]);
    const events = w.cycle();
    elsewhere(
      lab,
      `fs.renameSync(at('data/panel.csv'), at('data/panel.bak')); pause(30); fs.writeFileSync(at('data/~new'), ${JSON.stringify(changed('4'))}); fs.renameSync(at('data/~new'), at('data/panel.csv')); fs.unlinkSync(at('data/panel.bak'))`,
    );
    // on a busy machine a run may begin on the way and be ended: what it did stands
    const told = await events;
    expect(told.filter((e) => e.type === 'run-finished')).toHaveLength(1);
    expect(new Set(told.flatMap((e) => (e.status === 'ran' ? [e.stage] : [])))).toEqual(new Set(all));
    runs = w.settled();
    elsewhere(
      lab,
      `fs.writeFileSync(at('.p.swp'), ${JSON.stringify(yaml.replace('x: z', 'x: [z, x]'))}); fs.renameSync(at('.p.swp'), at('pipeline.yaml'))`,
    );
    expect(await runs).toEqual([['raw cached', 'fit cached', 'own ran', 'tab ran']]);
    await w.stop();
  });

  test('a file that is empty for a moment, and half a YAML, are waited for', async () => {
    const lab = study();
    const w = await begun(lab);
    let runs = w.settled();
    elsewhere(
      lab,
      `fs.writeFileSync(at('data/panel.csv'), ''); pause(60); fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(changed('5'))})`,
    );
    expect(await runs).toEqual([each('ran')]);
    runs = w.settled();
    elsewhere(
      lab,
      `const t = ${JSON.stringify(yaml.replace('x: z', 'x: [z, x]'))}; fs.writeFileSync(at('pipeline.yaml'), t.slice(0, 150)); pause(60); fs.writeFileSync(at('pipeline.yaml'), t)`,
    );
    expect(await runs).toEqual([['raw cached', 'fit cached', 'own ran', 'tab ran']]);
    await w.stop();
  });

  test('a deleted data file fails its stage, and the file that comes back is taken up', async () => {
    const lab = study();
    const w = await begun(lab);
    let runs = w.settled();
    elsewhere(lab, `fs.unlinkSync(at('data/panel.csv'))`);
    expect(await runs).toEqual([['raw failed', 'fit blocked', 'own blocked', 'tab blocked']]);
    runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(PANEL)})`);
    expect((await runs).at(-1)).toEqual(each('cached'));
    await w.stop();
  });

  test('a folder that is missing, made, replaced or linked elsewhere', async () => {
    const lab = openLab({ 'pipeline.yaml': yaml });
    const w = watch(lab);
    expect(await w.settled()).toEqual([['raw failed', 'fit blocked', 'own blocked', 'tab blocked']]);
    let runs = w.settled();
    elsewhere(
      lab,
      `fs.mkdirSync(at('data')); pause(5); fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(PANEL)})`,
    );
    let met = await runs;
    if (met.at(-1)?.includes('raw failed')) met = await w.settled();
    expect(together(met)).toEqual(each('ran'));
    runs = w.settled();
    lab.write({ 'next/panel.csv': changed('6') });
    renameSync(lab.at('data'), lab.at('old'));
    renameSync(lab.at('next'), lab.at('data'));
    expect(together(await runs)).toEqual(each('ran'));
    runs = w.settled();
    lab.write({ 'third/panel.csv': changed('8') });
    rmSync(lab.at('data'), { recursive: true });
    symlinkSync(lab.at('third'), lab.at('data'));
    expect(together(await runs)).toEqual(each('ran'));
    runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('third/panel.csv'), ${JSON.stringify(changed('9'))})`);
    expect(together(await runs)).toEqual(each('ran'));
    await w.stop();
  });

  test('a linked data file is followed to where it lives', async () => {
    const lab = openLab({ 'pipeline.yaml': yaml, 'store/a.csv': PANEL, 'store/b.csv': changed('2') });
    mkdirSync(lab.at('data'));
    symlinkSync('../store/a.csv', lab.at('data/panel.csv'));
    const w = await begun(lab);
    let runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('store/a.csv'), ${JSON.stringify(changed('1'))})`);
    expect((await runs).at(-1)).toEqual(each('ran'));
    runs = w.settled();
    elsewhere(lab, `fs.unlinkSync(at('data/panel.csv')); fs.symlinkSync('../store/b.csv', at('data/panel.csv'))`);
    expect((await runs).at(-1)).toEqual(each('ran'));
    await w.stop();
  });

  test('a broken YAML is told of once and keeps the last good state; the next save recovers', async () => {
    const lab = study();
    const w = await begun(lab);
    const table = lab.read('out/tab.csv');
    const lastRun = async (script: string) => {
      elsewhere(lab, script);
      return (await w.cycle()).findLast((e) => e.type === 'run-finished');
    };
    const refused = await lastRun(
      `fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml.replace('x: z', 'x: [z'))})`,
    );
    expect([refused?.ok, refused?.stages, refused?.diagnostics?.[0]?.code]).toEqual([false, [], 'CE1013']);
    expect(lab.read('out/tab.csv')).toBe(table);
    const unknown = await lastRun(
      `fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml.replace('x: z', 'x: q'))})`,
    );
    expect(unknown?.diagnostics?.[0]?.code).toBe('CE2001');
    // data is still followed, and an included file that is new to it too
    const settled = w.settled();
    elsewhere(
      lab,
      `fs.writeFileSync(at('more.yaml'), 'stages: { two: { stage: regress, from: raw, y: y, x: [x, z] } }'); fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml.replace('stages:', 'include: more.yaml\nstages:'))})`,
    );
    expect((await settled).at(-1)?.filter((s) => s.endsWith('ran'))).toEqual(['two ran']);
    const more = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('more.yaml'), 'stages: { two: { stage: regress, from: raw, y: z, x: x } }')`);
    expect((await more).at(-1)?.filter((s) => s.endsWith('ran'))).toEqual(['two ran']);
    await w.stop();
  });

  test('an included file is waited for while it is not there, or cannot be read', async () => {
    const lab = openLab({
      'pipeline.yaml': yaml.replace('stages:', 'include: [more.yaml]\nstages:'),
      'data/panel.csv': PANEL,
    });
    const w = watch(lab);
    const refused = async () => (await w.cycle()).flatMap((e) => e.diagnostics ?? []).map((d) => d.code);
    expect(await refused()).toEqual(['CE1002']);
    elsewhere(lab, `fs.writeFileSync(at('more.yaml'), 'stages: { two: ]')`);
    expect((await refused()).at(-1)).toMatch(/^CE10/);
    elsewhere(
      lab,
      `fs.writeFileSync(at('more.yaml'), 'stages: { two: { stage: regress, from: raw, y: y, x: [x, z] } }')`,
    );
    expect((await w.settled()).at(-1)).toContain('two ran');
    await w.stop();
  });

  test('what was saved is said before what comes of it', async () => {
    const lab = study();
    const w = await begun(lab);
    elsewhere(lab, `fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml.replace('x: z', 'x: [x, z]'))})`);
    const said = await w.cycle();
    const saved = said.find((e) => e.type === 'saved');
    expect([saved?.files, saved?.gone]).toEqual([['pipeline.yaml'], []]);
    elsewhere(lab, `fs.unlinkSync(at('data/panel.csv'))`);
    expect((await w.cycle()).find((e) => e.type === 'saved')?.gone).toEqual(['data/panel.csv']);
    elsewhere(lab, `fs.unlinkSync(at('pipeline.yaml'))`);
    expect((await w.cycle()).find((e) => e.type === 'saved')?.gone).toEqual(['pipeline.yaml']);
    await w.stop();
  });

  test('people are told why a stage ran', async () => {
    const lab = study();
    const child = lab.start(['watch']);
    let text = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes;
    });
    const waits = (times: number) => until(() => text.split('watching').length > times);
    await waits(1);
    const first = text;
    elsewhere(
      lab,
      `fs.writeFileSync(at('.new'), ${JSON.stringify(yaml.replace('x: z', 'x: [x, z]'))}); fs.renameSync(at('.new'), at('pipeline.yaml'))`,
    );
    await waits(2);
    const lines = text.slice(first.length).replaceAll(/\d\d:\d\d:\d\d|, [\d.]+ m?s/g, '');
    expect(lines.split('\n').slice(0, 6)).toEqual([
      '──   saved pipeline.yaml',
      '✓ own  ran',
      '    x: z → [x, z]  (pipeline.yaml:6)',
      '✓ tab  ran',
      '    ← own.value changed',
      '    → out/tab.csv',
    ]);
    child.kill('SIGINT');
  });

  test('a folder without a pipeline, and a store that cannot be used, are waited out', async () => {
    const lab = openLab({ 'data/panel.csv': PANEL, '.ceteris': 'in the way' });
    const w = watch(lab);
    expect((await w.next((e) => e.type === 'run-finished')).diagnostics?.[0]?.code).toBe('CE1511');
    await w.next((e) => e.type === 'watching');
    let next = w.next((e) => e.type === 'run-finished');
    elsewhere(lab, `fs.writeFileSync(at('pipeline.yaml'), ${JSON.stringify(yaml)})`);
    expect((await next).diagnostics?.[0]?.code).toBe('CE4006');
    rmSync(lab.at('.ceteris'));
    next = w.next((e) => e.type === 'run-finished');
    elsewhere(lab, `fs.appendFileSync(at('pipeline.yaml'), '# go on')`);
    expect((await next).ok).toBe(true);
    expect(await w.stop('SIGTERM')).toBe(130);
  });

  test('polling, where a disk tells nothing', async () => {
    const lab = study();
    const w = watch(lab, ['--poll'], { CHOKIDAR_INTERVAL: '50' });
    expect((await w.settled()).at(-1)).toEqual(each('ran'));
    const runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(changed('7'))})`);
    expect((await runs).at(-1)).toEqual(each('ran'));
    await w.stop();
  });

  test('two watches on one folder agree, and neither wakes the other for ever', async () => {
    const lab = study();
    const both = [watch(lab), watch(lab)] as const;
    for (const w of both) expect((await w.settled()).at(-1)?.every((s) => /ran|cached/.test(s))).toBe(true);
    const settled = both.map((w) => w.settled());
    elsewhere(lab, `fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(changed('7'))})`);
    for (const runs of await Promise.all(settled)) expect(runs).toHaveLength(1);
    expect((await lab.run()).stages).toEqual(each('cached'));
    elsewhere(lab, 'pause(300)');
    for (const w of both) {
      expect(w.events.filter((e) => e.type === 'run-finished')).toHaveLength(2);
      await w.stop();
    }
  });

  test('outputs that watch writes itself do not wake it', async () => {
    const lab = openLab({ 'pipeline.yaml': yaml.replace('formats', 'to: tab, formats'), 'data/panel.csv': PANEL });
    const w = await begun(lab);
    const runs = w.settled();
    elsewhere(lab, `fs.writeFileSync(at('data/panel.csv'), ${JSON.stringify(changed('7'))})`);
    expect(await runs).toHaveLength(1);
    elsewhere(lab, 'pause(300)');
    expect(w.events.filter((e) => e.type === 'run-finished')).toHaveLength(2);
    await w.stop();
  });
});

/** A stage that takes seconds in a worker thread, beside one that does not. */
const slow = (draws: number, x: string, note = '') => `ceteris: 1
name: s
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  long: { stage: placebo, from: raw, y: y, x: d, absorb: [id, year], cluster: id, draws: ${draws} }
  fit: { stage: regress, from: raw, y: y, x: ${x} } ${note}
`;
const PANEL_WITH_D = PANEL.split('\n')
  .map((line, i) =>
    line === ''
      ? ''
      : `${line},${i === 0 ? 'd' : Number(line.split(',')[0]) > 3 && Number(line.split(',')[1]) > 2002 ? 1 : 0}`,
  )
  .join('\n');

describe('a save while a run is under way', () => {
  test.each([[[]], [['--jobs', '1']]])('keeps the work that is still wanted %j', async (args) => {
    const lab = openLab({ 'pipeline.yaml': slow(200_000, 'x'), 'panel.csv': PANEL_WITH_D });
    const w = watch(lab, args);
    await w.next((e) => e.type === 'stage-progress' && Number(e.done) > 0.3);
    const settled = w.settled();
    // the ingest has to run before it is known whether what is under way is still wanted
    lab.write({ 'pipeline.yaml': slow(200_000, 'z'), 'panel.csv': PANEL_WITH_D.replace('n0', 'n9') });
    const runs = await settled;
    expect(runs.at(-1)).toEqual(['raw ran', 'long ran', 'fit ran']);
    expect(runs).toHaveLength(1);
    const done = w.events.flatMap((e) => (e.type === 'stage-progress' ? [Number(e.done)] : []));
    expect(done.length).toBeGreaterThan(1);
    expect(done).toEqual([...done].sort((a, b) => a - b)); // begun anew it would have gone back
    await w.stop();
  });

  test.each([[[]], [['--jobs', '1']]])('cancels the work that it made pointless %j', async (args) => {
    const lab = openLab({ 'pipeline.yaml': slow(2_000_000, 'x'), 'panel.csv': PANEL_WITH_D });
    const w = watch(lab, args);
    await w.next((e) => e.type === 'stage-progress');
    const settled = w.settled();
    // one event: a file written in place is two, and the second may come when the work of the first is done
    lab.write({ '.new': slow(100, 'x') });
    renameSync(lab.at('.new'), lab.at('pipeline.yaml'));
    const [run] = await settled;
    expect(run?.slice(0, 2)).toEqual(['raw cached', 'long ran']);
    expect(await w.stop()).toBe(130);
  });

  test('also while the groups of a foreach are being found', async () => {
    const groups = (seconds: number) => `ceteris: 1
name: s
stages:
  slow: { stage: exec, run: [sh, -c, "sleep ${seconds}; printf 'g,a\\n1,2\\n2,3\\n' > t.csv"], outputs: { t: { file: t.csv } } }
  each: { stage: describe, from: slow, foreach: g, columns: [a] }
`;
    const lab = openLab({ 'pipeline.yaml': groups(600) });
    const w = watch(lab);
    const isUnderWay = () =>
      existsSync(lab.at('.ceteris/scratch')) && readdirSync(lab.at('.ceteris/scratch')).length > 0;
    await until(isUnderWay); // nothing is said before the groups are known
    const settled = w.settled();
    lab.write({ 'pipeline.yaml': groups(0) });
    expect((await settled).at(-1)).toEqual(['slow ran', 'each[1] ran', 'each[2] ran']);
    await w.stop();
  });

  test('Ctrl-C in the middle of a run ends at once, and what was finished stays', async () => {
    const lab = openLab({ 'pipeline.yaml': slow(2_000_000, 'x'), 'panel.csv': PANEL_WITH_D });
    const w = watch(lab);
    await w.next((e) => e.type === 'stage-finished' && e.stage === 'fit');
    expect(await w.stop()).toBe(130);
    lab.write({ 'pipeline.yaml': slow(100, 'x') });
    expect((await lab.run()).stages).toEqual(['raw cached', 'long ran', 'fit cached']);
  });
});
