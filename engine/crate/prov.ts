/** The run in W3C PROV-O, as JSON-LD: values are entities under their digests, stages are activities. Source: Lebo et al. (2013), PROV-O. */
import type { JsonRecord } from '../../stages/contract.ts';
import type { CrateContent, CrateStage } from './content.ts';

const CONTEXT = {
  prov: 'http://www.w3.org/ns/prov#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  label: 'http://www.w3.org/2000/01/rdf-schema#label',
  used: { '@id': 'prov:used', '@type': '@id' },
  wasGeneratedBy: { '@id': 'prov:wasGeneratedBy', '@type': '@id' },
  wasInformedBy: { '@id': 'prov:wasInformedBy', '@type': '@id' },
  wasAssociatedWith: { '@id': 'prov:wasAssociatedWith', '@type': '@id' },
  startedAtTime: { '@id': 'prov:startedAtTime', '@type': 'xsd:dateTime' },
  endedAtTime: { '@id': 'prov:endedAtTime', '@type': 'xsd:dateTime' },
} as const;

const value = (digest: string): string => `urn:sha256:${digest}`;
const activity = (stage: string): string => `#${encodeURIComponent(stage)}`;

export function prov(content: CrateContent): JsonRecord {
  const files = new Map(content.files.map((f) => [f.path, f.sha256]));
  const made = new Map<string, { readonly label: string; readonly by: string }>();
  for (const stage of content.stages)
    for (const [digest, label] of madeBy(stage)) if (!made.has(digest)) made.set(digest, { label, by: stage.name });
  const entities = [
    ...content.files
      .filter((f) => f.kind !== 'output')
      .map((f) => ({ '@id': value(f.sha256), '@type': 'prov:Entity', label: f.path })),
    ...[...made].map(([digest, { label, by }]) => ({
      '@id': value(digest),
      '@type': 'prov:Entity',
      label,
      wasGeneratedBy: activity(by),
    })),
  ];
  const activities = content.stages.map((s) => ({
    '@id': activity(s.name),
    '@type': 'prov:Activity',
    label: `${s.name} (${s.type})`,
    used: [...s.files.map((f) => value(files.get(f) ?? '')), value(files.get(content.main) ?? '')],
    wasInformedBy: s.reads.map(activity),
    wasAssociatedWith: '#ceteris',
    startedAtTime: new Date(s.endedMs - s.ms).toISOString(),
    endedAtTime: new Date(s.endedMs).toISOString(),
  }));
  const agent = {
    '@id': '#ceteris',
    '@type': ['prov:Agent', 'prov:SoftwareAgent'],
    label: `ceteris ${content.machine.ceteris ?? ''}`,
  };
  return { '@context': CONTEXT, '@graph': [agent, ...entities, ...activities] };
}

const madeBy = (stage: CrateStage): readonly (readonly [digest: string, label: string])[] =>
  Object.entries(stage.outputs).flatMap(([output, parts]) =>
    Object.entries(parts).map(([part, digest]) => [digest, `${stage.name}.${output}.${part}`] as const),
  );
