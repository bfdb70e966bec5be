/**
 * Imports a module of the user's, by its URL. The program itself is a script, in which node knows no `import`; the two files that node
 * starts have it, and hand this over.
 */
import { Console } from 'node:console';
import { pluginPlace } from './diagnostic/thrown.ts';

export const importModule = (url: string): Promise<object> => {
  if (!isFenced) fence();
  return import(url) as Promise<object>;
};

let isFenced = false;

/** Standard output is what the command answers; and one stage does not end the run of all. */
function fence(): void {
  isFenced = true;
  globalThis.console = new Console(process.stderr, process.stderr);
  const exit = process.exit.bind(process);
  process.exit = (code) => {
    const called = new Error(`process.exit(${code ?? ''}) would end the whole run`);
    if (pluginPlace(called) !== undefined) throw called;
    return exit(code);
  };
}
