import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { Plan } from '@chimney/server/planner'
import { afterEach, describe, expect, it } from 'vitest'
import { type Cloud, startCloud } from '../cloud.ts'
import { type SearchThreads, type SearchThreadsOptions, searchThreads } from './search-threads.ts'

const running: { stop(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

const reals = { x: { min: 0.0, max: 1.0 }, lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 } }
const SWEEPS = [
  { title: 'bayes', config: { method: 'bayes', parameters: { ...reals, tag: { values: ['a', 2, 1.5] } } } },
  {
    title: 'tpe over a finite space',
    config: { method: 'tpe', parameters: { a: { min: 1, max: 6 }, b: { min: 1, max: 6 } } },
  },
  { title: 'cmaes', config: { method: 'cmaes', parameters: reals } },
  {
    title: 'gp with two objectives and a constraint',
    config: {
      method: 'gp',
      parameters: reals,
      metrics: [{ name: 'loss' }, { name: 'cost' }],
      metric: undefined,
      constraints: [{ name: 'size', max: 40 }],
    },
  },
]

/** What each trial of a sweep got, as text. Every tenth one fails. */
async function trialsOf(cloud: Cloud, config: object): Promise<readonly string[]> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${cloud.url}/v1/local/demo/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cloud.key}` },
      body: JSON.stringify(body),
    })
    return answer.text()
  }
  const { id } = JSON.parse(await post('sweeps', { metric: { name: 'loss' }, seed: 3, ...config }))
  const texts: string[] = []
  for (let number = 1; number <= 24; number++) {
    const answer = await post(`sweeps/${id}/trials`, {})
    texts.push(/"params":.*?\}(?=,"attempt"|,"state")/.exec(answer)?.[0] ?? answer)
    const { run } = JSON.parse(answer).trials[0]
    const state = number % 10 === 0 ? 'failed' : 'finished'
    const summary = { loss: (number * 7) % 11, cost: number % 5, size: number * 2 }
    await post(`runs/${run}/finish`, state === 'failed' ? { state } : { state, summary })
  }
  return texts
}

describe('suggestions from a thread', () => {
  it.each(SWEEPS)('are the same, byte for byte: $title', async ({ config }) => {
    const lines: string[] = []
    const started = { workers: 0 }
    const count = () => started.workers++
    process.on('worker', count)
    const [alone, threaded] = await Promise.all(
      [0, 1].map((most) =>
        startCloud({
          port: 0,
          agents: [],
          key: 'a'.repeat(40),
          searchThreads: most,
          log: (line) => lines.push(line),
        }),
      ),
    )
    running.push(alone!, threaded!)
    const expected = await trialsOf(alone!, config)
    expect(started.workers).toBe(0)
    expect(await trialsOf(threaded!, config)).toEqual(expected)
    expect(started.workers).toBe(1)
    expect(lines).toEqual([])
    process.off('worker', count)
  })
})

/** A thread with this program. */
const program = (code: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';${code}`)}`,
  )
const READY = "parentPort.on('message', ({ id }) => { if (id) ANSWER }); parentPort.postMessage('ready')"

function start(options: Partial<SearchThreadsOptions>): { threads: SearchThreads; lines: string[] } {
  const lines: string[] = []
  const threads = searchThreads({ most: 1, log: (line) => lines.push(line), ...options })
  running.push(threads)
  return { threads, lines }
}
const request = {
  record: { key: { entity: 'e', project: 'p', sweep: 's' }, config: {}, createdAt: 1 },
  search: { sampler: { suggest: () => [{ params: { here: 1 } }] }, enqueued: [], seed: 1 },
  numbers: [1],
  history: { observations: [], infeasible: [], pending: [] },
} as unknown as Parameters<Plan>[0]
const ask = (threads: SearchThreads) => threads.turn((plan) => plan(request))

describe('a thread', () => {
  it('that breaks is an answer that clients repeat, and the next request gets another one', async () => {
    const { threads, lines } = start({ program: program(READY.replace('ANSWER', 'process.exit(3)')) })
    for (let i = 1; i <= 2; i++) {
      await expect(ask(threads)).rejects.toMatchObject({ kind: 'retryable', code: 'search-interrupted' })
      expect(lines).toHaveLength(i)
    }
    expect(lines[0]).toContain('exit code 3')
  })

  it('that cannot be started is replaced by the thread of the service', async () => {
    const { threads, lines } = start({ program: program("throw new Error('no room')") })
    const all = await Promise.all(Array.from({ length: 5 }, () => ask(threads)))
    expect(all.map(([planned]) => planned?.params)).toEqual(all.map(() => ({ here: 1 })))
    expect(lines).toEqual([expect.stringContaining('no room')])
  })

  it('ends when it has had no work for a while', async () => {
    const answer = 'parentPort.postMessage({ id, planned: { json: "[]" } })'
    const { threads } = start({ program: program(READY.replace('ANSWER', answer)), idleMs: 1 })
    const ended = once(process, 'worker').then(([worker]: Worker[]) => once(worker!, 'exit'))
    expect(await ask(threads)).toEqual([])
    await ended
    expect(await ask(threads)).toEqual([])
  })

  it('ends with the service, and so do requests that wait for it', async () => {
    const { threads } = start({ program: program(READY.replace('ANSWER', '')) })
    const asked = Promise.allSettled(Array.from({ length: 4 }, () => ask(threads)))
    await threads.stop()
    for (const one of await asked) expect(one).toMatchObject({ reason: { code: 'search-interrupted' } })
  })
})
