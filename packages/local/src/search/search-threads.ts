import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Problem } from '@chimney/core/schema/problem'
import type { Plan, Planner } from '@chimney/server/planner'
import { type ThreadClient, threadClient } from '@chimney/server/sweeps/search-thread/thread-client'
import { reasonOf } from '../cloud-error.ts'

export interface SearchThreads extends Planner {
  /** Ends the threads; requests that wait for one are refused. */
  stop(): Promise<void>
}

export interface SearchThreadsOptions {
  /** At least 1. */
  readonly most: number
  readonly log: (line: string) => void
  /** How long a thread is kept without work. */
  readonly idleMs?: number
  /** The program of a thread. */
  readonly program?: URL
}

interface Thread {
  readonly worker: Worker
  readonly client: ThreadClient
  /** Requests that have their turn in it. */
  turns: number
  idle?: NodeJS.Timeout | undefined
}

/** Loaded when it is needed, as the models are. */
const planHere: Plan = async (request) => (await import('@chimney/server/planner')).planHere(request)

const IDLE_MS = 60_000
/** Turns at a time in a thread: it searches for one while the other reads its history. */
const TURNS = 2

/** One core is left to the thread of the service. Each thread takes about 40 MB while there is work for it. */
export const usualThreads = (): number => Math.min(4, Math.max(1, availableParallelism() - 1))

/** Beside this file, as source or built. */
const isSource = import.meta.url.endsWith('.ts')
const PROGRAM = new URL(`./search-thread.${isSource ? 'ts' : 'js'}`, import.meta.url)

/** tsx's own `--import` leaves out threads. */
function runTypeScript(): readonly string[] {
  const api = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/[.]cjs$/, '.mjs')
  return [
    '--import',
    `data:text/javascript,import { register } from '${pathToFileURL(api).href}'; register()`,
  ]
}

/**
 * Computes suggestions in up to `most` threads. A thread starts when there is work for it, and ends after a minute without. When one
 * breaks, its requests are answered with 503 and the next request starts another; when one cannot be started, the thread of the service
 * computes until it has tried again.
 */
export function searchThreads(options: SearchThreadsOptions): SearchThreads {
  const { most, log, idleMs = IDLE_MS, program = PROGRAM } = options
  const threads = new Set<Thread>()
  const queue: { resolve: (thread: Thread | undefined) => void; reject: (reason: Error) => void }[] = []
  let stopped: Error | undefined
  /** None could be started before this time. */
  let pausedUntil = Number.NEGATIVE_INFINITY

  function start(): Thread {
    const worker = new Worker(program, {
      name: 'chimney-search',
      execArgv: program.pathname.endsWith('.ts') ? [...runTypeScript()] : [],
    })
    worker.unref()
    const thread: Thread = {
      worker,
      client: threadClient((message) => worker.postMessage(message)),
      turns: 0,
    }
    let isReady = false
    let reason: string | undefined
    worker.on('message', (answer) => {
      if (answer === 'ready') isReady = true
      else thread.client.receive(answer)
    })
    worker.on('error', (error) => {
      reason = reasonOf(error)
    })
    worker.on('exit', (code) => {
      threads.delete(thread)
      const why = reason ?? `exit code ${code}`
      if (stopped || thread.idle) return
      if (isReady) {
        log(`A thread that computes suggestions ended (${why}); the requests in it were answered with 503.`)
        thread.client.fail(interrupted(why))
      } else {
        pause(why)
        thread.client.fail(new NotStarted())
      }
      for (const next of queue.splice(0)) take().then(next.resolve, next.reject)
    })
    threads.add(thread)
    return thread
  }

  function tryToStart(): Thread | undefined {
    try {
      return start()
    } catch (error) {
      pause(reasonOf(error))
      return undefined
    }
  }

  function pause(why: string): void {
    pausedUntil = performance.now() + idleMs
    log(
      `No thread that computes suggestions could be started (${why}); the thread of the service computes them for a while.`,
    )
  }

  /** Undefined when none can be started. */
  async function take(): Promise<Thread | undefined> {
    if (stopped) throw stopped
    if (performance.now() < pausedUntil) return undefined
    const free = [...threads].filter(({ turns }) => turns < TURNS).sort((a, b) => a.turns - b.turns)[0]
    const thread = free && (free.turns === 0 || threads.size >= most) ? free : undefined
    if (!thread && threads.size >= most)
      return new Promise((resolve, reject) => queue.push({ resolve, reject }))
    const taken = thread ?? tryToStart()
    if (!taken) return undefined
    clearTimeout(taken.idle)
    taken.idle = undefined
    taken.turns++
    return taken
  }

  function give(thread: Thread): void {
    const next = threads.has(thread) ? queue.shift() : undefined
    if (next) {
      next.resolve(thread)
      return
    }
    thread.turns--
    if (thread.turns > 0 || !threads.has(thread)) return
    const end = () => {
      threads.delete(thread)
      void thread.worker.terminate()
    }
    thread.idle = setTimeout(end, idleMs).unref()
  }

  return {
    turn: async (work) => {
      const thread = await take()
      if (!thread) return work(planHere)
      const plan: Plan = (request) =>
        thread.client.plan(request).catch((error: unknown) => {
          if (error instanceof NotStarted) return planHere(request)
          throw error
        })
      try {
        return await work(plan)
      } finally {
        give(thread)
      }
    },
    stop: async () => {
      stopped = interrupted('the service stops')
      for (const { reject } of queue.splice(0)) reject(stopped)
      await Promise.all(
        [...threads].map(async ({ worker, client, idle }) => {
          clearTimeout(idle)
          await worker.terminate()
          client.fail(stopped!)
        }),
      )
    },
  }
}

class NotStarted extends Error {}

const interrupted = (why: string): Problem =>
  new Problem(
    'retryable',
    'search-interrupted',
    `the search for parameters was interrupted (${why}); send the request again`,
    { retryAfter: 1 },
  )
