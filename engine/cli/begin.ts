/** From the words of a command line to what is asked, in which language, with which colours. */
import { fstatSync, statSync } from 'node:fs';
import type { Lang } from '../../stages/catalogue/entry.ts';
import type { Fault } from '../../stages/contract.ts';
import { type Arguments, parseArguments } from './arguments.ts';

export interface Terminal {
  /** standard output is a terminal; not asked before it matters, since asking loads node's terminals */
  readonly isTerminal: () => boolean;
  readonly env: { readonly [name: string]: string | undefined };
}

export type Begun =
  | { readonly kind: 'version'; readonly lang: Lang }
  | { readonly kind: 'help'; readonly lang: Lang; readonly exitCode: number }
  | { readonly kind: 'refused'; readonly lang: Lang; readonly json: boolean; readonly faults: readonly Fault[] }
  | {
      readonly kind: 'command';
      readonly lang: Lang;
      readonly args: Arguments;
      readonly color: boolean;
      /** a live view may be drawn */
      readonly interactive: boolean;
    };

export function begin(argv: readonly string[], cwd: string, terminal: Terminal): Begun {
  const { env, isTerminal } = terminal;
  const [first, second, ...rest] = argv;
  // `help run` is `run --help`
  if (first === 'help' && second !== undefined && !second.startsWith('-'))
    return begin([second, ...rest, '--help'], cwd, terminal);
  const lang = langOf(argv) ?? localeLang(env);
  if (first === '--version' || first === '-V') return { kind: 'version', lang };
  if (first === undefined || first === 'help' || first === '--help' || first === '-h')
    return { kind: 'help', lang, exitCode: first === undefined ? 2 : 0 };
  const parsed = parseArguments(argv, cwd);
  if (!parsed.ok) return { kind: 'refused', lang, json: parsed.json, faults: parsed.faults };
  const args = parsed.arguments;
  const color = args.color === 'always' || (args.color === 'auto' && !env.NO_COLOR && isTerminal());
  const interactive = !args.json && env.CI === undefined && isTerminal();
  return { kind: 'command', lang, args, color, interactive };
}

const localeLang = (env: Terminal['env']): Lang =>
  /^zh/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'zh' : 'en';

const langOf = (argv: readonly string[]): Lang | undefined => {
  const at = argv.findIndex((a) => a === '--lang' || a.startsWith('--lang='));
  const value = at === -1 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1]);
  return value === 'en' || value === 'zh' ? value : undefined;
};

/** Only a character device can be a terminal, and the one that is given most is none: for it, pipes and files node's terminals need not be loaded. */
export function isTerminalOut(): boolean {
  try {
    const out = fstatSync(1);
    if (!out.isCharacterDevice() || out.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return false;
    return process.stdout.isTTY === true;
  } catch {
    return false;
  }
}
