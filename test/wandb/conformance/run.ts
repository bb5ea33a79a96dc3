/**
 * `npm run test:wandb -- conformance DIR [PATHS]`: runs the system tests of W&B's client, from the checkout in DIR, against this service.
 * The checkout is copied, not changed. Each failed test is run again alone, unless
 * the failure is known. Fails when a test failed twice that
 * `known-failures.ts` does not explain. Writes the table of docs/wandb.md when all parts ran, and `CI` is not set.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Cloud, startCloud } from '@chimney/local/cloud'
import { dashboard } from '@chimney/local/http/dashboard'
import { binOf, preparePinned } from '../environments.ts'
import { KEY } from '../server.ts'
import { writeTable } from '../table.ts'
import { type FixtureService, startFixtureService } from './fixture-service.ts'
import { reasonOf } from './known-failures.ts'
import { type Outcome, outcomesIn, tableOfOutcomes } from './outcomes.ts'

const PLUGIN = fileURLToPath(new URL('./plugin/', import.meta.url))
const ENVIRONMENT = 'conformance'
const ROOT = 'tests/system_tests'
/** Not run: tests of Launch, notebooks, the sandbox, the C# client, and programs that install frameworks. */
const PARTS = ['test_sweep', 'test_core', 'test_api', 'test_artifacts', 'test_plot.py', 'test_system_metrics']
const WORKERS = '2'
const TEST_SECONDS = '120'
const LEASE_SECONDS = 300

export async function testConformance([checkout, ...paths]: readonly string[]): Promise<boolean> {
  if (!checkout || !existsSync(join(checkout, ROOT)))
    throw new Error(
      `npm run test:wandb -- conformance DIR needs a checkout of wandb/wandb with its ${ROOT}, at the tag of the version that ` +
        'test/wandb/pinned/conformance.txt names',
    )
  await preparePinned(ENVIRONMENT)
  const folder = mkdtempSync(join(tmpdir(), 'chimney-conformance-'))
  let cloud: Cloud | undefined
  let fixtures: FixtureService | undefined
  try {
    const suite = copySuite(resolve(checkout), folder)
    cloud = await startCloud({ port: 0, agents: [], key: KEY, app: dashboard(), leaseSeconds: LEASE_SECONDS })
    fixtures = await startFixtureService(cloud)
    const pytest = pytestIn(suite, folder, {
      BASE_PORT: new URL(cloud.url).port,
      FIXTURE_PORT: String(fixtures.port),
    })
    const outcomes = new Map<string, Outcome>()
    for (const part of paths.length > 0 ? paths : PARTS.map((name) => `${ROOT}/${name}`)) {
      for (const outcome of await pytest([part, '-n', WORKERS])) outcomes.set(outcome.test, outcome)
      console.log(`${part}: ${summaryOf([...outcomes.values()].filter(({ test }) => test.startsWith(part)))}`)
    }
    const failed = [...outcomes.values()].filter(({ outcome }) => outcome === 'failed')
    for (const { test } of failed.filter(({ test }) => reasonOf(test) === undefined))
      for (const outcome of await pytest([test])) outcomes.set(outcome.test, { ...outcome, again: true })
    return report([...outcomes.values()], paths.length === 0)
  } finally {
    await fixtures?.stop()
    await cloud?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The tests and what they import, with our script in the place of the one that starts W&B's container. */
function copySuite(checkout: string, folder: string): string {
  const suite = join(folder, 'suite')
  cpSync(join(checkout, 'tests'), join(suite, 'tests'), { recursive: true })
  cpSync(join(checkout, 'tools'), join(suite, 'tools'), { recursive: true })
  cpSync(join(checkout, 'pyproject.toml'), join(suite, 'pyproject.toml'))
  cpSync(join(PLUGIN, 'local_wandb_server.py'), join(suite, 'tools/local_wandb_server.py'))
  return suite
}

function pytestIn(suite: string, folder: string, env: Readonly<Record<string, string>>) {
  const home = join(folder, 'home')
  const file = join(folder, 'outcomes.jsonl')
  mkdirSync(home)
  // Ends the line of the suite's own options, of which one needs a plugin that measures coverage.
  const options = [
    '-o',
    'addopts=',
    '-o',
    'filterwarnings=ignore::DeprecationWarning',
    '-p',
    'no:cacheprovider',
  ]
  options.push('-q', '--timeout', TEST_SECONDS, '-p', 'report_outcomes', '--tb', 'short')
  return async (args: readonly string[]): Promise<readonly Outcome[]> => {
    rmSync(file, { force: true })
    const child = spawn('nice', [join(binOf(ENVIRONMENT), 'pytest'), ...options, ...args], {
      cwd: suite,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${binOf(ENVIRONMENT)}:${process.env.PATH}`,
        HOME: home,
        LANG: 'C.UTF-8',
        PYTHONPATH: PLUGIN,
        PYTHONDONTWRITEBYTECODE: '1',
        OUTCOMES: file,
        ...env,
      },
    })
    const log = process.env.CONFORMANCE_LOG
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        output = (output + bytes.toString()).slice(-20_000)
        if (log) appendFileSync(log, bytes)
      })
    await new Promise((ended) => child.once('close', ended))
    if (!existsSync(file)) throw new Error(`pytest ran no test:\n${output}`)
    return outcomesIn(readFileSync(file, 'utf8'))
  }
}

function report(outcomes: readonly Outcome[], whole: boolean): boolean {
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed')
  const unexplained = failed.filter(({ test }) => reasonOf(test) === undefined)
  const table = tableOfOutcomes(outcomes, ROOT, reasonOf)
  console.log(`\n${table}`)
  for (const { test, reason } of unexplained) console.log(`unexplained: ${test}: ${reason}`)
  if (unexplained.length === 0 && whole && !process.env.CI)
    writeTable(table, 'written by npm run test:wandb -- conformance')
  const passed = outcomes.filter(({ outcome }) => outcome === 'passed').length
  console.log(`${failed.length - unexplained.length} failed with a known reason`)
  console.log(`${passed} passed, ${unexplained.length} failed`)
  return unexplained.length === 0 && passed > 0
}

const summaryOf = (outcomes: readonly Outcome[]): string =>
  (['passed', 'failed', 'skipped'] as const)
    .map((wanted) => `${outcomes.filter(({ outcome }) => outcome === wanted).length} ${wanted}`)
    .join(', ')
