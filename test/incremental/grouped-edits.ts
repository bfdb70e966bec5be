/** Random edits of the study with groups and a plugin, beside those that any study sees. */
import { existsSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import type { Folder } from '../command-line.ts';
import { apply, type Edit, KINDS } from './edits.ts';

const OWN = [
  'group added',
  'group removed',
  'group renamed',
  'row of another group',
  'groups of another column',
  'condition',
  'plugin',
  'plugin, a remark',
  'import',
  'import that goes before it',
  'settings of the compiler',
] as const;

export interface GroupedEdit {
  readonly kind: Edit['kind'] | (typeof OWN)[number];
  readonly pick: number;
}

export const groupedEdits = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...KINDS) },
      { weight: 2, arbitrary: fc.constantFrom(...OWN) },
    ),
    pick: fc.nat(9999),
  }),
  { minLength: 1, maxLength: 2 },
);

const DATA = ['first.csv', 'second.csv'] as const;

export function applyGrouped(folder: Folder, edit: GroupedEdit): void {
  const { kind, pick } = edit;
  const data = DATA[pick % 2] as string;
  const change = (name: string, of: (text: string) => string): void => folder.write(name, of(folder.read(name)));
  const everywhere = (of: (text: string) => string): void => {
    for (const name of DATA) change(name, of);
  };
  switch (kind) {
    case 'group added': {
      const row = (i: number): string => `1${i},${2005 + (pick % 3)},2${i}.5,3${(i * 7) % 10},4${i},h${pick % 4}\n`;
      return change(data, (text) => `${text}${[0, 1, 2, 3].map(row).join('')}`);
    }
    case 'group removed':
      return everywhere((text) =>
        text.replaceAll(new RegExp(`^.*,(?:200${1 + (pick % 4)},.*|g${1 + (pick % 3)})\n`, 'gm'), ''),
      );
    case 'group renamed':
      return everywhere((text) => text.replaceAll(`,g${1 + (pick % 3)}\n`, `,k${pick % 3}\n`));
    case 'row of another group':
      return change(data, (text) => text.replace(/,[a-z]\d+\n$/, `,g${1 + (pick % 4)}\n`));
    case 'groups of another column':
      return change('pipeline.yaml', (text) =>
        text.replace(/foreach: \w+, columns: \[/, `foreach: ${pick % 2 ? 'note' : 'id'}, columns: [`),
      );
    case 'condition':
      return change('pipeline.yaml', (text) =>
        text.replace(/(from: logs, )(where: z > \d+, )?(foreach: note, column: )/, `$1where: z > 1${pick % 10}, $3`),
      );
    case 'plugin':
      return change('types/ends.ts', (text) => text.replace(/scale \* \d/, `scale * ${1 + (pick % 9)}`));
    case 'plugin, a remark':
      return change('types/ends.ts', (text) => `// ${pick}\n${text}`);
    case 'import':
      return folder.write('types/scale.js', `export const scale = ${1 + (pick % 9)};\n`);
    case 'import that goes before it':
      if (existsSync(folder.at('types/scale.ts'))) return rmSync(folder.at('types/scale.ts'));
      return folder.write('types/scale.ts', `export const scale: number = ${1 + (pick % 9)};\n`);
    case 'settings of the compiler':
      return folder.write('types/tsconfig.json', `{ "compilerOptions": { "strict": ${pick % 2 === 0} } }\n`);
    default:
      return apply(folder, { kind, pick });
  }
}
