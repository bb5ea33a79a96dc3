import { Metrics, type MetricUnit } from '@aws-lambda-powertools/metrics'

/** Metrics that the functions publish, with their CloudWatch units. `stacks/watch.ts` plots them. */
export const UNITS = {
  /** Trial numbers taken from sweeps, over the HTTP API or the W&B API. */
  TrialsHandedOut: 'Count',
  /** From taking a trial number to its parameters: reading the history and sampling. */
  SuggestionMs: 'Milliseconds',
  /** Runs stopped early by a stopper. */
  StopDecisions: 'Count',
  /** Trials and runs whose lease ended without a heartbeat. */
  LostLeases: 'Count',
  /** Sweeps and runs that could not be repaired. */
  RepairErrors: 'Count',
  /** Requests of W&B clients with parts that the service lacks, see `GET /v1/unrecognized`. */
  UnrecognizedRequests: 'Count',
} as const satisfies Record<string, (typeof MetricUnit)[keyof typeof MetricUnit]>

/** Adds a value of a metric, to be published at the end of the invocation. */
export type AddMetric = (name: keyof typeof UNITS, value: number) => void

export const addTo =
  (metrics: Metrics): AddMetric =>
  (name, value) =>
    void metrics.addMetric(name, UNITS[name], value)

/** Metrics in the namespace `Chimney` with the single dimension `Stage`: dashboards and alarms select by it. */
export function createMetrics(stage: string): Metrics {
  const metrics = new Metrics({ namespace: 'Chimney' })
  // Powertools adds a dimension `service`, and CloudWatch would store the values under both dimensions only.
  metrics.clearDefaultDimensions()
  metrics.setDefaultDimensions({ Stage: stage })
  return metrics
}

/** Writes the stored metrics as one line in the embedded metric format, or nothing when there are none. */
export function publish(metrics: Metrics): void {
  // Powertools writes a warning for an empty set, and most requests have none.
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
}
