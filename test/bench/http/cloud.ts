/** The local cloud as a separate process, controlled by its parent. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SweepKey } from '@chimney/core/schema/names'
import { startCloud } from '@chimney/local/cloud'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import type { Store } from '@chimney/server/store/store'
import { newTrial } from '@chimney/server/sweeps/trials/create-trials'

export type Command =
  | { readonly do: 'start'; readonly dataDir: string; readonly engine: Engine }
  | { readonly do: 'seed'; readonly sweep: SweepKey; readonly trials: number }
  | { readonly do: 'cpuMs' }
  | { readonly do: 'stop' }

/** How the service reaches the embedded DynamoDB: as `npm start` does, or through a socket and the AWS SDK. */
export type Engine = 'in process' | 'socket' | 'search thread'

/** Concurrent writes. */
const CONCURRENCY = 50

let cloud: Awaited<ReturnType<typeof startCloud>> | undefined

process.on('message', (command: Command) => {
  execute(command).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})

async function execute(command: Command): Promise<unknown> {
  if (command.do === 'start') {
    const { dataDir, engine } = command
    const dynamo = engine === 'socket' ? await startDynamo(join(dataDir, 'socket')) : undefined
    const endpoints = { dynamodb: dynamo?.endpoint }
    // No reconciler: it would add load at random times.
    const searchThreads = engine === 'search thread' ? 1 : 0
    cloud = await startCloud({ dataDir, port: 0, agents: [], reconcileEveryMs: 0, endpoints, searchThreads })
    return { url: cloud.url, key: cloud.key, entity: cloud.entity }
  }
  if (command.do === 'cpuMs') {
    const { user, system } = process.cpuUsage()
    return { all: (user + system) / 1000, thread: await threadCpuMs() }
  }
  if (!cloud) throw new Error('the cloud has not been started')
  if (command.do === 'seed') return seed(cloud.deps.store, command.sweep, command.trials)
  await cloud.stop()
  setImmediate(() => process.exit())
  return undefined
}

/** Of the thread that answers requests. Linux counts it in hundredths of a second. */
async function threadCpuMs(): Promise<number> {
  const text = await readFile(`/proc/self/task/${process.pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Writes finished trials and the sweep's counts directly to the store, without runs. */
async function seed(store: Store, sweep: SweepKey, trials: number): Promise<void> {
  const now = Date.now()
  const taken = await store.takeNumbers(sweep, trials, now)
  if (!taken) throw new Error(`sweep ${sweep.sweep} does not accept ${trials} more trials`)
  const numbers = Array.from({ length: trials }, (_, at) => taken.first + at)
  const why = { arm: 'random', why: 'seeded' }
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
        const params = {
          learning_rate: number / trials,
          batch_size: 32,
          hidden_units: number,
          tag: randomUUID(),
        }
        const trial = newTrial(sweep, number, { params, suggestedBy: why }, { state: 'queued' }, now)
        await store.createTrial({ ...trial, state: 'finished', attempt: 1, value: number, loss: number })
      }
    }),
  )
  const { head } = taken
  await store.recount(sweep, head, { ...head.ended, finished: head.ended.finished + trials })
}
