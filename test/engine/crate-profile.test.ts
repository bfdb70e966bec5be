/**
 * Requirements of RO-Crate 1.1, Workflow RO-Crate 1.0 and Workflow Run RO-Crate 0.5 (Process, Workflow and Provenance Run Crate), each
 * a test, in the words of the profiles.
 *
 * Four recommendations are not met, since nobody told ceteris and nothing is made up: an author, a publisher and an agent (who ran it),
 * a `url` of each stage type, and conformance of the workflow to Bioschemas' ComputationalWorkflow, which wants a creator.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labIn, PANEL } from './lab.ts';

const require = createRequire(import.meta.url);

type Value = string | { readonly '@id': string } | readonly Value[] | undefined;
interface Entity {
  readonly '@id': string;
  readonly '@type': string | readonly string[];
  readonly [key: string]: Value;
}

const FILES = {
  'study/pipeline.yaml': `ceteris: 1
name: study
title: { en: A study, zh: 一个研究 }
include: [部分/more.yaml]
vars: { more: z }
stages:
  raw: { stage: ingest, file: 数据/面板 1.csv, panel: { unit: id, time: year } }
  fit: { stage: regress, from: raw, where: year > 2001, y: y, x: [x, "\${more}"], absorb: [id, year], cluster: id }
  lines: { stage: exec, run: [wc, -l, d.csv], inputs: { d.csv: raw }, outputs: { o: { file: stdout } } }
`,
  'study/部分/more.yaml': 'stages:\n  tab: { stage: table, columns: fit, formats: [csv, md] }\n',
  'study/数据/面板 1.csv': PANEL,
};

let folder: string;
let crate: { readonly '@context': readonly string[]; readonly '@graph': readonly Entity[] };
const graph = (): readonly Entity[] => crate['@graph'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ceteris-lab-'));
  const lab = labIn(folder, FILES);
  expect(await lab.cli(['export', 'study', '--to', 'crate', '--set', 'more=[z]'])).toMatchObject({ code: 0 });
  crate = JSON.parse(lab.read('crate/ro-crate-metadata.json')) as typeof crate;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const types = (e: Entity): readonly string[] => [e['@type']].flat();
const of = (...kinds: readonly string[]): readonly Entity[] =>
  graph().filter((e) => types(e).some((t) => kinds.includes(t)));
const byId = (id: string): Entity | undefined => graph().find((e) => e['@id'] === id);
const ids = (value: Value): readonly string[] =>
  Array.isArray(value)
    ? value.flatMap(ids)
    : typeof value === 'object'
      ? [(value as { readonly '@id': string })['@id']]
      : [];
const linked = (e: Entity | undefined, key: string): readonly Entity[] =>
  ids(e?.[key]).flatMap((id) => byId(id) ?? { '@id': `nothing at ${id}`, '@type': [] });
const isText = (value: Value): boolean => typeof value === 'string' && value.trim() !== '';

const root = (): Entity => byId('./') as Entity;
const descriptor = (): Entity => byId('ro-crate-metadata.json') as Entity;
const workflow = (): Entity => linked(root(), 'mainEntity')[0] as Entity;
const tools = (): readonly Entity[] => linked(workflow(), 'hasPart');
const applications = (): readonly Entity[] => of('SoftwareApplication', 'ComputationalWorkflow');
const actions = (): readonly Entity[] => of('CreateAction');
const parameters = (): readonly Entity[] => of('FormalParameter');

const filesIn = (at: string): readonly string[] =>
  readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(at, name)).isFile());

/** Entities for which a requirement does not hold; there must be some for which it does. */
const failing = (entities: readonly Entity[], holds: (e: Entity) => boolean): readonly string[] =>
  entities.length === 0 ? ['no entity'] : entities.filter((e) => !holds(e)).map((e) => e['@id']);
const are = (entities: readonly Entity[], ...kinds: readonly string[]): boolean =>
  entities.length > 0 && entities.every((e) => types(e).some((t) => kinds.includes(t)));

const TOOL = ['SoftwareApplication', 'SoftwareSourceCode', 'ComputationalWorkflow'];
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?\+\d{2}:\d{2}$/;

type Requirements = Readonly<Record<string, () => readonly string[]>>;

const ROCRATE: Requirements = {
  'the metadata file descriptor MUST be a CreativeWork about the root data entity': () =>
    failing([descriptor()], (e) => are([e], 'CreativeWork') && ids(e.about).join() === './'),
  'its conformsTo SHOULD be a versioned permalink of RO-Crate': () =>
    failing([descriptor()], (e) => ids(e.conformsTo).includes('https://w3id.org/ro/crate/1.1')),
  'the root data entity MUST be a Dataset with name, description, datePublished and license': () =>
    failing([root()], (e) => are([e], 'Dataset') && isText(e.name) && isText(e.description) && e.license !== undefined),
  'datePublished MUST be a date in ISO 8601': () => failing([root()], (e) => ISO.test(String(e.datePublished))),
  'license SHOULD link to a contextual entity with name and description': () =>
    failing(linked(root(), 'license'), (e) => isText(e.name) && isText(e.description)),
  'JSON-LD MUST be flat: each entity has @id and @type, and values are texts or references': () =>
    failing(graph(), (e) =>
      Object.values(e).every((value) =>
        [value].flat().every((v) => typeof v === 'string' || Object.keys(v as object).join() === '@id'),
      ),
    ),
  'each @id MUST be there once': () =>
    graph()
      .map((e) => e['@id'])
      .filter((id, i, all) => all.indexOf(id) !== i),
  'each @id MUST be a valid URI': () =>
    failing(graph(), (e) => /^[!#-;=?-Z\\[\]_a-z~]+$/.test(e['@id']) && !/%(?![0-9A-F]{2})/.test(e['@id'])),
  'types and properties MUST be terms of the context': () => {
    const terms = (require('ro-crate/lib/context.json') as { '@context': Readonly<Record<string, string>> })[
      '@context'
    ];
    const used = new Set(
      graph().flatMap((e) => [...types(e), ...Object.keys(e).filter((key) => !key.startsWith('@'))]),
    );
    return [...used].filter((term) => terms[term] === undefined);
  },
  'the context SHOULD be that of RO-Crate 1.1': () =>
    crate['@context'][0] === 'https://w3id.org/ro/crate/1.1/context' ? [] : ['@context'],
  'every file MUST be in hasPart of the root': () => failing(of('File'), (e) => ids(root().hasPart).includes(e['@id'])),
  'every file of the crate SHOULD be described, and every file that is described MUST be there': () => {
    const described = of('File')
      .map((e) => decodeURIComponent(e['@id']))
      .sort();
    const there = filesIn(join(folder, 'crate'))
      .filter((name) => name !== 'ro-crate-metadata.json')
      .sort();
    return JSON.stringify(described) === JSON.stringify(there) ? [] : [...described, 'against', ...there];
  },
  'a file SHOULD have name, contentSize in bytes and encodingFormat': () =>
    failing(
      of('File'),
      (e) =>
        isText(e.name) &&
        /^[a-z]+\/[\w.+-]+$/.test(String(e.encodingFormat)) &&
        e.contentSize === String(statSync(join(folder, 'crate', decodeURIComponent(e['@id']))).size),
    ),
  'references MUST lead to entities of the crate, but for addresses': () =>
    graph()
      .flatMap((e) => Object.values(e).flatMap(ids))
      .filter((id) => byId(id) === undefined && !/^https?:/.test(id)),
};

const WORKFLOW_ROCRATE: Requirements = {
  'the descriptor SHOULD conform to Workflow RO-Crate too': () =>
    failing([descriptor()], (e) => ids(e.conformsTo).includes('https://w3id.org/workflowhub/workflow-ro-crate/1.0')),
  'the main workflow MUST be a File, SoftwareSourceCode and ComputationalWorkflow': () =>
    failing([workflow()], (e) =>
      ['File', 'SoftwareSourceCode', 'ComputationalWorkflow'].every((t) => types(e).includes(t)),
    ),
  'it MUST refer to its language': () =>
    failing([workflow()], (e) => are(linked(e, 'programmingLanguage'), 'ComputerLanguage')),
  'the language SHOULD have name and version': () =>
    failing(of('ComputerLanguage'), (e) => isText(e.name) && isText(e.version)),
};

const PROCESS: Requirements = {
  'the root MUST refer to the profile, which is a CreativeWork': () =>
    ['process', 'workflow', 'provenance'].filter(
      (p) =>
        !are(
          linked(root(), 'conformsTo').filter((e) => e['@id'] === `https://w3id.org/ro/wfrun/${p}/0.5`),
          'CreativeWork',
        ),
    ),
  'the root SHOULD refer to Workflow RO-Crate': () =>
    failing([root()], (e) => ids(e.conformsTo).includes('https://w3id.org/workflowhub/workflow-ro-crate/1.0')),
  'an action MUST have the executed tool as its instrument': () =>
    failing(actions(), (e) => are(linked(e, 'instrument'), ...TOOL)),
  'an action SHOULD be among the mentions of the root': () =>
    failing(actions(), (e) => ids(root().mentions).includes(e['@id'])),
  'an action SHOULD have name and description': () =>
    failing(actions(), (e) => isText(e.name) && isText(e.description)),
  'an action SHOULD have endTime and startTime in ISO 8601': () =>
    failing(
      actions(),
      (e) => ISO.test(String(e.endTime)) && ISO.test(String(e.startTime)) && String(e.startTime) <= String(e.endTime),
    ),
  'an action SHOULD have objects and results that are files, works or values': () =>
    failing(actions(), (e) =>
      ['object', 'result'].every((key) =>
        are(linked(e, key), 'File', 'Dataset', 'Collection', 'CreativeWork', 'PropertyValue'),
      ),
    ),
  'its actionStatus SHOULD be CompletedActionStatus': () =>
    failing(actions(), (e) => e.actionStatus === 'http://schema.org/CompletedActionStatus'),
  'error SHOULD NOT be there when the action is completed': () => failing(actions(), (e) => e.error === undefined),
  'software SHOULD have a name, and version or softwareVersion, not both': () =>
    failing(applications(), (e) => isText(e.name) && isText(e.version) !== isText(e.softwareVersion)),
};

const WORKFLOW: Requirements = {
  'the main entity MUST be a workflow that an action has as its instrument': () =>
    failing([workflow()], (e) => actions().some((a) => ids(a.instrument).includes(e['@id']))),
  'input and output MUST be FormalParameters': () =>
    failing([workflow()], (e) => ['input', 'output'].every((key) => are(linked(e, key), 'FormalParameter'))),
  'a parameter MUST have an additionalType, and SHOULD have a name': () =>
    failing(parameters(), (e) => isText(e.additionalType) && isText(e.name)),
  'a parameter of a file SHOULD be of additionalType File, one of a value a DataType': () =>
    failing(parameters(), (e) => are(linked(e, 'workExample'), e.additionalType === 'File' ? 'File' : 'PropertyValue')),
  'what realizes a parameter SHOULD refer to it by exampleOfWork': () =>
    failing(parameters(), (e) => linked(e, 'workExample').every((w) => ids(w.exampleOfWork).includes(e['@id']))),
  'inputs and objects of the run, outputs and its results MUST be the same': () => {
    const run = actions().find((a) => ids(a.instrument).includes(workflow()['@id']));
    return (['input object', 'output result'] as const).filter((pair) => {
      const [formal = '', real = ''] = pair.split(' ');
      const realized = linked(run, real).flatMap((e) => ids(e.exampleOfWork));
      return JSON.stringify(realized.toSorted()) !== JSON.stringify(ids(workflow()[formal]).toSorted());
    });
  },
  'a var that was set SHOULD be a PropertyValue with its value': () =>
    failing(of('PropertyValue'), (e) => e.name === 'more' && e.value === '[z]'),
};

const PROVENANCE: Requirements = {
  'the workflow MUST refer to the tools that it orchestrates': () => failing([workflow()], () => are(tools(), ...TOOL)),
  'a tool MUST be the instrument of an action': () =>
    failing(tools(), (e) => actions().some((a) => ids(a.instrument).includes(e['@id']))),
  'a workflow with steps MUST be a HowTo': () => failing([workflow()], (e) => types(e).includes('HowTo')),
  'the workflow MUST refer to its steps': () =>
    failing(of('HowToStep'), (e) => ids(workflow().step).includes(e['@id'])),
  'a step MUST refer to its tool by workExample': () =>
    failing(of('HowToStep'), (e) => are(linked(e, 'workExample'), ...TOOL)),
  'the position of a step MUST be greater than that of every step whose output it needs': () => {
    const name = (e: Entity | undefined): string => decodeURIComponent(e?.['@id'] ?? '').replace(/^#\w+-/, '');
    const position = new Map(of('HowToStep').map((e) => [name(e), Number(e.position)]));
    const needed = actions().flatMap((a) =>
      linked(a, 'object')
        .filter((o) => o['@id'].startsWith('#result-'))
        .map((o) => [name(o), name(a)] as const),
    );
    if (needed.length < 4) return ['no stage reads another'];
    return needed
      .filter(([first, then]) => !((position.get(first) ?? 9) < (position.get(then) ?? 0)))
      .map((pair) => pair.join(' → '));
  },
  'a ControlAction MUST have a step as instrument and an action as object': () =>
    failing(
      of('ControlAction'),
      (e) => are(linked(e, 'instrument'), 'HowToStep') && are(linked(e, 'object'), 'CreateAction'),
    ),
  'every step SHOULD have a ControlAction': () =>
    failing(of('HowToStep'), (e) => of('ControlAction').some((c) => ids(c.instrument).includes(e['@id']))),
  'an OrganizeAction MUST have the engine as instrument, the run as result, the ControlActions as object': () =>
    failing(
      of('OrganizeAction'),
      (e) =>
        are(linked(e, 'instrument'), 'SoftwareApplication') &&
        are(linked(e, 'result'), 'CreateAction') &&
        linked(e, 'result').every((r) => ids(r.instrument).includes(workflow()['@id'])) &&
        ids(e.object).length === of('ControlAction').length,
    ),
};

for (const [profile, requirements] of Object.entries({
  'RO-Crate 1.1': ROCRATE,
  'Workflow RO-Crate 1.0': WORKFLOW_ROCRATE,
  'Process Run Crate 0.5': PROCESS,
  'Workflow Run Crate 0.5': WORKFLOW,
  'Provenance Run Crate 0.5': PROVENANCE,
}))
  describe(profile, () => {
    for (const [title, offenders] of Object.entries(requirements))
      test(title, () => {
        expect(offenders()).toEqual([]);
      });
  });

describe('the environment', () => {
  test('the engine requires node and packages, each with the version that was there', () => {
    const engine = byId('#ceteris');
    const needed = new Map(linked(engine, 'softwareRequirements').map((e) => [e.name, e.softwareVersion]));
    expect(needed.get('Node.js')).toBe(process.version);
    for (const name of ['hyparquet', 'docx', 'yaml']) {
      const text = readFileSync(join('node_modules', name, 'package.json'), 'utf8');
      expect([name, needed.get(name)]).toEqual([name, (JSON.parse(text) as { readonly version: string }).version]);
    }
    expect(engine?.operatingSystem).toBe(`${process.platform} ${process.arch}`);
  });

  test('every stage is an action with its key, times, what it read, and the digest of every column that it made', () => {
    const fit = actions().find((a) => a.name === 'fit (regress)');
    expect(fit?.identifier).toMatch(/^[0-9a-f]{64}$/);
    expect(linked(fit, 'instrument').map((e) => e.softwareVersion)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const raw = byId('#result-raw')?.identifier;
    const columns = [raw].flat().map((text) => String(text).split(' '));
    expect(columns.map(([part]) => part)).toEqual(
      expect.arrayContaining(['id', 'year', 'y', 'x', 'z', 'note', '#rows'].map((c) => `table.${c}`)),
    );
    expect(columns.every(([, digest]) => /^[0-9a-f]{64}$/.test(digest ?? ''))).toBe(true);
  });
});
