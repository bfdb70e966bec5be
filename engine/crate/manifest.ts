/** `ceteris-run.json`: the digests by which an import tells whether the run gave the same again. */
import { isRecord, isRecordOf, isString } from '../load/json-shape.ts';
import type { CrateContent } from './content.ts';

export const MANIFEST = 'ceteris-run.json';
const FORMAT = 1;

export interface Manifest {
  readonly format: number;
  readonly ceteris: string;
  readonly machine: Readonly<Record<string, string>>;
  /** versions of packages; crates of earlier versions have none */
  readonly packages?: Readonly<Record<string, string>>;
  readonly pipeline: string;
  readonly set: readonly string[];
  /** SHA-256 by path */
  readonly files: Readonly<Record<string, ManifestFile>>;
  readonly stages: readonly ManifestStage[];
}

export interface ManifestFile {
  readonly kind: string;
  readonly sha256: string;
}

export interface ManifestStage {
  readonly name: string;
  readonly type: string;
  readonly key: string;
  readonly code: string;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** @param records digests of the crate's own records */
export const manifestOf = (content: CrateContent, records: Readonly<Record<string, string>> = {}): Manifest => ({
  format: FORMAT,
  ceteris: content.machine.ceteris ?? '',
  machine: content.machine,
  packages: content.packages,
  pipeline: content.main,
  set: content.set,
  files: Object.fromEntries([
    ...content.files.map((f) => [f.path, { kind: f.kind, sha256: f.sha256 }] as const),
    ...Object.entries(records).map(([name, sha256]) => [name, { kind: 'record', sha256 }] as const),
  ]),
  stages: content.stages.map(({ name, type, key, code, outputs }) => ({ name, type, key, code, outputs })),
});

/** Undefined when the text is none; `later`: of a version of ceteris to come. */
export function readManifest(text: string): Manifest | { readonly later: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (typeof value.format === 'number' && value.format > FORMAT) return { later: String(value.ceteris) };
  const fits =
    value.format === FORMAT &&
    areStrings([value.ceteris, value.pipeline]) &&
    isRecordOf(value.machine, isString) &&
    (value.packages === undefined || isRecordOf(value.packages, isString)) &&
    Array.isArray(value.set) &&
    areStrings(value.set) &&
    isRecordOf(value.files, (f) => isRecord(f) && areStrings([f.kind, f.sha256])) &&
    Array.isArray(value.stages) &&
    value.stages.every(isStage);
  return fits ? (value as unknown as Manifest) : undefined;
}

const isStage = (value: unknown): boolean =>
  isRecord(value) &&
  areStrings([value.name, value.type, value.key, value.code]) &&
  isRecordOf(value.outputs, (parts) => isRecordOf(parts, isString));

const areStrings = (values: readonly unknown[]): boolean => values.every(isString);
