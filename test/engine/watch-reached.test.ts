/** A watch goes on from the run that stands, and comes to what a run from nothing comes to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Lab, openLab, PANEL } from './lab.ts';
import { elsewhere, watch } from './watched.ts';

/** So many that a watch does not look at all of them: they are one action. */
const many = Array.from({ length: 101 }, (_, i) => `      c${i}: {}\n`).join('');
const yaml = `ceteris: 1
name: t
stages:
  many:
    stage: describe
    from: other
    matrix:
${many}  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  other: { stage: ingest, file: second.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, y: y, x: x }
  own: { stage: regress, from: other, y: y, x: z, where: year > 0 }
  tab: { stage: table, columns: [fit, own], formats: [csv] }
  alone: { stage: table, columns: own, formats: [csv, md] }
`;
const files = { 'pipeline.yaml': yaml, 'panel.csv': PANEL, 'second.csv': PANEL };

/** The head of the last run on record. */
function lastRun(lab: Lab): { readonly looked?: number; readonly standing?: boolean } {
  const folder = lab.at('.ceteris/runs');
  const last =
    readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .at(-1) ?? '';
  return JSON.parse(readFileSync(join(folder, last), 'utf8').split('\n')[0] ?? '');
}

const documents = (lab: Lab): unknown =>
  readdirSync(lab.at('out'))
    .sort()
    .map((name) => [name, lab.read(`out/${name}`)]);

/** What a run in a folder with nothing but these files puts out. */
async function fromNothing(lab: Lab): Promise<unknown> {
  const fresh = openLab(Object.fromEntries(Object.keys(files).map((name) => [name, lab.read(name)])));
  await fresh.run();
  return documents(fresh);
}

const write = (name: string, text: string): string => `fs.writeFileSync(at('${name}'), ${JSON.stringify(text)});`;
const cell = (digit: string): string => PANEL.replace(/\n1,2001,\d/, `\n1,2001,${digit}`);

test('a save is looked at downwards from what it changed, and what stands serves the next run', async () => {
  const lab = openLab(files);
  const w = watch(lab);
  await w.cycle();
  elsewhere(lab, write('panel.csv', cell('7')));
  expect((await w.settled()).at(-1)?.filter((s) => s.endsWith('ran'))).toEqual(['raw ran', 'fit ran', 'tab ran']);
  expect(lastRun(lab).looked).toBeLessThan(6);
  elsewhere(lab, write('pipeline.yaml', yaml.replace('x: z', 'x: [z, x]')));
  expect((await w.settled()).at(-1)?.filter((s) => s.endsWith('ran'))).toEqual(['own ran', 'tab ran', 'alone ran']);
  expect(lastRun(lab).looked).toBeLessThan(6);
  await w.stop();
  expect((await lab.run()).stages?.every((s) => s.endsWith('cached'))).toBe(true);
  expect(lastRun(lab).standing).toBe(true);
});

test('so are a save that breaks a stage and the one that mends it', async () => {
  const lab = openLab(files);
  const w = watch(lab);
  await w.cycle();
  elsewhere(lab, write('panel.csv', PANEL.replace('\n', '\n"')));
  expect((await w.settled()).at(-1)).toEqual(
    expect.arrayContaining(['raw failed', 'fit blocked', 'tab blocked', 'own cached']),
  );
  expect(lastRun(lab).looked).toBeLessThan(6);
  elsewhere(lab, write('panel.csv', cell('7')));
  expect((await w.settled()).at(-1)?.filter((s) => s.endsWith('ran'))).toEqual(['raw ran', 'fit ran', 'tab ran']);
  expect(lastRun(lab).looked).toBeLessThan(6);
  expect(documents(lab)).toEqual(await fromNothing(lab));
});

test('after saves of every kind the outputs are those of a run from nothing', async () => {
  const lab = openLab(files);
  const w = watch(lab);
  await w.cycle();
  const steps: readonly (readonly [name: string, script: string])[] = [
    ['a cell', write('panel.csv', cell('7'))],
    ['the same size in the same moment', `${write('panel.csv', cell('8'))} ${write('panel.csv', cell('9'))}`],
    ['a time in the past', `${write('panel.csv', cell('5'))} fs.utimesSync(at('panel.csv'), 1000, 1000);`],
    ['the same time and size', `${write('panel.csv', cell('6'))} fs.utimesSync(at('panel.csv'), 1000, 1000);`],
    ['a time to come', `${write('second.csv', cell('4'))} fs.utimesSync(at('second.csv'), 4e9, 4e9);`],
    ['another column', write('pipeline.yaml', yaml.replace('x: z', 'x: [z, x]'))],
    ['a comment', write('pipeline.yaml', `# said\n${yaml.replace('x: z', 'x: [z, x]')}`)],
    ['data and YAML', `${write('pipeline.yaml', yaml)} ${write('panel.csv', cell('3'))}`],
    ['another stage', write('pipeline.yaml', `${yaml}  more: { stage: table, columns: fit, formats: [csv] }\n`)],
    ['a stage less', write('pipeline.yaml', yaml.replace(/ {2}alone.*\n/, ''))],
    ['a stage by another name', write('pipeline.yaml', yaml.replaceAll('own', 'two'))],
    ['another file', write('pipeline.yaml', yaml.replace('second.csv', 'panel.csv'))],
    [
      'what stands is gone',
      `fs.rmSync(at('.ceteris/standing'), { recursive: true }); ${write('panel.csv', cell('2'))}`,
    ],
    ['the store is gone', `fs.rmSync(at('.ceteris'), { recursive: true }); ${write('panel.csv', cell('1'))}`],
    ['broken, then mended', `${write('pipeline.yaml', 'stages: [')} pause(300); ${write('pipeline.yaml', yaml)}`],
    ['gone, then back', `fs.unlinkSync(at('panel.csv')); pause(400); ${write('panel.csv', cell('7'))}`],
  ];
  for (const [name, script] of steps) {
    elsewhere(lab, script);
    // a save that is made in two steps may be met in between
    for (let met = await w.settled(); ; met = await w.settled())
      if (met.at(-1)?.length !== 0 && met.at(-1)?.every((s) => /ran$|cached$/.test(s))) break;
    expect(documents(lab), name).toEqual(await fromNothing(lab));
  }
  await w.stop();
});
