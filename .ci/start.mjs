// `npm start`: installs, builds and runs the two studies end to end. Arguments go to `ceteris run`.
import path from 'node:path';
import process from 'node:process';
import { build, installPackages, root, run } from './setup.mjs';

installPackages();
build();
let failed = 0;
for (const study of ['province', 'cbec']) {
  const folder = path.join('pipelines', study);
  console.log(`\nceteris run ${folder}`);
  const status = run(process.execPath, ['dist/ceteris.js', 'run', folder, ...process.argv.slice(2)]);
  if (status !== 0) failed = status;
  else console.log(`tables and figures: ${path.join(root, folder, 'out')}`);
}
process.exit(failed);
