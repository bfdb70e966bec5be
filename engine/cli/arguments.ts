/** The command line, parsed and checked against the table of commands; every mistake is a fault. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Lang } from '../../stages/catalogue/entry.ts';
import { error, type Fault } from '../../stages/contract.ts';
import { isOutput, noPipeline, pipelineAround } from '../load/pipeline-file.ts';
import { type CommandName, commands, isCommand, type OptionSpec } from './commands.ts';

export interface Arguments {
  readonly command: CommandName;
  /** absolute path of the pipeline file or folder */
  readonly pipeline: string;
  /** false: no path was given, and it is the current folder */
  readonly pathGiven: boolean;
  /** arguments that are no path: stages, or the folder of `init` */
  readonly names: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly lang?: Lang;
  readonly set: readonly string[];
  readonly cache?: string;
  readonly jobs?: number;
  readonly force: boolean;
  readonly head?: number;
  readonly format?: string;
  readonly template?: string;
  /** where an export goes */
  readonly to?: string;
  readonly color: 'auto' | 'always' | 'never';
  /** options that only one command has, as they were given */
  readonly given: Given;
}

export type ParsedArguments =
  | { readonly ok: true; readonly arguments: Arguments }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly json: boolean; readonly lang?: Lang };

export type Given = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** `by_province[a/b].model`: what stands in the brackets says nothing of paths. */
const isCase = (text: string): boolean => /^[^/\\[\]]+\[.*\](?:\.[^/\\]*)?$/s.test(text);

const looksLikePath = (text: string): boolean =>
  (/[/\\]|\.ya?ml$/.test(text) && !isCase(text)) || text === '.' || text === '..';

/** A path: it holds a slash, ends like a pipeline, or there is such a file or folder. */
const isPath = (text: string, cwd: string): boolean => looksLikePath(text) || existsSync(resolve(cwd, text));

/** Where arguments name runs, tags or columns, only what can be a pipeline is a path. */
const isPipeline = (text: string, cwd: string): boolean =>
  looksLikePath(text) || existsSync(resolve(cwd, text, 'pipeline.yaml'));

/** Nothing is no path, though it resolves to the folder that one stands in. */
const isPathFor = (command: CommandName, text: string, cwd: string): boolean =>
  text !== '' && pathRule(command)(text, cwd);

function pathRule(command: CommandName): (text: string, cwd: string) => boolean {
  switch (command) {
    case 'init':
    case 'import':
      return () => false;
    case 'tag':
    case 'diff':
    case 'log':
    case 'gc':
    case 'cache':
      return isPipeline;
    default:
      return isPath;
  }
}

/** All cases, as the language writes them: a stage's name stands for them. */
const withoutStar = (name: string): string => name.replace('[*]', '');

/** How many arguments that are no pipeline a usage has room for. */
const mostNames = (usage: string): number =>
  usage.includes('…') ? Number.POSITIVE_INFINITY : usage.replace('[PIPELINE]', '').split(/\s+/).filter(Boolean).length;

/** Paths: `--cache "$UNSET"` would mean the current folder. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['cache', 'to']);

/** `--jobs --json`: the value was forgotten. */
const isOption = (text: string): boolean => text.startsWith('--');

export function parseArguments(argv: readonly string[], cwd: string): ParsedArguments {
  const faults: Fault[] = [];
  const json = argv.includes('--json');
  const [name = 'help', ...rest] = argv;
  if (!isCommand(name)) {
    faults.push(error('CE1501', { name, known: Object.keys(commands) }));
    return { ok: false, faults, json };
  }
  const options: Readonly<Record<string, OptionSpec>> = commands[name].options;
  const { values, positionals } = read(rest, options, faults);
  const text = (key: string): string | undefined =>
    typeof values[key] === 'string' && !isOption(values[key]) ? (values[key] as string) : undefined;
  const count = (key: string): number | undefined => {
    const value = text(key);
    if (value === undefined) return undefined;
    if (!/^[1-9]\d{0,5}$/.test(value)) faults.push(error('CE1504', { option: `--${key}`, value, least: 1 }));
    return Number(value);
  };
  const oneOf = (key: string, allowed: readonly string[]): string | undefined => {
    const value = text(key);
    if (value !== undefined && !allowed.includes(value))
      faults.push(error('CE1505', { option: `--${key}`, name: value, known: allowed }));
    return value;
  };
  const { paths, names } = sorted(positionals, { name, cwd, isDelete: values.delete === true }, faults);
  const lang = oneOf('lang', ['en', 'zh']) as Lang | undefined;
  // one without a value was a fault when it was read
  const set = (options.set === undefined ? [] : ((values.set ?? []) as readonly (string | boolean)[])).filter(
    (one): one is string => typeof one === 'string' && !isOption(one),
  );
  for (const one of set) if (!/^[^=]+=/.test(one)) faults.push(error('CE1507', { value: one }));
  const optional = {
    lang,
    cache: text('cache'),
    jobs: count('jobs'),
    head: count('head'),
    format: oneOf('format', name === 'diff' ? ['text', 'html'] : ['text', 'mermaid', 'dot']),
    template: text('template'),
    to: text('to'),
  };
  const color = (oneOf('color', ['auto', 'always', 'never']) ?? 'auto') as Arguments['color'];
  if (faults.length > 0) return { ok: false, faults, json, ...(lang === undefined ? {} : { lang }) };
  return {
    ok: true,
    arguments: {
      command: name,
      pipeline: resolve(cwd, paths[0] ?? '.'),
      pathGiven: paths.length > 0,
      names,
      json: values.json === true,
      help: values.help === true,
      force: values.force === true,
      set,
      color,
      given: values,
      ...(Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined)) as Partial<Arguments>),
    },
  };
}

/** Arguments without an option: the pipeline, and names. */
function sorted(
  positionals: readonly string[],
  { name, cwd, isDelete }: { readonly name: CommandName; readonly cwd: string; readonly isDelete: boolean },
  faults: Fault[],
): { readonly paths: readonly string[]; readonly names: readonly string[] } {
  const { usage } = commands[name];
  const given = positionals.filter((p) => isPathFor(name, p, cwd));
  // the pipeline will tell which stages write them
  const documents = usage.includes('STAGE') ? given.filter(isOutput).map((p) => resolve(cwd, p)) : [];
  const found = given.filter((p) => !documents.includes(resolve(cwd, p)));
  const [document] = documents;
  const paths = found.length > 0 || document === undefined ? found : [pipelineAround(document) ?? document];
  const odd = paths.length > 1 ? paths.flatMap((p) => noPipeline(p) ?? []) : [];
  faults.push(...odd);
  if (paths.length > 1 && odd.length === 0) faults.push(error('CE1506', { paths }));
  const others = positionals.flatMap((p) => (given.includes(p) ? documents.filter((d) => d === resolve(cwd, p)) : [p]));
  const takesNames = usage.replace('[PIPELINE]', '').trim() !== '';
  if (!takesNames) faults.push(...others.map((other) => error('CE1558', { name: other })));
  const most = isDelete ? Number.POSITIVE_INFINITY : mostNames(usage);
  const names = others.map(usage.includes('STAGE') ? withoutStar : String);
  if (takesNames) for (const more of names.slice(most)) faults.push(error('CE1562', { name: more, usage }));
  return { paths, names };
}

/** An option of another command is refused together with its value. */
const ofAny: Readonly<Record<string, OptionSpec>> = Object.assign(
  {},
  ...Object.values(commands).map(({ options }) => options),
);

function read(
  argv: readonly string[],
  options: Readonly<Record<string, OptionSpec>>,
  faults: Fault[],
): { values: Given; positionals: string[] } {
  const known = Object.keys(options).map((o) => `--${o}`);
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries({ ...ofAny, ...options }).map(([key, o]) => [
        key,
        { type: o.type, ...(o.multiple ? { multiple: true } : {}), ...(o.short ? { short: o.short } : {}) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = options[token.name];
    if (spec === undefined) faults.push(error('CE1502', { name: token.rawName, known }));
    else if (spec.type === 'string' && (token.value === undefined || (!token.inlineValue && isOption(token.value))))
      faults.push(error('CE1503', { option: token.rawName, value: spec.value ?? '…' }));
    else if (token.value === '' && NEVER_EMPTY.has(token.name))
      faults.push(error('CE1503', { option: token.rawName, value: spec.value ?? '…' }));
    else if (spec.type === 'boolean' && token.value !== undefined)
      faults.push(error('CE1508', { option: token.rawName, value: token.value }));
  }
  return { values: values as Given, positionals };
}
