/** `to`: where the documents of a stage are written, as a path without ending. */
import path from 'node:path';
import type { Faults } from '../yaml/faults.ts';
import { describe } from '../yaml/words.ts';
import type { Draft } from './draft.ts';

/** Paths that differ in case only are one file on many disks. */
export const folded = (file: string): string => file.toLowerCase();

export class OutputPaths {
  readonly #folder: string;
  readonly #faults: Faults;
  /** who writes there, by folded path */
  readonly #owners = new Map<string, string>();
  readonly #written = new Map<string, string>();

  constructor(folder: string, faults: Faults) {
    this.#folder = folder;
    this.#faults = faults;
  }

  /** Absolute; undefined when the stage writes no documents or its `to` is at fault. Call for written ones first. */
  of(draft: Draft): string | undefined {
    if (draft.to === undefined) return writesDocuments(draft) ? this.#default(draft) : undefined;
    return this.#written.get(draft.name);
  }

  /** All the stages with a `to` of their own. */
  reserve(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      const file = draft.to === undefined ? undefined : this.#own(draft, draft.to.value);
      if (file !== undefined) this.#written.set(draft.name, file);
    }
  }

  #own(draft: Draft, node: NonNullable<Draft['to']>['value']): string | undefined {
    const say = (
      code: 'CE1300' | 'CE1301' | 'CE1302' | 'CE1303' | 'CE1351',
      args: Record<string, string>,
    ): undefined => {
      draft.faulty = true;
      const at = node.at.end > node.at.start ? node.at : draft.to?.key;
      this.#faults.add(code, args, { at: code === 'CE1302' ? draft.to?.key : at, stage: draft.name });
      return undefined;
    };
    if (node.kind === 'broken') return undefined;
    if (draft.typeKnown && !writesDocuments(draft)) return say('CE1302', { type: draft.type.type });
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return say('CE1303', { value: describe(node) });
    const value = node.value;
    const file = path.resolve(this.#folder, value);
    if (path.isAbsolute(value) || /^[A-Za-z]:[\\/]|^~/.test(value) || leaves(this.#folder, file))
      return say('CE1300', { value });
    if (
      file === this.#folder ||
      /[\\/]$|\0/.test(value) ||
      /^\.ceteris([\\/]|$)/.test(path.relative(this.#folder, file))
    )
      return say('CE1303', { value });
    const foreign = path
      .relative(this.#folder, file)
      .split(path.sep)
      .find((name) => name.toLowerCase() === '.git');
    if (foreign !== undefined) return say('CE1351', { folder: foreign, value });
    const other = this.#owners.get(folded(file));
    if (other !== undefined) return say('CE1301', { other, value });
    this.#owners.set(folded(file), draft.name);
    return file;
  }

  /** Cases whose names come to the same file name are numbered. */
  #default(draft: Draft): string {
    const name = draft.case === undefined ? draft.stage : `${draft.stage}_${fileName(draft.case)}`;
    const stem = path.join(this.#folder, 'out', name);
    let file = stem;
    for (let n = 2; this.#owners.has(folded(file)); n++) file = `${stem}-${n}`;
    this.#owners.set(folded(file), draft.name);
    return file;
  }
}

const leaves = (folder: string, file: string): boolean => {
  const relative = path.relative(folder, file);
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
};

const writesDocuments = (draft: Draft): boolean => Object.values(draft.type.outputs).some((o) => o.kind === 'document');

/** Letters, digits, `_`, `-`, `=`, `+` and `.` of any script stay; no name starts with a dot or grows past what disks take. */
const fileName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}_=+.-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60) || 'case';
