import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of this machine, in one boot. */
export interface ProcessStart {
  readonly pid: number;
  /** Clock ticks from boot to the start of the process. */
  readonly start: string;
}

/**
 * A process, told from every other that ever had its number: process ids are used again, but not with the same start
 * time in one boot. Parts that a system cannot tell are empty.
 */
export interface ProcessIdentity extends ProcessStart {
  /** Changes with every boot. */
  readonly boot: string;
  /** Process ids count within this; containers have their own. */
  readonly namespace: string;
  readonly host: string;
}

/** What can be said of a process: `elsewhere` means that from here nothing can. */
export type Liveness = 'alive' | 'dead' | 'elsewhere';

/** This process. */
export const ownIdentity = (): ProcessIdentity => ({ ...processStart(process.pid), ...place() });

/** Of a process that runs here now. */
export const processStart = (pid: number): ProcessStart => ({ pid, start: startOf(pid) ?? '' });

/** Whether its number is not another's by now: the process runs, or nobody has the number (its group may outlive it). */
export function mayBe({ pid, start }: ProcessStart): boolean {
  const now = startOf(pid);
  return now === undefined || now === start;
}

/** Whether the process still runs. One that is dead but not yet reaped by its parent counts as dead. */
export function livenessOf(other: ProcessIdentity): Liveness {
  const here = place();
  if (other.host !== here.host) return 'elsewhere';
  if (other.boot !== here.boot) return 'dead';
  if (other.namespace !== here.namespace) return 'elsewhere';
  if (here.boot === '') return answersSignals(other.pid) ? 'alive' : 'dead';
  return startOf(other.pid) === other.start ? 'alive' : 'dead';
}

function place(): Pick<ProcessIdentity, 'boot' | 'namespace' | 'host'> {
  return {
    boot: textOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    namespace: textOr('', () => readlinkSync('/proc/self/ns/pid')),
    host: hostname(),
  };
}

/** Start time of a running process; undefined when there is none of this number or it is a zombie. */
function startOf(pid: number): string | undefined {
  const stat = textOr('', () => statLineOf(pid));
  // The second field is the program's name in parentheses and may hold anything, blanks and parentheses too.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? undefined : rest[18];
}

/** Not by `readFileSync`: of a file that does not know its size it takes 64 KiB to read into. */
function statLineOf(pid: number): string {
  const fd = openSync(`/proc/${pid}/stat`, 'r');
  try {
    const bytes = Buffer.allocUnsafe(2048);
    return bytes.toString('latin1', 0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function textOr(otherwise: string, read: () => string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
