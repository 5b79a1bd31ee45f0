import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    environment: 'node',
    globals: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters: ['default'],
  },
});

export default config;
