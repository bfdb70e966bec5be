import { cpSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Folder } from '../command-line.ts';

const pipelines = resolve(import.meta.dirname, '..', '..', 'pipelines');

/** A study of the project in a folder of its own, without what earlier runs have left. */
function study(name: string): Folder {
  const folder = new Folder({});
  const left = new Set(['out', '.ceteris']);
  cpSync(resolve(pipelines, name), folder.path, { recursive: true, filter: (path) => !left.has(basename(path)) });
  return folder;
}

interface Term {
  readonly term: string;
  readonly estimate: number;
  readonly std_error: number;
}

describe('the studies that ship', () => {
  test('cbec: from raw indicators to the last table, and the estimates find the truth', () => {
    const folder = study('cbec');
    const ran = folder.run();
    expect(ran.last.stages.filter((s) => s.status !== 'ran')).toEqual([]);
    expect(ran.code).toBe(0);
    const truth = (folder.show('truth').rows as { mean: number; n: number }[])[0]!;
    expect(truth.n).toBe(385);
    const terms = folder.show('baseline[(4)]').terms as Term[];
    const policy = terms.find((t) => t.term === 'policy')!;
    expect(Math.abs(policy.estimate - truth.mean)).toBeLessThan(3 * policy.std_error);
    expect(policy.std_error).toBeLessThan(0.003);
    const cells = folder.show('printed').rows as { cell: string; within: boolean }[];
    const calibrated = cells.filter((c) => /^(policy|open|fin|gdp|innovate)_(mean|sd)$|^n_4$/.test(c.cell));
    expect(calibrated.length).toBe(11);
    expect(calibrated.filter((c) => !c.within)).toEqual([]);
    // whatever is printed of it says what it is
    const printed = readdirSync(folder.at('out')).filter((file) => /\.(md|svg)$/.test(file));
    expect(printed.length).toBeGreaterThan(13);
    for (const file of printed) expect(folder.read(`out/${file}`), file).toContain('模拟数据');
  });

  test('province: real data through every stage', () => {
    const folder = study('province');
    const ran = folder.run();
    expect(ran.last.stages.filter((s) => s.status !== 'ran')).toEqual([]);
    expect(folder.show('panel')).not.toHaveProperty('marks');
    expect(folder.read('out/table3.md')).not.toMatch(/[Ss]imulated|NaN/);
    const text = folder.read('out/report.md').replaceAll(/\(data:[^)]*\)/g, '');
    expect(text).toContain('no evidence of an effect');
    // every number of the text was put in
    expect(text).not.toMatch(/\{\w+(:\w*%?)?\}|NaN/);
  });

  for (const name of ['medicaid', 'castle', 'math-reform', 'organ-donation'])
    test(`${name}: every comparison with published numbers holds`, () => {
      const { code, last } = study(name).run();
      expect(last.stages.filter((s) => s.status !== 'ran')).toEqual([]);
      expect(last.stages.some((s) => s.stage.startsWith('published_'))).toBe(true);
      expect(code).toBe(0);
    });
});
