// What each engine is told of a graph. A stage is one command, `cksum src/ID o/DEP… > o/ID`: an edit of a source reaches all that
// depends on it, a new time alone changes nothing.
import fs from 'node:fs';
import path from 'node:path';
import { graphOf } from './engine-graphs.mjs';

const inputs = ({ id, deps }) => [`src/${id}`, ...deps.map((d) => `o/${d}`)];
const command = (s) => `cksum ${inputs(s).join(' ')} > o/${s.id}`;
const each = (stages, entry) => Object.fromEntries(stages.map((s) => [s.id, entry(s)]));
const json = (value) => JSON.stringify(value);
const pipeline = (lines) => ({ 'pipeline.yaml': `ceteris: 1\nname: bench\nstages:\n${lines.join('')}` });

/**
 * Stages in the process. wide: an ingest of its own file each and one that joins all. chain: a formula over the stage before; only the
 * first and the edited one read a file. layered: an ingest, a join and a sum, so three stages of ceteris for one of the others.
 */
const inProcess = {
  wide: ({ stages }) =>
    stages.map((s) =>
      s.id === 'z'
        ? `  z: { stage: append, from: [${s.deps.join(', ')}] }\n`
        : `  ${s.id}: { stage: ingest, file: src/${s.id}, format: csv }\n`,
    ),
  chain: ({ stages, edited }) => [
    `  raw: { stage: ingest, file: src/s0, format: csv }\n`,
    ...(edited === 's0' ? [] : [`  own: { stage: ingest, file: src/${edited}, format: csv }\n`]),
    ...stages.map((s) =>
      s.id === edited && edited !== 's0'
        ? `  ${s.id}: { stage: append, from: [${s.deps[0]}, own] }\n`
        : `  ${s.id}: { stage: derive, from: ${s.deps[0] ?? 'raw'}, columns: { a: a + 1 } }\n`,
    ),
  ],
  layered: ({ stages }) =>
    stages.map(
      (s) =>
        `  i${s.id}: { stage: ingest, file: src/${s.id}, format: csv }\n` +
        `  j${s.id}: { stage: append, from: [${[`i${s.id}`, ...s.deps].join(', ')}] }\n` +
        `  ${s.id}: { stage: aggregate, from: j${s.id}, columns: { a: sum(a), b: sum(b) } }\n`,
    ),
};

const writers = {
  ceteris: (graph, shape) => pipeline(inProcess[shape](graph)),
  // a process per stage, as the others have it
  'ceteris exec': ({ stages }) =>
    pipeline(
      stages.map((s) => {
        const before = s.deps.map((d) => `, ${d}.file: ${d}.sum`).join('');
        const read = ['own', ...s.deps.map((d) => `${d}.file`)].join(', ');
        return `  ${s.id}: { stage: exec, run: [cksum, ${read}], inputs: { own: ./src/${s.id}${before} }, outputs: { sum: { file: stdout, format: file } } }\n`;
      }),
    ),
  make: ({ stages }) => ({
    Makefile: `all: o/z\n.SUFFIXES:\nMAKEFLAGS += -rR\n${stages
      .map((s) => `o/${s.id}: ${inputs(s).join(' ')}\n\t@cksum $^ > $@\n`)
      .join('')}`,
  }),
  ninja: ({ stages }) => ({
    'build.ninja': `rule ck\n  command = cksum $in > $out\n${stages
      .map((s) => `build o/${s.id}: ck ${inputs(s).join(' ')}\n`)
      .join('')}default o/z\n`,
  }),
  doit: ({ stages }) => ({
    'dag.json': json(stages.map((s) => [s.id, inputs(s), command(s)])),
    'dodo.py': `import json
DAG = json.load(open("dag.json"))
DOIT_CONFIG = {"default_tasks": ["ck"], "verbosity": 0}
def task_ck():
    for name, files, action in DAG:
        yield {"name": name, "actions": [action], "file_dep": files, "targets": ["o/" + name]}
`,
  }),
  // one rule with wildcards: a rule for each stage takes it minutes to read
  snakemake: ({ stages }) => ({
    'dag.json': json(each(stages, inputs)),
    Snakefile: `import json
DEPS = json.load(open("dag.json"))
rule all:
    input: "o/z"
rule ck:
    input: lambda wc: DEPS[wc.id]
    output: "o/{id}"
    shell: "cksum {input} > {output}"
`,
  }),
  wireit: ({ stages }) => ({
    'package.json': json({
      name: 'bench',
      private: true,
      scripts: each(stages, () => 'wireit'),
      wireit: each(stages, (s) => ({
        command: command(s),
        dependencies: s.deps,
        files: [`src/${s.id}`],
        output: [`o/${s.id}`],
        packageLocks: [],
      })),
    }),
  }),
  // turbo starts `npm run` for each task, 0.15 s of npm's own: what stands in for npm here starts the command at once
  turbo: ({ stages }) => ({
    'package.json': json({
      name: 'bench',
      private: true,
      packageManager: 'npm@10.8.2',
      scripts: each(stages, (s) => `sh sh/${s.id}.sh`),
    }),
    'package-lock.json': json({
      name: 'bench',
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name: 'bench' } },
    }),
    'turbo.json': json({
      ui: 'stream',
      tasks: each(stages, (s) => ({
        dependsOn: s.deps,
        inputs: [`src/${s.id}`],
        outputs: [`o/${s.id}`],
        outputLogs: 'none',
      })),
    }),
    'bin/npm': '#!/bin/sh\n[ "$1" = run ] && exec sh sh/$2.sh\n[ "$1" = --version ] && echo 10.8.2\nexit 0\n',
    ...Object.fromEntries(stages.map((s) => [`sh/${s.id}.sh`, `${command(s)}\n`])),
  }),
  // without dependentTasksOutputFiles it does not run again what depends on an edited stage
  nx: ({ stages }) => ({
    'package.json': json({ name: 'bench', private: true }),
    'nx.json': json({ neverConnectToCloud: true, analytics: false }),
    'project.json': json({
      name: 'p',
      targets: each(stages, (s) => ({
        executor: 'nx:run-commands',
        cache: true,
        options: { command: command(s), cwd: '.' },
        dependsOn: s.deps,
        inputs: [`{projectRoot}/src/${s.id}`, ...(s.deps.length === 0 ? [] : [{ dependentTasksOutputFiles: '**/*' }])],
        outputs: [`{projectRoot}/o/${s.id}`],
      })),
    }),
  }),
  moon: ({ stages }) => ({
    '.moon/workspace.yml': "projects:\n  p: '.'\ntelemetry: false\n",
    'moon.yml': `tasks:\n${stages
      .map((s) => {
        const deps = s.deps.length === 0 ? '' : `    deps: [${s.deps.map((d) => `'~:${d}'`).join(', ')}]\n`;
        return `  ${s.id}:\n    script: ${json(command(s))}\n    inputs: ['src/${s.id}']\n    outputs: ['o/${s.id}']\n${deps}`;
      })
      .join('')}`,
  }),
};

const IGNORED = 'o\nnode_modules\n.wireit\n.turbo\n.nx\n.moon/cache\n.snakemake\n.doit.db*\n.ninja*\n.ceteris\n';

/** The text of a source: a table of one row. */
export const source = (a, b) => `a,b\n${a},${b}\n`;

/** Writes the graph for a tool into an empty folder. */
export function writeGraph(tool, shape, n, folder) {
  const graph = graphOf(shape, n);
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'o'));
  graph.stages.forEach((s, i) => void fs.writeFileSync(path.join(folder, 'src', s.id), source(i, i * 7)));
  for (const [name, text] of Object.entries({ ...writers[tool](graph, shape), '.gitignore': IGNORED })) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text, { mode: name.startsWith('bin/') ? 0o755 : 0o644 });
  }
  return graph;
}
