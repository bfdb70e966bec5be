#!/usr/bin/env node
/** The composition root: arguments to a command, with stages, store and executor joined. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Lang, Registry } from '../stages/contract.ts';
import { parseArguments } from './cli/arguments.ts';
import type { CliContext } from './cli/context.ts';
import type { Validator } from './load/load-checked.ts';

const beside = (name: string): URL => new URL(name, import.meta.url);

const localeLang = (env: NodeJS.ProcessEnv): Lang =>
  /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'zh' : 'en';

/** All of it, also past the size of a pipe: a write may be short. */
function writeAll(fd: number, text: string): void {
  process[fd === 1 ? 'stdout' : 'stderr'].write(text);
}

async function loadRegistry(): Promise<Registry> {
  const { registry } = await import('../stages/registry.ts');
  return registry;
}

/** Digests of stage code, made by the build. */
const codes = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(beside('code.json'), 'utf8')) as Readonly<Record<string, string>>;

async function main(argv: readonly string[]): Promise<number> {
  const cwd = process.cwd();
  const first = argv[0];
  if (first === '--version' || first === '-V') {
    writeAll(1, `${VERSION}\n`);
    return 0;
  }
  const lang = langOf(argv) ?? localeLang(process.env);
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const { generalHelp } = await import('./cli/help.ts');
    writeAll(1, generalHelp(lang));
    return first === undefined ? 2 : 0;
  }
  const parsed = parseArguments(argv, cwd);
  if (!parsed.ok) {
    const { refuseArguments } = await import('./cli/refuse.ts');
    return refuseArguments(parsed.faults, {
      json: parsed.json,
      lang,
      out: (t) => writeAll(1, t),
      err: (t) => writeAll(2, t),
      clock: Date.now,
    });
  }
  const args = parsed.arguments;
  if (args.help) {
    const { commandHelp } = await import('./cli/help.ts');
    writeAll(1, commandHelp(args.command, lang));
    return 0;
  }
  const interactive = process.stdout.isTTY === true && !args.json && process.env.CI === undefined;
  const color =
    args.color === 'always' || (args.color === 'auto' && process.stdout.isTTY === true && !process.env.NO_COLOR);
  const context: CliContext = {
    args,
    cwd,
    lang,
    color,
    interactive,
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    registry: loadRegistry,
    clock: Date.now,
    schema: () => readFileSync(beside('pipeline.schema.json'), 'utf8'),
    async load(file) {
      const [{ loadPipeline }, registry, { validators }] = await Promise.all([
        import('./load/load-checked.ts'),
        loadRegistry(),
        import(beside('validators.js').href) as Promise<{ readonly validators: Readonly<Record<string, Validator>> }>,
      ]);
      const plugins = { api: beside('plugin.js').href, apiCode: codes()['#plugin'] ?? '' };
      return loadPipeline(file, { registry, cwd, set: args.set, validators, plugins });
    },
    async openSession(folder) {
      const [{ Session }, registry] = await Promise.all([import('./run/session.ts'), loadRegistry()]);
      const code = codes();
      return Session.open({
        registry,
        code: (type) => code[type] ?? 'unknown',
        runtime: `v8 ${process.versions.v8} ${process.arch}`,
        storeDir: args.cache ?? join(folder, '.ceteris'),
        jobs: args.jobs ?? availableParallelism(),
        clock: Date.now,
        machine: { node: process.version, platform: `${process.platform} ${process.arch}`, ceteris: VERSION },
        worker: { entry: beside('worker.js'), registry: beside('registry.js').href },
        launcher: beside('launcher.js'),
      });
    },
  };
  return dispatch(context);
}

async function dispatch(context: CliContext): Promise<number> {
  switch (context.args.command) {
    case 'run':
      return (await import('./cli/run.ts')).runCommand(context);
    case 'watch':
      return (await import('./cli/watch.ts')).watchCommand(context);
    case 'check':
      return (await import('./cli/check.ts')).checkCommand(context);
    case 'plan':
      return (await import('./cli/plan.ts')).planCommand(context);
    case 'explain':
      return (await import('./cli/explain.ts')).explainCommand(context);
    case 'graph':
      return (await import('./cli/graph.ts')).graphCommand(context);
    case 'show':
      return (await import('./cli/show.ts')).showCommand(context);
    case 'init':
      return (await import('./cli/init.ts')).initCommand(context);
    case 'schema':
      context.out(context.schema());
      return 0;
    case 'doctor':
      return (await import('./cli/doctor.ts')).doctorCommand(context);
  }
}

const langOf = (argv: readonly string[]): Lang | undefined => {
  const at = argv.findIndex((a) => a === '--lang' || a.startsWith('--lang='));
  const value = at === -1 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  return value === 'en' || value === 'zh' ? value : undefined;
};

/** Put in by the build. */
declare const VERSION: string;

process.stdout.on('error', (e: NodeJS.ErrnoException) => process.exit(e.code === 'EPIPE' ? 0 : 70));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (bug: unknown) => {
    writeAll(2, `ceteris bug: ${bug instanceof Error ? bug.message : String(bug)}\n`);
    if (process.env.CETERIS_DEBUG) writeAll(2, `${bug instanceof Error ? bug.stack : ''}\n`);
    process.exitCode = 70;
  },
);
