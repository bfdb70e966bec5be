/** A study that edits can break and mend, and a run after each beside one elsewhere, where nothing stands. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { Folder } from '../command-line.ts';
import { apply, type Edit, edits } from './edits.ts';
import { expectTheSame } from './reached.ts';
import { study, YAML } from './study.ts';

/** A bad value fails a program and an expectation, a quote that stays open a stage that reads a file, a high bar a regression. */
export const files = {
  ...study,
  'pipeline.yaml': `${YAML}  late: { stage: describe, from: raw, where: year > 2002 }
  few: { stage: regress, from: logs, where: "x > \${top} * 2", y: ly, x: [x] }
  alone: { stage: describe, from: second }
  mine: { stage: derive, from: second, columns: { w: x + 1 } }
  program: { stage: exec, run: [sh, -c, "! grep -q 666 in.csv && cat in.csv"], inputs: { in.csv: raw }, outputs: { t: { file: stdout } } }
  after: { stage: describe, from: program.t }
  sound: { stage: expect, from: second, rules: { plausible: x < 600 } }
  both: { stage: append, from: [program.t, mine] }
`,
};

const BAD_ROW = '10,2003,20.5,666,44,n77\n';
const BREAKS = ['bad value', 'open quote', 'high bar'] as const;
type Break = (typeof BREAKS)[number];

/** Breaks what is whole, and mends what is broken. */
export function toggle(folder: Folder, kind: Break, pick = 0): void {
  const data = ['first.csv', 'second.csv'][pick % 2] as string;
  const text = folder.read(data);
  switch (kind) {
    case 'bad value':
      return folder.write(data, text.includes(BAD_ROW) ? text.replace(BAD_ROW, '') : `${text}${BAD_ROW}`);
    case 'open quote':
      return folder.write(data, text.includes('\n"') ? text.replace('\n"', '\n') : text.replace('\n', '\n"'));
    case 'high bar': {
      const yaml = folder.read('pipeline.yaml');
      const [from, to] = yaml.includes('top: 4000') ? ['top: 4000', 'top: 4'] : [/top: \d/, 'top: 4000'];
      return folder.write('pipeline.yaml', yaml.replace(from, to));
    }
  }
}

type Step = Edit | { readonly kind: Break; readonly pick: number };
const isBreak = (step: Step): step is { readonly kind: Break; readonly pick: number } =>
  (BREAKS as readonly string[]).includes(step.kind);
export function take(folder: Folder, step: Step): void {
  if (isBreak(step)) toggle(folder, step.kind, step.pick);
  else apply(folder, step);
}

/** Runs once, then edits batch by batch and runs after each. */
export async function expectTheSameAfter(batches: readonly (readonly Step[])[]): Promise<void> {
  const folder = new Folder(files);
  folder.run();
  for (const batch of batches) {
    for (const step of batch) take(folder, step);
    await expectTheSame(folder);
  }
  rmSync(folder.path, { recursive: true, force: true });
}

const breaks = fc.record({ kind: fc.constantFrom(...BREAKS), pick: fc.nat(1) });

/** A batch of edits, of which some break or mend. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.oneof(
  breaks.map((b): readonly Step[] => [b]),
  edits,
  fc.tuple(breaks, edits).map(([b, e]): readonly Step[] => [b, ...e]),
);

export async function checkAfterFailures(numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.array(steps, { minLength: 2, maxLength: 5 }), expectTheSameAfter);
  await fc.assert(property, { numRuns, endOnFailure: true });
}
