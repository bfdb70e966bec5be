/** Slips that YAML lets pass: each is told once, at the very characters, with what is to be written. */
import { expect, test } from 'vitest';
import { openLab, PANEL } from './lab.ts';

/** A stage, its fault, what the place marks, and what the help says. */
const SLIPS: readonly (readonly [stage: string, code: string, marked: string, help: string])[] = [
  ['{ stage: regress, from: raw, y: y, x:z, controls: x }', 'CE1025', 'x:z', 'write x: z'],
  ['{ stage: regress, from: raw, y：y, x: x }', 'CE1024', 'y：y', "write ':'"],
  ['{ stage: regress, from: raw, y y, x: x }', 'CE1015', 'y y', "':' missing"],
  ['{ stage:regress, from: raw, y: y, x: x }', 'CE1025', 'stage:regress', 'write stage: regress'],
  ['{ Stage: regress, from: raw, y: y, x: x }', 'CE1112', 'Stage', 'write stage:'],
  ['{ stage: filter, from: raw, keep: year ≤ 2002 }', 'CE2050', '≤', 'half-width'],
  ['{ stage: filter, from: raw, keep: x > 1 && y > 1 }', 'CE2050', '&&', 'and, or, not'],
  ['{ stage: filter, from: raw, keep: x > 1 | y > 1 }', 'CE2050', '|', 'and, or, not'],
  ["{ stage: filter, from: raw, keep: '!missing(x)' }", 'CE2050', '!', 'and, or, not'],
  ['{ stage: filter, from: raw, keep: log（x） > 1 }', 'CE2050', '（', 'half-width'],
  ['{ stage: filter, from: raw, keep: year <= 2015-10-11 }', 'CE2051', '2015-10-11', "'2015-10-11'"],
  ['{ stage: filter, from: raw, keep: id == 010 }', 'CE2051', '010', "'010'"],
  ['{ stage: regress, from: raw, y: y, x: [x，z] }', 'CE2050', '，', 'half-width'],
  ['{ stage: regress, from: raw, y: y, x: x, absorb: "id、year" }', 'CE1264', '"id、year"', '[id, year]'],
  ['{ stage: regress, from: raw, y: y, x: x z }', 'CE1264', 'x z', '[x, z]'],
];

test('each slip is told once, at its place', async () => {
  const lines = SLIPS.map(([stage], i) => `  s${i}: ${stage}\n`);
  const head = 'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: panel.csv }\n';
  const text = head + lines.join('');
  const lab = openLab({ 'pipeline.yaml': text, 'panel.csv': PANEL });
  const { out } = await lab.cli(['check', '--json']);
  const { diagnostics } = JSON.parse(out) as {
    readonly diagnostics: readonly { code: string; line: number; column: number; end_column: number; hint: string }[];
  };
  const told = diagnostics.map((d) => [
    d.line - 5,
    d.code,
    text.split('\n')[d.line - 1]?.slice(d.column - 1, d.end_column - 1),
  ]);
  expect(told).toEqual(SLIPS.map(([, code, marked], i) => [i, code, marked]));
  for (const [i, [, , , help]] of SLIPS.entries()) expect(diagnostics[i]?.hint, SLIPS[i]?.[0]).toContain(help);
});

test('a file in GBK is shown where it is no UTF-8', async () => {
  const lab = openLab({ 'panel.csv': PANEL });
  const title = [0xbf, 0xe7, 0xbe, 0xb3]; // 跨境
  lab.write({ 'pipeline.yaml': Buffer.from([...Buffer.from('ceteris: 1\ntitle: '), ...title, 10]) });
  const { out } = await lab.cli(['check', '--json']);
  const [fault] = (JSON.parse(out) as { diagnostics: { code: string; line: number; column: number }[] }).diagnostics;
  expect([fault?.code, fault?.line, fault?.column]).toEqual(['CE1009', 2, 8]);
});
