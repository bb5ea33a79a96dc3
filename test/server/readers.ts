import { readFile } from 'node:fs/promises'
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

/** Milliseconds of requests that are sent every 50 ms until `stop`, ascending. */
export async function latencies(service: Service, path: string, stop: AbortSignal): Promise<number[]> {
  const found: number[] = []
  const sent: Promise<void>[] = []
  const send = async () => {
    const at = performance.now()
    await service.call(path)
    found.push(performance.now() - at)
  }
  while (!stop.aborted) {
    sent.push(send())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await Promise.all(sent)
  return found.sort((a, b) => a - b)
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
