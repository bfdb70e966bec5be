/** Whatever is edited beside a watch, it comes to what a run from nothing comes to. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Finished, Folder, lastOf } from '../command-line.ts';
import { labIn } from '../engine/lab.ts';
import { type Watched, watch } from '../engine/watched.ts';
import { inOneProcess } from '../one-process.ts';
import { isKept, LOSSES } from './edits.ts';
import { inputsIn } from './from-scratch.ts';

export interface Study<E> {
  readonly files: Readonly<Record<string, string>>;
  readonly edits: fc.Arbitrary<readonly E[]>;
  readonly apply: (folder: Folder, edit: E) => void;
}

/** A stage that has something to do after every batch, so that each is answered. */
const TURN = '  turn: { stage: ingest, file: turn.csv }\n';

export async function checkWatched<E extends { readonly kind: string }>(
  { files, edits, apply }: Study<E>,
  numRuns: number,
): Promise<void> {
  const property = fc.asyncProperty(fc.array(edits, { minLength: 2, maxLength: 4 }), async (batches) => {
    const yaml = `${files['pipeline.yaml']}${TURN}`;
    const folder = new Folder({ ...files, 'pipeline.yaml': yaml, 'turn.csv': 'n\n0\n' });
    const watched = watch(labIn(folder.path, {}));
    await watched.cycle();
    for (const [turn, batch] of batches.entries()) {
      for (const edit of batch) apply(folder, edit);
      folder.write('turn.csv', `n\n${turn + 1}\n`);
      await comesTo(watched, folder);
    }
    expect(await watched.stop()).toBe(130);
    // what a watch still knows of a store that lost something, the next run does not
    if (batches.flat().some(({ kind }) => LOSSES.has(kind))) return;
    const after = folder.run().last.stages.filter((s) => s.status === 'ran');
    expect(after.map((s) => s.stage)).toEqual([]);
    rmSync(folder.path, { recursive: true, force: true });
  });
  await fc.assert(property, { numRuns, endOnFailure: true });
}

/** What is saved in several files may be met in between: it is waited for, and the test that calls this has the limit. */
async function comesTo(watched: Watched, folder: Folder): Promise<void> {
  const fresh = new Folder(Object.fromEntries(inputsIn(folder).map((name) => [name, folder.read(name)])));
  const { last: finished } = await inOneProcess(fresh);
  const wanted = { told: outcomes(finished), documents: documents(fresh, finished) };
  rmSync(fresh.path, { recursive: true, force: true });
  let got: unknown;
  do {
    const last = (await watched.cycle()).findLast((event) => event.type === 'run-finished');
    const ran = last && lastOf(JSON.stringify(last));
    got = ran && { told: outcomes(ran), documents: documents(folder, ran) };
  } while (!isEqual(got, wanted));
}

/** Of each stage whether it is fine, and all that is reported with its place. */
function outcomes({ ok, stages, diagnostics }: Finished['last']): unknown {
  const state = (status: string): string => (status === 'ran' || status === 'cached' ? 'fine' : status);
  return { ok, diagnostics, stages: stages.map((s) => [s.stage, state(s.status), s.diagnostics]) };
}

/** Those whose stages are fine: of the others earlier ones stay. */
function documents(folder: Folder, { ok, stages }: Finished['last']): unknown {
  const isFine = (name: string): boolean =>
    !isKept(name) && (ok || stages.some((s) => name.startsWith(`${s.stage}.`) && /^(ran|cached)$/.test(s.status)));
  const names = existsSync(folder.at('out')) ? readdirSync(folder.at('out')).sort().filter(isFine) : [];
  return names.map((name) => [name, folder.read(`out/${name}`)]);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
