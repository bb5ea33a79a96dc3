/** The metric of the sweep: reasons show its values, not losses. */
export interface StopMetric {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
}

const SIGNIFICANT_DIGITS = 6 // enough to distinguish two losses, few enough to read

/** A number with at most six significant digits. */
export const figure = (value: number): string => String(Number(value.toPrecision(SIGNIFICANT_DIGITS)))

/** Name and value of the metric: `val_acc 0.93`. The sign is turned back for a maximized metric. */
export const measured = (metric: StopMetric | undefined, loss: number): string =>
  `${metric?.name ?? 'loss'} ${asReported(metric, loss)}`

/** The reported value of a loss. */
export const asReported = (metric: StopMetric | undefined, loss: number): string =>
  figure(metric?.goal === 'maximize' ? 0 - loss : loss)

/** Names a rung: `epoch 9`, or `iteration 10` when logged values are counted. */
export const rungName = (resource: string | undefined, rung: number): string =>
  `${resource ?? 'iteration'} ${figure(rung)}`

/** The side of a cutoff where values are worse. */
export const worseThan = (metric: StopMetric | undefined): 'above' | 'below' =>
  metric?.goal === 'maximize' ? 'below' : 'above'

/** A number of trials; with a weight above 1 the number that a selection stands for. */
export const trialCount = (count: number, weight: number): string =>
  weight === 1 ? figure(count) : `about ${Number((count * weight).toPrecision(2))}`
