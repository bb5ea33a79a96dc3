import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { ONLY_SLOW, SLOW } from './test/slow-files.ts'

/** Suites that need what not every machine has: Python, Chromium, the platform of SST, other versions of Node. */
const SUITES = ['package', 'stacks', 'lambda', 'browser', 'cloud', 'aws', 'server'] as const

type Tests = NonNullable<TestProjectInlineConfiguration['test']>
const MINUTE = 60_000
const timeouts = (minutes: number) => ({ testTimeout: minutes * MINUTE, hookTimeout: minutes * MINUTE })
const project = (name: string, include: string[], more: Tests): TestProjectInlineConfiguration => ({
  test: { name, include, ...timeouts(5), ...more },
})
const suite = (name: (typeof SUITES)[number], more: Tests = {}) =>
  project(name, [`test/${name}/**/*.test.ts`], { ...timeouts(2), ...more })

// `npm test`. A process runs many files: it loads the modules once, and starts one embedded DynamoDB, in which each file creates
// its tables.
const daily = [
  project('unit', ['packages/{core,web}/**/*.test.ts'], { isolate: false }),
  project('service', ['{packages/{local,sdk,server},test,examples}/**/*.test.ts'], {
    exclude: ['**/node_modules/**', ...ONLY_SLOW, ...[...SUITES, 'wandb'].map((name) => `test/${name}/**`)],
    isolate: false,
  }),
]
const others = [
  // The tests of `npm test` that have a larger form, in that form.
  project('slow', [...SLOW, ...ONLY_SLOW], { env: { CHIMNEY_TEST_SIZE: 'full' }, ...timeouts(20) }),
  // The packed SDK, installed into an empty project. Needs the npm registry.
  suite('package', { hookTimeout: 10 * MINUTE }),
  // What is deployed, with the dashboard. `test/stacks/install.ts` installs the platform of SST.
  suite('stacks', { globalSetup: ['./test/browser/build.ts'] }),
  // The built bundles as Lambda runs them. `test/lambda/install.ts` installs the versions of Node.
  suite('lambda'),
  // The dashboard over a real service, in Debian's Chromium or the one that `CHROMIUM` names. The browser needs a core.
  suite('browser', {
    globalSetup: ['./test/browser/build.ts'],
    fileParallelism: false,
    testTimeout: 5 * MINUTE,
    hookTimeout: 10 * MINUTE,
  }),
  // The production stage in an emulated AWS account that evaluates IAM policies. Needs Python; `test/cloud/install.ts` installs it.
  suite('cloud', { globalSetup: ['./test/browser/build.ts'], ...timeouts(10) }),
  // `npm start` in its own process, where disks fill up, files break, clocks jump and signals arrive. Needs Linux.
  suite('server', { fileParallelism: false }),
  // The ports on moto, another emulator of AWS than the embedded ones. Needs Python.
  suite('aws', { globalSetup: ['./test/aws/moto.ts'] }),
]

export default defineConfig({
  test: {
    reporters: ['default', './test/reporter.ts'],
    // Vitest's default leaves a core idle, which on two cores doubles the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Without `--project`, as in `npx vitest run FILE`, no file runs in two sizes and no browser is started.
    projects: process.argv.some((word) => word.startsWith('--project')) ? [...daily, ...others] : daily,
  },
})
