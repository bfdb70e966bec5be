import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { fontForTests } from './.ci/font.mjs';

/** Fonts are imported from packages, and only the plugin can read them. */
const fonts = { plugins: [fontForTests()], server: { deps: { inline: [/@fontsource/] } } };

/** Of random tests: of the code and tests that are committed, or given. */
function seed(): string {
  const trees = ['cache', 'engine', 'stages', 'test'].map((folder) => `HEAD:${folder}`);
  const digests = spawnSync('git', ['rev-parse', ...trees], { encoding: 'utf8' }).stdout ?? '';
  const sum = digests.split('\n').reduce((all, digest) => all ^ Number.parseInt(digest.slice(0, 8), 16), 0);
  return process.env.TEST_SEED ?? String(sum);
}
const random = { setupFiles: ['test/seed.ts'], env: { TEST_SEED: seed() } };

/** Slow files first: at the end no worker waits for another that has just begun one. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ project }: TestSpecification): boolean => project.name === 'slow';
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

// certificates that node would read at every start, of which there are thousands
delete process.env.NODE_EXTRA_CA_CERTS;

export default defineConfig({
  test: {
    maxWorkers: '100%', // most tests wait for a command to end
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        plugins: fonts.plugins,
        test: {
          ...random,
          name: 'fast',
          isolate: false, // no test leaves anything behind, and most of a file's time is its imports
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.slow.test.ts', 'test/fixtures/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          server: fonts.server,
        },
      },
      {
        plugins: fonts.plugins,
        test: {
          ...random,
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          server: fonts.server,
        },
      },
    ],
  },
});
