import type { UnixMs } from '../clock.ts'

/** What CloudWatch counts for us, and in what unit. The page in `stacks/watch.ts` shows them. */
export const METRICS = {
  /** Numbers taken from sweeps, whichever door asked. */
  TrialsHandedOut: 'Count',
  /** From the number to its parameters: reading what is known, and deciding. */
  SuggestionMs: 'Milliseconds',
  /** Runs that a stopper ended. */
  StopDecisions: 'Count',
  /** Trials and runs whose agents were given up. */
  LostLeases: 'Count',
  /** Sweeps or runs at which the repair itself failed. */
  RepairErrors: 'Count',
} as const
export type MetricName = keyof typeof METRICS

/** Values of each metric since they were asked for last; several are told as a list. */
export class Tally {
  readonly #values = new Map<MetricName, number[]>()

  add(name: MetricName, value: number): void {
    const values = this.#values.get(name) ?? []
    // CloudWatch takes 100 values of a metric in a line.
    if (values.length < 100) values.push(value)
    this.#values.set(name, values)
  }

  /** What was added, as fields of a log line in CloudWatch's embedded metric format; `{}` when nothing was. Forgets it. */
  take(stage: string, now: UnixMs): object {
    const entries = [...this.#values]
    this.#values.clear()
    if (entries.length === 0) return {}
    return {
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [
          {
            Namespace: 'Chimney',
            Dimensions: [['Stage']],
            Metrics: entries.map(([Name]) => ({ Name, Unit: METRICS[Name] })),
          },
        ],
      },
      Stage: stage,
      ...Object.fromEntries(
        entries.map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
      ),
    }
  }
}
