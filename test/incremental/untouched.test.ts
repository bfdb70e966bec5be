import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunId } from '../../cache/run-log.ts';
import type { PartOutcome } from '../../engine/after-edit/run-part.ts';
import { writeCompiled } from '../../engine/compiled/compile.ts';
import { type Compiled, readCompiled } from '../../engine/compiled/compiled.ts';
import { loadPipeline } from '../../engine/compiled/load-checked.ts';
import type { EngineEvent } from '../../engine/events/event.ts';
import type { Pipeline } from '../../engine/load/pipeline.ts';
import { compileValidators } from '../../engine/load/schema.ts';
import { Session } from '../../engine/session/session.ts';
import type { AnyStageType } from '../../stages/contract.ts';
import type { Registry } from '../../stages/contract-registry.ts';
import { registry } from '../../stages/registry.ts';
import { Folder, lastOf, statuses, told, until } from '../command-line.ts';

/** A hundred files, each read by a stage and worked on by two more, the last of which are joined. */
const MANY = `ceteris: 1
stages:
${Array.from({ length: 100 }, (_, i) => `  s${i}: { stage: ingest, file: s${i}.csv }\n  d${i}: { stage: derive, from: s${i}, columns: { c: a + 1 } }\n  m${i}: { stage: aggregate, from: d${i}, columns: { t: sum(a) } }\n`).join('')}  all: { stage: append, from: [${Array.from({ length: 100 }, (_, i) => `m${i}`).join(', ')}] }
`;
const many = {
  'pipeline.yaml': MANY,
  ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`s${i}.csv`, `a,b\n${i},7\n2,${i}\n`])),
};

/** The registry, noting whose declaration is asked for. */
function counting(): { readonly registry: Registry; readonly declared: string[] } {
  const declared: string[] = [];
  const wrapped = [...registry.types].map(([name, type]): [string, AnyStageType] => [
    name,
    {
      ...type,
      declare: (context) => {
        declared.push(name);
        return type.declare(context);
      },
    },
  ]);
  return { registry: { ...registry, types: new Map(wrapped) }, declared };
}

describe('after an edit of one data file', () => {
  async function open(folder: Folder) {
    const { registry: own, declared } = counting();
    const options = { registry: own, cwd: folder.path, validators: await compileValidators(registry) };
    const { pipeline } = await loadPipeline(folder.at('pipeline.yaml'), options);
    const session = Session.open({
      registry: own,
      code: (type) => type,
      runtime: 'test',
      storeDir: folder.at('.ceteris'),
      jobs: 2,
      clock: Date.now,
      machine: {},
    });
    return { pipeline: pipeline as Pipeline, session, declared, registry: own };
  }

  /** The first run of a folder, after which a part of the pipeline can be run; what each declares is counted anew. */
  async function settledOnce(folder: Folder) {
    const { session, pipeline } = await open(folder);
    const { stood } = await session.run(pipeline);
    const since = stood?.().run as RunId;
    await session.close();
    writeCompiled(folder.at('plan'), 'test', pipeline);
    return since;
  }

  async function edited(folder: Folder, since: RunId, name: string, declaresTheSame = true) {
    const { session, declared, registry: own } = await open(folder);
    const whole = () => ({ diagnostics: [], plugins: [] });
    const of = { path: folder.at('plan'), of: 'test', registry: async () => own, nameOf: (f: string) => f, whole };
    const { graph, pipeline } = (await readCompiled(of)) as Compiled;
    const events: EngineEvent[] = [];
    declared.length = 0;
    const { stood } = (await session.runPart(
      {
        pipeline,
        graph,
        touched: [graph.index(name) as number],
        declareTheSame: new Set(declaresTheSame ? [name] : []),
        hasPending: false,
        since,
        stages: graph.size,
      },
      { emit: (event) => events.push(event) },
    )) as PartOutcome;
    const finished = events.find((e) => e.type === 'run-finished');
    const stages = finished?.type === 'run-finished' ? finished.stages : [];
    const ran = stages.filter((s) => s.status === 'ran').map((s) => s.stage);
    return {
      session,
      pipeline,
      declared,
      events,
      ran,
      looked: stages.map((s) => s.stage),
      next: stood?.().run as RunId,
    };
  }

  test('only what the edit can reach is looked at, and the results are those of a full run', async () => {
    const folder = new Folder(many);
    const since = await settledOnce(folder);
    folder.write('s7.csv', 'a,b\n7000,7\n2,7\n');
    const { ran, looked, declared, session, pipeline } = await edited(folder, since, 's7');
    expect(ran).toEqual(['s7', 'd7', 'm7', 'all']);
    expect(looked).toEqual(ran);
    // s7, d7, m7 and all, and what stands beside m7 where all asks for it: 99 times three
    expect(declared.length).toBe(4 + 99 * 3);
    const value = await session.value(pipeline, 'all');
    await session.close();

    rmSync(folder.at('.ceteris'), { recursive: true });
    const fresh = await open(folder);
    expect(await fresh.session.value(fresh.pipeline, 'all')).toEqual(value);
    await fresh.session.close();
  });

  test('where nobody below asks, nothing else is declared; where the result is the same, nobody below is looked at', async () => {
    const folder = new Folder({ ...many, 'pipeline.yaml': MANY.replace(/ {2}all: .*\n/, '') });
    let since = await settledOnce(folder);
    for (const [text, reached] of [
      ['a,b\n7000,7\n2,7\n', ['s7', 'd7', 'm7']],
      ['a,b\r\n7000,7\r\n2,7\r\n', ['s7']],
    ] as const) {
      folder.write('s7.csv', text);
      const { ran, looked, declared, events, session, next } = await edited(folder, since, 's7');
      expect([ran, looked]).toEqual([reached, reached]);
      expect(declared.length).toBe(ran.length);
      const spared = events.flatMap((e) => (e.type === 'stage-stands' ? [e.stage] : []));
      expect([...looked, ...spared]).toEqual(['s7', 'd7', 'm7']);
      await session.close();
      since = next;
    }
  });

  test('a chain of three thousand stages is worked out without running out of stack', async () => {
    const links = Array.from(
      { length: 3000 },
      (_, i) => `  c${i}: { stage: derive, from: ${i === 0 ? 'raw' : `c${i - 1}`}, columns: { a: a + 1 } }`,
    );
    const folder = new Folder({
      'pipeline.yaml': `ceteris: 1\nstages:\n  raw: { stage: ingest, file: raw.csv }\n  other: { stage: ingest, file: other.csv }\n${links.join('\n')}\n  end: { stage: append, from: [c2999, other] }\n`,
      'raw.csv': 'a\n1\n',
      'other.csv': 'a\n1\n',
    });
    const since = await settledOnce(folder);
    folder.write('other.csv', 'a\n5\n');
    const { ran, session } = await edited(folder, since, 'other');
    expect(ran).toEqual(['other', 'end']);
    await session.close();
  });
});

describe('the command line after an edit', () => {
  const settled = async (): Promise<Folder> => {
    const folder = new Folder(many);
    expect(folder.run().code).toBe(0);
    await pause(150);
    folder.run();
    return folder;
  };
  const ran = (folder: Folder): string[] =>
    Object.entries(statuses(folder.run()))
      .filter(([, s]) => s !== 'cached')
      .map(([stage, s]) => (s === 'ran' ? stage : `${stage} ${s}`));

  test('edits of values, headers, rows and documents, one after another, each run just what they reach', async () => {
    const folder = await settled();
    folder.write('s3.csv', 'a,b\n9000,7\n2,3\n');
    expect(ran(folder)).toEqual(['s3', 'd3', 'm3', 'all']);
    expect(ran(folder)).toEqual([]);
    folder.write('s3.csv', 'a,b,c2\n9000,7,1\n2,3,1\n'); // one column more, which nobody reads
    expect(ran(folder)).toEqual(['s3']);
    folder.write('s4.csv', 'x,b\n9,7\n2,3\n'); // the column that is read is gone: nothing runs
    const { code, last } = folder.run();
    expect([code, last.stages]).toEqual([2, []]);
    folder.write('s4.csv', 'a,b\n4,7\n2,4\n');
    expect(ran(folder)).toEqual([]);
    rmSync(folder.at('s5.csv'));
    expect(ran(folder)).toEqual(['s5 failed', 'd5 blocked', 'm5 blocked', 'all blocked']);
    folder.write('s5.csv', 'a,b\n5,7\n2,5\n');
    expect(ran(folder)).toEqual([]);
  });

  test('the record of such a run holds all stages, and what a sweep must keep', async () => {
    const folder = await settled();
    folder.write('s3.csv', 'a,b\n9000,7\n2,3\n');
    folder.run();
    const [last = ''] = readdirSync(folder.at('.ceteris', 'runs')).sort().reverse();
    const lines = readFileSync(folder.at('.ceteris', 'runs', last), 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as { type: string; status?: string });
    expect(lines.filter((l) => l.type === 'stage').length).toBe(301);
    expect(lines.filter((l) => l.status === 'ran').length).toBe(4);
    expect(folder.run('verify').code).toBe(0);
    expect(folder.run('explain', 'all').code).toBe(0);
  });

  test('a damaged or foreign compiled pipeline is none', async () => {
    const folder = await settled();
    const [plan = ''] = readdirSync(folder.at('.ceteris', 'standing')).filter((n) => n.endsWith('.plan'));
    const path = folder.at('.ceteris', 'standing', plan);
    const text = readFileSync(path, 'utf8');
    for (const bad of [text.slice(0, text.length >> 1), text.replace('"a + 1"', '"a + 2"'), '']) {
      writeFileSync(path, bad);
      folder.write('s3.csv', `a,b\n3,7\n2,${1000 + bad.length}\n`);
      expect(ran(folder)).toEqual(['s3']);
      expect(existsSync(path)).toBe(true);
    }
  });

  test('a message still says where it stands in the YAML', async () => {
    const folder = new Folder({
      'pipeline.yaml':
        'ceteris: 1\nstages:\n  raw: { stage: ingest, file: raw.csv, columns: { a: { type: number } } }\n',
      'raw.csv': 'a\n1\n',
    });
    folder.run();
    folder.run();
    folder.write('raw.csv', 'a\nx\n');
    const { last, code } = folder.run();
    expect([code, last.stages[0]?.diagnostics?.map((d) => d.line)]).toEqual([1, [3]]);
  });

  test('a file beside the edit that changes meanwhile fails who reads it, where what it gave is not known', async () => {
    const folder = new Folder({ 'edited.csv': 'a\n1\n', 'beside.csv': 'a\n5\n', go: '' });
    const program = `: > '${folder.at('started')}'; until test -e '${folder.at('go')}'; do sleep 0.01; done; cat in.csv`;
    folder.write(
      'pipeline.yaml',
      `ceteris: 1
name: s
stages:
  raw: { stage: ingest, file: edited.csv }
  slow: { stage: exec, run: [sh, -c, ${JSON.stringify(program)}], inputs: { in.csv: raw }, outputs: { t: { file: stdout } } }
  other: { stage: ingest, file: beside.csv }
  mid: { stage: derive, from: other, columns: { b: a + 1 } }
  all: { stage: append, from: [slow.t, mid] }
`,
    );
    expect(folder.run().code).toBe(0);
    for (const name of readdirSync(folder.at('.ceteris', 'standing')))
      if (name.endsWith('.outputs')) rmSync(folder.at('.ceteris', 'standing', name));
    rmSync(folder.at('go'));
    rmSync(folder.at('started'));
    folder.write('edited.csv', 'a\n2\n');
    const child = folder.start('run', '--json');
    let out = '';
    child.stdout?.on('data', (bytes) => {
      out += String(bytes);
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await until(() => existsSync(folder.at('started')));
    folder.write('beside.csv', 'a\n6\n');
    folder.write('go', '');
    expect(await ended).toBe(3);
    expect(told({ last: lastOf(out) })).toMatchObject([
      { code: 'CE1701', message: expect.stringContaining("'other'") },
    ]);
    expect(folder.run().code).toBe(0);
    expect((folder.show('all') as { data: { a: number[] } }).data.a).toEqual([2, 6]);
  });
});
