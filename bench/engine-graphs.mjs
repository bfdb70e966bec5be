// The same graph of trivial stages for each engine: stage i reads a source file of its own and what it depends on.
import fs from 'node:fs';
import path from 'node:path';

/** @returns stages, each with the names that it reads, and the one whose source is edited */
export function graphOf(shape, n) {
  const stages = [{ id: 's0', deps: [] }];
  if (shape === 'wide') {
    for (let i = 1; i <= n; i++) stages.push({ id: `s${i}`, deps: ['s0'] });
    stages.push({ id: 'z', deps: stages.slice(1).map((s) => s.id) });
    return { stages, edited: `s${n >> 1}` };
  }
  for (let i = 1; i < n; i++) stages.push({ id: `s${i}`, deps: [`s${i - 1}`] });
  stages.push({ id: 'z', deps: [`s${n - 1}`] });
  return { stages, edited: `s${Math.max(0, n - 10)}` };
}

const inputs = ({ id, deps }) => [`src/${id}`, ...deps.map((d) => `o/${d}`)];

const commands = {
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
  // a process per stage, as make and ninja have it; the sink reads the sources of what it depends on
  'ceteris exec': ({ stages }) => ({
    'pipeline.yaml': `ceteris: 1\nname: bench\nstages:\n${stages
      .filter((s) => s.id !== 'z')
      .map((s) => {
        const from = s.deps.length === 0 ? '' : `, before.file: ${s.deps[0]}.sum`;
        const read = s.deps.length === 0 ? 'own' : 'own, before.file';
        return `  ${s.id}: { stage: exec, run: [cksum, ${read}], inputs: { own: ./src/${s.id}${from} }, outputs: { sum: { file: stdout, format: file } } }\n`;
      })
      .join('')}`,
  }),
};

/** Stages in the process: an ingest of its own file each and one that joins all; or a chain of column arithmetic. */
const inProcess = {
  wide: ({ stages }) =>
    `ceteris: 1\nname: bench\nstages:\n${stages
      .map((s) =>
        s.id === 'z'
          ? `  z: { stage: append, from: [${s.deps.join(', ')}] }\n`
          : `  ${s.id}: { stage: ingest, file: src/${s.id}, format: csv }\n`,
      )
      .join('')}`,
  chain: ({ stages }) =>
    `ceteris: 1\nname: bench\nstages:\n  raw: { stage: ingest, file: src/s0, format: csv }\n${stages
      .map((s) => `  ${s.id}: { stage: derive, from: ${s.deps[0] ?? 'raw'}, columns: { a: a + 1 } }\n`)
      .join('')}`,
};

/** Writes the graph for a tool into an empty folder. */
export function writeGraph(tool, shape, n, folder) {
  const graph = graphOf(shape, n);
  fs.mkdirSync(path.join(folder, 'src'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'o'));
  graph.stages.forEach((s, i) => void fs.writeFileSync(path.join(folder, 'src', s.id), `a,b\n${i},${i * 7}\n`));
  const files = tool === 'ceteris' ? { 'pipeline.yaml': inProcess[shape](graph) } : commands[tool](graph);
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  // in the chain all that ceteris reads of the sources is the first
  return { ...graph, edited: tool === 'ceteris' && shape === 'chain' ? 's0' : graph.edited };
}
