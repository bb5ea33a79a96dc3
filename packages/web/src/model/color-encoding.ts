/** What colours the trials of a chart. */
export interface Shade {
  /** The column whose values do. */
  readonly key: string
  /** 0 to 1 for each row: how strong its colour is; NaN has none. */
  readonly rows: Float64Array
  /** The same for a value of the column. */
  readonly at: (value: number) => number
  /** What a strong colour means. */
  readonly hint: string
}
