/**
 * `ro-crate-metadata.json`: the run as a Provenance Run Crate.
 * Source: RO-Crate 1.1 (Sefton et al. 2022); Workflow Run RO-Crate 0.5, profiles Process, Workflow and Provenance Run Crate
 * (Leo et al. 2024, PLoS ONE 19(9)); Workflow RO-Crate 1.0.
 */
import { digestOf } from '../../cache/digest.ts';
import type { JsonRecord } from '../../stages/contract.ts';
import type { CrateContent, CrateFile, CrateStage } from './content.ts';
import { MANIFEST } from './manifest.ts';

const PROFILES = [
  ['https://w3id.org/ro/wfrun/process/0.5', 'Process Run Crate', '0.5'],
  ['https://w3id.org/ro/wfrun/workflow/0.5', 'Workflow Run Crate', '0.5'],
  ['https://w3id.org/ro/wfrun/provenance/0.5', 'Provenance Run Crate', '0.5'],
  ['https://w3id.org/workflowhub/workflow-ro-crate/1.0', 'Workflow RO-Crate', '1.0'],
] as const;

export const METADATA = 'ro-crate-metadata.json';
export const PROV = 'prov.jsonld';

const CONTEXT = ['https://w3id.org/ro/crate/1.1/context', 'https://w3id.org/ro/terms/workflow-run/context'];

const FORMATS: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tex: 'application/x-tex',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  yaml: 'application/yaml',
  yml: 'application/yaml',
};

const ref = (id: string) => ({ '@id': id });
const refs = (ids: readonly string[]) => ids.map(ref);
/** An address inside the crate: what a URI may not hold is escaped. */
const idOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/');
const stageId = (kind: string, name: string): string => `#${kind}-${encodeURIComponent(name)}`;
/** With the offset written out, as the profile's own validator wants it. */
const iso = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00');
const DONE = 'http://schema.org/CompletedActionStatus';
const LICENCE = '#licence';
const FORMAL_PARAMETER = 'https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE';

/** @param records the crate's other records, by name */
export function metadata(content: CrateContent, records: Readonly<Record<string, Uint8Array>>): JsonRecord {
  const { main, files, stages } = content;
  const version = content.machine.ceteris ?? '';
  const data = files.filter((f) => f.kind === 'data').map((f) => idOf(f.path));
  const outputs = files.filter((f) => f.kind === 'output').map((f) => idOf(f.path));
  const title = typeof content.title === 'string' ? content.title : (content.title?.en ?? content.title?.zh);
  const name = title ?? content.name;
  const positions = positionsOf(stages);
  const graph: JsonRecord[] = [
    {
      '@id': METADATA,
      '@type': 'CreativeWork',
      about: ref('./'),
      conformsTo: refs(['https://w3id.org/ro/crate/1.1', 'https://w3id.org/workflowhub/workflow-ro-crate/1.0']),
    },
    {
      '@id': './',
      '@type': 'Dataset',
      name,
      description: `The study '${content.name}': its pipeline, data and outputs, and the record of the run that made them.`,
      datePublished: iso(endedMs(stages)),
      license: ref(LICENCE),
      conformsTo: refs(PROFILES.map(([id]) => id)),
      hasPart: refs([...files.map((f) => idOf(f.path)), ...Object.keys(records)]),
      mainEntity: ref(idOf(main)),
      mentions: refs(['#run', ...stages.map((s) => stageId('action', s.name))]),
    },
    {
      '@id': LICENCE,
      '@type': 'CreativeWork',
      name: 'As given by the authors',
      description: 'The licences of the data and of the pipeline are those that their authors gave them.',
    },
    ...PROFILES.map(([id, profile, of]) => ({ '@id': id, '@type': 'CreativeWork', name: profile, version: of })),
    workflow(content, name),
    { '@id': '#ceteris-language', '@type': 'ComputerLanguage', name: 'ceteris pipeline', version: '1' },
    {
      '@id': '#ceteris',
      '@type': 'SoftwareApplication',
      name: 'ceteris',
      softwareVersion: version,
      softwareRequirements: refs([NODE, ...Object.entries(content.packages).map(packageId)]),
      operatingSystem: content.machine.platform ?? '',
    },
    ...environment(content),
    ...[...new Map(stages.map((s) => [s.type, s])).values()].map((s) => ({
      '@id': stageId('type', s.type),
      '@type': 'SoftwareApplication',
      name: s.type,
      description: s.summary,
      softwareVersion: s.code,
    })),
    ...content.set.flatMap(settingEntities),
    ...data.map((id) => parameter('in', id)),
    ...outputs.map((id) => parameter('out', id)),
    ...files.map((f) => fileEntity(f, main)).filter((e) => e['@id'] !== idOf(main)),
    ...Object.entries(records).map(([name, bytes]) => recordEntity(name, bytes)),
    ...runEntities(content, data, outputs),
    ...stages.flatMap((s) => stageEntities(s, main, positions.get(s.name) ?? 0)),
  ];
  return { '@context': CONTEXT, '@graph': graph };
}

const endedMs = (stages: CrateContent['stages']): number => Math.max(...stages.map((s) => s.endedMs));

/** @param data @param outputs addresses of files */
function runEntities(
  { main, name, stages, machine, set }: CrateContent,
  data: readonly string[],
  outputs: readonly string[],
): readonly JsonRecord[] {
  const version = machine.ceteris ?? '';
  const startTime = iso(Math.min(...stages.map((s) => s.endedMs - s.ms)));
  const endTime = iso(endedMs(stages));
  return [
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `Run of ${name}`,
      description: `All stages of the pipeline, run by ceteris ${version}.`,
      instrument: ref(idOf(main)),
      object: refs([...data, ...set.map(settingId)]),
      result: refs(outputs),
      startTime,
      endTime,
      actionStatus: DONE,
    },
    {
      '@id': '#orchestration',
      '@type': 'OrganizeAction',
      name: `ceteris ${version}`,
      instrument: ref('#ceteris'),
      object: refs(stages.map((s) => stageId('control', s.name))),
      result: ref('#run'),
      startTime,
      endTime,
    },
  ];
}

/** Whether a text is metadata of a crate. Authors and licence may have been added by hand, so nothing else is asked of it. */
export function isMetadata(text: string): boolean {
  try {
    const graph = (JSON.parse(text) as { readonly '@graph'?: readonly JsonRecord[] } | null)?.['@graph'];
    return Array.isArray(graph) && [METADATA, './'].every((id) => graph.some((entity) => entity?.['@id'] === id));
  } catch {
    return false;
  }
}

const NODE = '#node';

/** Package URL. Source: package-url/purl-spec. */
const packageId = ([name, version]: readonly [name: string, version: string]): string =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;

const environment = ({ machine, packages }: CrateContent): readonly JsonRecord[] => [
  {
    '@id': NODE,
    '@type': 'SoftwareApplication',
    name: 'Node.js',
    url: 'https://nodejs.org/',
    softwareVersion: machine.node ?? '',
  },
  ...Object.entries(packages).map(([name, version]) => ({
    '@id': packageId([name, version]),
    '@type': 'SoftwareApplication',
    name,
    softwareVersion: version,
  })),
];

const RECORDS: Readonly<Record<string, { readonly name: string; readonly encodingFormat: string }>> = {
  [MANIFEST]: { name: 'Digests of code, files and results', encodingFormat: 'application/json' },
  [PROV]: { name: 'Provenance in W3C PROV-O', encodingFormat: 'application/ld+json' },
};

const recordEntity = (name: string, bytes: Uint8Array): JsonRecord => ({
  '@id': name,
  '@type': 'File',
  ...RECORDS[name],
  contentSize: String(bytes.length),
  sha256: digestOf(bytes),
});

/** Steps of one position read none of the same or a later one. Stages come after those that they read. */
function positionsOf(stages: readonly CrateStage[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const { name, reads } of stages)
    positions.set(name, 1 + Math.max(0, ...reads.map((r) => positions.get(r) ?? 0)));
  return positions;
}

function workflow({ main, stages, files, set }: CrateContent, name: string): JsonRecord {
  const entry = files.find((f) => f.path === main) as CrateFile;
  return {
    ...fileFields(entry),
    '@id': idOf(main),
    '@type': ['File', 'SoftwareSourceCode', 'ComputationalWorkflow', 'HowTo'],
    name,
    version: `sha256:${entry.sha256}`,
    programmingLanguage: ref('#ceteris-language'),
    input: refs([
      ...files.filter((f) => f.kind === 'data').map((f) => `#in-${idOf(f.path)}`),
      ...set.map(settingParameter),
    ]),
    output: files.filter((f) => f.kind === 'output').map((f) => ref(`#out-${idOf(f.path)}`)),
    hasPart: refs([...new Set(stages.map((s) => stageId('type', s.type)))]),
    step: refs(stages.map((s) => stageId('step', s.name))),
  };
}

/** A var that was set on the command line: `name=value`. */
const settingOf = (set: string): readonly [name: string, value: string] => {
  const at = set.indexOf('=');
  return [set.slice(0, at), set.slice(at + 1)];
};
const settingId = (set: string): string => stageId('set', settingOf(set)[0]);
const settingParameter = (set: string): string => stageId('var', settingOf(set)[0]);

function settingEntities(set: string): readonly JsonRecord[] {
  const [name, value] = settingOf(set);
  const parameterId = settingParameter(set);
  return [
    { '@id': settingId(set), '@type': 'PropertyValue', name, value, exampleOfWork: ref(parameterId) },
    {
      '@id': parameterId,
      '@type': 'FormalParameter',
      additionalType: 'Text',
      name,
      workExample: ref(settingId(set)),
      conformsTo: ref(FORMAL_PARAMETER),
    },
  ];
}

const parameter = (way: 'in' | 'out', file: string): JsonRecord => ({
  '@id': `#${way}-${file}`,
  '@type': 'FormalParameter',
  additionalType: 'File',
  name: decodeURIComponent(file),
  workExample: ref(file),
  conformsTo: ref(FORMAL_PARAMETER),
});

const fileFields = ({ path, bytes, sha256 }: CrateFile): JsonRecord => ({
  '@id': idOf(path),
  '@type': 'File',
  name: path,
  contentSize: String(bytes.length),
  encodingFormat: FORMATS[/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream',
  sha256,
});

function fileEntity(file: CrateFile, main: string): JsonRecord {
  const fields = fileFields(file);
  if (file.path === main || file.kind === 'pipeline') return fields;
  return { ...fields, exampleOfWork: ref(`#${file.kind === 'data' ? 'in' : 'out'}-${idOf(file.path)}`) };
}

/** Its step in the workflow, the action that carried it out, what it put out beside files, and the engine's act of starting it. */
function stageEntities(stage: CrateStage, main: string, position: number): readonly JsonRecord[] {
  const { name, type, summary } = stage;
  const resultId = stageId('result', name);
  const made = Object.entries(stage.outputs).flatMap(([output, parts]) =>
    Object.entries(parts).map(([part, digest]) => `${output}.${part} ${digest}`),
  );
  return [
    {
      '@id': stageId('step', name),
      '@type': 'HowToStep',
      name,
      position: String(position),
      workExample: ref(stageId('type', type)),
    },
    {
      '@id': stageId('control', name),
      '@type': 'ControlAction',
      name: `start ${name}`,
      instrument: ref(stageId('step', name)),
      object: ref(stageId('action', name)),
    },
    {
      '@id': stageId('action', name),
      '@type': 'CreateAction',
      name: `${name} (${type})`,
      description: summary,
      identifier: stage.key,
      instrument: ref(stageId('type', type)),
      object: refs([
        ...stage.files.map(idOf),
        ...stage.reads.map((r) => stageId('result', r)),
        ...(stage.files.length + stage.reads.length === 0 ? [idOf(main)] : []),
      ]),
      result: refs([resultId, ...stage.documents.map(idOf)]),
      startTime: iso(stage.endedMs - stage.ms),
      endTime: iso(stage.endedMs),
      actionStatus: DONE,
    },
    { '@id': resultId, '@type': 'CreativeWork', name: `results of ${name}`, identifier: made },
  ];
}
