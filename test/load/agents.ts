/** Many agents at one sweep, over HTTP: how fast, how evenly, and whether each number was given once and finished once. */
import { Agent, request } from 'node:http'
import { quantile } from '../bench/statistics.ts'

export interface LoadOptions {
  readonly url: string
  readonly key: string
  readonly sweep: string
  readonly agents: number
  /** How long each trial trains, ms. */
  readonly trainMs: number
  /** Trials after which no agent requests another. */
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
  /** Numbers that were given and never finished, given twice, finished twice: all must be 0. */
  readonly lost: number
  readonly double: number
}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
  readonly body: any
}

export async function runAgents(options: LoadOptions): Promise<LoadFigures> {
  const { agents, trials, trainMs, sweep } = options
  const pool = new Agent({ keepAlive: true, maxSockets: 256 })
  const project = sweep.slice(0, sweep.indexOf('/sweeps/'))
  const given = new Map<number, number>()
  const finished = new Map<number, number>()
  const waits: number[] = []
  let asked = 0
  const started = performance.now()

  async function agent(name: number): Promise<void> {
    while (asked++ < trials) {
      const at = performance.now()
      const next = await post(`${sweep}/trials`, { agent: `agent-${name}` }, `${name}-${asked}`)
      waits.push(performance.now() - at)
      if (next.status !== 201) throw new Error(`no trial: ${next.status} ${JSON.stringify(next.body)}`)
      const [{ number, run, attempt }] = next.body.trials
      given.set(number, (given.get(number) ?? 0) + 1)
      if (trainMs > 0) await new Promise((resolve) => setTimeout(resolve, trainMs))
      const points = [{ step: 1, values: { loss: 1 / number } }]
      await post(`${project}/runs/${run}/metrics`, { points, attempt })
      const end = await post(`${project}/runs/${run}/finish`, { state: 'finished', attempt })
      if (end.body.kept) finished.set(number, (finished.get(number) ?? 0) + 1)
    }
  }

  /** As the SDK: again when the service asks for patience. */
  async function post(path: string, body: object, idempotencyKey?: string): Promise<Answer> {
    for (;;) {
      const response = await send(path, body, idempotencyKey)
      if (response.status !== 503 && response.status !== 429) return response
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 800))
    }
  }

  const send = (path: string, body: object, idempotencyKey?: string) =>
    new Promise<Answer>((resolve, reject) => {
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
  const seconds = (performance.now() - started) / 1000
  pool.destroy()
  const twice = (counts: ReadonlyMap<number, number>) =>
    [...counts.values()].filter((count) => count > 1).length
  return {
    agents,
    trials: given.size,
    seconds,
    perSecond: given.size / seconds,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    lost: [...given.keys()].filter((number) => !finished.has(number)).length,
    double: twice(given) + twice(finished),
  }
}
