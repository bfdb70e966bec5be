/** Random edits, each followed by a run over the store that has seen all before, and by one from nothing: they must agree. */
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandInOneProcess } from '../one-process.ts';
import { type Lab, labIn, PANEL } from './lab.ts';

interface Study {
  /** cells of the panel, header first */
  rows: string[][];
  controls: readonly string[];
  keep: string;
  expression: string;
  absorb: string;
  second: string;
  renamed: boolean;
  spaced: boolean;
  declared: boolean;
}

const base = (): Study => ({
  rows: PANEL.trimEnd()
    .split('\n')
    .map((line) => line.split(',')),
  controls: ['z'],
  keep: 'year >= 2002',
  expression: 'log(y)',
  absorb: '[id]',
  second: 'x',
  renamed: false,
  spaced: false,
  declared: false,
});

function yamlOf(s: Study): string {
  const logs = s.renamed ? 'logged' : 'logs';
  const text = `ceteris: 1
name: t
vars: { controls: [${s.controls.join(', ')}] }
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year }${s.declared ? ', columns: { x: { type: number } }' : ''} }
  ${logs}: { stage: derive, from: raw, columns: { ly: ${s.expression} } }
  late: { stage: filter, from: ${logs}, keep: ${s.keep} }
  fit:
    stage: regress
    from: late
    y: ly
    x: x
    matrix:
      a: {}
      b: { controls: "\${controls}" }
      c: { controls: "\${controls}", absorb: ${s.absorb} }
  whole: { stage: regress, from: raw, where: "${s.keep}", y: y, x: ${s.second} }
  means: { stage: aggregate, from: late, by: id, columns: { m: mean(ly), n: count(x) } }
  joined: { stage: merge, from: raw, with: means, on: id, validate: m:1, how: left }
  last: { stage: regress, from: joined, y: y, x: m }
  tab: { stage: table, columns: ["fit[*]", whole, last], formats: [csv, md] }
`;
  return s.spaced ? text.replaceAll('\n', '   # spaced\n') : text;
}
const dataOf = (s: Study): string => `${s.rows.map((r) => r.join(',')).join('\n')}\n`;

type Edit = (study: Study) => void;
const digit = fc.integer({ min: 1, max: 9 });
const row = fc.integer({ min: 1, max: 30 });
const column = fc.constantFrom('y', 'x', 'z', 'note');
const at = (s: Study, name: string): number => s.rows[0]?.indexOf(name) ?? -1;

const edits: fc.Arbitrary<Edit> = fc.oneof(
  // another last digit: the file keeps its size
  fc.tuple(row, column, digit).map(
    ([i, name, d]): Edit =>
      (s) => {
        const line = s.rows[i] ?? [];
        const cell = line[at(s, name)];
        if (cell !== undefined) line[at(s, name)] = cell.slice(0, -1) + String(d);
      },
  ),
  fc.tuple(row, row).map(
    ([i, j]): Edit =>
      (s) => {
        const [a, b] = [s.rows[i], s.rows[j]];
        if (a !== undefined && b !== undefined) [s.rows[i], s.rows[j]] = [b, a];
      },
  ),
  row.map(
    (i): Edit =>
      (s) => {
        if (s.rows.length > 20) s.rows.splice(i % s.rows.length || 1, 1);
      },
  ),
  fc.tuple(row, column).map(
    ([i, name]): Edit =>
      (s) => {
        const line = s.rows[i];
        if (line !== undefined) line[at(s, name)] = 'NA';
      },
  ),
  fc.constant<Edit>((s) => {
    s.rows = s.rows.map((line, i) => [i === 0 ? `extra${line.length}` : String(i), ...line]);
  }),
  fc.constant<Edit>((s) => {
    s.rows = s.rows.map((line) => [...line].reverse());
  }),
  fc.constantFrom<readonly string[]>([], ['z'], ['z', 'year'], ['year']).map(
    (controls): Edit =>
      (s) => {
        s.controls = controls;
      },
  ),
  fc.constantFrom('year >= 2002', 'year > 2001', 'year >= 2003', 'x > 0.5').map(
    (keep): Edit =>
      (s) => {
        s.keep = keep;
      },
  ),
  fc.constantFrom('log(y)', 'log(y) + 0', 'y * 2', 'x + y').map(
    (expression): Edit =>
      (s) => {
        s.expression = expression;
      },
  ),
  fc.constantFrom('[id]', '[id, year]', 'year').map(
    (absorb): Edit =>
      (s) => {
        s.absorb = absorb;
      },
  ),
  fc.constantFrom('x', 'z', '[x, z]').map(
    (second): Edit =>
      (s) => {
        s.second = second;
      },
  ),
  fc.constantFrom('renamed', 'spaced', 'declared' as const).map(
    (flag): Edit =>
      (s) => {
        s[flag as 'renamed'] = !s[flag as 'renamed'];
      },
  ),
  fc.constant<Edit>((s) => Object.assign(s, base())),
);

/** What a save does to the modification time, and how far the clock of the run is off. */
const manners = fc.record({
  time: fc.constantFrom('now', 'kept', 'kept', 'old', 'future', 'coarse'),
  clock: fc.constantFrom(0, 0, 0, -86_400_000, 86_400_000),
});

function save(lab: Lab, study: Study, time: string): void {
  for (const [name, text] of [
    ['pipeline.yaml', yamlOf(study)],
    ['panel.csv', dataOf(study)],
  ] as const) {
    if (lab.read(name) === text) continue;
    const { atime, mtime } = statSync(lab.at(name));
    lab.write({ [name]: text });
    const seconds = Math.floor(Date.now() / 1000);
    if (time === 'kept') utimesSync(lab.at(name), atime, mtime);
    if (time === 'old') utimesSync(lab.at(name), 1000, 1000);
    if (time === 'future') utimesSync(lab.at(name), seconds + 100_000, seconds + 100_000);
    if (time === 'coarse') utimesSync(lab.at(name), seconds - (seconds % 2), seconds - (seconds % 2));
  }
}

const preload = `--import ${new URL('other-clock.mjs', import.meta.url).href}`;
const folder = (): string => mkdtempSync(join(tmpdir(), 'ceteris-random-'));

test('random edits: what the store gives is what a run from nothing gives, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(edits, manners), { minLength: 1, maxLength: 5 }), async (steps) => {
      const study = base();
      const lab = labIn(folder(), { 'pipeline.yaml': yamlOf(study), 'panel.csv': dataOf(study) });
      await lab.run();
      for (const [edit, { time, clock }] of steps) {
        edit(study);
        save(lab, study, time);
        const env = { NODE_OPTIONS: preload, CETERIS_CLOCK_OFF: String(clock) };
        const run = await lab.cli(['run'], env);
        const scratch = labIn(folder(), { 'pipeline.yaml': yamlOf(study), 'panel.csv': dataOf(study) });
        const anew = await commandInOneProcess(scratch.folder, ['run']);
        expect([run.code, run.err]).toEqual([anew.code, anew.stderr]);
        if (anew.code === 0)
          for (const name of readdirSync(scratch.at('out')))
            expect(lab.read(`out/${name}`)).toBe(scratch.read(`out/${name}`));
        const again = await lab.run();
        if (anew.code === 0) expect(again.stages.filter((s) => !s.endsWith('cached'))).toEqual([]);
        rmSync(scratch.folder, { recursive: true, force: true });
      }
      // a store that has seen it all serves a copy of the study elsewhere
      const copy = labIn(folder(), {});
      cpSync(lab.folder, copy.folder, { recursive: true });
      const [here, there] = [await lab.run(), await copy.run()];
      expect(there.stages).toEqual(here.stages);
      for (const l of [lab, copy]) rmSync(l.folder, { recursive: true, force: true });
    }),
    { numRuns: 30 },
  );
});
