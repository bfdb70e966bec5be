/** `ceteris verify`: what is computed again, what differs, and what was lost. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Folder } from '../command-line.ts';
import { study, withDice } from './study.ts';

type Json = { readonly [name: string]: unknown };
const json = <T = Json>(folder: Folder, ...args: string[]): T => JSON.parse(folder.run(...args, '--json').stdout) as T;

describe('verify', () => {
  interface Verified {
    readonly ok: boolean;
    readonly stages: readonly { readonly stage: string; readonly status: string }[];
  }
  const verify = (folder: Folder, ...args: string[]): Verified => json<Verified>(folder, 'verify', ...args);

  test('computes all, some or one again, and leaves no trace', () => {
    const folder = new Folder(study);
    folder.run();
    const names = (): string[] => readdirSync(folder.path, { recursive: true }).map(String).sort();
    const before = names();
    expect(verify(folder).stages.map((s) => s.status)).toEqual(Array(6).fill('same'));
    expect(verify(folder, 'fit').stages).toMatchObject([{ stage: 'fit', status: 'same' }]);
    expect(verify(folder, '--sample', '2').stages.length).toBe(2);
    expect(names()).toEqual(before);
  });

  test('many at once are no cause for a warning', () => {
    const more = Array.from(
      { length: 12 },
      (_, i) => `  more${i}: { stage: derive, from: raw, columns: { v: y + ${i} } }\n`,
    );
    const folder = new Folder({ ...study, 'pipeline.yaml': `${study['pipeline.yaml']}${more.join('')}` });
    folder.run();
    const { code, stderr } = folder.run('verify');
    expect([code, stderr]).toEqual([0, '']);
  });

  test('a data file that is gone is named, by plan and explain too', () => {
    const folder = new Folder(study);
    folder.run();
    const [data = ''] = Object.keys(study).filter((name) => name.endsWith('.csv'));
    rmSync(folder.at(data));
    const { code, stdout } = folder.run('verify');
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`\\w+  failed\\nerror CE3001: file '${data}' does not exist\\n  data.yaml:3:`));
    for (const command of ['plan', 'explain'])
      expect(folder.run(command, 'first').stdout, command).toContain(`CE3001: file '${data}' does not exist`);
  });

  test('a result that is not reproduced is found, with the part that differs', () => {
    const folder = new Folder(withDice);
    expect(folder.run().code).toBe(0);
    const { code, stdout } = folder.run('verify', '--json');
    expect(code).toBe(1);
    const { stages } = JSON.parse(stdout) as Verified;
    expect(stages.filter((s) => s.status !== 'same')).toMatchObject([
      {
        stage: 'dice',
        status: 'differs',
        parts: expect.arrayContaining([expect.objectContaining({ part: 'table.n' })]),
      },
    ]);
  });

  test('a damaged value and a stage without a result are told apart from those that hold', () => {
    const folder = new Folder(study);
    folder.run();
    const [victim] = readdirSync(folder.at('.ceteris', 'blobs'), { recursive: true, withFileTypes: true }).filter((e) =>
      e.isFile(),
    );
    const path = `${victim?.parentPath}/${victim?.name}`;
    chmodSync(path, 0o644);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('x')]));
    expect(
      verify(folder)
        .stages.filter((s) => s.status !== 'same')
        .map((s) => s.status),
    ).toContain('damaged');
    const other = new Folder(study);
    expect(verify(other)).toMatchObject({ ok: false });
    expect(other.run('verify').code).toBe(1);
  });
});

describe('verify, of what is lost', () => {
  interface Verified {
    readonly stages: readonly { readonly stage: string; readonly status: string; readonly detail?: string }[];
  }
  const GROUPS = `${study['pipeline.yaml']}  by: { stage: describe, from: raw, columns: [y], foreach: id }\n`;
  /** The file of a column of `raw`. */
  const fileOf = (folder: Folder, column: string): string => {
    const { columns } = json<{ columns: readonly { name: string; digest: string }[] }>(folder, 'show', 'raw');
    const digest = columns.find((c) => c.name === column)?.digest ?? '';
    return folder.at('.ceteris', 'blobs', digest.slice(0, 2), digest);
  };

  for (const [title, spoil] of [
    [
      'damaged',
      (file: string) => {
        chmodSync(file, 0o644);
        writeFileSync(file, 'x');
      },
    ],
    ['gone', (file: string) => rmSync(file)],
  ] as const)
    test(`a value that is ${title} is named, also with groups; nothing puts it right on the way; --force does`, () => {
      const folder = new Folder({ ...study, 'pipeline.yaml': GROUPS });
      folder.run();
      const file = fileOf(folder, 'y');
      spoil(file);
      const { stages } = json<Verified>(folder, 'verify');
      const of = (name: string) => stages.find((s) => s.stage === name);
      expect(of('raw')).toMatchObject({ status: 'damaged', detail: 'table.y' });
      expect(of('logs')).toMatchObject({ status: 'blocked', detail: 'raw.table.y' });
      expect(of('fit')).toMatchObject({ status: 'same' });
      expect(existsSync(file)).toBe(false);
      const { code, stdout } = folder.run('verify');
      expect([code, stdout.includes("ceteris run --force 'raw'")]).toEqual([1, true]);
      folder.run('run', '--force', 'raw');
      expect(folder.run('verify').code).toBe(0);
    });

  test('a stage is one stage, with the filter of its where', () => {
    const folder = new Folder(study);
    folder.edit('pipeline.yaml', '    y: ly', '    where: y > 20\n    y: ly');
    folder.run();
    const names = json<Verified>(folder, 'verify').stages.map((s) => s.stage);
    expect(names.toSorted()).toEqual(['first', 'fit', 'logs', 'raw', 'second', 'tab']);
    expect(folder.run('verify').stdout).toContain('6 same');
    for (const n of [1, 5]) expect(json<Verified>(folder, 'verify', '--sample', String(n)).stages.length).toBe(n);
    expect(json<Verified>(folder, 'verify', '--sample', '999999').stages.length).toBe(6);
  });

  test('a program whose output is never the same is named, with what it may be', () => {
    const folder = new Folder({
      'pipeline.yaml':
        'ceteris: 1\nstages:\n  when: { stage: exec, run: [sh, -c, "echo t; echo $(($(date +%s%N) % 1000000007))"], outputs: { table: { file: stdout, format: csv } } }\n  after: { stage: derive, from: when, columns: { u: t * 2 } }\n',
    });
    folder.run();
    const { code, stdout } = folder.run('verify');
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ when {2}differs.*\n {4}table\.t {2}[0-9a-f]{12} → [0-9a-f]{12}/);
    expect(stdout).toMatch(/✓ after {2}same/); // fed with what it was fed before
    expect(stdout).toContain('a program that reads the clock, or draws numbers without a seed');
  });
});
