import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../engine/cli/commands.ts';
import { catalogue } from '../../stages/catalogue/catalogue.ts';
import { isPhrase } from '../../stages/catalogue/phrases.ts';
import { ui } from '../../stages/catalogue/ui.ts';
import { type Lab, openLab, PANEL } from './lab.ts';

/** Three English words in a row, outside of quotes, code frames and things that one types. */
function english(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (/^ *\d* \| /.test(line)) return [];
    const bare = line
      .replace(/'[^']*'|`[^`]*`|"[^"]*"|\$?\{[^}]*\}|export const \w+/g, '·')
      .replace(/--[a-z-]+|ceteris( [a-z]+)*|[\w./-]+\.(?:yaml|csv|md)\S*/g, '·');
    return bare.match(/\b[a-z]{2,}(?: [a-z]{2,}){2,}\b/gi) ?? [];
  });
}

/** Lists joined as in English, outside of code frames, of what is quoted or in brackets (YAML, numbers of lines), and of JSON. */
const joinedInEnglish = (text: string): string[] =>
  text
    .split('\n')
    .filter(
      (line) =>
        !/^ *\d* \| |^\{/.test(line) && line.replace(/'[^']*'|"[^"]*"|\[[^\]]*\]|\([\d, …]*\)/g, '·').includes(', '),
    );

describe('with --lang zh', () => {
  test('columns stand under one another, also of names and words that are twice as wide', async () => {
    const study = openLab({
      'pipeline.yaml':
        'ceteris: 1\nname: t\nstages:\n  raw: { stage: ingest, file: p.csv }\n  by: { stage: describe, from: raw, foreach: g, columns: a }\n',
      'p.csv': 'g,a\n浙江,1\nabcd,2\n',
    });
    await study.run();
    expect((await study.cli(['graph'])).out.split('\n').slice(1, 3)).toEqual([
      'by[abcd]  describe  ← raw',
      'by[浙江]  describe  ← raw',
    ]);
    study.edit('p.csv', 'abcd,2', 'abcd,3');
    const plan = (await study.cli(['plan', '--lang', 'zh'])).out.split('\n');
    expect([plan[0], plan[2]]).toEqual(['已过期      raw', '视上游而定  by[abcd]']);
  });

  const wrong = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, columns: { note: { type: text }, q: { type: number } }, panel: { unit: id, time: year } }
  a: { stage: regres, from: raw, y: y }
  b: { stage: regress, from: rwa, y: y, x: x }
  c: { stage: regress, from: raw, y: y, x: [x, zz], clutser: id }
  d: { stage: regress, from: raw, formula: "y ~ x + | id" }
  e: { stage: derive, from: raw, columns: { p: "1 +", q: "x == 'a", r: "(x", s: "lg(x)", t: note + 1 } }
  f: { stage: filter, from: raw, keep: "note == 3" }
  g: { stage: regress, from: raw, y: note, x: x, vcov: HC9 }
  h: { stage: table, columns: raw }
  i: { stage: derive, from: j, columns: { v: 1 } }
  j: { stage: derive, from: i, columns: { v: 1 } }
  k: { stage: merge, from: raw, with: [raw, raw], how: sideways }
  l: { stage: winsorize, from: raw, columns: [x], limits: [3, 1] }
  m: { stage: regress, from: raw, y: y, x: x, matrix: { p: 3, q: [x] } }
  n: { stage: regress, from: "\${nothing}", y: y, x: x }
`;
  const right = `ceteris: 1
name: t
stages:
  raw: { stage: ingest, file: panel.csv, panel: { unit: id, time: year } }
  bad: { stage: ingest, file: bad.csv, columns: { v: { type: number } } }
  gone: { stage: ingest, file: gone.csv }
  twice: { stage: ingest, file: panel.csv, key: id }
  fit: { stage: regress, from: raw, where: year > 2001, y: y, x: [x, z, flat], absorb: id, cluster: id }
  few: { stage: regress, from: raw, where: year > 2004 and id < 3, y: y, x: [x, z] }
  own: { stage: regress, from: raw, y: y, x: note }
  tab: { stage: table, columns: fit, formats: [csv] }
  after: { stage: derive, from: bad, columns: { w: v } }
  curve: { stage: spec-curve, from: raw, y: y, x: x, vary: { controls: [[], z], where: [true, "year > 2100"] } }
  none: { stage: spec-curve, from: raw, y: flat, x: x, vary: { controls: [[], z] } }
  sums: { stage: describe, from: raw, columns: [y], definitions: { y: { en: output in tons of coal, zh: 产量（吨） } } }
`;
  const data = PANEL.trimEnd()
    .split('\n')
    .map((line, i) => `${line},${i === 0 ? 'flat' : 1}`)
    .join('\n');
  const study = (yaml: string): Lab =>
    openLab({ 'pipeline.yaml': yaml, 'panel.csv': `${data}\n`, 'bad.csv': 'v,w\n1,2\noops,3\n1,2,3\n' });
  const all = async (lab: Lab, commands: readonly (readonly string[])[]): Promise<string> => {
    let text = '';
    for (const args of commands) {
      const { out, err } = await lab.cli([...args, '--lang', 'zh']);
      text += `${out}${err}\n`;
    }
    return text;
  };

  test('no English sentence is said: not by mistakes in the pipeline', async () => {
    const said = await all(study(wrong), [
      ['run'],
      ['check'],
      ['plan'],
      ['explain', 'raw'],
      ['show', 'fit'],
      ['graph'],
    ]);
    expect(said.match(/CE\d+/g)?.length).toBeGreaterThan(50);
    expect(english(said)).toEqual([]);
  });

  test('nor by failures, notes, plans, explanations and results', async () => {
    const lab = study(right);
    const cold = await all(lab, [
      ['plan'],
      ['run'],
      ['plan'],
      ['explain', 'fit', 'own', 'after'],
      ['show', 'fit'],
      ['show', 'raw'],
      ['show', 'curve'],
      ['show', 'sums'],
      ['lineage', 'fit'],
      ['tag', 'first'],
      ['tag'],
      ['lock', 'pipeline.yaml'],
      ['verify', 'fit'],
      ['cache'],
      ['graph'],
    ]);
    lab.edit('panel.csv', '1,2002,', '1,2002,9');
    lab.edit('pipeline.yaml', 'absorb: id', 'absorb: [id, year]');
    const warm = await all(lab, [
      ['plan'],
      ['explain', 'tab', 'raw'],
      ['diff'],
      ['plan', '--if', 'raw.x'],
      ['lineage', 'raw.x', '--down'],
      ['verify'],
      ['run'],
      ['log'],
      ['diff', 'first'],
      ['run', '--json'],
    ]);
    expect(cold).toContain('没有变异');
    expect(cold).not.toContain('no variation');
    expect(cold).toContain('没有可供估计的行');
    expect(cold).toContain('产量（吨）');
    expect(joinedInEnglish(`${cold}${warm}`)).toEqual([]);
    expect(warm).toContain('，');
    expect(`${cold}${warm}`).toMatch(/\p{Script=Han}/u);
    expect(english(`${cold}${warm}`.replace(/"(?:type|status|stage|code|kind)":"[^"]*"/g, ''))).toEqual([]);
  });

  test('nor by the command line, its help, init and doctor', async () => {
    const lab = study(right);
    const said = await all(lab, [
      ['--help'],
      ...Object.keys(commands).map((name) => [name, '--help']),
      ['rnu'],
      ['run', '--jbos'],
      ['init', 'new'],
      ['init', 'new'],
      ['doctor'],
      ['gc', '--dry-run'],
      ['run', 'nothing'],
    ]);
    expect(english(said)).toEqual([]);
  });

  test('the language is that of the environment unless it is given', async () => {
    const lab = study(right);
    const { err } = await lab.cli(['rnu'], { LC_ALL: 'zh_CN.UTF-8' });
    expect(err).toContain('错误 CE1501');
    expect((await lab.cli(['rnu', '--lang', 'en'], { LC_ALL: 'zh_CN.UTF-8' })).err).toContain('error CE1501');
  });
});

describe('the catalogue', () => {
  test('no Chinese text holds an English sentence', () => {
    const texts = [
      ...Object.entries(catalogue).flatMap(([code, e]) =>
        [e.zh, e.help?.zh ?? '', e.doc?.zh ?? ''].map((t) => [code, t] as const),
      ),
      ...Object.entries(ui).map(([key, text]) => [key, text.zh] as const),
    ];
    expect(texts.flatMap(([key, text]) => english(text).map((e) => `${key}: ${e}`))).toEqual([]);
  });

  test('what parsers say they expected is known in Chinese', () => {
    const stages = resolve(import.meta.dirname, '../../stages');
    const said = readdirSync(stages, { recursive: true })
      .map(String)
      .filter((f) => f.endsWith('.ts') && !f.includes('catalogue'))
      .flatMap((f) => [
        ...readFileSync(join(stages, f), 'utf8').matchAll(
          /\bstop\((?:'([^']+)'|"([^"]+)")\)|\bexpected: (?:'([^']+)'|"([^"]+)")/g,
        ),
      ])
      .map((m) => m[1] ?? m[2] ?? m[3] ?? m[4] ?? '')
      .filter((text) => /[a-z]{2}/.test(text));
    expect(said.length).toBeGreaterThan(8);
    expect([...new Set(said)].filter((text) => !isPhrase(text))).toEqual([]);
  });

  test('what should stand at a byte of a Stata file is known in Chinese', () => {
    const folder = resolve(import.meta.dirname, '../../stages/columns/dta');
    const said = readdirSync(folder).flatMap((f) =>
      [...readFileSync(join(folder, f), 'utf8').matchAll(/['`](an? [a-z ]+|the [^'`]+)['`]/g)].map((m) => m[1] ?? ''),
    );
    expect(said.length).toBeGreaterThan(20);
    const spoken = said.map((text) => text.replace(/\$\{[^}]+\}/, '40'));
    expect([...new Set(spoken)].filter((text) => !isPhrase(text))).toEqual([]);
  });
});
