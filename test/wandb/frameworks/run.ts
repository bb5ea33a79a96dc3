/**
 * `npm run test:wandb -- frameworks [WORDS]`: runs each framework against `npm start` and compares everything that was logged with what
 * `wandb.Api()` reads back. Writes the table of docs/wandb.md when all frameworks ran and passed, and `CI` is not set.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, clientIn } from '../client.ts'
import { preparePinned } from '../environments.ts'
import { ENTITY, idOf, NEWEST, ok, printedValue, sweepByCommand, trialsOf } from '../flow.ts'
import { KEY, type Server, startServer } from '../server.ts'
import { writeTable } from '../table.ts'
import { FRAMEWORKS, type Framework } from './frameworks.ts'

const SCRIPTS = fileURLToPath(new URL('./scripts/', import.meta.url))
const KINDS = ['metrics', 'config', 'summary', 'files', 'artifacts'] as const

type Counts = Record<(typeof KINDS)[number] | 'runs' | 'rows', number>

export async function testFrameworks(words: readonly string[]): Promise<boolean> {
  const chosen = FRAMEWORKS.filter(
    ({ title }) =>
      words.length === 0 || words.some((word) => title.toLowerCase().includes(word.toLowerCase())),
  )
  const folder = mkdtempSync(join(tmpdir(), 'chimney-frameworks-'))
  const lines: string[] = []
  let server: Server | undefined
  try {
    server = await startServer(join(folder, 'data'))
    for (const [index, framework] of chosen.entries()) {
      const began = Date.now()
      const line = await test(server, framework, `fw-${index}`, mkdtempSync(join(folder, 'flow-'))).catch(
        (error: unknown) => {
          console.log(error instanceof Error ? error.message : error)
        },
      )
      if (line) lines.push(line)
      const seconds = ((Date.now() - began) / 1000).toFixed(0)
      console.log(`${line ? 'works' : 'fails'}  ${framework.title} (${seconds} s)`)
    }
  } finally {
    await server?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const table = [
    `| Framework | Version | Runs | ${KINDS.map((kind) => kind[0]?.toUpperCase() + kind.slice(1)).join(' | ')} |`,
    `|---|---|---|${KINDS.map(() => '---|').join('')}`,
    ...lines,
    '',
  ].join('\n')
  console.log(`\n${table}`)
  const failed = chosen.length - lines.length
  if (failed === 0 && words.length === 0 && !process.env.CI)
    writeTable(table, 'written by npm run test:wandb -- frameworks')
  console.log(`${lines.length} passed, ${failed} failed`)
  return failed === 0 && lines.length > 0
}

/** The framework's line of the table. Throws when something differs. */
async function test(server: Server, framework: Framework, project: string, folder: string): Promise<string> {
  await preparePinned(framework.environment)
  const witness = join(folder, 'artifacts.jsonl')
  const client = clientIn(framework.environment, SCRIPTS, {
    url: server.url,
    key: KEY,
    version: NEWEST,
    folder,
    more: {
      PYTHONPATH: folder,
      ARTIFACT_WITNESS: witness,
      WANDB_PROJECT: project,
      MPLBACKEND: 'Agg',
      CUDA_VISIBLE_DEVICES: '',
      OMP_NUM_THREADS: '1',
      HF_HUB_OFFLINE: '1',
      RAY_TRAIN_V2_ENABLED: '1',
    },
  })
  const runs = await train(server, client, framework, project)
  const compared = await client.run('python', ['compare.py', `${ENTITY}/${project}`, witness], 120, {
    ARTIFACT_WITNESS: '',
  })
  const counts = JSON.parse(printedValue(ok(compared), 'COUNTS')) as Counts
  assert.equal(counts.runs, runs)
  const cells = KINDS.map((kind) =>
    kind === 'metrics' ? `${counts.metrics} values, ${counts.rows} rows` : counts[kind] || '—',
  )
  const version = pinnedVersion(framework.environment, framework.package)
  return `| ${framework.title} | ${version} | ${counts.runs} | ${cells.join(' | ')} |`
}

/** Trains, in a sweep or by the framework's own search; answers how many runs there must be. */
async function train(server: Server, client: Client, framework: Framework, project: string): Promise<number> {
  const { sweep, program, seconds } = framework
  if (program) {
    const args = program.args.map((arg) => (arg === 'PROJECT' ? project : arg))
    ok(await client.run('python', args, seconds))
    return program.runs
  }
  assert.ok(sweep)
  const { path } = await sweepByCommand(client, project, sweep.config)
  const printed = ok(await client.run('wandb', ['agent', '--count', String(sweep.trials), path], seconds))
  const trials = await trialsOf(server, project, idOf(path))
  assert.equal(trials.length, sweep.trials, printed.slice(-3000))
  for (const { state, value } of trials)
    assert.ok(state === 'finished' && typeof value === 'number', printed.slice(-3000))
  return sweep.trials
}

function pinnedVersion(environment: string, name: string): string {
  const pins = readFileSync(new URL(`../pinned/${environment}.txt`, import.meta.url), 'utf8')
  const version = new RegExp(`^${name}==(.*)$`, 'm').exec(pins)?.[1]
  assert.ok(version, `${name} is not pinned in ${environment}`)
  return version
}
