import { describe, expect, test } from 'vitest';
import { Folder, statuses } from '../command-line.ts';
import { study } from './study.ts';

interface Lineage {
  readonly direction: string;
  readonly steps: readonly {
    readonly stage: string;
    readonly part: string;
    readonly how: string;
    readonly files?: readonly string[];
    readonly document?: string;
  }[];
}
const lineage = (folder: Folder, ...args: string[]): Lineage =>
  JSON.parse(folder.run('lineage', ...args, '--json').stdout) as Lineage;
const shown = ({ steps }: Lineage): string[] =>
  steps.filter((s) => !s.part.startsWith('#')).map((s) => `${s.stage}.${s.part} ${s.how}`);

const FILTERED = {
  ...study,
  'pipeline.yaml': study['pipeline.yaml'].replace(
    '    stage: regress\n    from: logs\n',
    '    stage: regress\n    from: logs\n    where: z > 20\n',
  ),
};

describe('lineage', () => {
  test('a column leads back to the files by what it alone comes from', () => {
    const folder = new Folder(study);
    const found = lineage(folder, 'logs.ly');
    expect(shown(found)).toEqual(['logs.ly made', 'raw.y made', 'first.y made', 'second.y made']);
    expect(found.steps.flatMap((s) => s.files ?? [])).toEqual(['first.csv', 'second.csv']);
  });

  test('a column of the data leads on to the documents that it touches, and to nothing else', () => {
    const folder = new Folder(study);
    const down = lineage(folder, 'first.z', '--down');
    expect(down.steps.flatMap((s) => s.document ?? []).sort()).toEqual(['out/tab.csv', 'out/tab.md']);
    expect(shown(down)).toContain('logs.z passed');
    expect(shown(down).some((s) => /\.(ly|y|big) /.test(s))).toBe(false);
    expect(shown(lineage(folder, 'first.note', '--down'))).toEqual([
      'first.note made',
      'raw.note made',
      'logs.note passed',
    ]);
  });

  test('a column of the data leads to the cells of tables: columns of its models, rows of its summaries', () => {
    const folder = new Folder({
      ...study,
      'pipeline.yaml': `${study['pipeline.yaml']}  small: { stage: regress, from: logs, y: ly, x: x }
  both: { stage: table, columns: [small, fit] }
  sums: { stage: describe, from: raw, columns: [x, z], stats: [mean, sd] }
  summary: { stage: table, columns: sums }
  checked: { stage: compare, with: { a: small.nobs, b: fit.nobs }, published: { a: 24, b: 24 } }
  agrees: { stage: table, columns: checked, rows: [cell, computed] }
  words: { stage: report, title: t, with: { n: small.nobs, b: fit.terms.z.estimate }, sections: [{ text: "{n} {b:2}", show: both }] }
`,
    });
    const before = folder.run('lineage', 'first.z', '--down').stdout;
    expect(before).toMatch(/^both {2}made: → out\/both\.md$/m); // never printed: no cells to name
    folder.run();
    const cells = (...args: string[]) =>
      (JSON.parse(folder.run('lineage', ...args, '--down', '--json').stdout) as { cells: Record<string, string>[] })
        .cells;
    const named = (stage: string, ...args: string[]) =>
      cells(...args).flatMap((c) => (c.stage === stage ? [`${c.row} ${c.column}`] : []));
    expect(named('both', 'first.z')).toEqual(['x (2)', 'z (2)', 'Constant (2)', 'Observations (2)', 'R² (2)']);
    expect(named('both', 'first.y')).toHaveLength(9);
    expect(named('summary', 'first.z')).toEqual(['z Mean', 'z SD']);
    expect(named('summary', 'sums')).toHaveLength(4);
    expect(named('agrees', 'first.z')).toHaveLength(1);
    expect(named('agrees', 'first.y')).toHaveLength(2);
    const text = folder.run('lineage', 'first.z', '--down').stdout;
    expect(text).toMatch(/^both {2}made: → out\/both\.md\n {4}\(2\): x, z, Constant, Observations, R²$/m);
    expect(text).toMatch(/^words {2}made: → out\/words\..*\n {4}\{b\}, both$/m);
    const estimate = cells('first.z').find((c) => c.stage === 'both' && c.row === 'z')?.text ?? '';
    expect(folder.read('out/both.md')).toContain(` ${estimate.split(' ')[0]} |`);
  });

  test('what a row condition hands on and its stage does not read is no way of the column', () => {
    const folder = new Folder({ ...FILTERED, 'pipeline.yaml': FILTERED['pipeline.yaml'].replace('x: [x, z]', 'x: x') });
    expect(folder.run('lineage', 'first.note', '--down').stdout).not.toMatch(/^fit/m);
    expect(folder.run('lineage', 'first.z', '--down').stdout).toMatch(/^fit {2}made: model, residual/m);
  });

  test('a summary comes from the column that it sums up and from those that make the groups', () => {
    const folder = new Folder({
      ...study,
      'pipeline.yaml': `${study['pipeline.yaml']}  sums: { stage: aggregate, from: raw, by: [id], columns: { my: mean(y), mx: max(x), n: count() } }\n`,
    });
    const sources = (name: string): string[] =>
      shown(lineage(folder, name)).flatMap((s) => (s.startsWith('first.') ? [s] : []));
    expect(sources('sums.my').sort()).toEqual(['first.id made', 'first.y made']);
    expect(sources('sums.n')).toEqual(['first.id made']);
    expect(shown(lineage(folder, 'first.x', '--down'))).not.toContain('sums.my made');
  });

  test('a row condition is a step of the stage that wrote it, and what it tests matters to all', () => {
    const folder = new Folder(FILTERED);
    const up = shown(lineage(folder, 'fit.model'));
    expect(up).toContain('fit.ly gathered');
    expect(up.some((s) => s.startsWith('fit~'))).toBe(false);
  });

  test('a whole stage, several columns, an output; an unknown one is a fault with what there is', () => {
    const folder = new Folder(study);
    expect(shown(lineage(folder, 'tab')).slice(0, 2).sort()).toEqual(['tab.csv made', 'tab.md made']);
    expect(shown(lineage(folder, 'first.y', 'second.y'))).toEqual(['first.y made', 'second.y made']);
    const unknown = folder.run('lineage', 'logs.nope');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('CE1557')]);
    expect(folder.run('lineage', 'nope.y').stderr).toContain('CE1510');
    expect(folder.run('lineage').stderr).toContain('CE1509');
  });
});

test('the documents of a program go by its outputs, up and down', () => {
  const folder = new Folder({
    ...study,
    'pipeline.yaml': `${study['pipeline.yaml']}  e: { stage: exec, run: [wc, -l, p.csv], inputs: { p.csv: first }, outputs: { n: { file: stdout, format: file } } }
`,
  });
  folder.run();
  expect(folder.run('lineage', 'first.x', '--down').stdout).toContain('e  made: → out/e.file, out/e.log');
  expect(folder.run('lineage', 'e.n').stdout).toMatch(/^e\.n {2}exec, made ← /);
  expect(folder.run('show', 'e.n').code).toBe(0);
  const { steps } = JSON.parse(folder.run('lineage', 'e', '--json').stdout) as {
    readonly steps: readonly { readonly output: string; readonly document?: string }[];
  };
  const documents = steps.flatMap(({ output, document }) => (document === undefined ? [] : [`${output} ${document}`]));
  expect(documents).toEqual(['n out/e.file', 'log out/e.log']);
  expect(folder.run('lineage', 'e.other').stderr).toContain('e.log, e.n');
});

test('what plugins, scripts and data files reach is foretold; of other files it is said why not', () => {
  const folder = new Folder({
    ...study,
    'pipeline.yaml': `${study['pipeline.yaml']}  e: { stage: exec, run: [sh, go.sh], inputs: { go.sh: ./go.sh }, outputs: { n: { file: stdout, format: file } } }
`,
    'go.sh': 'echo 1\n',
  });
  folder.run();
  expect(folder.run('plan', '--if', 'go.sh').stdout).toMatch(/^e +\d/);
  expect(folder.run('plan', '--if', 'pipeline.yaml').stderr).toContain('CE1566');
  expect(folder.run('plan', '--if', 'out/tab.md').stderr).toContain("CE1567: 'out/tab.md' is written by 'tab'");
});

const GROUPS = {
  ...study,
  'pipeline.yaml': `${study['pipeline.yaml']}  each: { stage: regress, from: raw, foreach: id, y: y, x: x }
  slopes: { stage: gather, from: "each[*]", as: id }
  program: { stage: exec, run: [cat, a.csv], inputs: { a.csv: raw }, outputs: { t: { file: stdout } } }
  more: { stage: derive, from: program.t, columns: { w: z + 1 } }
  last: { stage: regress, from: more, y: y, x: w }
`,
};

describe('columns and groups that only results tell', () => {
  test('are known from the store: by name, each with its own way', () => {
    const folder = new Folder(GROUPS);
    folder.run();
    expect(shown(lineage(folder, 'slopes.estimate'))).toContain('each[10].value made');
    expect(shown(lineage(folder, 'each[10].model'))).not.toContain('each[11].value made');
    expect(shown(lineage(folder, 'more.w'))).toEqual(expect.arrayContaining(['program.z made', 'raw.z made']));
    expect(folder.run('lineage', 'slopes.nope').stderr).toContain('CE1557');
    expect(folder.run('graph').stdout).toContain('each[10]');
  });

  test('before that they are one, and nothing that an edit could reach is left out', () => {
    const folder = new Folder(GROUPS);
    expect(shown(lineage(folder, 'slopes.estimate'))).toEqual(
      expect.arrayContaining(['slopes.… made', 'each[…].value made']),
    );
    const down = shown(lineage(folder, 'first.z', '--down'));
    expect(down).toEqual(expect.arrayContaining(['program.… made', 'more.w made', 'last.value made']));
    expect(down).not.toContain('slopes.… made');
  });
});

describe('plan --if', () => {
  interface WhatIf {
    readonly stages: readonly { readonly stage: string; readonly ms: number | null }[];
    readonly total_ms: number;
    readonly longest_ms: number;
  }
  const planIf = (folder: Folder, ...wishes: string[]): WhatIf =>
    JSON.parse(folder.run('plan', ...wishes.flatMap((w) => ['--if', w]), '--json').stdout) as WhatIf;
  const stages = (w: WhatIf): string[] => w.stages.map((s) => s.stage);

  test('names exactly the stages that such an edit then runs', () => {
    const folder = new Folder(FILTERED);
    folder.run();
    const column = (k: number) => (row: string) =>
      row
        .split(',')
        .map((c, i) => (i === k && /^\d/.test(c) ? `${Number(c) + 1}` : c))
        .join(',');
    for (const [name, k] of [
      ['first.y', 2],
      ['first.note', 5],
      ['first.z', 4],
    ] as const) {
      const foreseen = stages(planIf(folder, name));
      const lines = folder.read('first.csv').trim().split('\n');
      const edited =
        name === 'first.note'
          ? lines.map((l, i) => (i === 3 ? `${l}x` : l))
          : lines.map((l, i) => (i === 3 ? column(k)(l) : l));
      folder.write('first.csv', `${edited.join('\n')}\n`);
      const ran = Object.entries(statuses(folder.run()))
        .filter(([, s]) => s === 'ran')
        .map(([stage]) => stage);
      expect([name, ran.filter((s) => !foreseen.includes(s))]).toEqual([name, []]);
      expect([name, foreseen.length]).toEqual([name, ran.length]);
    }
  });

  test('leaves out no stage whose columns only its result tells', () => {
    const folder = new Folder(GROUPS);
    const before = stages(planIf(folder, 'first.y'));
    expect(before).toEqual(expect.arrayContaining(['slopes', 'program', 'last']));
    folder.run();
    const foreseen = stages(planIf(folder, 'first.y'));
    folder.edit('first.csv', '.5,', '.6,');
    const ran = Object.entries(statuses(folder.run())).flatMap(([stage, s]) => (s === 'ran' ? [stage] : []));
    expect(ran).toContain('slopes');
    expect(ran.filter((s) => !foreseen.includes(s))).toEqual([]);
  });

  test('a file, a stage, a column that was passed on; the cost is that of the last runs', () => {
    const folder = new Folder(study);
    folder.run();
    expect(stages(planIf(folder, 'second.csv'))).toEqual(['second', 'raw', 'logs', 'fit', 'tab']);
    expect(stages(planIf(folder, 'fit'))).toEqual(['fit', 'tab']);
    // logs only hands z on: an edit of it is one where it is made
    expect(stages(planIf(folder, 'logs.z'))).toEqual(['raw', 'fit', 'tab']);
    const all = planIf(folder, 'first.csv', 'second.csv');
    expect(all.total_ms).toBeCloseTo(
      all.stages.reduce((sum, s) => sum + (s.ms ?? 0), 0),
      6,
    );
    expect(all.longest_ms).toBeLessThan(all.total_ms);
    expect(planIf(new Folder(study), 'fit').stages.map((s) => s.ms)).toEqual([null, null]);
  });

  test('an edit of a table or figure reaches the reports that show it', () => {
    const folder = new Folder({
      ...study,
      'pipeline.yaml': `${study['pipeline.yaml']}  words: { stage: report, title: t, sections: [{ text: x, show: tab }] }\n`,
    });
    expect(stages(planIf(folder, 'tab'))).toEqual(['tab', 'words']);
    // without a time of any there is none of all
    expect(folder.run('plan', '--if', 'tab').stdout).toBe(
      'tab    –\nwords  –  tab\nstages to run: 2 at most\nstages without a time have never run; theirs is not counted\n',
    );
  });

  test('the time is that of a run with so many jobs: no less than the longest chain, no more than all the work', () => {
    const folder = new Folder(study);
    folder.run();
    const at = (jobs: number) =>
      JSON.parse(
        folder.run('plan', '--if', 'first.csv', '--if', 'second.csv', '--jobs', String(jobs), '--json').stdout,
      ) as WhatIf & {
        readonly jobs: number;
        readonly expected_ms: number;
      };
    const [one, two, many] = [at(1), at(2), at(16)];
    expect([one.jobs, one.expected_ms]).toEqual([1, expect.closeTo(one.total_ms, 6)]);
    expect(many.expected_ms).toBeCloseTo(many.longest_ms, 6);
    expect(two.expected_ms).toBeLessThan(one.expected_ms); // the two files are read beside each other
    expect(folder.run('plan', '--if', 'fit', '--jobs', '3').stdout).toMatch(
      /of work, about .* with 3 at once, no less than /,
    );
  });

  test('what there is not is a fault', () => {
    const folder = new Folder(study);
    expect(folder.run('plan', '--if', 'nope').stderr).toContain('CE1510');
    expect(folder.run('plan', '--if', 'fit.nope').stderr).toContain('CE1557');
  });
});
