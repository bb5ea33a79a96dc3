/**
 * Runs the real client against `npm start`: every flow with the newest pinned version, the core flows with the older ones. Prints a
 * table and the number of passed flows. When all flows of all versions have passed, it updates the table of docs/wandb.md, unless
 * `CI` is set. Arguments select flows by words of their titles and versions by number; `latest` is the newest client on PyPI. The first
 * word can be another suite, see `SUITES`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import buildPages from '../browser/build.ts'
import { clientOf } from './client.ts'
import { LATEST, prepare } from './environments.ts'
import { type Flow, type Group, NEWEST, type World } from './flow.ts'
import { ARTIFACTS } from './flows/artifacts.ts'
import { CORE } from './flows/core.ts'
import { GRID } from './flows/grid.ts'
import { RUNS } from './flows/runs.ts'
import { SWEEPS } from './flows/sweeps.ts'
import { TROUBLE } from './flows/trouble.ts'
import { findPython } from './python.ts'
import { KEY, type Server, startServer } from './server.ts'
import { pages as openPages } from './sweep-page.ts'
import { tableOf, writeTable } from './table.ts'

const words = process.argv.slice(2)
/** `old` as the first word: the oldest clients. Not in CI, since most of them no longer change. */
const isOld = words[0] === 'old'
if (isOld) words.shift()
const VERSIONS = isOld
  ? ['0.15.7', '0.13.11', '0.12.21', '0.12.0', '0.10.33']
  : [NEWEST, '0.22.3', '0.19.11', '0.16.6']
/** Groups that run at the same time: most flows wait for the next poll of an agent or the next request of a stream. */
const LANES = 4
const GROUPS: readonly Group[] = isOld ? [CORE, ARTIFACTS] : [CORE, SWEEPS, RUNS, ARTIFACTS, TROUBLE, GRID]
/** The longest first, so that the lanes end together. The grid keeps all cores busy and runs alone afterwards. */
const AT_ONCE: readonly Group[] = isOld ? GROUPS : [TROUBLE, SWEEPS, CORE, RUNS, ARTIFACTS]

const named = [LATEST, ...VERSIONS].filter((version) => words.includes(version))
const versions = named.length > 0 ? named : VERSIONS
const titleWords = words.filter((word) => !named.includes(word))
const runsAll = (version: string): boolean => version === NEWEST || version === LATEST
/** What a client cannot do with the packages of today: these read a sweep's YAML in a way that PyYAML no longer has. */
const UNABLE: readonly string[] = ['Api().sweep 0.12.0', 'Api().sweep 0.10.33']
const chosen = ({ title, core }: Flow, version: string): boolean =>
  (core || runsAll(version)) &&
  !UNABLE.includes(`${title} ${version}`) &&
  (titleWords.length === 0 || titleWords.some((word) => title.includes(word)))

type Outcome = 'works' | 'fails'
const outcomes = new Map<string, Outcome>()
const key = (title: string, version: string): string => `${title} ${version}`

const pages = openPages()

async function main(): Promise<number> {
  findPython()
  const folder = mkdtempSync(join(tmpdir(), 'chimney-wandb-'))
  let server: Server | undefined
  try {
    await Promise.all(versions.map(prepare))
    buildPages()
    server = await startServer(join(folder, 'data'))
    await runAll(server, () => mkdtempSync(join(folder, 'flow-')))
  } finally {
    await pages.close()
    await server?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const failed = [...outcomes.values()].filter((outcome) => outcome === 'fails').length
  const table = tableOf(
    GROUPS.flat()
      .filter(({ core }) => core || !isOld)
      .map(({ title }) => title),
    named.includes(LATEST) ? [LATEST, ...VERSIONS] : VERSIONS,
    (title, version) => outcomes.get(key(title, version)) ?? 'not tried',
  )
  console.log(`\n${table}`)
  // CI does not change the working tree.
  if (failed === 0 && words.length === 0 && !process.env.CI)
    writeTable(table, `written by npm run test:wandb${isOld ? ' -- old' : ''}`)
  console.log(`${outcomes.size - failed} passed, ${failed} failed`)
  return failed === 0 && outcomes.size > 0 ? 0 : 1
}

/** All groups with all versions. */
async function runAll(server: Server, folder: () => string): Promise<void> {
  const jobs = AT_ONCE.flatMap((group) =>
    versions.map((version) => () => runGroup(server, group, version, folder)),
  )
  const lane = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job()
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  for (const version of versions.filter(runsAll)) await runGroup(server, GRID, version, folder)
}

async function runGroup(server: Server, group: Group, version: string, folder: () => string) {
  const left: World['left'] = { sweeps: [] }
  // One key per version: the same config twice with one key within half a minute is one sweep, and all versions run the same tutorials.
  const { key: ownKey } = await server.send('POST', '/v1/keys', { name: `wandb ${version}` })
  for (const flow of group) {
    if (!chosen(flow, version)) continue
    const began = Date.now()
    const clientAt = (url: string) => clientOf(url, KEY, version, folder())
    const outcome = await flow
      .run({ server, client: clientOf(server.url, ownKey, version, folder()), clientAt, folder, pages, left })
      .then(
        (): Outcome => 'works',
        (error: unknown): Outcome => {
          console.log(error instanceof Error ? error.message : error)
          return 'fails'
        },
      )
    outcomes.set(key(flow.title, version), outcome)
    const seconds = ((Date.now() - began) / 1000).toFixed(0)
    console.log(`${outcome}  ${version}  ${flow.title} (${seconds} s)`)
  }
}

/** Suites that install much or need a checkout, by their first word. */
const SUITES: Readonly<Record<string, () => Promise<boolean>>> = {
  frameworks: async () => (await import('./frameworks/run.ts')).testFrameworks(words.slice(1)),
  conformance: async () => (await import('./conformance/run.ts')).testConformance(words.slice(1)),
}
const suite = SUITES[words[0] ?? '']
const code = suite ? suite().then((passed) => (passed ? 0 : 1)) : main()

code.then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error && !error.cause ? error.message : error)
    console.log('0 passed, 1 failed')
    process.exit(1)
  },
)
