export interface BenchOptions {
  /** Update the pages in `docs/` and the recorded figures in `test/bench`. */
  readonly write: boolean
  /** Measure times again instead of using recorded ones. */
  readonly times: boolean
  /** Comma-separated methods. The benchmark's default when empty. */
  readonly methods: string
  /** Comma-separated problems or families of problems. All when empty. */
  readonly problems: string
  /** Number of seeds. 0: the benchmark's default. */
  readonly seeds: number
  /** Trials per search. 0: the problem's default. */
  readonly budget: number
  /** Print cached results; do not search. */
  readonly recorded: boolean
}
