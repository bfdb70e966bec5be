/** The law of an incremental engine: whatever was edited, it ends where a run from nothing ends. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { Folder } from '../command-line.ts';
import { apply, type Edit, edits } from './edits.ts';
import { study } from './study.ts';

/** Documents and the coefficients behind them. */
function results(folder: Folder): unknown {
  const out = folder.at('out');
  const documents = existsSync(out)
    ? readdirSync(out)
        .sort()
        .map((name) => [name, folder.read(`out/${name}`)])
    : [];
  return { documents, fit: folder.show('fit') };
}

const INPUTS = Object.keys(study);

export function checkAgainstScratch(runs: number): void {
  const property = fc.property(fc.array(edits, { minLength: 2, maxLength: 5 }), (batches) => {
    const folder = new Folder(study);
    folder.run();
    for (const batch of batches) oneBatch(folder, batch);
    rmSync(folder.path, { recursive: true, force: true });
  });
  fc.assert(property, { numRuns: runs, endOnFailure: true });
}

function oneBatch(folder: Folder, batch: readonly Edit[]): void {
  for (const edit of batch) apply(folder, edit);
  const got = folder.run();
  const fresh = new Folder(Object.fromEntries(INPUTS.map((name) => [name, folder.read(name)])));
  const wanted = fresh.run();
  expect(got.code).toBe(wanted.code);
  if (got.code !== 0) return; // an edit that no regression survives: earlier documents stay
  expect(results(folder)).toEqual(results(fresh));
  const again = folder.run();
  expect([again.code, new Set(again.last.stages.map((s) => s.status))]).toEqual([0, new Set(['cached'])]);
  expect(results(folder)).toEqual(results(fresh));
  rmSync(fresh.path, { recursive: true, force: true });
}
