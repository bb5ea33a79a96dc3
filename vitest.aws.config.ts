import { defineConfig } from 'vitest/config'

/** The suites of the ports against another emulator of AWS than the embedded ones: a second opinion. Needs Python. */
export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts'],
    globalSetup: ['./test/aws/moto.ts'],
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
