/** The program without its start: commands come one after the other, and none of them waits for a process. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';

const folder = resolve(import.meta.dirname, '..', 'dist');
const load = createRequire(join(folder, 'program.js'));
const modules = new Map();

/** As `engine/program.ts` does: a file is a function of what a module sees. */
function exportsOf(name) {
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(name, module);
  const file = join(folder, name);
  const code = new Script(readFileSync(file, 'latin1'), { filename: file }).runInThisContext();
  code(module.exports, (id) => (id.startsWith('./packages/') ? exportsOf(id) : load(id)), module, file, folder);
  return module.exports;
}

const said = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'])
  process[name].write = (text) => {
    said[name] += text;
    return true;
  };

/** What a command hears to the end of its process would be heard in the next one too. */
function forget() {
  for (const event of ['uncaughtException', 'SIGINT', 'SIGTERM']) process.removeAllListeners(event);
  process.stdout.removeAllListeners('error');
  Object.assign(said, { stdout: '', stderr: '' });
}

const { main } = await exportsOf('program.js').main();
const [build] = /(?<=build:")[0-9a-f]{64}/.exec(readFileSync(join(folder, 'ceteris.js'), 'utf8'));

async function command({ begun, cwd }) {
  forget();
  process.chdir(cwd);
  const started = { cwd, build, folder, importModule: (url) => import(url), startedMs: Date.now() };
  try {
    const code = await main(begun, started);
    return { code, ...said };
  } catch (bug) {
    return { code: 70, ...said, stderr: `${said.stderr}${bug.stack}` };
  }
}

process.on('message', async (asked) => process.send(await command(asked)));
