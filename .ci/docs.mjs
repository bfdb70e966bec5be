// `npm run docs`: writes the pages under docs/ that are made from the code: stage types, messages, the command line.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { fontPlugin } from './font.mjs';
import { root } from './setup.mjs';

const bundle = path.join(root, 'node_modules', '.cache', 'ceteris-docs.cjs');
const folder = path.dirname(bundle);
const contents = "export * from './engine/docs/pages.ts'; export * from './stages/registry.ts';";
await build({
  stdin: { contents, resolveDir: root, loader: 'ts' },
  outfile: bundle,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  packages: 'external',
  plugins: [fontPlugin(folder)], // figures are drawn with them
  logLevel: 'warning',
});
const { pages, registry } = await import(pathToFileURL(bundle).href);
const made = pages(registry);
const docs = path.join(root, 'docs');
let written = 0;
for (const [name, text] of made) {
  const file = path.join(docs, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
  fs.writeFileSync(file, text);
  written++;
}
// the pages of a type that is gone
for (const folder of ['stages', 'zh/stages'])
  for (const name of fs.readdirSync(path.join(docs, folder)))
    if (!made.has(`${folder}/${name}`)) fs.rmSync(path.join(docs, folder, name));
console.log(`docs/: ${made.size} pages, ${written} written`);
