/** Random edits of a study's folder, of the kinds that people, editors and accidents make. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import type { Folder } from '../command-line.ts';

export interface Edit {
  readonly kind: (typeof KINDS)[number];
  /** which file, row, digit: whatever the kind has to choose */
  readonly pick: number;
}

export const KINDS = [
  'digit',
  'digit, time kept',
  'digit, by renaming',
  'row',
  'touch',
  'old time',
  'param',
  'expression',
  'columns of a fit',
  'input',
  'description',
  'comment',
  'output edited',
  'output deleted',
  'store damaged',
  'log deleted',
  'blobs deleted',
  'standing damaged',
] as const;

/** After these the store lacks something. */
export const LOSSES: ReadonlySet<string> = new Set(['store damaged', 'log deleted', 'blobs deleted']);

export const edits = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(9999) }), {
  minLength: 1,
  maxLength: 2,
});

const DATA = ['first.csv', 'second.csv'] as const;

export function apply(folder: Folder, { kind, pick }: Edit): void {
  const data = DATA[pick % 2] as string;
  switch (kind) {
    case 'digit':
      return folder.write(data, otherDigit(folder.read(data), pick));
    case 'digit, time kept': {
      const { atime, mtime } = statSync(folder.at(data));
      folder.write(data, otherDigit(folder.read(data), pick));
      return utimesSync(folder.at(data), atime, mtime);
    }
    case 'digit, by renaming':
      folder.write('.saving', otherDigit(folder.read(data), pick));
      return renameSync(folder.at('.saving'), folder.at(data));
    case 'row':
      return folder.write(data, `${folder.read(data)}12,2003,${20 + (pick % 60)}.5,${30 + (pick % 50)},44,n77\n`);
    case 'touch':
      return utimesSync(folder.at(data), new Date(), new Date());
    case 'old time':
      return utimesSync(folder.at('data.yaml'), 1000 + pick, 1000 + pick);
    case 'param':
      return folder.write('pipeline.yaml', folder.read('pipeline.yaml').replace(/top: \d/, `top: ${pick % 10}`));
    case 'expression':
      return folder.write('pipeline.yaml', folder.read('pipeline.yaml').replace(/log\(y.*?\)/, `log(y + ${pick % 7})`));
    case 'columns of a fit':
      return folder.write(
        'pipeline.yaml',
        folder.read('pipeline.yaml').replace(/\[x(?:, z)?\]/, pick % 2 ? '[x]' : '[x, z]'),
      );
    case 'input':
      return folder.write(
        'data.yaml',
        folder.read('data.yaml').replace(/\[first(?:, second)?\]/, pick % 2 ? '[first]' : '[first, second]'),
      );
    case 'description':
      return folder.write(
        'pipeline.yaml',
        folder
          .read('pipeline.yaml')
          .replace(/(?: {4}description: .*\n)? {4}formats:/, `    description: ${pick}\n    formats:`),
      );
    case 'comment':
      return folder.write('data.yaml', `# ${pick}\n${folder.read('data.yaml')}`);
    case 'output edited':
      if (existsSync(folder.at('out', 'tab.csv')))
        folder.write('out/tab.csv', otherDigit(folder.read('out/tab.csv'), pick));
      return;
    case 'output deleted':
      return rmSync(folder.at('out', 'tab.md'), { force: true });
    case 'store damaged':
      return flip(filesIn(folder.at('.ceteris', 'blobs')), pick);
    case 'log deleted':
      return rmSync(folder.at('.ceteris', 'actions.log'), { force: true });
    case 'blobs deleted':
      return removeAll(folder.at('.ceteris', 'blobs'));
    case 'standing damaged':
      return flip(filesIn(folder.at('.ceteris', 'standing')), pick);
  }
}

/** Whether a file is an output as it was edited by hand, kept beside the right one. */
export const isKept = (name: string): boolean => /\.before(-\d+)?$/.test(name);

/** Another digit, none of them a zero (a leading one would make text), somewhere in the values of the third column or later: the size stays. */
function otherDigit(text: string, pick: number): string {
  const places = [...text.matchAll(/(?<=^[^,\n]*,[^,\n]*,.*)\d/gm)].map((m) => m.index);
  const at = places[pick % Math.max(1, places.length)];
  if (at === undefined) return text;
  return text.slice(0, at) + (1 + ((Number(text[at]) + (pick % 8)) % 9)) + text.slice(at + 1);
}

/** Also while somebody puts more into it. */
function removeAll(dir: string): void {
  while (existsSync(dir))
    try {
      rmSync(dir, { recursive: true, force: true });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw thrown;
    }
}

function filesIn(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile())
    .map((e) => `${e.parentPath}/${e.name}`)
    .sort();
}

function flip(files: readonly string[], pick: number): void {
  const file = files[pick % Math.max(1, files.length)];
  if (file === undefined) return;
  const bytes = readFileSync(file);
  if (bytes.length === 0) return;
  bytes[pick % bytes.length] = (bytes[pick % bytes.length] as number) ^ 0x55;
  rmSync(file); // blobs may not be written to
  writeFileSync(file, bytes);
}
