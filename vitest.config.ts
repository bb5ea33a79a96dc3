import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      'test/stacks/**',
      'test/lambda/**',
      'test/aws/**',
      'test/wandb/**',
      'test/browser/**',
      'test/package/**',
    ],
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
