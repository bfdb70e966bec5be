// `npm test`: installs what the tests need, builds, and runs them all: unit, black-box scenarios, reference numbers, pipelines.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build, installDebian, installPackages, root } from './setup.mjs';

const DEBIAN = {
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  'libreoffice-writer-nogui': 'soffice',
  'poppler-utils': 'pdftoppm',
};

installPackages();
const absent = installDebian(DEBIAN);
if (absent.length > 0)
  console.log(`not installed (no root): ${absent.join(', ')}; the tests that open documents with them are skipped`);
build();

let passed = 0;
let failed = 0;
const count = (name, p, f) => {
  passed += p;
  failed += f;
  console.log(`${name}: ${p} passed, ${f} failed`);
};

/** Runs a program, shows what it prints, and returns that. */
function show(command, args) {
  const { stdout, status, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  process.stdout.write(stdout);
  return { stdout, status: status ?? 1 };
}

function vitest() {
  const report = path.join(root, 'node_modules', '.vitest-report.json');
  fs.rmSync(report, { force: true });
  const env = { ...process.env, CETERIS_ABSENT: absent.join(',') };
  spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { cwd: root, stdio: 'inherit', env },
  );
  if (!fs.existsSync(report)) return count('vitest', 0, 1);
  const r = JSON.parse(fs.readFileSync(report, 'utf8'));
  // a test file that could not be loaded counts as one failure
  const broken = r.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  count('vitest', r.numPassedTests, r.numFailedTests + broken);
}

/** Programs that end with `N passed, N failed`. */
function counted(name, args) {
  const { stdout, status } = show(process.execPath, args);
  const last = /(\d+) passed, (\d+) failed(?:, (\d+) unsupported)?/.exec(stdout.trimEnd().split('\n').at(-1) ?? '');
  if (!last) return count(name, 0, 1);
  const bad = Number(last[2]) + Number(last[3] ?? 0);
  count(name, Number(last[1]), bad + (status !== 0 && bad === 0 ? 1 : 0));
}

/** A pipeline passes when it runs from nothing to the end: its comparisons hold. */
function pipelines() {
  for (const study of fs.readdirSync(path.join(root, 'pipelines')).sort()) {
    const folder = path.join('pipelines', study);
    if (!fs.existsSync(path.join(root, folder, 'pipeline.yaml'))) continue;
    fs.rmSync(path.join(root, folder, '.ceteris'), { recursive: true, force: true });
    const { status } = show(process.execPath, ['dist/ceteris.js', 'run', folder]);
    count(`pipeline ${study}`, status === 0 ? 1 : 0, status === 0 ? 0 : 1);
  }
}

vitest();
counted('scenarios', ['test/scenarios/run.mjs']);
if (fs.existsSync(path.join(root, 'test/reference/run.mjs'))) counted('reference', ['test/reference/run.mjs']);
pipelines();
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
