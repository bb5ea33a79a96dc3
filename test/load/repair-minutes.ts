/**
 * Minutes of the repair over a store that generates its items, so that their number does not depend on memory: open sweeps, one
 * with a trial that never ends and one that has ended, and open runs. Run as a program it prints the figures, for a process with
 * little memory.
 */
import { pathToFileURL } from 'node:url'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Files } from '@chimney/server/files/files'
import type { RepairMessage } from '@chimney/server/queue/repair-queue'
import type { RepairRecord } from '@chimney/server/store/repairs'
import type { RunLive } from '@chimney/server/store/runs'
import type { Store } from '@chimney/server/store/store'
import type { SweepHead, SweepRecord } from '@chimney/server/store/sweeps'
import type { TrialRecord } from '@chimney/server/store/trials'
import { repair } from '@chimney/server/sweeps/reconciler/repair'
import { emptyReport, type RepairError } from '@chimney/server/sweeps/reconciler/repair-report'
import { scheduleRepairs } from '@chimney/server/sweeps/reconciler/schedule-repairs'
import { NONE_ENDED } from '@chimney/server/sweeps/trials/trial-counts'

export interface Size {
  readonly sweeps: number
  readonly trials: number
  readonly runs: number
}

/** What the repair did in a minute. */
export interface Minute {
  messages: number
  continued: number
  /** Calls of the store, and what they returned. */
  calls: number
  trials: number
  lives: number
  errors: number
  /** The most that the heap held after a message, MB. */
  heapMb: number
}

const START = Date.UTC(2030, 0, 1)
/** Slow calls, so that the repair of a large sweep continues with further messages. */
const CALL_MS = 200
const LEASE_MS = 300_000
const PROJECT = { entity: 'acme', project: 'digits' }
const CONFIG = {
  method: 'random',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { lr: { distribution: 'uniform', min: 0, max: 1 } },
  retry: { max_attempts: 3 },
} as unknown as SweepConfig

export async function repairMinutes(
  { sweeps, trials, runs }: Size,
  minutes: number,
): Promise<readonly Minute[]> {
  let now = START
  let minute = newMinute()
  const heads = new Map<string, SweepHead>()
  const repairs = new Map<string, RepairRecord>()
  const head = (more: Partial<SweepHead>): SweepHead => ({
    state: 'running',
    taken: 10,
    limit: trials + 1,
    enqueued: [],
    ended: { ...NONE_ENDED, finished: 9 },
    waiting: [],
    settled: 0,
    updatedAt: START - 3_600_000,
    rev: 1,
    ...more,
  })
  for (let i = 0; i < sweeps; i++) heads.set(`small${i}`, head({}))
  heads.set('open', head({ taken: trials, ended: { ...NONE_ENDED, finished: trials - 1 } }))
  // Both counters are wrong, and their sum is right.
  heads.set(
    'ended',
    head({ state: 'finished', taken: trials, ended: { ...NONE_ENDED, finished: trials - 1, failed: 1 } }),
  )
  const closed = new Set<string>()
  const liveOf = (run: string, more: Partial<RunLive>): RunLive => ({
    key: { ...PROJECT, run },
    state: 'running',
    attempt: 1,
    lost: 0,
    summary: '{}',
    lastIndex: -1,
    seen: 0,
    seenIndex: -1,
    leaseUntil: now + LEASE_MS,
    rev: 1,
    ...more,
  })
  const trialOf = (sweep: string, number: number): TrialRecord => ({
    key: { ...PROJECT, sweep, number },
    run: `${sweep}-${number}`,
    params: { lr: 1 / number, momentum: 0.9, width: number % 512, depth: 3, optimizer: 'adam' },
    state: number === 1 && sweep !== 'ended' ? 'running' : 'finished',
    attempt: 1,
    suggestedBy: { arm: 'random', why: 'drawn from the distributions' },
    value: 1 / number,
    loss: 1 / number,
    createdAt: START - 7_200_000,
    updatedAt: START - 7_200_000,
  })
  const page = <T>(all: readonly T[], cursor: string | undefined, limit: number) => {
    const from = Number(cursor ?? 0)
    const items = all.slice(from, from + limit)
    return { items, ...(from + limit < all.length && { cursor: String(from + limit) }) }
  }
  const openRuns = Array.from({ length: runs }, (_, i) => ({ ...PROJECT, run: `run${i}` }))
  const known: Partial<Store> = {
    listOpenSweeps: async ({ cursor, limit }) => {
      const open = [...heads.keys()].filter((sweep) => !closed.has(sweep))
      return page(
        open.map((sweep) => ({ ...PROJECT, sweep })),
        cursor,
        limit,
      )
    },
    listOpenRuns: async ({ cursor, limit }) => page(openRuns, cursor, limit),
    getSweep: async (key) => {
      const record: SweepRecord = {
        key,
        config: CONFIG,
        source: '',
        seed: 1,
        warnings: [],
        createdAt: 1,
        rev: 1,
      }
      return {
        record: { ...record, config: { ...CONFIG, run_cap: trials + 1 } },
        head: heads.get(key.sweep)!,
      }
    },
    getHead: async ({ sweep }) => heads.get(sweep),
    replaceHead: async ({ sweep }, next) => Boolean(heads.set(sweep, next)),
    recount: async ({ sweep }, seen, ended) => Boolean(heads.set(sweep, { ...seen, ended })),
    offerBest: async ({ sweep }, best) => void heads.set(sweep, { ...heads.get(sweep)!, best }),
    closeSweep: async ({ sweep }) => void closed.add(sweep),
    getRepair: async ({ sweep }) => repairs.get(sweep),
    putRepair: async ({ sweep }, next) => Boolean(repairs.set(sweep, next)),
    listTrials: async ({ sweep }, { after, upTo = Number.POSITIVE_INFINITY, limit }) => {
      const last = Math.min(after + limit, upTo, heads.get(sweep)!.taken)
      minute.trials += last - after
      return Array.from({ length: last - after }, (_, i) => trialOf(sweep, after + 1 + i))
    },
    getLives: async (keys) => {
      minute.lives += keys.length
      return keys.map(({ run }) => {
        const [sweep = '', number] = run.split('-')
        return number === undefined ? liveOf(run, {}) : liveOf(run, { sweep, number: Number(number) })
      })
    },
  }
  const store = new Proxy(known, {
    get: (target, name) => {
      const work = Reflect.get(target, name) as ((...args: unknown[]) => Promise<unknown>) | undefined
      if (!work) throw new Error(`the repair called ${String(name)}, which this test does not expect`)
      return (...args: unknown[]) => {
        minute.calls++
        now += CALL_MS
        return work(...args)
      }
    },
  }) as Store
  const files = { get: async () => undefined, put: async () => {} } as unknown as Files
  const deps = {
    store,
    files,
    queue: { agents: [], send: async () => {} },
    clock: { now: () => now },
    settings: { leaseSeconds: LEASE_MS / 1000, publicUrl: '' },
  }

  const all: Minute[] = []
  const failures: RepairError[] = []
  for (let i = 0; i < minutes; i++) {
    now += 60_000
    minute = newMinute()
    const messages: RepairMessage[] = []
    const queue = { send: async (more: readonly RepairMessage[]) => void messages.push(...more) }
    await scheduleRepairs({ store, repairs: queue })
    for (const message of messages) {
      const report = emptyReport()
      await repair({ ...deps, repairs: queue }, message, report)
      failures.push(...report.errors, ...report.uncached)
      minute.errors = failures.length
      minute.continued += report.continued
      minute.heapMb = Math.max(minute.heapMb, Math.round(process.memoryUsage().heapUsed / 1e6))
    }
    minute.messages = messages.length
    all.push(minute)
  }
  const { ended } = heads.get('ended')!
  if (ended.finished !== trials || !closed.has('ended'))
    throw new Error(`the ended sweep was not repaired: ${JSON.stringify([all, failures])}`)
  return all
}

const newMinute = (): Minute => ({
  messages: 0,
  continued: 0,
  calls: 0,
  trials: 0,
  lives: 0,
  errors: 0,
  heapMb: 0,
})

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(JSON.stringify(await repairMinutes(JSON.parse(process.argv[2]!) as Size, 3)))
