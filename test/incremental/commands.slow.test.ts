/** Whatever was edited and swept away before: no command ends as a bug of ours, and those that only tell leave the study alone. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Finished, Folder } from '../command-line.ts';
import { isKept } from './edits.ts';
import { files, steps, take } from './failures.ts';
import { applyGrouped, groupedEdits } from './grouped-edits.ts';
import { groupedStudy } from './grouped-study.ts';

/** `S` stands for a stage. */
const TELLS = [
  ['check'],
  ['plan'],
  ['plan', 'S'],
  ['plan', '--if', 'S.x=1'],
  ['explain', 'S'],
  ['explain', 'S', '--json'],
  ['lineage', 'S'],
  ['lineage', 'S.x', '--down'],
  ['graph'],
  ['diff'],
  ['diff', 'S', '--json'],
  ['diff', 'kept'],
  ['diff', '--format', 'html'],
  ['log', '--json'],
  ['verify', '--sample', '1'],
  ['cache', 'stats'],
  ['gc', '--dry-run', '--keep', '1'],
] as const;
const DOES = [['run'], ['show', 'S', '--json'], ['lock'], ['tag', 'kept'], ['gc', '--keep', '1']] as const;

type Command = readonly string[];
const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Command>(...TELLS) },
  { weight: 2, arbitrary: fc.constantFrom<Command>(...DOES) },
);

const isSound = ({ code, stdout, stderr }: Finished): boolean =>
  [0, 1, 2, 3].includes(code ?? -1) && !/ceteris bug|^ {4}at /m.test(stdout + stderr);

function documents(folder: Folder): unknown {
  const names = existsSync(folder.at('out'))
    ? readdirSync(folder.at('out'))
        .filter((n) => !isKept(n))
        .sort()
    : [];
  return names.map((name) => [name, folder.read(`out/${name}`)]);
}

function checkCommands<E>(
  study: Readonly<Record<string, string>>,
  edits: fc.Arbitrary<readonly E[]>,
  apply: (folder: Folder, edit: E) => void,
): void {
  const turn = fc.record({ edits, commands: fc.array(commands, { minLength: 2, maxLength: 6 }), stage: fc.nat(99) });
  const property = fc.property(fc.array(turn, { minLength: 2, maxLength: 4 }), (turns) => {
    const folder = new Folder(study);
    const stages = folder.run().last.stages.map((s) => s.stage);
    for (const { edits, commands, stage } of turns) {
      for (const edit of edits) apply(folder, edit);
      for (const words of commands) {
        const before = documents(folder);
        const finished = folder.run(...words.map((word) => word.replace('S', stages[stage % stages.length] as string)));
        expect(finished).toSatisfy(isSound);
        if ((TELLS as readonly Command[]).includes(words)) expect(documents(folder)).toEqual(before);
      }
    }
    rmSync(folder.path, { recursive: true, force: true });
  });
  fc.assert(property, { numRuns: 4, endOnFailure: true });
}

test('of a study that breaks and is mended', () => checkCommands(files, steps, take));

test('of one with groups and code of its own', () => checkCommands(groupedStudy, groupedEdits, applyGrouped));
