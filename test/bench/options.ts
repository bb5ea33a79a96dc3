export interface BenchOptions {
  /** Bring the pages in `docs/` and what is recorded beside the benchmark up to date. */
  readonly write: boolean
  /** Measure times anew where recorded ones would do. */
  readonly times: boolean
  /** Only these methods, problems or rules, separated by commas; each benchmark has its own. All when empty. */
  readonly methods: string
  readonly problems: string
  /** How many seeds, from 0; a benchmark has its own number when it is 0. */
  readonly seeds: number
  /** Trials of one search instead of the problem's own number, when it is not 0. */
  readonly budget: number
  /** Search nothing: show what was kept. */
  readonly recorded: boolean
}
