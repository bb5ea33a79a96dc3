/** Many agents at one sweep, over HTTP: throughput, latency, and whether each number was handed out and finished once. */
import { Agent, request } from 'node:http'
import { quantile } from '../bench/statistics.ts'

export interface LoadOptions {
  readonly url: string
  readonly key: string
  readonly sweep: string
  readonly agents: number
  /** Duration of each trial, ms. */
  readonly trainMs: number
  /** Total number of trials. */
  readonly trials: number
}

export interface LoadFigures {
  readonly agents: number
  readonly trials: number
  readonly seconds: number
  readonly perSecond: number
  /** Milliseconds that an agent waits for its next trial. */
  readonly p50: number
  readonly p99: number
  /** Numbers that were never finished, and numbers handed out or finished twice: both must be 0. */
  readonly lost: number
  readonly double: number
}

interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
  readonly body: any
}

export async function runAgents(options: LoadOptions): Promise<LoadFigures> {
  const { agents, trials, trainMs, sweep } = options
  const pool = new Agent({ keepAlive: true, maxSockets: 256 })
  const project = sweep.slice(0, sweep.indexOf('/sweeps/'))
  const handedOut = new Map<number, number>()
  const finished = new Map<number, number>()
  const waits: number[] = []
  let requested = 0
  const startedAt = performance.now()

  async function agent(name: number): Promise<void> {
    while (requested++ < trials) {
      const at = performance.now()
      const next = await post(`${sweep}/trials`, { agent: `agent-${name}` }, `${name}-${requested}`)
      waits.push(performance.now() - at)
      if (next.status !== 201) throw new Error(`no trial: ${next.status} ${JSON.stringify(next.body)}`)
      const [{ number, run, attempt }] = next.body.trials
      handedOut.set(number, (handedOut.get(number) ?? 0) + 1)
      if (trainMs > 0) await new Promise((resolve) => setTimeout(resolve, trainMs))
      const points = [{ step: 1, values: { loss: 1 / number } }]
      await post(`${project}/runs/${run}/metrics`, { points, attempt })
      const end = await post(`${project}/runs/${run}/finish`, { state: 'finished', attempt })
      if (end.body.kept) finished.set(number, (finished.get(number) ?? 0) + 1)
    }
  }

  /** Retries 503 and 429, as the SDK does. */
  async function post(path: string, body: object, idempotencyKey?: string): Promise<Reply> {
    for (;;) {
      const reply = await send(path, body, idempotencyKey)
      if (reply.status !== 503 && reply.status !== 429) return reply
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 800))
    }
  }

  const send = (path: string, body: object, idempotencyKey?: string) =>
    new Promise<Reply>((resolve, reject) => {
      const text = JSON.stringify(body)
      const headers = {
        authorization: `Bearer ${options.key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      }
      const sent = request(options.url + path, { method: 'POST', agent: pool, headers }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString()
          resolve({ status: response.statusCode ?? 0, body: answer === '' ? undefined : JSON.parse(answer) })
        })
      })
      sent.on('error', reject)
      sent.end(text)
    })

  await Promise.all(Array.from({ length: agents }, (_, name) => agent(name)))
  const seconds = (performance.now() - startedAt) / 1000
  pool.destroy()
  const twice = (counts: ReadonlyMap<number, number>) =>
    [...counts.values()].filter((count) => count > 1).length
  return {
    agents,
    trials: handedOut.size,
    seconds,
    perSecond: handedOut.size / seconds,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    lost: [...handedOut.keys()].filter((number) => !finished.has(number)).length,
    double: twice(handedOut) + twice(finished),
  }
}
