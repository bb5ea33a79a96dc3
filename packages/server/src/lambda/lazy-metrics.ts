import { loadOnce } from '../load-once.ts'
import type { AddMetric } from './metrics.ts'

export interface LazyMetrics {
  readonly add: AddMetric
  /** Writes the added values. Call it at the end of an invocation: nothing runs between two of them. */
  publish(): Promise<void>
}

/** Collects values and loads Powertools with the first ones: most invocations have none, and a cold start need not read it. */
export function lazyMetrics(stage: string): LazyMetrics {
  const load = loadOnce(async () => {
    const { addTo, createMetrics, publish } = await import('./metrics.ts')
    const metrics = createMetrics(stage)
    return { add: addTo(metrics), publish: () => publish(metrics) }
  })
  const added: Parameters<AddMetric>[] = []
  return {
    add: (...value) => void added.push(value),
    publish: async () => {
      if (added.length === 0) return
      const metrics = await load()
      for (const value of added.splice(0)) metrics.add(...value)
      metrics.publish()
    },
  }
}
