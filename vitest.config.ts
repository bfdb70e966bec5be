import { defineConfig } from 'vitest/config';
import { fontForTests } from './.ci/font.mjs';

/** Fonts are imported from packages, and only the plugin can read them. */
const fonts = { plugins: [fontForTests()], server: { deps: { inline: [/@fontsource/] } } };

export default defineConfig({
  test: {
    projects: [
      {
        plugins: fonts.plugins,
        test: {
          name: 'fast',
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
