import { existsSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Folder, statuses } from '../command-line.ts';
import { ended, until } from '../engine/lab.ts';
import { SECOND, study, withDice, YAML } from './study.ts';

type Json = { readonly [name: string]: unknown };
const json = <T = Json>(folder: Folder, ...args: string[]): T => JSON.parse(folder.run(...args, '--json').stdout) as T;

interface Runs {
  readonly runs: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly same?: string;
    readonly tags: string[];
  }[];
}

/** Another value of y in the first row. */
const edit = (folder: Folder, y: number): void =>
  folder.write('first.csv', folder.read('first.csv').replace(/^10,2001,[\d.]+/m, `10,2001,${y}`));

/** Makes everything in the store look as old as that. */
function age(folder: Folder, days: number): void {
  const then = Date.now() / 1000 - days * 86_400;
  for (const name of readdirSync(folder.at('.ceteris', 'blobs'), { recursive: true, withFileTypes: true }))
    if (name.isFile()) utimesSync(`${name.parentPath}/${name.name}`, then, then);
}

const codes = (stderr: string): string[] => [...stderr.matchAll(/CE\d{4}/g)].map((m) => m[0]);

const runs = (folder: Folder, ...args: string[]) => json<Runs>(folder, 'log', ...args).runs;

describe('log', () => {
  test('lists runs, the newest first; those in which nothing happened only when asked', () => {
    const folder = new Folder(study);
    folder.run();
    folder.run();
    edit(folder, 55.5);
    folder.run();
    const did = runs(folder);
    expect(did.map((r) => r.ok)).toEqual([true, true]);
    expect([...did].sort((a, b) => (a.id < b.id ? 1 : -1))).toEqual(did);
    const all = runs(folder, '--all');
    expect(all.length).toBe(3);
    expect(all[1]?.same).toBe(did[1]?.id);
    expect(folder.run('log').stdout.trim().split('\n').length).toBe(2);
  });

  for (const [title, breaks, mends] of [
    [
      'a stage that is taken out',
      (f: Folder) => f.write('pipeline.yaml', `${YAML}  bad: { stage: ingest, file: none.csv }\n`),
      (f: Folder) => f.write('pipeline.yaml', YAML),
    ],
    [
      'data that are as they were',
      (f: Folder) => f.write('second.csv', 'id\n"'),
      (f: Folder) => f.write('second.csv', SECOND),
    ],
  ] as const)
    test(`a run that mends a failure is news though nothing runs in it: ${title}`, () => {
      const folder = new Folder(study);
      folder.run();
      breaks(folder);
      expect(folder.run().code).toBe(1);
      mends(folder);
      expect([folder.run().code, folder.run().code]).toEqual([0, 0]);
      const did = runs(folder);
      expect(did.map((r) => r.ok)).toEqual([true, false, true]);
      folder.run('tag', 'mended');
      expect(runs(folder).map((r) => r.tags)).toEqual([['mended'], [], []]);
      expect(folder.run('diff', 'mended').stdout).not.toContain('failed');
    });

  test('a run that failed is told from one that did not; another pipeline of the store is not listed', () => {
    const folder = new Folder({
      ...study,
      'other.yaml': 'ceteris: 1\nstages:\n  a: { stage: ingest, file: first.csv }\n',
    });
    folder.run();
    folder.run('run', 'other.yaml');
    folder.write('second.csv', 'id\n"');
    folder.run();
    expect(runs(folder).map((r) => r.ok)).toEqual([false, true]);
    expect(runs(folder, 'other.yaml').length).toBe(1);
  });

  test('the record of a study goes with its folder', () => {
    const folder = new Folder(study);
    folder.run();
    renameSync(folder.path, `${folder.path}-moved`);
    try {
      const out = folder.elsewhere(`${folder.path}-moved`, 'log', '--json');
      expect((JSON.parse(out) as Runs).runs.length).toBe(1);
    } finally {
      renameSync(`${folder.path}-moved`, folder.path);
    }
  });
});

describe('tag', () => {
  test('names the last run, or one that is named by its place or the beginning of its id', () => {
    const folder = new Folder(study);
    folder.run();
    edit(folder, 44.5);
    folder.run();
    const [last, first] = runs(folder);
    expect(folder.run('tag', 'revised').code).toBe(0);
    expect(folder.run('tag', '投稿版', 'latest~1').code).toBe(0);
    expect(folder.run('tag', 'again', (first?.id ?? '').slice(0, 24)).code).toBe(0);
    expect(runs(folder).map((r) => [...r.tags].sort())).toEqual([['revised'], ['again', '投稿版']]);
    expect(json(folder, 'tag')).toMatchObject({
      tags: expect.arrayContaining([expect.objectContaining({ name: 'revised', run: last?.id })]),
    });
  });

  test('a name is moved only by force and taken away by name', () => {
    const folder = new Folder(study);
    folder.run();
    folder.run('tag', 'one');
    edit(folder, 44.5);
    folder.run();
    const moved = folder.run('tag', 'one');
    expect([moved.code, codes(moved.stderr)]).toEqual([2, ['CE1554']]);
    expect(folder.run('tag', 'one', '--force').code).toBe(0);
    expect(runs(folder)[0]?.tags).toEqual(['one']);
    folder.run('tag', '二');
    expect(codes(folder.run('tag', '--delete', 'one', 'no').stderr)).toEqual(['CE1555']);
    expect(runs(folder)[0]?.tags).toEqual(['one', '二']);
    expect(folder.run('tag', '--delete', 'one', '二').code).toBe(0);
    expect(runs(folder)[0]?.tags).toEqual([]);
    folder.run('tag', 'one');
    expect(folder.run('tag', '--delete', 'one').code).toBe(0);
    expect(codes(folder.run('tag', '--delete', 'one').stderr)).toEqual(['CE1555']);
  });

  for (const name of ['latest', '.hidden', 'a b', '-'.repeat(3), 'x'.repeat(65)])
    test(`'${name}' is no name`, () => {
      const folder = new Folder(study);
      folder.run();
      expect(folder.run('tag', '--', name).code).toBe(2);
      expect(existsSync(folder.at('.ceteris', 'tags'))).toBe(false);
    });

  test('a run that does not exist is said to be none', () => {
    const folder = new Folder(study);
    expect(codes(folder.run('tag', 'x').stderr)).toEqual(['CE1561']);
    folder.run();
    expect(codes(folder.run('tag', 'x', 'latest~1').stderr)).toEqual(['CE1552']);
    expect(codes(folder.run('tag', 'x', '1999').stderr)).toEqual(['CE1552']);
  });
});

describe('gc', () => {
  /** Three runs with different data, everything thirty days old. */
  function threeRuns(): Folder {
    const folder = new Folder(study);
    folder.run();
    for (const y of [44.5, 55.5]) {
      edit(folder, y);
      folder.run();
    }
    age(folder, 30);
    return folder;
  }
  const blobs = (folder: Folder) => json<{ blobs: { count: number } }>(folder, 'cache', 'stats').blobs.count;

  test('keeps what the last runs used; what only older runs used goes', () => {
    const folder = threeRuns();
    const before = blobs(folder);
    expect(json(folder, 'gc', '--keep', '3')).toMatchObject({ removed: { blobs: 0 } });
    const swept = json<{ removed: { blobs: number }; kept: { blobs: number } }>(folder, 'gc', '--keep', '1');
    expect(swept.removed.blobs).toBeGreaterThan(0);
    expect(blobs(folder)).toBe(before - swept.removed.blobs);
    folder.run('gc', '--keep', '1');
    expect(new Set(Object.values(statuses(folder.run())))).toEqual(new Set(['cached']));
    expect(folder.run('verify').code).toBe(0);
    // the data of two runs ago is computed again, rightly
    edit(folder, 44.5);
    expect(statuses(folder.run())).toMatchObject({ first: 'ran', fit: 'ran' });
  });

  test('a dry run says the same and removes nothing', () => {
    const folder = threeRuns();
    const before = blobs(folder);
    const dry = json<{ removed: object }>(folder, 'gc', '--keep', '1', '--dry-run');
    expect(blobs(folder)).toBe(before);
    expect(json<{ removed: object }>(folder, 'gc', '--keep', '1').removed).toEqual(dry.removed);
  });

  test('what a tagged run used stays, and so do its record and the present plan', () => {
    const folder = threeRuns();
    folder.run('tag', 'submitted', 'latest~2');
    edit(folder, 44.5); // what the second run used is what the pipeline would use now
    folder.run('gc', '--keep', '1', '--age', '0d');
    expect(new Set(Object.values(statuses(folder.run())))).toEqual(new Set(['cached']));
    folder.write('first.csv', study['first.csv']);
    expect(new Set(Object.values(statuses(folder.run())))).toEqual(new Set(['cached']));
    expect(runs(folder).some((r) => r.tags.includes('submitted'))).toBe(true);
  });

  test('what is young stays whatever is asked; a size is kept to with the oldest first', () => {
    const folder = new Folder(study);
    folder.run();
    edit(folder, 44.5);
    folder.run();
    expect(json(folder, 'gc', '--keep', '1', '--age', '0d', '--size', '0')).toMatchObject({ removed: { blobs: 0 } });
    const { blobs: all } = json<{ blobs: { bytes: number } }>(folder, 'cache', 'stats');
    const over = { larger_than_asked: { asked: 1024, kept: all.bytes } };
    expect(json(folder, 'gc', '--size', '1k', '--dry-run')).toMatchObject(over);
    expect(folder.run('gc', '--size', '1k', '--dry-run').stdout).toMatch(
      /^that is [\d.]+ \w+, more than the 1\.0 KiB asked for/m,
    );
    expect(json(folder, 'gc', '--size', '1G')).not.toHaveProperty('larger_than_asked');
    age(folder, 1);
    expect(json(folder, 'gc', '--keep', '1')).toMatchObject({ removed: { blobs: 0 } });
    const { removed } = json<{ removed: { blobs: number } }>(folder, 'gc', '--keep', '1', '--size', '1k');
    expect(removed.blobs).toBeGreaterThan(0);
    expect(folder.run('verify').code).toBe(0);
  });

  test('beside a running engine: what it made and did not yet put on record may go, and the run is right all the same', async () => {
    const folder = new Folder(study);
    const gate = `touch ${folder.at('started')}; while [ ! -e ${folder.at('go')} ]; do sleep 0.02; done; cut -d, -f6 d.csv`;
    folder.edit(
      'pipeline.yaml',
      '  fit:',
      `  gate: { stage: exec, run: [sh, -c, "${gate}"], inputs: { d.csv: logs }, outputs: { table: { file: stdout, format: csv } } }
  both: { stage: merge, from: logs, with: gate.table, on: [note] }
  fit:`,
    );
    folder.write('other.yaml', 'ceteris: 1\nstages:\n  a: { stage: ingest, file: second.csv }\n');
    folder.run('run', 'other.yaml');
    const run = folder.start('run', '--json');
    await until(() => existsSync(folder.at('started')));
    age(folder, 60);
    // the sweep knows another pipeline of the store, and no run of this one
    const { removed } = json<{ removed: { blobs: number } }>(folder, 'gc', 'other.yaml', '--keep', '1', '--age', '0d');
    expect(removed.blobs).toBeGreaterThan(5);
    folder.write('go', '');
    const { code, out } = await ended(run);
    expect([code, out.match(/CE\d+[^}]*/g)]).toEqual([0, null]);
    const wanted = folder.run('show', 'both', '--json').stdout;
    // what went is made again where it is wanted, to the same values
    folder.run('run', '--force');
    expect(folder.run('show', 'both', '--json').stdout).toBe(wanted);
    expect(folder.run('verify').code).toBe(0);
  });

  for (const [option, value] of [
    ['--age', '5'],
    ['--age', '-3d'],
    ['--age', '1.5d'],
    ['--age', '99999999d'],
    ['--size', '-1G'],
    ['--size', '1e9'],
    ['--size', '2P'],
    ['--keep', '1.5'],
    ['--size', 'big'],
    ['--keep', '-1'],
  ] as const)
    test(`${option}=${value} is refused`, () => {
      const folder = new Folder(study);
      expect(folder.run('gc', `${option}=${value}`).code).toBe(2);
    });

  test('a store that is not there is swept without a word, and not made; one that was named is missed', () => {
    const folder = new Folder(study);
    expect(folder.run('gc').code).toBe(0);
    const { code, stderr } = folder.run('gc', '--cache', 'typo');
    expect([code, codes(stderr)]).toEqual([2, ['CE4051']]);
    expect(['.ceteris', 'typo'].map((name) => existsSync(folder.at(name)))).toEqual([false, false]);
  });

  for (const [title, args, breaks, code] of [
    ['with a mistake', [], (f: Folder) => f.edit('pipeline.yaml', 'stage: regress', 'stage: regres'), 'CE1113'],
    ['that is not there', ['none.yaml'], () => {}, 'CE1002'],
    ['without a var that is set', ['--set', 'none=1'], () => {}, 'CE1105'],
  ] as const)
    test(`nothing goes for a pipeline ${title}, but by force`, () => {
      const folder = new Folder(study);
      folder.run();
      breaks(folder);
      const swept = (...more: string[]) => folder.run('gc', ...args, '--keep', '0', '--age', '0d', ...more);
      const { code: exit, stderr } = swept();
      expect([exit, codes(stderr)]).toEqual([2, [code, 'CE4052']]);
      expect(swept('--force').code).toBe(0);
    });
});

describe('the folder of a store', () => {
  test.each([
    ['the current folder', '.'],
    ['a folder that holds other things', 'notes'],
  ])('is its own: %s is refused, and nothing is put into it', (_, cache) => {
    const folder = new Folder({ ...study, 'notes/tmp/a': 'mine', 'notes/b': 'mine' });
    const names = (): string[] => readdirSync(folder.path, { recursive: true }).map(String).sort();
    const before = names();
    for (const command of ['run', 'gc']) {
      const { code, stderr, stdout } = folder.run(command, '--cache', cache);
      expect([code, codes(stderr + stdout)]).toEqual([3, ['CE4050']]);
    }
    expect(names()).toEqual(before);
  });

  test('one that was scattered over a folder that is worked in is no store', () => {
    const folder = new Folder(study);
    folder.run();
    for (const name of readdirSync(folder.at('.ceteris'))) renameSync(folder.at('.ceteris', name), folder.at(name));
    folder.write('tmp/a', 'mine');
    const { code, stderr } = folder.run('gc', '--cache', '.', '--keep', '0', '--age', '0d');
    expect([code, codes(stderr)]).toEqual([3, ['CE4050']]);
  });

  test.each([
    ['tmp', 'tmp/draft.txt'],
    ['runs', 'runs/2024/loss.csv'],
  ])("somebody else's folder `%s` makes no store, and nothing in it is removed", (_, file) => {
    const folder = new Folder({ ...study, [`work/${file}`]: 'mine' });
    for (const command of ['run', 'gc']) {
      const { code, stderr, stdout } = folder.run(command, '--cache', 'work');
      expect([code, codes(stderr + stdout)]).toEqual([3, ['CE4050']]);
    }
    expect(readFileSync(folder.at('work', file), 'utf8')).toBe('mine');
  });

  test('that of a store of which an early end left only the folders `tmp` and `runs` will do', () => {
    const folder = new Folder(study);
    folder.run('run', '--cache', 'store');
    folder.write('store/tmp/4711-0123456789abcdef', 'half');
    for (const name of readdirSync(folder.at('store')))
      if (name !== 'tmp' && name !== 'runs') rmSync(folder.at('store', name), { recursive: true });
    expect(folder.run('run', '--cache', 'store').code).toBe(0);
  });

  test.each([['cache', 'stats'], ['log'], ['tag'], ['tag', 'first'], ['diff'], ['gc']])(
    'that is named and not there is told of by %s %s',
    (...command) => {
      const folder = new Folder(study);
      const { code, stderr, stdout } = folder.run(...command, '--cache', 'no-such');
      expect([code, codes(stderr + stdout)]).toEqual([2, ['CE4051']]);
      expect(folder.run('log').code).toBe(0);
    },
  );

  test('an empty path is refused', () => {
    const { code, stdout, stderr } = new Folder(study).run('run', '--cache', '');
    expect([code, codes(stdout + stderr)]).toEqual([2, ['CE1503']]);
  });

  test('an empty folder, one of a store without its log, and one with a remark beside the store will do', () => {
    const folder = new Folder({ ...study, 'store/.gitignore': '*' });
    expect(folder.run('run', '--cache', 'store').code).toBe(0);
    folder.write('store/README', 'the store');
    expect(folder.run('run', '--cache', 'store').code).toBe(0);
    rmSync(folder.at('store', 'README'));
    rmSync(folder.at('store', 'actions.log'));
    expect(folder.run('run', '--cache', 'store').code).toBe(0);
  });
});

describe('run --force', () => {
  test('says of each result whether it came out the same', () => {
    const folder = new Folder(withDice);
    folder.run();
    const { stages } = folder.run('run', '--force').last as {
      stages: readonly { stage: string; changed?: readonly string[] }[];
    };
    const changed = (name: string) => stages.find((s) => s.stage === name)?.changed;
    expect(changed('fit')).toEqual([]);
    expect(changed('dice')).toContain('dice.n');
  });
});

describe('an argument that a command has no use for', () => {
  for (const args of [
    ['log', 'x'],
    ['gc', 'x'],
    ['lock', 'x'],
    ['check', 'x'],
    ['cache', 'stats', 'x'],
  ])
    test(`ceteris ${args.join(' ')} is refused`, () => {
      const { code, stderr } = new Folder(study).run(...args);
      expect([code, codes(stderr)]).toEqual([2, [args[0] === 'cache' ? 'CE1562' : 'CE1558']]);
    });
});
