/** Data that cannot be read, or that leave nothing to estimate: what is said, and that the rest runs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Lab, openLab, PANEL } from './lab.ts';
import { head, header, lab, pipeline, rows } from './small-study.ts';

/** Runs, shows that what does not depend on the bad input ran, that nothing crashed, and gives what was said. */
async function outcome(l: Lab): Promise<{ said: string[]; stages: readonly string[]; messages: string[] }> {
  const r = await l.run();
  expect(r.code).toBe(1);
  expect(r.stages).toContain('good ran');
  expect(r.stages).toContain('sums ran');
  expect(`${r.out}${r.err}`).not.toMatch(/ {4}at |node:internal|NaN|undefined|ceteris bug/);
  return { said: [...r.faults], stages: r.stages, messages: r.diagnostics.map((d) => d.message) };
}

describe('data files', () => {
  const failing: readonly [what: string, data: string | Uint8Array, said: string[], message: RegExp][] = [
    ['an empty file', '', ['CE2012 6:d.csv'], /empty/],
    ['a header only', header, ['CE2019 6:d.csv'], /no rows/],
    [
      'ragged rows',
      `${header}a,1,1,2\na,2,1\nb,1,2,3,4\n`,
      ['CE2017 6:d.csv', 'CE2017 6:d.csv'],
      /row 2 \(line 3\) has 3 fields/,
    ],
    ['duplicate keys', `${header}${rows}a,2,9,9\n`, ['CE2022 7:{ unit: city, time: year }'], /a 2 \(2, 7\)/],
    ['a missing key', `${header}${rows}a,,9,9\n`, ['CE2025 7:year'], /'year'.*row 7/],
    ['binary content', Uint8Array.from({ length: 600 }, (_, i) => (i * 7) % 256), ['CE2010 6:d.csv'], /binary/],
    [
      'text that is not UTF-8 nor GB18030',
      Buffer.concat([Buffer.from(header), Buffer.from([0xff, 0xff, 0x2c])]),
      ['CE2011 6:d.csv'],
      /byte 14/,
    ],
    ['an open quote', `${header}"a,1,1,2\n${rows}`, ['CE2016 6:d.csv'], /line 2/],
    ['two columns of one name', `city,year,y,y\n${rows}`, ['CE2015 6:d.csv'], /'y'.*3.*4/],
    ['a column without a name', `city,year,,y\n${rows}`, ['CE2013 6:d.csv'], /3/],
    ['a column named __proto__', `city,year,__proto__,y\n${rows}`, ['CE2014 6:d.csv'], /__proto__/],
    ['a column named #rows', `city,year,#rows,y\n${rows}`, ['CE2014 6:d.csv'], /#rows/],
    ['a column named #content', `city,year,#content,y\n${rows}`, ['CE2014 6:d.csv'], /#content/],
  ];
  test('what is said of one place stands over one frame', async () => {
    const l = openLab({
      'pipeline.yaml': 'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: d.csv }\n',
      'd.csv': 'city,y\n1,2\n2,3,4\n3\n4,5\n',
    });
    const { out } = await l.cli(['run']);
    expect([...out.matchAll(/CE2017/g)].length).toBe(2);
    expect([...out.matchAll(/pipeline\.yaml:4/g)].length).toBe(1);
    expect(out).toMatch(/CE2017: row 2 .*\n.*CE2017: row 3 .*\n {2}pipeline\.yaml:4/);
  });

  test.each([
    ['derive', '{ stage: derive, from: raw, columns: { "#rows": y + 1 } }'],
    ['aggregate', '{ stage: aggregate, from: raw, by: city, columns: { "#rows": mean(y) } }'],
    ['gather', '{ stage: gather, from: raw, as: "#rows" }'],
    ['sql', `{ stage: sql, query: 'select 1 as "#rows" from raw', inputs: { raw: raw } }`],
    ['exec', '{ stage: exec, run: [echo, "#rows"], outputs: { t: { file: stdout } } }'],
  ])('a column named #rows that is made by %s', async (_, stage) => {
    const l = openLab({
      'pipeline.yaml': `ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: d.csv }\n  odd: ${stage}\n  next: { stage: describe, from: odd }\n`,
      'd.csv': 'city,y\n1,2\n2,3\n',
    });
    const run = await l.run();
    expect([run.code === 0, run.diagnostics.map((d) => [d.code, d.stage])]).toEqual([false, [['CE2014', 'odd']]]);
    expect(run.diagnostics[0]?.line).toBe(5);
  });
  test.each(failing)('%s', async (_, data, said, message) => {
    const found = await outcome(lab(data));
    expect(found.said).toEqual(said);
    expect(found.messages[0]).toMatch(message);
    expect(found.stages).toContain('raw failed');
    expect(found.stages).toContain('fit blocked');
  });

  test('text in a declared number column: row, column and value', async () => {
    const yaml = pipeline.replace('    panel:', '    columns: { y: { type: number } }\n    panel:');
    const { said, messages } = await outcome(lab(`${header}${rows.replace('b,2,1.5', 'b,2,"1,5"')}`, yaml));
    expect(said).toEqual(['CE2020 7:{ type: number }']);
    expect(messages[0]).toContain("column 'y', row 4 (line 5): '1,5'");
  });

  test('text in a column that would be numbers: the ingest says which cell, the regression says that it is text', async () => {
    const l = lab(`${header}${rows.replace('b,2,1.5', 'b,2,oops')}`);
    const r = await l.run();
    expect([r.code, r.faults]).toEqual([1, ['CE2002 11:y']]);
    const note = r.stage('raw')?.notes?.find((n) => n.code === 'CN3001')?.message;
    expect(note).toContain("'y'");
    expect(note).toContain('row 4 (line 5)');
    expect(note).toContain("'oops'");
  });

  test('a missing file, a folder, and a pipe are told apart and waited for by nobody', async () => {
    const l = openLab({ 'pipeline.yaml': pipeline, 'good.csv': PANEL });
    expect((await outcome(l)).said).toEqual(['CE3001 6:d.csv']);
    mkdirSync(l.at('d.csv'));
    expect((await outcomeAgain(l)).said).toEqual(['CE3002 6:d.csv']);
    const pipe = openLab({ 'pipeline.yaml': pipeline, 'good.csv': PANEL });
    expect(spawnSync('mkfifo', [pipe.at('d.csv')]).status).toBe(0);
    expect((await outcome(pipe)).said).toEqual(['CE3002 6:d.csv']);
  });

  const outcomeAgain = async (l: Lab) => {
    const r = await l.run();
    return { said: [...r.faults] };
  };

  test('CRLF and a byte-order mark change nothing', async () => {
    const l = lab(`${header}${rows}`);
    expect((await l.run()).code).toBe(0);
    l.write({ 'd.csv': `\ufeff${(header + rows).replaceAll('\n', '\r\n')}` });
    expect((await l.run()).stages).toEqual(['raw ran', 'fit cached', 'good cached', 'sums cached']);
  });
});

describe('regressions', () => {
  test('no variation in a regressor: it is dropped with a note', async () => {
    const l = lab(`${header}a,1,1,2\na,2,3,2\nb,1,2,2\nb,2,4,2\n`);
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(r.stage('fit')?.notes?.map((n) => n.message)).toEqual(["'x' dropped: no variation"]);
  });

  test('n ≤ k: too few observations', async () => {
    const l = lab(`${header}a,1,1,2\na,2,3,3\n`);
    const { said, messages } = await outcome(l);
    expect(said).toEqual(['CE2411 8:fit']);
    expect(messages[0]).toContain('2 observations');
    const again = await l.run();
    expect(again.stages).toEqual(['raw cached', 'fit failed', 'good cached', 'sums cached']);
    expect(again.faults).toEqual(said);
  });

  test('all rows missing, and infinite values, are left out and counted, or an error when none is left', async () => {
    expect((await outcome(lab(`${header}a,1,,2\na,2,NA,3\nb,1,.,1\n`))).said).toEqual(['CE2410 8:fit']);
    const none = lab(`${header}a,1,2,3\nb,1,3,1\n`);
    none.edit('pipeline.yaml', 'y: y', 'where: year > 2000\n    y: y');
    expect((await outcome(none)).said).toEqual(['CE1540 8:fit']);
    const l = lab(`${header}${rows}d,1,Inf,2\nd,2,-inf,3\ne,1,NaN,1\n`);
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(r.stage('fit')?.notes?.map((n) => n.message)).toContain('3 of 9 rows left out: missing or infinite in y');
    const model = await l.json<{ nobs: number; terms: { estimate: number }[] }>('show', 'fit');
    expect(model.nobs).toBe(6);
    expect(model.terms.every((t) => Number.isFinite(t.estimate))).toBe(true);
  });

  test('fewer clusters than parameters: a note, and no NaN', async () => {
    const yaml = pipeline.replace('    x: x\n', '    x: [x, w, v]\n    cluster: city\n');
    const data = Array.from({ length: 24 }, (_, i) => {
      const f = (k: number) => ((i * k) % 17) / 10;
      return `${i % 2 === 0 ? 'a' : 'b'},${i},${(f(5) + f(3)).toFixed(2)},${f(7)},${f(11)},${f(13)}`;
    });
    const l = lab(`city,year,y,x,w,v\n${data.join('\n')}\n`, yaml);
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(r.stage('fit')?.notes?.map((n) => n.code).length).toBeGreaterThan(0);
    expect((await l.cli(['show', 'fit', '--json'])).out).not.toContain('NaN');
  });

  test('a roster city that is not in the panel: a note that names it', async () => {
    const l = openLab({
      'pipeline.yaml': `${head}stages:
  raw: { stage: ingest, file: d.csv, panel: { unit: city, time: year } }
  roster: { stage: ingest, file: roster.csv }
  panel: { stage: treatment, from: raw, roster: roster, on: city, adopted: start }
`,
      'd.csv': `${header}${rows}`,
      'roster.csv': 'city,start\na,2\nAtlantis,1\n',
    });
    const r = await l.run();
    expect(r.code).toBe(0);
    expect(JSON.stringify(r.stage('panel')?.notes)).toContain('Atlantis');
  });
});
