/**
 * One process after another, decided by a seed: every request to the table or the queue waits until the scheduler picks it,
 * and is then carried out, refused, repeated by the client on the wire, or the last thing that its process did. Time is
 * virtual and moves only here, so that a schedule is the same whenever it is played again.
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
/** A function of the API is ended by the platform after so long. */
const LIFE_MS = 29_000
/** The most by which clocks of two machines differ, either way. */
const SKEW_MS = 500
/** More turns than any valid schedule takes; beyond that it does not end. */
const MAX_TURNS = 60_000

/** The process died: its caller does not learn the outcome of the request. */
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

/** How often things go wrong, per request to the table or the queue: each in [0, 1]. */
export interface Weather {
  readonly diesBefore: number
  readonly diesAfter: number
  readonly throttled: number
  /** A batch is carried out in part, and the answer names what is left. */
  readonly partial: number
  readonly repeated: number
  readonly stalls: number
}
export const STORM: Weather = {
  diesBefore: 0.008,
  diesAfter: 0.012,
  throttled: 0.01,
  partial: 0.05,
  repeated: 0.006,
  stalls: 0.02,
}
export const CALM: Weather = { diesBefore: 0, diesAfter: 0, throttled: 0, partial: 0, repeated: 0, stalls: 0 }
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
  /** Runs one request in a new process that may die at any step. `asked` collects its DynamoDB actions. */
  readonly request: <T>(work: (deps: Deps) => Promise<T>, asked?: Set<string>) => Promise<T>
  /** Dependencies without faults, to check the outcome. */
  readonly calm: Deps
  /** Messages under way to agent functions. */
  readonly messages: TrialMessage[]
  readonly weather: (weather: Weather) => void
  /** Starts work without waiting for its end. */
  readonly spawn: (work: () => Promise<void>) => void
  /** Runs until all spawned work has ended. */
  readonly play: () => Promise<void>
  readonly turns: () => number
}

export function simulatedWorld(seed: number): World {
  const rng = rngOf(seed, 0, 0x51a)
  const table = memoryTable()
  const messages: TrialMessage[] = []
  const waiting: Turn[] = []
  let weather = CALM
  let now = START
  let ids = 0
  let turns = 0
  let alive = 0
  let failure: unknown
  const chance = (probability: number) => probability > 0 && rng.uniform() < probability
  const pick = <T>(list: readonly T[]): T => list[rng.below(list.length)] as T
  const turn = (at: number) => new Promise<void>((go) => waiting.push({ at, go }))

  /** One step of a process: waits for its turn, then meets what the weather has for it. */
  async function step<T>(process: Process, work: () => T): Promise<T> {
    await turn(chance(weather.stalls) ? now + rng.below(LIFE_MS) : 0)
    if (process.dead || now - process.born > LIFE_MS || chance(weather.diesBefore)) throw die(process)
    if (chance(weather.throttled)) throw Object.assign(new Error('slow down'), { name: pick(THROTTLES) })
    const answer = settled(work)
    if (chance(weather.diesAfter)) throw die(process)
    if (!chance(weather.repeated)) return answer()
    // The answer got lost on the wire, and the client of the table sends the request again.
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
    // It waits by the clock of the simulation for what a batch left undone.
    store: traced(dynamoStore({ client, table: 'memory', pause: (ms) => turn(now + ms) }), () => now - START),
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
    request: (work, asked) => {
      const process: Process = { born: now, skew: rng.below(2 * SKEW_MS) - SKEW_MS, dead: false }
      const deps = depsOf(
        clientOf((command) => {
          asked?.add((command as object).constructor.name.replace(/Command$/, ''))
          return step(process, () => {
            const part = chance(weather.partial) && inPart(command, rng.below, (half) => table.execute(half))
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
          // The process may have died of one of its parallel steps while others went well, or right at its answer.
          if (process.dead || chance(weather.diesAfter)) throw die(process)
          return answer
        },
        (error) => {
          throw process.dead ? new Crash() : error
        },
      )
    },
    calm: depsOf(
      clientOf(async (command) => table.execute(command)),
      async (batch) => {
        messages.push(...batch)
      },
    ),
    messages,
    weather: (next) => {
      weather = next
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
    play: async () => {
      for (let idle = 0; ; ) {
        await new Promise(setImmediate)
        if (failure !== undefined) throw failure
        if (waiting.length === 0) {
          if (alive === 0) return
          if (++idle > 1000)
            throw new Error('the schedule is stuck: something waits for an event that does not come')
          continue
        }
        idle = 0
        if (++turns > MAX_TURNS) throw new Error(`the schedule does not end: ${MAX_TURNS} turns were taken`)
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

/** Does the work now and keeps its answer or its error for later. `attempts`: how often the request was on the wire. */
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

/** With `CHIMNEY_TRACE` set, logs every write to the store and its response. */
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
