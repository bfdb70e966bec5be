// npm run simd: compiles stages/kernels/panel-simd.as and puts the code into stages/kernels/panel-code.ts.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const SOURCE = path.join(root, 'stages/kernels/panel-simd.as');
export const TARGET = path.join(root, 'stages/kernels/panel-code.ts');

/** The text of panel-code.ts. */
export async function panelCode() {
  let code;
  const { error, stderr } = await asc.main(
    [
      'panel.ts',
      '--outFile',
      'panel.wasm',
      '-O3',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--noAssert',
      '--importMemory',
    ],
    {
      readFile: (name) => (name === 'panel.ts' ? fs.readFileSync(SOURCE, 'utf8') : null),
      writeFile: (_, contents) => void (code = contents),
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  const lines = Buffer.from(code)
    .toString('base64')
    .match(/.{1,100}/g);
  return `/** The compiled code of panel-simd.as, in base 64. Made by \`npm run simd\`; not edited. */
export const PANEL_CODE =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) fs.writeFileSync(TARGET, await panelCode());
