/** A watch hears of all that decides what the code of plugins is: the files, and those that would take part if they were there. */
import { expect, test } from 'vitest';
import { openLab } from './lab.ts';
import { elsewhere, watch } from './watched.ts';

const plugin = (scale: string): string => `import { defineStage, Params, tableOutput, numbers } from 'ceteris';
import { scale } from '${scale}';
export const ones = defineStage({
  type: 'ones',
  doc: { summary: { en: 'ones', zh: 'ones' }, details: { en: '', zh: '' }, example: '' },
  params: Params({}),
  inputs: {},
  outputs: { table: { kind: 'table', doc: 'v' } },
  declare: ({ params }) => ({
    faults: [],
    spec: params,
    reads: {},
    outputs: {
      table: {
        shape: { kind: 'table', open: false, columns: [{ name: 'v', type: 'number' }] },
        parts: ['#rows', 'v'].map((name) => ({ name, how: 'made' })),
      },
    },
  }),
  run: () => ({ ok: true, notes: [], outputs: { table: tableOutput(new Map([['v', numbers(Float64Array.of(scale))]]), 1) } }),
});
`;
const files = {
  'pipeline.yaml': 'ceteris: 1\nname: t\nplugins: [types/ones.ts]\nstages:\n  o: { stage: ones }\n',
  'types/ones.ts': plugin('./scale'),
  'types/scale.js': 'export const scale = 1;\n',
};
const write = (name: string, text: string): string => `fs.writeFileSync(at('${name}'), ${JSON.stringify(text)});`;

test('a file that an import means from now on, one that it lacked, settings, a plugin that is back', async () => {
  const lab = openLab(files);
  const w = watch(lab);
  await w.cycle();
  /** What the next cycle says of the stage, or of the pipeline. */
  const after = async (script: string): Promise<string | undefined> => {
    elsewhere(lab, script);
    const last = (await w.cycle()).findLast((event) => event.type === 'run-finished');
    return last?.stages?.[0]?.status ?? last?.diagnostics?.map((d) => d.code).join();
  };
  expect(await after(write('types/scale.ts', 'export const scale: number = 2;'))).toBe('ran');
  expect(await after("fs.unlinkSync(at('types/scale.ts'));")).toBe('cached');
  expect(await after("fs.renameSync(at('types/scale.js'), at('away'));")).toBe('CE1316');
  expect(await after("fs.renameSync(at('away'), at('types/scale.js'));")).toBe('cached');
  expect(await after(write('types/ones.ts', plugin('./other/scale')))).toBe('CE1316');
  expect(
    await after(
      `fs.mkdirSync(at('k')); ${write('k/scale.js', 'export const scale = 3;')} fs.renameSync(at('k'), at('types/other'));`,
    ),
  ).toBe('ran');
  expect(await after(write('types/tsconfig.json', '{}'))).toBe('cached');
  expect(await after("fs.renameSync(at('types/ones.ts'), at('away'));")).toBe('CE1310');
  expect(await after("fs.renameSync(at('away'), at('types/ones.ts'));")).toBe('cached');
  expect(await w.stop()).toBe(130);
});
