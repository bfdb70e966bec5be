/** In what a run differs from the one that a crate holds: the stages that are the cause, and what only follows from them. */
import { error, type Fault, warning } from '../../stages/contract.ts';
import type { CrateContent, CrateStage } from './content.ts';
import { type Manifest, type ManifestStage, manifestOf } from './manifest.ts';

interface Different {
  readonly before: ManifestStage;
  readonly after: CrateStage | undefined;
  /** `table.x` */
  readonly parts: readonly string[];
}

/** Results and outputs that came out otherwise, with what else is different. */
export function differences(then: Manifest, content: CrateContent): readonly Fault[] {
  const now = manifestOf(content);
  const stages = new Map(content.stages.map((s) => [s.name, s]));
  const different = then.stages
    .map((before): Different => {
      const after = stages.get(before.name);
      return { before, after, parts: otherParts(before, after) };
    })
    .filter(({ parts }) => parts.length > 0);
  const others = new Map(different.map((d) => [d.before.name, new Set(d.parts)]));
  const causes = different.filter((d) => isCause(d, others));
  const named = causes.length === 0 ? different : causes;
  const faults = named.map(otherResult);
  const known = new Set(named.map((d) => visible(d.before.name)));
  const follow = [...new Set(different.map((d) => visible(d.before.name)))].filter((name) => !known.has(name));
  if (follow.length > 0) faults.push(error('CE3071', { stages: follow }));
  for (const [file, { kind, sha256 }] of Object.entries(then.files))
    if (kind === 'output' && now.files[file]?.sha256 !== sha256) faults.push(error('CE3110', { file }));
  const [before, after] = [environmentOf(then), environmentOf(now)];
  const isElsewhere = faults.length > 0 && before !== after;
  return isElsewhere ? [...faults, warning('CE3116', { before, now: after })] : faults;
}

const otherParts = (before: ManifestStage, after: CrateStage | undefined): readonly string[] =>
  Object.entries(before.outputs).flatMap(([output, digests]) =>
    Object.entries(digests).flatMap(([part, digest]) =>
      after?.outputs[output]?.[part] === digest ? [] : [`${output}.${part}`],
    ),
  );

/** It made something else, by other code or of the very parts that it had read then. */
function isCause({ before, after, parts }: Different, others: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (after === undefined) return true;
  if (!parts.some((part) => after.made.has(part))) return false;
  return (
    after.code !== before.code ||
    after.readParts.every(([stage, output, part]) => others.get(stage)?.has(`${output}.${part}`) !== true)
  );
}

function otherResult({ before, after, parts }: Different): Fault {
  const made = parts.filter((part) => after?.made.has(part) === true);
  const same = before.type === 'exec' ? 'CE3165' : 'CE3109';
  return error(after?.code === before.code ? same : 'CE3108', {
    stage: visible(before.name),
    parts: made.length > 0 ? made : parts,
    type: before.type,
  });
}

/** The filter of a `where` is its stage's. */
const visible = (name: string): string => name.replace(/~where\d*$/, '');

const environmentOf = ({ ceteris, machine: { node = '', platform = '' } }: Manifest): string =>
  `ceteris ${ceteris}, node ${node}, ${platform}`;
