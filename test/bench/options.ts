export interface BenchOptions {
  /** Bring the pages in `docs/` and what is recorded beside the benchmark up to date. */
  readonly write: boolean
  /** Measure times anew where recorded ones would do. */
  readonly times: boolean
}
