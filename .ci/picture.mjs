// `node .ci/picture.mjs`: records the terminal picture of the README from real runs of its pipeline. Build first.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root } from './setup.mjs';

const WIDTH = 70;
const LINE = 18;
const CELL = 8.05;
const COLORS = {
  30: '#6e7681',
  31: '#f47067',
  32: '#6cb56c',
  33: '#daaa3f',
  34: '#6cb6ff',
  35: '#dcbdfb',
  36: '#56d4dd',
  90: '#768390',
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ceteris-picture-'));
const yaml = /```yaml\n([\s\S]*?)```/.exec(fs.readFileSync(path.join(root, 'README.md'), 'utf8'))[1];
fs.writeFileSync(path.join(folder, 'pipeline.yaml'), yaml);
fs.mkdirSync(path.join(folder, 'data'));
const data = path.join(folder, 'data', 'castle.csv');
fs.copyFileSync(path.join(root, 'pipelines/castle/data/castle.csv'), data);

const lines = [];
const type = (text) => lines.push(`\u001b[32m$\u001b[39m \u001b[1m${text}\u001b[22m`);
const say = (text) => lines.push('', `\u001b[90m# ${text}\u001b[39m`);

function ceteris(args) {
  type(`ceteris ${args}`);
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    [path.join(root, 'dist/ceteris.js'), ...args.split(' '), '--color', 'always', '--lang', 'en'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: undefined, COLUMNS: String(WIDTH) } },
  );
  if (error) throw error;
  lines.push(...`${stdout}${stderr}`.trimEnd().split('\n'));
}

/** Another value in one cell, found by the names of row and column. */
function edit(state, year, column, value) {
  const rows = fs.readFileSync(data, 'utf8').split('\n');
  const names = rows[0].replaceAll('"', '').trim().split(',');
  const at = rows.findIndex((row) => row.startsWith(`"${state}",`) && row.split(',')[names.indexOf('year')] === year);
  const cells = rows[at].split(',');
  cells[names.indexOf(column)] = value;
  rows[at] = cells.join(',');
  fs.writeFileSync(data, rows.join('\n'));
}

ceteris('run');
say('a figure is corrected in l_income, which no stage reads');
edit('Ohio', '2005', 'l_income', '10.61');
ceteris('run');
say('and one in poverty, a control of the second regression');
edit('Ohio', '2005', 'poverty', '12.9');
ceteris('plan laws[(2)]');
ceteris('run');
fs.rmSync(folder, { recursive: true, force: true });

const ESCAPE = String.fromCharCode(27);
const CODES = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`);
const CODE = new RegExp(`^${ESCAPE}\\[([\\d;]*)m$`);

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line of terminal output as runs of one colour and weight. */
function runsOf(line) {
  const runs = [];
  let color;
  let bold = false;
  let dim = false;
  for (const part of line.split(CODES)) {
    const code = CODE.exec(part)?.[1];
    if (code === undefined) {
      if (part !== '') runs.push({ text: part, color: color ?? (dim ? '#768390' : '#adbac7'), bold });
      continue;
    }
    for (const n of code.split(';').map(Number)) {
      if (n === 0) [color, bold, dim] = [undefined, false, false];
      else if (n === 1) bold = true;
      else if (n === 2) dim = true;
      else if (n === 22) [bold, dim] = [false, false];
      else if (n === 39) color = undefined;
      else if (COLORS[n]) color = COLORS[n];
    }
  }
  return runs;
}

const height = lines.length * LINE + 30;
const width = Math.ceil(WIDTH * CELL + 32);
const body = lines.map((line, row) => {
  let column = 0;
  const spans = runsOf(line).map(({ text, color, bold }) => {
    const x = (16 + column * CELL).toFixed(1);
    column += [...text].length;
    return `<tspan x="${x}" fill="${color}"${bold ? ' font-weight="bold"' : ''}>${escapeXml(text)}</tspan>`;
  });
  return `<text y="${24 + row * LINE}" xml:space="preserve">${spans.join('')}</text>`;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.4">
<rect width="100%" height="100%" rx="8" fill="#22272e"/>
${body.join('\n')}
</svg>
`;
const file = path.join(root, 'docs/assets/terminal.svg');
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.writeFileSync(file, svg);
console.log(
  `${path.relative(root, file)}: ${lines.length} lines, widest ${Math.max(...lines.map((l) => l.replace(new RegExp(CODES, 'g'), '').length))}`,
);
