/** The law of an incremental engine: whatever was edited, it ends where a run from nothing ends. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { Folder } from '../command-line.ts';
import { inOneProcess, shownInOneProcess } from '../one-process.ts';
import { apply, edits, isKept } from './edits.ts';
import { applyGrouped, groupedEdits } from './grouped-edits.ts';
import { groupedStudy } from './grouped-study.ts';
import { study } from './study.ts';

interface Law<E> {
  readonly files: Readonly<Record<string, string>>;
  readonly edits: fc.Arbitrary<readonly E[]>;
  readonly apply: (folder: Folder, edit: E) => void;
  /** stages whose results are compared beside the documents */
  readonly shown: readonly string[];
  /** batches of edits, at most */
  readonly most: number;
}

export const checkAgainstScratch = (runs: number): Promise<void> =>
  checkLaw({ files: study, edits, apply, shown: ['fit'], most: 5 }, runs);

/** The same for a study whose graph hangs on its data, with code of its own. */
export const checkGroupsAgainstScratch = (runs: number, most = 5): Promise<void> =>
  checkLaw({ files: groupedStudy, edits: groupedEdits, apply: applyGrouped, shown: ['both'], most }, runs);

async function checkLaw<E>(law: Law<E>, runs: number): Promise<void> {
  const property = fc.asyncProperty(fc.array(law.edits, { minLength: 2, maxLength: law.most }), async (batches) => {
    const folder = new Folder(law.files);
    folder.run();
    for (const batch of batches) await oneBatch(folder, batch, law);
    rmSync(folder.path, { recursive: true, force: true });
  });
  await fc.assert(property, { numRuns: runs, endOnFailure: true });
}

async function oneBatch<E>(folder: Folder, batch: readonly E[], { apply, shown }: Law<E>): Promise<void> {
  for (const edit of batch) apply(folder, edit);
  const got = folder.run();
  const fresh = new Folder(Object.fromEntries(inputsIn(folder).map((name) => [name, folder.read(name)])));
  const wanted = await inOneProcess(fresh);
  expect(got.code).toBe(wanted.code);
  if (got.code !== 0) return; // an edit that no regression survives: earlier documents stay
  const values = (of: Folder): Promise<unknown[]> => Promise.all(shown.map((stage) => shownInOneProcess(of, stage)));
  const expected = { documents: documents(fresh), values: await values(fresh) };
  expect({ documents: documents(folder), values: shown.map((stage) => folder.show(stage)) }).toEqual(expected);
  const names = ({ last }: typeof got): string[] => last.stages.map((s) => s.stage);
  expect(names(got)).toEqual(names(wanted));
  const again = folder.run();
  expect([again.code, new Set(again.last.stages.map((s) => s.status))]).toEqual([0, new Set(['cached'])]);
  expect({ documents: documents(folder), values: await values(folder) }).toEqual(expected);
  rmSync(fresh.path, { recursive: true, force: true });
}

function documents(folder: Folder): unknown {
  const out = folder.at('out');
  const names = existsSync(out) ? readdirSync(out).sort() : [];
  return names.filter((name) => !isKept(name)).map((name) => [name, folder.read(`out/${name}`)]);
}

/** What its user wrote. */
export const inputsIn = (folder: Folder): string[] =>
  readdirSync(folder.path, { withFileTypes: true })
    .filter(({ name }) => name !== 'out' && name !== '.ceteris')
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return readdirSync(folder.at(entry.name)).map((name) => `${entry.name}/${name}`);
    });
