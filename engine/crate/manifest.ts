/** `ceteris-run.json`: the digests by which an import tells whether the run gave the same again. */
import type { CrateContent } from './content.ts';

export const MANIFEST = 'ceteris-run.json';
export const FORMAT = 1;

export interface Manifest {
  readonly format: number;
  readonly ceteris: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly pipeline: string;
  readonly set: readonly string[];
  /** SHA-256 by path */
  readonly files: Readonly<Record<string, { readonly kind: string; readonly sha256: string }>>;
  readonly stages: readonly ManifestStage[];
}

export interface ManifestStage {
  readonly name: string;
  readonly type: string;
  readonly key: string;
  readonly code: string;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const manifestOf = (content: CrateContent, version: string): Manifest => ({
  format: FORMAT,
  ceteris: version,
  machine: content.machine,
  pipeline: content.main,
  set: content.set,
  files: Object.fromEntries(content.files.map((f) => [f.path, { kind: f.kind, sha256: f.sha256 }])),
  stages: content.stages.map(({ name, type, key, code, outputs }) => ({ name, type, key, code, outputs })),
});

/** Undefined when the text is none. */
export function readManifest(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null;
    const { format, pipeline, files, stages } = value ?? {};
    const fits =
      format === FORMAT && typeof pipeline === 'string' && typeof files === 'object' && Array.isArray(stages);
    return fits ? (value as Manifest) : undefined;
  } catch {
    return undefined;
  }
}
