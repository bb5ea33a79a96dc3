/** The sweep's metric, so that reasons speak of what people log rather than of losses. */
export interface StopMetric {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
}

const SIGNIFICANT_DIGITS = 6 // enough to tell two losses apart in a sentence, few enough to read

/** A number for a sentence: at most six significant digits. */
export const figure = (value: number): string => String(Number(value.toPrecision(SIGNIFICANT_DIGITS)))

/** A loss in the metric's own words: `val_acc 0.93`. The sign is turned back for a metric that is maximised. */
export const measured = (metric: StopMetric | undefined, loss: number): string =>
  `${metric?.name ?? 'loss'} ${asReported(metric, loss)}`

/** A loss as the metric was reported. */
export const asReported = (metric: StopMetric | undefined, loss: number): string =>
  figure(metric?.goal === 'maximize' ? 0 - loss : loss)

/** Names a rung: `epoch 9`, or `value 10` when values are counted. */
export const rungName = (resource: string | undefined, rung: number): string =>
  `${resource ?? 'value'} ${figure(rung)}`
