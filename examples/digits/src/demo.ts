/**
 * The whole service on one machine: a sweep is created over HTTP, its trials go through a queue to the agent function, which
 * trains on real digits and reports metrics. Exit code 0 when every trial finished or was stopped early.
 *
 * `npm run demo` ends with the sweep; `npm run demo -- --serve` keeps serving afterwards.
 */
import { rmSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { type Cloud, startCloud } from '@chimney/local/cloud'
import { buildDashboard, dashboard } from '@chimney/local/http/dashboard'
import { stopOnSignal } from '@chimney/local/process/stop-signals'
import { agentFunction } from '@chimney/sdk/agent-function'
import { type Chimney, chimney } from '@chimney/sdk/client'
import agents from '../../../stacks/agents.json' with { type: 'json' }
import { trainTrial } from './agent.ts'
import { createScreen, renderResult } from './demo-screen.ts'

const PROJECT = 'digits'
/** Interval of polling the sweep. */
const POLL_MS = 250
/** The service runs in this process, so longer retries would not help. */
const RETRY_MS = 10_000
/** A trial takes a second or two: a sweep without any change for this long is stuck. */
const STUCK_MS = 60_000

// The AWS SDK warns about the end of Node 20, which does not concern the demo.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { values: options } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
/** Exit code of a shell command that SIGINT ended. With `--serve`, Ctrl-C is the regular end. */
const INTERRUPTED = options.serve ? 0 : 130

/** Failures outside of requests; printed when the demo fails. */
const failures: string[] = []

const folder = await mkdtemp(join(tmpdir(), 'chimney-demo-'))
// Synchronous and at the exit, so that no way out leaves the folder behind.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const starting = start(folder)
const interrupted = new AbortController()
stopOnSignal(
  async () => {
    interrupted.abort()
    await (await starting).stop()
  },
  { exitCode: INTERRUPTED, deadlineMs: 2_000 },
)

let exitCode = 0
try {
  const cloud = await starting
  console.log(`Chimney runs at ${cloud.url}, with its data in ${folder}\n`)
  if (options.serve) {
    void buildDashboard()
    console.log(`Sign in there with the key ${cloud.key}\n`)
  }
  await sweepDigits(cloud)
  if (options.serve && !interrupted.signal.aborted) await stayUp(cloud)
} catch (error) {
  if (!interrupted.signal.aborted) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    for (const failure of new Set(failures)) console.error(`  ${failure}`)
    exitCode = 1
  }
}
// After a signal, `stopOnSignal` exits. A failed demo exits here: its trainings would keep the process running.
if (!interrupted.signal.aborted) {
  await (await starting.catch(() => undefined))?.stop()
  process.exit(exitCode)
}

/** The local cloud with the agent function of `stacks/agents.json`. Its log is collected: it would disturb the progress display. */
function start(dataDir: string): Promise<Cloud> {
  const definition = agents.find(({ name }) => name === PROJECT)
  if (!definition) throw new Error(`stacks/agents.json has no agent called ${PROJECT}`)
  const handler = agentFunction(trainTrial, {
    log: ({ run, error }) => error !== undefined && failures.push(`${run ?? 'a record'}: ${error}`),
  })
  return startCloud({
    dataDir,
    port: 0,
    agents: [{ ...definition, handler }],
    app: dashboard(),
    log: (line) => failures.push(line),
  })
}

async function sweepDigits({ url, key, entity }: Cloud): Promise<void> {
  const client = chimney({ url, key, entity, retryForMs: RETRY_MS })
  const config = await readFile(new URL('../sweep.yaml', import.meta.url), 'utf8')
  const startedAt = performance.now()
  const { path, url: page, warnings } = await client.createSweep(config, { project: PROJECT })
  for (const warning of warnings) console.log(`warning: ${warning}`)
  console.log(`Sweep ${path}${options.serve ? `, live at ${page}` : ''}\n`)

  const sweep = await follow(client, path)
  const seconds = (performance.now() - startedAt) / 1000
  const trials: TrialBody[] = []
  for await (const trial of client.trials(path)) trials.push(trial)
  const width = process.stdout.isTTY ? process.stdout.columns || 80 : undefined
  console.log(`\n${renderResult(sweep, trials, seconds, width)}`)
  check(sweep, trials)
}

/** Displays the sweep until it has ended. Throws when it is stuck. */
async function follow(client: Chimney, path: string): Promise<SweepBody> {
  const screen = createScreen(process.stdout)
  const stuck = new AbortController()
  let timer = setTimeout(() => stuck.abort(), STUCK_MS)
  let last: SweepBody | undefined
  try {
    const signal = AbortSignal.any([stuck.signal, interrupted.signal])
    for await (const events of client.watch(path, { everyMs: POLL_MS, signal })) {
      if (events.trials.length > 0) {
        clearTimeout(timer)
        timer = setTimeout(() => stuck.abort(), STUCK_MS)
      }
      last = events.sweep
      screen.show(events)
    }
  } catch (error) {
    if (!stuck.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    screen.end()
  }
  if (stuck.signal.aborted)
    throw new Error(`No trial has changed for ${STUCK_MS / 1000} s; the sweep is stuck.`)
  if (interrupted.signal.aborted || !last) throw new Error('Interrupted.')
  return last
}

/** Throws unless every trial finished or was stopped early, and the sweep has a best trial. */
function check(sweep: SweepBody, trials: readonly TrialBody[]): void {
  const bad = trials.filter(({ state }) => state !== 'finished' && state !== 'stopped')
  const reasons = bad.map(
    ({ number, state, reason }) => `trial #${number} ${state}: ${reason ?? 'no reason given'}`,
  )
  if (reasons.length > 0) throw new Error(`Some trials failed.\n  ${reasons.join('\n  ')}`)
  if (sweep.state !== 'finished') throw new Error(`The sweep is ${sweep.state} instead of finished.`)
  if (trials.length !== sweep.limit)
    throw new Error(`The sweep has ${trials.length} trials instead of ${sweep.limit}.`)
  if (!sweep.best) throw new Error('No trial reported a value.')
}

async function stayUp({ url, key }: Cloud): Promise<void> {
  console.log(`\nServing at ${url} (API reference: ${url}/docs)`)
  console.log(`  export CHIMNEY_URL=${url}\n  export CHIMNEY_API_KEY=${key}`)
  console.log('Ctrl-C stops the demo and removes its data.')
  await new Promise<void>((resolve) =>
    interrupted.signal.addEventListener('abort', () => resolve(), { once: true }),
  )
}
