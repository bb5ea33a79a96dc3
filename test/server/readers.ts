import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { RANDOM_SWEEP, type Service } from './service.ts'

/** A sweep with so many ended trials of 40 parameters. */
export async function wideSweep(service: Service, trials: number): Promise<string> {
  const parameters = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`parameter_${i}`, { min: 0.0, max: 1.0 }]),
  )
  const { body } = await service.call('/v1/local/demo/sweeps', { body: { ...RANDOM_SWEEP, parameters } })
  const sweep = `/v1/local/demo/sweeps/${body.id}`
  for (let left = trials; left > 0; left -= 50) {
    const taken = await service.call(`${sweep}/trials`, { body: { count: Math.min(50, left) } })
    const end = (run: string) =>
      service.call(`/v1/local/demo/runs/${run}/finish`, { body: { state: 'finished', summary: { loss: 1 } } })
    await Promise.all(taken.body.trials.map(({ run }: { run: string }) => end(run)))
  }
  return sweep
}

export interface Readers {
  /** Milliseconds until each had all trials, ascending. */
  readonly firstData: readonly number[]
  readonly bytes: number
}

/** Opens so many event streams at once; resolves when each has received `trials` trials. `stop` closes them. */
export async function openReaders(
  service: Service,
  sweep: string,
  count: number,
  trials: number,
  stop: AbortSignal,
): Promise<Readers> {
  const startedAt = performance.now()
  let bytes = 0
  const read = async () => {
    const answer = await fetch(`${service.url}${sweep}/events`, {
      headers: { authorization: `Bearer ${service.key}`, accept: 'text/event-stream' },
      signal: stop,
    })
    const reader = answer.body!.getReader()
    let seen = 0
    while (seen < trials) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`a stream ended after ${seen} trials`)
      bytes += value.length
      for (let at = value.indexOf(MARK); at >= 0; at = value.indexOf(MARK, at + 1))
        if (isMark(value, at)) seen++
    }
    const took = performance.now() - startedAt
    void (async () => {
      for (;;) if ((await reader.read()).done) return
    })().catch(() => {})
    return took
  }
  const firstData = await Promise.all(Array.from({ length: count }, read))
  return { firstData: firstData.sort((a, b) => a - b), bytes }
}

/** Each trial has one such text. One that is split over two pieces is not counted. */
const TEXT = new TextEncoder().encode('"run":"')
const MARK = TEXT[0]!
const isMark = (bytes: Uint8Array, at: number) => TEXT.every((byte, i) => bytes[at + i] === byte)

/** Processor time of the process so far, ms. */
export async function processorMs(service: Service): Promise<number> {
  const text = await readFile(`/proc/${service.child.pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10 // in hundredths of a second
}

/** Sends a request every 50 ms, in its own thread, which the streams do not delay. */
const SENDER = `
const { parentPort, workerData } = require('node:worker_threads')
const found = []
const sent = []
const send = async () => {
  const at = performance.now()
  await (await fetch(workerData.url, { headers: workerData.headers })).arrayBuffer()
  found.push(performance.now() - at)
}
const timer = setInterval(() => sent.push(send()), 50)
parentPort.once('message', async () => {
  clearInterval(timer)
  await Promise.all(sent)
  parentPort.postMessage(found.sort((a, b) => a - b))
})`

/** Measures how long other requests take, in milliseconds, until `stop` is called; ascending. */
export function measureOthers(
  service: Pick<Service, 'url' | 'key'>,
  path: string,
): { stop: () => Promise<readonly number[]> } {
  const headers = { authorization: `Bearer ${service.key}` }
  const worker = new Worker(SENDER, { eval: true, workerData: { url: service.url + path, headers } })
  return {
    stop: async () => {
      const found = new Promise<readonly number[]>((resolve) => worker.once('message', resolve))
      worker.postMessage('stop')
      const latencies = await found
      await worker.terminate()
      return latencies
    },
  }
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
