/** Test files that `npm run test:slow` runs at full size. `test/config.test.ts` compares the list with the calls of `sized`. */
export const SLOW = [
  'packages/core/src/samplers/adaptive.test.ts',
  'packages/core/src/samplers/warm-start.test.ts',
  'packages/server/src/http/bad-input.test.ts',
  'test/faults/http.test.ts',
  'test/faults/simulation.test.ts',
  'test/flow/agreement.test.ts',
  'test/flow/exactly-once.test.ts',
  'test/flow/reproducible.test.ts',
  'test/flow/search-memory.test.ts',
  'test/fuzz/grammar.test.ts',
  'test/load/repair.test.ts',
]

/** Test files that only `npm run test:slow` runs: they mostly wait for programs. */
export const ONLY_SLOW = [
  'test/documents/shell-blocks.test.ts',
  'test/faults/crash.test.ts',
  'test/stop.test.ts',
]
