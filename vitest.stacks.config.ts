import { defineConfig } from 'vitest/config'

/** Tests of what is deployed. They need the platform that `test/stacks/install.ts` brings. */
export default defineConfig({
  test: {
    include: ['test/stacks/**/*.test.ts'],
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
