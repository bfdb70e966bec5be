/** A run after an edit beside a run of the same folder elsewhere, where nothing stands. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Finished, Folder, statuses } from '../command-line.ts';
import { inOneProcess } from '../one-process.ts';

/** The same folder elsewhere: nothing stands there that was kept for this one. */
export function elsewhere(folder: Folder): Folder {
  const copy = new Folder({});
  cpSync(folder.path, copy.path, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** Without what differs between two runs of the same. */
const plain = (text: string): string =>
  text
    .replace(/"(at|ms|run|when|edited|same|started|id|of|file)":("[^"]*"|[\d.]+)/g, '')
    .replace(/ in [\d.]+ m?s/g, '')
    .replace(/ \([^)]*\/damaged\/[^)]*\)|"detail":"[^"]*\/damaged\/[^"]*"/g, ''); // where a damaged file was put aside

/** Events as they are told; stages that are under way at once may finish in any order. */
function told({ code, stdout, stderr }: Finished): unknown {
  const lines = plain(stdout).trimEnd().split('\n');
  return { code, stderr, last: lines.at(-1), events: lines.slice(0, -1).sort() };
}

interface Recorded {
  readonly stages: string;
  readonly gathers: readonly string[];
}

function lastRecord(folder: Folder): Recorded {
  const [name = ''] = readdirSync(folder.at('.ceteris', 'runs')).sort().reverse();
  const lines = plain(readFileSync(folder.at('.ceteris', 'runs', name), 'utf8'))
    .replaceAll(/,"(standing|looked)":\w+/g, '')
    .split('\n');
  const isGathers = (line: string): boolean => line.startsWith('{"type":"gathers"');
  const gathers = JSON.parse(lines.find(isGathers) ?? '{"keys":[]}') as { readonly keys: readonly string[] };
  return { stages: lines.filter((line) => !isGathers(line)).join('\n'), gathers: gathers.keys };
}

/** The first line of the record of the last run, or of one before it. */
function lastHead(folder: Folder, before = 0): { readonly looked?: number; readonly standing?: true } {
  const name =
    readdirSync(folder.at('.ceteris', 'runs'))
      .sort()
      .at(-1 - before) ?? '';
  return JSON.parse(readFileSync(folder.at('.ceteris', 'runs', name), 'utf8').split('\n')[0] ?? '') as object;
}

/** How many instances the last run but one looked at, when it did not look at all. */
export const lookedAt = (folder: Folder): number | undefined => lastHead(folder, 1).looked;

function documents(folder: Folder): unknown {
  if (!existsSync(folder.at('out'))) return [];
  const names = readdirSync(folder.at('out')).sort();
  return names.map((name) => [name, folder.read(`out/${name}`)]);
}

export async function expectTheSame(folder: Folder, args: readonly string[] = []): Promise<Finished> {
  const other = elsewhere(folder);
  const [here, there] = [folder.run('run', ...args), await inOneProcess(other, 'run', ...args)];
  expect(told(here)).toEqual(told(there));
  const [record, whole] = [lastRecord(folder), lastRecord(other)];
  expect(record.stages).toBe(whole.stages);
  // what a sweep must keep: also what stands where this run did not look
  expect(record.gathers).toEqual(expect.arrayContaining([...whole.gathers]));
  expect(documents(folder)).toEqual(documents(other));
  expect(told(folder.run('run', ...args))).toEqual(told(await inOneProcess(other, 'run', ...args)));
  if (here.code === 0) expect(lastHead(folder).standing).toBe(true);
  rmSync(other.path, { recursive: true });
  return here;
}

/** Where values are lost a look at all reads more of them than a look at some, for groups, and has them made again. */
export async function expectTheSameResults(folder: Folder): Promise<void> {
  const other = elsewhere(folder);
  expect(folder.run().code).toBe((await inOneProcess(other)).code);
  expect(documents(folder)).toEqual(documents(other));
  rmSync(other.path, { recursive: true });
}

export const settled = async (of: Readonly<Record<string, string>>): Promise<Folder> => {
  const folder = new Folder(of);
  expect((await inOneProcess(folder)).code).toBe(0);
  await pause(120);
  folder.run();
  return folder;
};

export const ran = (finished: Finished): string[] =>
  Object.entries(statuses(finished)).flatMap(([stage, status]) => (status === 'cached' ? [] : [stage]));
