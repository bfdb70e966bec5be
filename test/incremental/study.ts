/** A small study with every kind of file that a run depends on: two YAML files, two data files, documents, a var. */
export const YAML = `ceteris: 1
name: study
include: [data.yaml]
vars: { top: 9 }
stages:
  logs:
    stage: derive
    from: raw
    columns: { ly: log(y), big: "x > \${top}" }
  fit:
    stage: regress
    from: logs
    y: ly
    x: [x, z]
    cluster: id
  tab:
    stage: table
    columns: [fit]
    formats: [csv, md]
`;

export const DATA_YAML = `ceteris: 1
stages:
  first: { stage: ingest, file: first.csv }
  second: { stage: ingest, file: second.csv }
  raw: { stage: append, from: [first, second] }
`;

/** Digits of one length, so that an edit can keep the size of a file. */
const rows = (from: number): string =>
  Array.from({ length: 12 }, (_, i) => {
    const n = from + i;
    return `${10 + (n % 5)},${2001 + (n % 4)},${10 + ((n * 37) % 89)}.${n % 10},${10 + ((n * 53) % 83)},${10 + ((n * 29) % 71)},n${10 + n}`;
  }).join('\n');

export const FIRST = `id,year,y,x,z,note\n${rows(0)}\n`;
export const SECOND = `id,year,y,x,z,note\n${rows(40)}\n`;

export const study = { 'pipeline.yaml': YAML, 'data.yaml': DATA_YAML, 'first.csv': FIRST, 'second.csv': SECOND };

/** With a stage whose result is another each time. */
export const withDice = {
  ...study,
  'pipeline.yaml': `${YAML}  dice:
    stage: exec
    run: [sh, -c, "echo n; od -An -N4 -tu4 /dev/urandom | tr -d ' '"]
    outputs: { table: { file: stdout, format: csv } }
`,
};
