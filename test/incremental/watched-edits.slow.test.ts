import { test } from 'vitest';
import { files, steps, take } from './failures.ts';
import { applyGrouped, groupedEdits } from './grouped-edits.ts';
import { groupedStudy } from './grouped-study.ts';
import { checkWatched } from './watched-edits.ts';

/** So many that a watch does not look at all of them; they are one action. */
const many = `  many:
    stage: describe
    from: second
    matrix:
${Array.from({ length: 101 }, (_, i) => `      c${i}: {}\n`).join('')}`;

const coded = `ceteris: 1
name: coded
include: [data.yaml]
plugins: [types/ends.ts]
vars: { top: 9 }
stages:
  logs: { stage: derive, from: raw, columns: { ly: log(y), big: "x > \${top}" } }
  ends: { stage: ends, from: logs, column: ly }
  fit: { stage: regress, from: logs, y: ly, x: x }
  tab:
    stage: table
    columns: fit
    formats: [csv, md]
${many}`;

test('after any edits that break and mend, a watch has come to what a run from nothing comes to', () =>
  checkWatched({ files, edits: steps, apply: take }, 5));

test('so has a watch of more stages than it looks at', () =>
  checkWatched(
    { files: { ...files, 'pipeline.yaml': `${files['pipeline.yaml']}${many}` }, edits: steps, apply: take },
    5,
  ));

test('so has one with code of the folder', () =>
  checkWatched({ files: { ...groupedStudy, 'pipeline.yaml': coded }, edits: groupedEdits, apply: applyGrouped }, 5));

test('so has one where groups hang on the data and stages on code of the folder', () =>
  checkWatched({ files: groupedStudy, edits: groupedEdits, apply: applyGrouped }, 5));
