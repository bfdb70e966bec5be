/** What a plan says before a run, and a lineage before an edit, the run does. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Folder } from '../command-line.ts';
import { LOSSES } from './edits.ts';
import { files, steps, take } from './failures.ts';
import { applyGrouped, groupedEdits } from './grouped-edits.ts';
import { groupedStudy } from './grouped-study.ts';

interface Planned {
  readonly stages: readonly { readonly stage: string; readonly state: 'fresh' | 'stale' | 'depends' }[];
}

/** By stage: as planned, and as it went. Groups that are not known yet stand for any. */
function planAndRun(folder: Folder): readonly (readonly [stage: string, state: string, status: string])[] {
  const planned = folder.run('plan', '--json');
  const { stages } = JSON.parse(planned.stdout) as Planned;
  const went = new Map(folder.run().last.stages.map((s) => [s.stage, s.status]));
  return stages.flatMap(({ stage, state }) => {
    const status = went.get(stage);
    return status === undefined ? [] : [[stage, state, status] as const];
  });
}

const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  fresh: ['cached'],
  stale: ['ran', 'failed'],
  depends: ['cached', 'ran', 'failed', 'blocked'],
};

function checkPlans<E extends { readonly kind: string }>(
  study: Readonly<Record<string, string>>,
  edits: fc.Arbitrary<readonly E[]>,
  apply: (folder: Folder, edit: E) => void,
): void {
  const property = fc.property(fc.array(edits, { minLength: 2, maxLength: 4 }), (batches) => {
    const folder = new Folder(study);
    folder.run();
    for (const batch of batches) {
      for (const edit of batch) if (!LOSSES.has(edit.kind)) apply(folder, edit);
      const wrong = planAndRun(folder).filter(([, state, status]) => POSSIBLE[state]?.includes(status) !== true);
      expect(wrong).toEqual([]);
    }
    rmSync(folder.path, { recursive: true, force: true });
  });
  fc.assert(property, { numRuns: 2, endOnFailure: true });
}

test('what is fresh does not run, what is stale does', () => checkPlans(files, steps, take));

test('so where groups hang on the data and stages on code of the folder', () =>
  checkPlans(groupedStudy, groupedEdits, applyGrouped));

/** Another digit in a column of the first file. */
function editColumn(folder: Folder, column: number, pick: number): void {
  const rows = folder.read('first.csv').trimEnd().split('\n');
  const row = 1 + (pick % (rows.length - 1));
  const cells = (rows[row] as string).split(',');
  cells[column] = (cells[column] as string).replace(/\d$/, (digit) => String((Number(digit) + 1 + (pick % 8)) % 10));
  rows[row] = cells.join(',');
  folder.write('first.csv', `${rows.join('\n')}\n`);
}

const COLUMNS = ['id', 'year', 'y', 'x', 'z', 'note'];

test.each([
  ['a study', files],
  ['a study with groups', groupedStudy],
])('an edit of a value re-runs nothing but what the lineage of its column leads to: %s', (_, study) => {
  const edit = fc.tuple(fc.nat(COLUMNS.length - 1), fc.nat(9999));
  const property = fc.property(fc.array(edit, { minLength: 2, maxLength: 4 }), (all) => {
    const folder = new Folder(study);
    folder.run();
    for (const [column, pick] of all) {
      const down = folder.run('lineage', `first.${COLUMNS[column]}`, '--down', '--json');
      const { steps } = JSON.parse(down.stdout) as { readonly steps: readonly { readonly stage: string }[] };
      const led = new Set(['first', ...steps.map((step) => step.stage)]);
      const before = new Set(folder.run().last.stages.map((s) => s.stage));
      editColumn(folder, column, pick);
      const ran = folder
        .run()
        .last.stages.filter((s) => s.status !== 'cached')
        .map((s) => s.stage);
      // groups that came with the edit were in nobody's lineage
      expect(ran.filter((stage) => before.has(stage) && !led.has(stage))).toEqual([]);
    }
    rmSync(folder.path, { recursive: true, force: true });
  });
  fc.assert(property, { numRuns: 2, endOnFailure: true });
});
