/**
 * Processes under a scheduler with a seed: every request to the table or the queue waits until the scheduler picks it, and is
 * then executed, refused, repeated by the AWS client, or the last request of its process. Time is virtual, so that a schedule is
 * the same each time it runs.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Rng, rngOf } from '@chimney/core/math/rng'
import type { Deps } from '@chimney/server/deps'
import { idFromText } from '@chimney/server/ids'
import type { TrialMessage } from '@chimney/server/queue/queue'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import type { Store } from '@chimney/server/store/store'
import { memoryFiles } from '../suites/memory-files.ts'
import { inPart } from './simulation-batch.ts'
import { clientOf, memoryTable } from './simulation-table.ts'

export const START = Date.UTC(2030, 0, 1)
export const LEASE_MS = 60_000
/** Timeout of the API function. */
const TIMEOUT_MS = 29_000
/** Maximum clock difference of a machine, in both directions. */
const SKEW_MS = 500
/** More turns than any schedule needs: one that takes more does not terminate. */
const MAX_TURNS = 60_000

/** The process died: its client does not know whether the request was executed. */
export class Crash extends Error {}

interface Process {
  readonly born: number
  readonly skew: number
  dead: boolean
}

interface Turn {
  /** When it may be picked, Unix ms. */
  readonly at: number
  readonly go: () => void
}

/** Fault probabilities per request to the table or the queue, each in [0, 1]. */
export interface FaultRates {
  readonly diesBefore: number
  readonly diesAfter: number
  readonly throttled: number
  /** A batch is executed in part, and the answer names what is left. */
  readonly partial: number
  readonly repeated: number
  readonly stalls: number
}
export const FAULTS: FaultRates = {
  diesBefore: 0.008,
  diesAfter: 0.012,
  throttled: 0.01,
  partial: 0.05,
  repeated: 0.006,
  stalls: 0.02,
}
export const NO_FAULTS: FaultRates = {
  diesBefore: 0,
  diesAfter: 0,
  throttled: 0,
  partial: 0,
  repeated: 0,
  stalls: 0,
}
/** Of a partition, and of the whole account. */
const THROTTLES: readonly string[] = ['ProvisionedThroughputExceededException', 'ThrottlingException']
export const isThrottle = (error: unknown): boolean => THROTTLES.includes((error as Error).name)

export interface World {
  readonly rng: Rng
  readonly now: () => number
  /** True with this probability. */
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
  readonly sleep: (ms: number) => Promise<void>
  /** Runs one request in its own process, which may die at any step. `actions` collects its DynamoDB actions. */
  readonly request: <T>(work: (deps: Deps) => Promise<T>, actions?: Set<string>) => Promise<T>
  /** Without faults, to check the outcome. */
  readonly faultless: Deps
  /** Messages in the queue of the agent function. */
  readonly messages: TrialMessage[]
  readonly setFaults: (rates: FaultRates) => void
  /** Starts a task in the background. */
  readonly spawn: (work: () => Promise<void>) => void
  /** Runs until all tasks have ended. */
  readonly run: () => Promise<void>
  readonly turns: () => number
}

export function simulatedWorld(seed: number): World {
  const rng = rngOf(seed, 0, 0x51a)
  const table = memoryTable()
  const messages: TrialMessage[] = []
  const waiting: Turn[] = []
  let faults = NO_FAULTS
  let now = START
  let ids = 0
  let turns = 0
  let alive = 0
  let failure: unknown
  const chance = (probability: number) => probability > 0 && rng.uniform() < probability
  const pick = <T>(list: readonly T[]): T => list[rng.below(list.length)] as T
  const turn = (at: number) => new Promise<void>((go) => waiting.push({ at, go }))

  /** One step of a process: waits for its turn, then executes or fails by the fault rates. */
  async function step<T>(process: Process, work: () => T): Promise<T> {
    await turn(chance(faults.stalls) ? now + rng.below(TIMEOUT_MS) : 0)
    if (process.dead || now - process.born > TIMEOUT_MS || chance(faults.diesBefore)) throw die(process)
    if (chance(faults.throttled)) throw Object.assign(new Error('slow down'), { name: pick(THROTTLES) })
    const answer = settled(work)
    if (chance(faults.diesAfter)) throw die(process)
    if (!chance(faults.repeated)) return answer()
    // The answer is lost, and the AWS client sends the request again.
    await turn(0)
    if (process.dead) throw die(process)
    return settled(work, 2)()
  }

  const settings = { leaseSeconds: LEASE_MS / 1000, publicUrl: 'https://chimney.example' }
  const files = memoryFiles()
  const depsOf = (
    client: DynamoDBClient,
    send: (messages: readonly TrialMessage[]) => Promise<void>,
    skew = 0,
  ): Deps => ({
    // The pauses between retries of a batch use virtual time.
    store: traced(
      dynamoStore({
        client,
        table: 'memory',
        pause: (ms) => turn(now + ms),
        ...(seed % 2 === 0 && { maxWaiting: 1 }),
      }),
      () => now - START,
    ),
    queue: { agents: ['digits'], send: (_agent, messages) => send(messages) },
    files,
    clock: { now: () => now + skew },
    settings,
    randomId: (length) => idFromText(`${seed}:${++ids}`, length),
  })

  return {
    rng,
    now: () => now,
    chance,
    pick,
    sleep: (ms) => turn(now + ms),
    request: (work, actions) => {
      const process: Process = { born: now, skew: rng.below(2 * SKEW_MS) - SKEW_MS, dead: false }
      const deps = depsOf(
        clientOf((command) => {
          actions?.add((command as object).constructor.name.replace(/Command$/, ''))
          return step(process, () => {
            const part = chance(faults.partial) && inPart(command, rng.below, (half) => table.execute(half))
            return part || table.execute(command)
          })
        }),
        // A batch of messages may be sent in part before the process dies.
        async (batch) => {
          for (const message of batch) await step(process, () => messages.push(message))
        },
        process.skew,
      )
      return work(deps).then(
        (answer) => {
          // The process may have died in a parallel step, or before it sent the answer.
          if (process.dead || chance(faults.diesAfter)) throw die(process)
          return answer
        },
        (error) => {
          throw process.dead ? new Crash() : error
        },
      )
    },
    faultless: depsOf(
      clientOf(async (command) => table.execute(command)),
      async (batch) => {
        messages.push(...batch)
      },
    ),
    messages,
    setFaults: (rates) => {
      faults = rates
    },
    spawn: (work) => {
      alive++
      work()
        .catch((error) => {
          failure ??= error
        })
        .finally(() => {
          alive--
        })
    },
    run: async () => {
      for (let idle = 0; ; ) {
        await new Promise(setImmediate)
        if (failure !== undefined) throw failure
        if (waiting.length === 0) {
          if (alive === 0) return
          if (++idle > 1000) throw new Error('the schedule is stuck: a task waits without a pending turn')
          continue
        }
        idle = 0
        if (++turns > MAX_TURNS) throw new Error(`the schedule does not end within ${MAX_TURNS} turns`)
        let ready = waiting.filter(({ at }) => at <= now)
        if (ready.length === 0) {
          now = waiting.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
          ready = waiting.filter(({ at }) => at <= now)
        }
        const next = pick(ready)
        waiting.splice(waiting.indexOf(next), 1)
        now += rng.below(25)
        next.go()
      }
    },
    turns: () => turns,
  }
}

function die(process: Process): Crash {
  process.dead = true
  return new Crash()
}

/** Executes now and returns the answer or error later. `attempts`: how often the request was sent. */
function settled<T>(work: () => T, attempts = 1): () => T {
  try {
    const answer = work()
    return () => answer
  } catch (error) {
    if (attempts > 1) Object.assign(error as object, { $metadata: { attempts } })
    return () => {
      throw error
    }
  }
}

/** With `CHIMNEY_TRACE` set, logs every write to the store with its virtual time. */
function traced(store: Store, now: () => number): Store {
  if (process.env.CHIMNEY_TRACE === undefined) return store
  return new Proxy(store, {
    get: (target, name) => {
      const work = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      if (/^(get|list|find)/.test(String(name))) return work
      return async (...args: unknown[]) => {
        const from = now()
        const answer = await work(...args).catch((error: Error) => error)
        console.log(
          `${from} to ${now()} ms: ${String(name)} ${JSON.stringify(args)} → ${JSON.stringify(answer)}`,
        )
        if (answer instanceof Error) throw answer
        return answer
      }
    },
  })
}
