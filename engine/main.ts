/** The composition root: a command, with stages, store and executor joined. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { realDisk } from '../cache/disk.ts';
import { outOfFiles, StoreFailure } from '../cache/failure.ts';
import { SmallFiles } from '../cache/small-files.ts';
import { error } from '../stages/contract.ts';
import type { Registry } from '../stages/contract-registry.ts';
import type { Begun } from './cli/begin.ts';
import { type CliContext, EXIT } from './cli/context.ts';
import { gathered } from './cli/gathered.ts';
import { hearStrays } from './cli/stray.ts';
import type { LoadCheckedOptions } from './compiled/load-checked.ts';
import type { Looked } from './standing/answer.ts';
import { compiledPlace } from './standing/question.ts';

/** All of it, also past the size of a pipe: a write may be short. */
function writeAll(fd: number, text: string): void {
  process[fd === 1 ? 'stdout' : 'stderr'].write(text);
}

async function loadRegistry(): Promise<Registry> {
  const { registry } = await import('../stages/registry.ts');
  return registry;
}

export interface Started {
  readonly cwd: string;
  /** digest of the whole program */
  readonly build: string;
  /** absolute path of the folder that the program is in */
  readonly folder: string;
  /** imports a module that is no part of the program, by its URL */
  readonly importModule: (url: string) => Promise<object>;
  /** ms since 1970 */
  readonly startedMs: number;
  /** what stood before the command, when something has changed since */
  readonly looked?: Looked;
}

/** @returns the exit code */
export async function main(begun: Exclude<Begun, { readonly kind: 'version' }>, started: Started): Promise<number> {
  const { lang } = begun;
  process.stdout.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0);
    void import('./cli/refuse.ts').then(({ refuse }) => {
      const say = (text: string): void => writeAll(2, text);
      refuse({ args: { json: false }, lang, color: false, out: say, err: say, clock: Date.now }, [
        error('CE1564', { reason: code }),
      ]);
      process.exit(EXIT.environment);
    });
  });
  if (begun.kind === 'help') {
    const { generalHelp } = await import('./cli/help.ts');
    writeAll(1, generalHelp(lang));
    return begun.exitCode;
  }
  if (begun.kind === 'refused') {
    const { refuse } = await import('./cli/refuse.ts');
    const [out, err] = [(t: string) => writeAll(1, t), (t: string) => writeAll(2, t)];
    return refuse({ args: { json: begun.json }, lang, color: false, out, err, clock: Date.now }, begun.faults);
  }
  if (begun.args.help) {
    const { commandHelp } = await import('./cli/help.ts');
    writeAll(1, commandHelp(begun.args.command, lang));
    return 0;
  }
  const lines = gathered((text) => writeAll(1, text));
  const context = contextOf(begun, started, lines);
  const strays = hearStrays(context);
  try {
    return strays.exitCode(await dispatch(context));
  } catch (thrown) {
    const failure = thrown instanceof StoreFailure ? thrown : outOfFiles(thrown, started.folder);
    if (failure === undefined) throw thrown;
    return (await import('./cli/store-trouble.ts')).storeTrouble(context, failure);
  } finally {
    lines.flush();
  }
}

function contextOf(
  { args, lang, color, interactive }: Extract<Begun, { readonly kind: 'command' }>,
  { cwd, build, folder, importModule, startedMs, looked }: Started,
  lines: ReturnType<typeof gathered>,
): CliContext {
  const beside = (name: string): string => join(folder, name);
  /** digests of stage code, made by the build */
  const codes = (): Readonly<Record<string, string>> =>
    JSON.parse(readFileSync(beside('code.json'), 'utf8')) as Readonly<Record<string, string>>;
  const placeOfCompiled = (file: string, set: readonly string[]) =>
    compiledPlace(file, set, { store: args.cache ?? join(dirname(file), '.ceteris'), build });
  const api = (): string => pathToFileURL(beside('plugin.mjs')).href;
  const plugins = () => ({ api: api(), apiCode: codes()['#plugin'] ?? '', importModule });
  const small = new SmallFiles(realDisk, Date.now);
  const loadOptions = async (file: string, set: readonly string[]): Promise<LoadCheckedOptions> => {
    const [registry, { validators }] = await Promise.all([loadRegistry(), import('ceteris:validators')]);
    return { registry, cwd, set, validators, plugins: plugins(), compiled: placeOfCompiled(file, set), small };
  };
  return {
    args,
    cwd,
    lang,
    color,
    interactive,
    build,
    startedMs,
    ...(looked === undefined ? {} : { looked }),
    out: interactive ? (text) => writeAll(1, text) : lines.say,
    err: (text) => {
      lines.flush();
      writeAll(2, text);
    },
    registry: loadRegistry,
    clock: Date.now,
    templates: beside('../pipelines'),
    schema: () => readFileSync(beside(`schema.${lang}.json`), 'utf8'),
    packageList: beside('packages.json'),
    async load(file, set = args.set, read = undefined) {
      const [{ loadPipeline }, options] = await Promise.all([
        import('./compiled/load-checked.ts'),
        loadOptions(file, set),
      ]);
      return loadPipeline(file, options, read);
    },
    async edited(file, before) {
      const [{ loadEdited }, options] = await Promise.all([
        import('./compiled/load-checked.ts'),
        loadOptions(file, args.set),
      ]);
      return loadEdited(file, options, before);
    },
    async compiled(file, before) {
      const [{ loadCompiled }, registry] = await Promise.all([import('./compiled/load-checked.ts'), loadRegistry()]);
      const { set } = args;
      return loadCompiled(
        file,
        { registry, cwd, set, plugins: plugins(), compiled: placeOfCompiled(file, set) },
        before,
      );
    },
    recheck: async (loaded) => (await import('./compiled/load-checked.ts')).recheck(loaded, small),
    async openSession(folder) {
      const [{ Session }, registry] = await Promise.all([import('./session/session.ts'), loadRegistry()]);
      const code = codes();
      return Session.open({
        registry,
        code: (type) => code[type] ?? 'unknown',
        runtime: `v8 ${process.versions.v8} ${process.arch}`,
        storeDir: args.cache ?? join(folder, '.ceteris'),
        jobs: args.jobs ?? availableParallelism(),
        clock: Date.now,
        small,
        machine: { node: process.version, platform: `${process.platform} ${process.arch}`, ceteris: VERSION },
        worker: beside('worker.js'),
        launcher: beside('launcher.js'),
      });
    },
  };
}

async function dispatch(context: CliContext): Promise<number> {
  switch (context.args.command) {
    case 'run':
      return (await import('./commands/run.ts')).runCommand(context);
    case 'watch':
      return (await import('./commands/watch.ts')).watchCommand(context);
    case 'check':
      return (await import('./commands/check.ts')).checkCommand(context);
    case 'plan':
      if (context.args.given.if !== undefined) return (await import('./commands/what-if.ts')).whatIfCommand(context);
      return (await import('./commands/plan.ts')).planCommand(context);
    case 'explain':
      return (await import('./commands/explain.ts')).explainCommand(context);
    case 'graph':
      return (await import('./commands/graph.ts')).graphCommand(context);
    case 'show':
      return (await import('./commands/show.ts')).showCommand(context);
    case 'verify':
      return (await import('./commands/verify.ts')).verifyCommand(context);
    case 'lock':
      return (await import('./commands/lock.ts')).lockCommand(context);
    case 'lineage':
      return (await import('./commands/lineage.ts')).lineageCommand(context);
    case 'diff':
      return (await import('./commands/diff.ts')).diffCommand(context);
    case 'log':
      return (await import('./commands/log.ts')).logCommand(context);
    case 'tag':
      return (await import('./commands/tag.ts')).tagCommand(context);
    case 'gc':
      return (await import('./commands/gc.ts')).gcCommand(context);
    case 'cache':
      return (await import('./commands/cache.ts')).cacheCommand(context);
    case 'init':
      return (await import('./commands/init.ts')).initCommand(context);
    case 'export':
      return (await import('./commands/export.ts')).exportCommand(context);
    case 'import':
      return (await import('./commands/import.ts')).importCommand(context);
    case 'schema':
      return (await import('./commands/schema.ts')).schemaCommand(context);
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctorCommand(context);
  }
}

/** Put in by the build. */
declare const VERSION: string;
