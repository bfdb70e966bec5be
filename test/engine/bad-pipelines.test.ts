/** Pipeline files that are no such thing, too large, too deep, or made to break what reads them. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { openLab } from './lab.ts';
import { head, header, lab, pipeline, rows } from './small-study.ts';

describe('pipeline files', () => {
  const refused: readonly [what: string, yaml: string | Uint8Array, said: string[]][] = [
    ['0 bytes', '', ['CE1006']],
    ['binary', Uint8Array.from({ length: 600 }, (_, i) => (i * 7) % 256), ['CE1007']],
    ['100 MB', new Uint8Array(100 * 2 ** 20).fill(35), ['CE1008']],
    ['not UTF-8', Buffer.from(`${head}title: caf\xe9\n`, 'latin1'), ['CE1009']],
    ['UTF-16', Buffer.from(`\ufeff${head}`, 'utf16le'), ['CE1009']],
    ['only a comment', '# nothing\n', ['CE1006']],
    ['no stages', head, ['CE1060']],
    ['a list', '- a\n', ['CE1050']],
    [
      'an alias bomb',
      `${head}vars:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${bomb('abcdefgh', (v) => `*${v}`)}stages: {}\n`,
      ['CE1060', 'CE1033'],
    ],
    [
      'a bomb of vars',
      `${head}vars:\n  a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${bomb('abcdefgh', (v) => `"\${${v}}"`)}stages:\n  raw: { stage: ingest, file: d.csv, missing: "\${h}" }\n`,
      ['CE1033'],
    ],
    ['100,000 open brackets', `${head}stages: ${'['.repeat(1e5)}${']'.repeat(1e5)}\n`, ['CE1032']],
    [
      'deep block nesting',
      `${head}stages:\n${Array.from({ length: 500 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}`,
      ['CE1032'],
    ],
    [
      'deep expressions',
      `${head}stages:\n  raw: { stage: ingest, file: d.csv }\n  d: { stage: derive, from: raw, columns: { z: "${'('.repeat(5e4)}y${')'.repeat(5e4)}", w: "${'not '.repeat(5e4)}y", v: "${'y + '.repeat(5e4)}y" } }\n`,
      ['CE2030', 'CE2030'],
    ],
  ];
  test.each(refused)('%s', async (_, yaml, said) => {
    const l = lab(`${header}${rows}`, yaml as string);
    const r = await l.run();
    expect([r.code, r.diagnostics.map((d) => d.code)]).toEqual([2, said]);
    expect(r.err).toBe('');
  });

  test('an empty file is named with its first line', async () => {
    const l = openLab({ 'pipeline.yaml': '' });
    const [{ file, line, column } = {}] = (await l.check()).diagnostics;
    expect([file, line, column]).toEqual(['pipeline.yaml', 1, 1]);
  });

  function bomb(names: string, use: (name: string) => string): string {
    return [...names]
      .slice(1)
      .map(
        (name, i) =>
          `  ${name}: &${name} [${Array(10)
            .fill(use(names[i] as string))
            .join(', ')}]\n`,
      )
      .join('');
  }

  test('a folder, a pipe and nothing at all', async () => {
    const l = openLab({ 'empty/.keep': '' });
    expect(spawnSync('mkfifo', [l.at('pipe.yaml')]).status).toBe(0);
    const codes = async (arg: string) => {
      const r = await l.run(arg);
      return [r.code, ...r.diagnostics.map((d) => d.code)];
    };
    expect(await codes('empty')).toEqual([2, 'CE1511']);
    expect(await codes('pipe.yaml')).toEqual([2, 'CE1005']);
    expect(await codes('gone.yaml')).toEqual([2, 'CE1002']);
    expect(await codes('.')).toEqual([2, 'CE1511']);
  });

  test('names that mean something to JavaScript or to the file system are refused, or harmless', async () => {
    const l = lab(
      `${header}${rows}`,
      `${head}vars: { __proto__: [a], constructor: 3 }
labels: { __proto__: x }
stages:
  raw: { stage: ingest, file: d.csv }
  __proto__: { stage: ingest, file: d.csv }
  ../../x: { stage: ingest, file: d.csv }
  d: { stage: derive, from: raw, columns: { __proto__: y + 1, valueOf: y } }
  e: { stage: derive, from: raw, columns: { __proto__: y + 1 } }
  fit: { stage: regress, from: raw, y: __proto__, x: x }
  toString: { stage: ingest, file: d.csv }
`,
    );
    const r = await l.run();
    expect(r.code).toBe(2);
    expect(r.faults).toEqual([
      'CE1034 3:__proto__',
      'CE1034 3:constructor',
      'CE1034 4:__proto__',
      'CE1034 7:__proto__',
      'CE1110 8:../../x',
      'CE1034 9:__proto__',
      'CE1034 10:__proto__', // and not that there are no columns
      'CE1034 11:__proto__',
      'CE1110 12:toString',
    ]);
    const ok = lab(
      `${header}${rows}`,
      `${head}vars: { toString: x }
labels: { hasOwnProperty: y }
stages:
  raw: { stage: ingest, file: d.csv }
  d: { stage: derive, from: raw, columns: { valueOf: y * 2, hasOwnProperty: "\${toString} + 1" } }
  valueof: { stage: regress, from: d, y: valueOf, x: hasOwnProperty, matrix: { toString: {}, valueOf: { absorb: city } } }
  t: { stage: table, columns: "valueof[*]", formats: [md, csv] }
`,
    );
    const fine = await ok.run();
    expect([fine.code, fine.diagnostics]).toEqual([0, []]);
    expect(ok.read('out/t.csv')).not.toMatch(/undefined|native code/);
  });

  test('an output may not leave the folder of the pipeline', async () => {
    const l = lab(
      `${header}${rows}`,
      `${head}stages:
  raw: { stage: ingest, file: d.csv }
  fit: { stage: regress, from: raw, y: y, x: x }
  a: { stage: table, columns: fit, formats: [csv], to: ../../a }
  b: { stage: table, columns: fit, formats: [csv], to: /tmp/b }
  c: { stage: table, columns: fit, formats: [csv], to: same }
  d: { stage: table, columns: fit, formats: [csv], to: ./same }
`,
    );
    expect((await l.check()).faults).toEqual(['CE1300 6:../../a', 'CE1300 7:/tmp/b', 'CE1301 9:./same']);
  });

  test('CRLF and a byte-order mark in the YAML run nothing anew', async () => {
    const l = lab(`${header}${rows}`);
    expect((await l.run()).code).toBe(0);
    l.write({ 'pipeline.yaml': `\ufeff${pipeline.replaceAll('\n', '\r\n')}` });
    expect((await l.run()).stages.every((s) => s.endsWith('cached'))).toBe(true);
    l.edit('pipeline.yaml', 'x: x', 'x: q');
    expect((await l.run()).faults).toEqual(['CE2001 12:q']);
  });
});
