import { median, quantile } from '../statistics.ts'

export interface Figures {
  readonly name: string
  /** Concurrent requests. */
  readonly clients: number
  readonly perSecond: number
  /** Milliseconds, measured by the client. */
  readonly p50: number
  readonly p99: number
}

/** Sends `requests` requests from `clients` concurrent clients. `send` gets the index of its client. */
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

/** One entry per load: each figure is the median over the rounds. */
export function medianOfRounds(rounds: readonly Figures[]): readonly Figures[] {
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
