import { defineConfig, type ViteUserConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

/** Says at the end what was left out, and why: the reporter shows no reasons of its own. */
const skips: Reporter = {
  onTestRunEnd: (modules) => {
    const counts = new Map<string, number>();
    for (const test of modules.flatMap(({ children }) => [...children.allTests('skipped')])) {
      const result = test.result();
      if (result.state !== 'skipped' || result.note === undefined) continue; // it was not asked for
      counts.set(result.note, (counts.get(result.note) ?? 0) + 1);
    }
    for (const [why, count] of counts) console.log(`   Left out  ${count}, for ${why}`);
  },
};

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    environment: 'node',
    globals: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters: ['default', skips],
  },
});

export default config;
