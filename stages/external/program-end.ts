/** How a program ended, told to people. */
import { error, type Fault, type ParamPath, unreachable } from '../contract.ts';
import type { Printed, ProgramEnd } from '../contract-program.ts';
import type { ExecSpec } from './exec-spec.ts';

const LAST_LINES = 8;
const LONGEST = 600;
const LOOKED_AT = 64 * 1024;

/** The fault of a program that did not do what it should; with the last that it printed. */
export function endFault(end: Exclude<ProgramEnd, { readonly kind: 'done' }>, spec: ExecSpec): Fault {
  const program = spec.run[0] ?? '';
  const said = saidBy(end);
  const { tries = 1 } = end;
  const what = tries === 1 ? '' : `, the last of ${tries} tries`;
  switch (end.kind) {
    case 'exit':
      return error('CE2907', { program, code: end.code, ...said, what }, ['run']);
    case 'signal':
      return error('CE2908', { program, signal: end.signal, ...said, what }, ['run']);
    case 'timeout':
      return error('CE2909', { program, seconds: end.ms / 1000, ...said, what }, ['timeout']);
    case 'not-started':
      return notStarted(program, end);
    case 'no-output':
      return error(
        'CE2912',
        { program, files: end.files, kept: end.left, beside: end.left.length === 0 ? 'nothing' : '', ...said, what },
        outputAt(end.files[0] ?? '', spec),
      );
    case 'unreadable':
      return error('CE2913', { program, file: end.file, reason: end.reason }, outputAt(end.file, spec));
    default:
      return unreachable(end);
  }
}

function notStarted(program: string, { reason, lacks }: Extract<ProgramEnd, { readonly kind: 'not-started' }>): Fault {
  if (reason !== 'ENOENT') return error('CE2911', { program, reason }, ['run']);
  if (lacks === undefined) return error('CE2910', { program }, ['run']);
  const { script, interpreter } = lacks;
  // the line ended in CR LF
  if (interpreter.endsWith('\r')) return error('CE2915', { script, interpreter: interpreter.slice(0, -1) }, ['run']);
  return error('CE2914', { script, interpreter }, ['run']);
}

function outputAt(file: string, spec: ExecSpec): ParamPath {
  const output = spec.outputs.find((o) => o.file === file);
  return output === undefined ? ['outputs'] : ['outputs', output.name, 'file'];
}

/** The end of what was printed on standard error, on standard output when that is empty, or else written to a log of its own; or words of ours. */
function saidBy({ stdout, stderr, log = new Uint8Array() }: Printed): {
  readonly said: string;
  readonly found: string;
} {
  const text = endOf(stderr) || endOf(stdout) || endOf(log);
  const tail = text.split('\n').slice(-LAST_LINES).join('\n');
  return {
    said: tail.length <= LONGEST ? tail : `…${tail.slice(-LONGEST)}`,
    found: tail === '' ? 'it printed nothing' : '',
  };
}

/** Everything that was printed: standard output, then standard error. */
export function logOf({ stdout, stderr }: Printed): Uint8Array {
  const log = new Uint8Array(stdout.length + stderr.length);
  log.set(stdout);
  log.set(stderr, stdout.length);
  return log;
}

/** A character may take four bytes; what was printed before may be more than a text can hold. */
const endOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.slice(-LOOKED_AT)).trim();
