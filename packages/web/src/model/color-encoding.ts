/** The color channel of a chart: which column it shows, and how values map to the ramp. */
export interface ColorEncoding {
  /** Of the column. */
  readonly key: string
  readonly name: string
  /** Position on the ramp for each row, 0 to 1; NaN has no color. */
  readonly rows: Float64Array
  /** The same for a value of the column. */
  readonly at: (value: number) => number
  /** What the ends of the ramp mean, for the legend. */
  readonly low: string
  readonly high: string
  /** Of a category, which has a color for each label instead of a ramp: the positions are their indices in equal steps. */
  readonly labels?: readonly string[]
}

/** The index of the label at a position. */
export const labelAt = (labels: readonly string[], position: number): number =>
  Math.round(position * Math.max(1, labels.length - 1))
