/** A world with one fault or interleaving, at a point that the test names. */

import type { Deps } from '@chimney/server/deps'
import { idFromText } from '@chimney/server/ids'
import type { TrialMessage } from '@chimney/server/queue/queue'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import type { Store } from '@chimney/server/store/store'
import { nextTrial } from '@chimney/server/sweeps/handout/next-trial'
import { createSweep } from '@chimney/server/sweeps/lifecycle/create-sweep'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { memoryFiles } from '../suites/memory-files.ts'
import { clientOf, memoryTable } from './simulation-table.ts'
import { Crash, START } from './simulation-world.ts'

export function singleFaultWorld() {
  const table = memoryTable()
  const messages: TrialMessage[] = []
  let now = START
  let ids = 0
  const deps: Deps = {
    store: dynamoStore({ client: clientOf(async (command) => table.execute(command)), table: 'memory' }),
    queue: {
      agents: ['digits'],
      send: async (_agent, batch) => {
        messages.push(...batch)
      },
    },
    files: memoryFiles(),
    clock: { now: () => now },
    settings: { leaseSeconds: 60, publicUrl: 'https://chimney.example' },
    randomId: (length) => idFromText(`${++ids}`, length),
  }
  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  return {
    deps,
    messages,
    advance,
    /** The same service, in a process that dies at its request `requests` to the table, counted from 0. */
    dyingAfter: (requests: number): Deps => {
      let left = requests
      const client = clientOf(async (command) => {
        if (left-- <= 0) throw new Crash()
        return table.execute(command)
      })
      return { ...deps, store: dynamoStore({ client, table: 'memory' }) }
    },
    /** Keys of all items that contain this text. */
    left: (text: string) => table.addresses().filter((address) => address.includes(text)),
    sweep: async (config: object) =>
      (await createSweep(deps, { entity: 'acme', project: 'p', source: JSON.stringify(config) })).record.key,
    /** The next trial; fails without one. */
    next: async (sweep: Parameters<typeof nextTrial>[1], by: Deps = deps) => {
      const answer = await nextTrial(by, sweep, { count: 1 })
      if (answer.kind !== 'trials') throw new Error('no trial was handed out')
      return answer.trials[0]!.trial
    },
    /** Advances the clock by so many minutes, with reconcile every minute. */
    minutes: async (count: number) => {
      for (let minute = 0; minute < count; minute++) {
        advance(61)
        const { errors } = await reconcile(deps)
        if (errors.length > 0) throw new Error(JSON.stringify(errors))
      }
    },
  }
}
export type SingleFaultWorld = ReturnType<typeof singleFaultWorld>

type Method = keyof Store

/** Runs `then` before or after the first call of a store method. */
export function interleave(deps: Deps, when: 'before' | 'after', method: Method, then: () => unknown): Deps {
  let done = false
  const store = new Proxy(deps.store, {
    get: (target, name) => {
      const work = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      if (name !== method || done) return work
      return async (...args: unknown[]) => {
        done = true
        if (when === 'before') await then()
        const answer = await work(...args)
        if (when === 'after') await then()
        return answer
      }
    },
  })
  return { ...deps, store }
}

/** The process dies at the first call of a store method. */
export const dying = (deps: Deps, when: 'before' | 'after', method: Method): Deps =>
  interleave(deps, when, method, () => {
    throw new Crash()
  })

/** Whether the request died; false when it was answered. */
export async function died(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    if (error instanceof Crash) return true
    throw error
  }
}
