/**
 * Whether a file's stat is what it was, without node's `Stats`: to make them takes two thirds of the time of a thousand stats, with node 20 as with
 * 25 (decision 0032).
 *
 * What node asks the system through is no interface. So nothing is believed of it but what cannot come about by mistake: the very size, times
 * and inode that are looked for. Whatever else it says, `statSync` is asked.
 */
import { ABSENT } from './standing.ts';

/** False also when it cannot be known. `at`: of the file's first number among the stamps. */
export type StillStands = (file: string, stamps: Float64Array, at: number) => boolean;

/** As `statSync` calls it. The last is where errors go; newer versions read it as a yes or no, and take an object for the no. */
type BoundStat = (file: string, isBigint: false, request: undefined, errors: object) => unknown;

/** The versions in which it has been tried; given other arguments than it wants, it could end the process. */
const [FIRST, LAST] = [20, 25];

/** Places in the array that it fills. */
const INODE = 7;
const SIZE = 8;
const MTIME_S = 12;
const MTIME_NS = 13;
const CTIME_S = 14;
const CTIME_NS = 15;

const unknown: StillStands = () => false;

export function quickStat(node: NodeJS.Process = process): StillStands {
  const stat = boundStat(node);
  if (stat === undefined) return unknown;
  const errors = {};
  return (file, stamps, at) => {
    if (stamps[at] === ABSENT) return false;
    try {
      const found = stat(file, false, undefined, errors) as ArrayLike<number>;
      return (
        found[SIZE] === stamps[at] &&
        found[INODE] === stamps[at + 3] &&
        // rounded as in node's `mtimeMs`
        (found[MTIME_S] as number) * 1000 + (found[MTIME_NS] as number) / 1e6 === stamps[at + 1] &&
        (found[CTIME_S] as number) * 1000 + (found[CTIME_NS] as number) / 1e6 === stamps[at + 2]
      );
    } catch {
      return false; // also where nothing was found
    }
  };
}

function boundStat(node: NodeJS.Process & { binding?: (name: string) => unknown }): BoundStat | undefined {
  const major = Number.parseInt(node.versions.node, 10);
  // the paths of Windows are written otherwise for it
  if (node.platform === 'win32' || major < FIRST || major > LAST) return undefined;
  const { noDeprecation = false } = node;
  node.noDeprecation = true; // `--pending-deprecation` would have it told to who runs a pipeline
  try {
    const found = node.binding?.('fs') as { readonly stat?: unknown } | undefined;
    return typeof found?.stat === 'function' ? (found.stat as BoundStat) : undefined;
  } catch {
    return undefined; // not permitted, say
  } finally {
    node.noDeprecation = noDeprecation;
  }
}
