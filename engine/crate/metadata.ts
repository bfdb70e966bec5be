/**
 * `ro-crate-metadata.json`: the run as a Provenance Run Crate.
 * Source: RO-Crate 1.1 (Sefton et al. 2022); Workflow Run RO-Crate 0.5, profiles Process, Workflow and Provenance Run Crate
 * (Leo et al. 2024, PLoS ONE 19(9)); Workflow RO-Crate 1.0.
 */
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
const iso = (ms: number): string => new Date(ms).toISOString();

export function metadata(content: CrateContent, version: string): JsonRecord {
  const { main, files, stages } = content;
  const started = Math.min(...stages.map((s) => s.endedMs - s.ms));
  const ended = Math.max(...stages.map((s) => s.endedMs));
  const data = files.filter((f) => f.kind === 'data').map((f) => idOf(f.path));
  const outputs = files.filter((f) => f.kind === 'output').map((f) => idOf(f.path));
  const title = typeof content.title === 'string' ? content.title : (content.title?.en ?? content.title?.zh);
  const name = title ?? content.name;
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
      datePublished: iso(ended),
      license: 'The licences of the data and of the pipeline are those that their authors gave them.',
      conformsTo: refs(PROFILES.map(([id]) => id)),
      hasPart: refs([...files.map((f) => idOf(f.path)), MANIFEST, PROV]),
      mainEntity: ref(idOf(main)),
      mentions: [ref('#run')],
    },
    ...PROFILES.map(([id, profile, of]) => ({ '@id': id, '@type': 'CreativeWork', name: profile, version: of })),
    workflow(content, name),
    { '@id': '#ceteris-language', '@type': 'ComputerLanguage', name: 'ceteris pipeline', version: '1' },
    {
      '@id': '#ceteris',
      '@type': 'SoftwareApplication',
      name: 'ceteris',
      softwareVersion: version,
      softwareRequirements: `Node.js ${content.machine.node ?? ''}`,
      operatingSystem: content.machine.platform ?? '',
    },
    ...[...new Map(stages.map((s) => [s.type, s])).values()].map((s) => ({
      '@id': stageId('type', s.type),
      '@type': 'SoftwareApplication',
      name: s.type,
      description: s.summary,
      softwareVersion: s.code,
    })),
    ...data.map((id) => parameter('in', id)),
    ...outputs.map((id) => parameter('out', id)),
    ...files.map((f) => fileEntity(f, main)).filter((e) => e['@id'] !== idOf(main)),
    {
      '@id': MANIFEST,
      '@type': 'File',
      name: 'Digests of code, files and results',
      encodingFormat: 'application/json',
    },
    { '@id': PROV, '@type': 'File', name: 'Provenance in W3C PROV-O', encodingFormat: 'application/ld+json' },
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `Run of ${content.name}`,
      instrument: ref(idOf(main)),
      object: refs(data),
      result: refs(outputs),
      startTime: iso(started),
      endTime: iso(ended),
      actionStatus: ref('http://schema.org/CompletedActionStatus'),
    },
    {
      '@id': '#orchestration',
      '@type': 'OrganizeAction',
      name: `ceteris ${version}`,
      instrument: ref('#ceteris'),
      object: refs(stages.map((s) => stageId('control', s.name))),
      result: ref('#run'),
      startTime: iso(started),
      endTime: iso(ended),
    },
    ...stages.flatMap((s) => stageEntities(s, main)),
  ];
  return { '@context': CONTEXT, '@graph': graph };
}

function workflow({ main, stages, files }: CrateContent, name: string): JsonRecord {
  return {
    ...fileFields(files.find((f) => f.path === main) as CrateFile),
    '@id': idOf(main),
    '@type': ['File', 'SoftwareSourceCode', 'ComputationalWorkflow', 'HowTo'],
    name,
    programmingLanguage: ref('#ceteris-language'),
    input: files.filter((f) => f.kind === 'data').map((f) => ref(`#in-${idOf(f.path)}`)),
    output: files.filter((f) => f.kind === 'output').map((f) => ref(`#out-${idOf(f.path)}`)),
    hasPart: refs([...new Set(stages.map((s) => stageId('type', s.type)))]),
    step: refs(stages.map((s) => stageId('step', s.name))),
  };
}

const parameter = (way: 'in' | 'out', file: string): JsonRecord => ({
  '@id': `#${way}-${file}`,
  '@type': 'FormalParameter',
  additionalType: 'File',
  name: decodeURIComponent(file),
  workExample: ref(file),
  conformsTo: ref('https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE'),
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
function stageEntities(stage: CrateStage, main: string): readonly JsonRecord[] {
  const { name, type } = stage;
  const resultId = stageId('result', name);
  const made = Object.entries(stage.outputs).flatMap(([output, parts]) =>
    Object.entries(parts).map(([part, digest]) => `${output}.${part} ${digest}`),
  );
  return [
    {
      '@id': stageId('step', name),
      '@type': 'HowToStep',
      name,
      position: '0',
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
      actionStatus: ref('http://schema.org/CompletedActionStatus'),
    },
    { '@id': resultId, '@type': 'CreativeWork', name: `results of ${name}`, identifier: made },
  ];
}
