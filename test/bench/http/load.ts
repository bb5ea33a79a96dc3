import { median, quantile } from '../statistics.ts'

export interface Figures {
  readonly name: string
  /** Requests under way at a time. */
  readonly clients: number
  readonly perSecond: number
  /** Milliseconds, as a client waits. */
  readonly p50: number
  readonly p99: number
}

/** Sends `requests` requests, `clients` at a time. `send` gets the number of its client. */
export async function load(
  name: string,
  clients: number,
  requests: number,
  send: (client: number) => Promise<unknown>,
): Promise<Figures> {
  const times: number[] = []
  let left = requests
  const started = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (left-- > 0) {
        const sent = performance.now()
        await send(client)
        times.push(performance.now() - sent)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  return { name, clients, perSecond: requests / seconds, p50: median(times), p99: quantile(times, 0.99) }
}

/** Each load once, with the median of its rounds in every figure. */
export function typical(rounds: readonly Figures[]): readonly Figures[] {
  const loads = new Map<string, Figures[]>()
  for (const one of rounds) {
    const load = `${one.name} ${one.clients}`
    loads.set(load, [...(loads.get(load) ?? []), one])
  }
  return [...loads.values()].map((same) => ({
    ...same[0]!,
    perSecond: median(same.map(({ perSecond }) => perSecond)),
    p50: median(same.map(({ p50 }) => p50)),
    p99: median(same.map(({ p99 }) => p99)),
  }))
}
