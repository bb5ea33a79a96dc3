/**
 * The whole service at work on one machine: a sweep is created over HTTP, its trials travel through a queue to the agent
 * function, which trains on real digits and reports back. Exit code 0 when every trial came to a good end.
 *
 * `npm run demo` ends with the sweep; `npm run demo -- --serve` stays up afterwards.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { type Cloud, startCloud } from '@chimney/local/cloud'
import { buildDashboard, dashboard } from '@chimney/local/dashboard'
import { agentFunction } from '@chimney/sdk/agent-function'
import { type Chimney, chimney } from '@chimney/sdk/client'
import agents from '../../../stacks/agents.json' with { type: 'json' }
import { trainTrial } from './agent.ts'
import { createScreen, renderResult } from './demo-screen.ts'

const PROJECT = 'digits'
/** Looks at the sweep this often. */
const LOOK_MS = 250
/** The service is in this very process: what does not work soon will not work later. */
const RETRY_MS = 10_000
/** A trial takes a second or two, so a sweep in which nothing changes for so long is stuck. */
const STUCK_MS = 60_000

// The AWS SDK tells about the Node of next year, which is no business of somebody who looks at a demo.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { values: options } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(signal))

/** What went wrong behind the scenes; told when the demo fails. */
const troubles: string[] = []

const folder = await mkdtemp(join(tmpdir(), 'chimney-demo-'))
let cloud: Cloud | undefined
try {
  cloud = await start(folder)
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
    for (const trouble of new Set(troubles)) console.error(`  ${trouble}`)
    process.exitCode = 1
  }
} finally {
  await cloud?.stop()
  await rm(folder, { recursive: true, force: true })
}
if (interrupted.signal.aborted && !options.serve) process.exitCode = 130

/** The local cloud with the agent function, as `stacks/agents.json` deploys it, but for its log: the screen is ours. */
function start(dataDir: string): Promise<Cloud> {
  const definition = agents.find(({ name }) => name === PROJECT)
  if (!definition) throw new Error(`stacks/agents.json has no agent called ${PROJECT}`)
  const handler = agentFunction(trainTrial, {
    log: ({ run, error }) => error !== undefined && troubles.push(`${run ?? 'a record'}: ${error}`),
  })
  return startCloud({
    dataDir,
    port: 0,
    agents: [{ ...definition, handler }],
    app: dashboard(),
    log: (line) => troubles.push(line),
  })
}

async function sweepDigits({ url, key, entity }: Cloud): Promise<void> {
  const client = chimney({ url, key, entity, retryForMs: RETRY_MS })
  const config = await readFile(new URL('../sweep.yaml', import.meta.url), 'utf8')
  const begun = performance.now()
  const { path, url: page, warnings } = await client.createSweep(config, { project: PROJECT })
  for (const warning of warnings) console.log(`warning: ${warning}`)
  console.log(`Sweep ${path}${options.serve ? `, to watch at ${page}` : ''}\n`)

  const sweep = await follow(client, path)
  const seconds = (performance.now() - begun) / 1000
  const trials: TrialBody[] = []
  for await (const trial of client.trials(path)) trials.push(trial)
  const width = process.stdout.isTTY ? process.stdout.columns || 80 : undefined
  console.log(`\n${renderResult(sweep, trials, seconds, width)}`)
  judge(sweep, trials)
}

/** Shows the sweep until it has ended. Throws when it stands still. */
async function follow(client: Chimney, path: string): Promise<SweepBody> {
  const screen = createScreen(process.stdout)
  const stuck = new AbortController()
  let timer = setTimeout(() => stuck.abort(), STUCK_MS)
  let last: SweepBody | undefined
  try {
    const signal = AbortSignal.any([stuck.signal, interrupted.signal])
    for await (const events of client.watch(path, { everyMs: LOOK_MS, signal })) {
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
    throw new Error(`Nothing has happened for ${STUCK_MS / 1000} s; the sweep is stuck.`)
  if (interrupted.signal.aborted || !last) throw new Error('Interrupted.')
  return last
}

/** Throws unless each trial either finished or was stopped early, and one of them is the best. */
function judge(sweep: SweepBody, trials: readonly TrialBody[]): void {
  const bad = trials.filter(({ state }) => state !== 'finished' && state !== 'stopped')
  const reasons = bad.map(
    ({ number, state, reason }) => `trial #${number} ${state}: ${reason ?? 'no reason was given'}`,
  )
  if (reasons.length > 0) throw new Error(`The sweep has trials that failed.\n  ${reasons.join('\n  ')}`)
  if (sweep.state !== 'finished') throw new Error(`The sweep is ${sweep.state}, and not finished.`)
  if (trials.length !== sweep.limit)
    throw new Error(`The sweep has ${trials.length} trials instead of ${sweep.limit}.`)
  if (!sweep.best) throw new Error('No trial reported a value.')
}

async function stayUp({ url, key }: Cloud): Promise<void> {
  console.log(`\nStill here: ${url} (API described at ${url}/docs)`)
  console.log(`  export CHIMNEY_URL=${url}\n  export CHIMNEY_API_KEY=${key}`)
  console.log('Ctrl-C ends it and removes its data.')
  await new Promise<void>((resolve) =>
    interrupted.signal.addEventListener('abort', () => resolve(), { once: true }),
  )
}
