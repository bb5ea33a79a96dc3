import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { sized } from '../sized.ts'
import { type Minute, repairMinutes, type Size } from './repair-minutes.ts'

const size: Size = sized(
  { sweeps: 30, trials: 20_000, runs: 450 },
  { sweeps: 1_000, trials: 1_000_000, runs: 20_000 },
)
/** The deployed function has 512 MB. */
const HEAP_MB = 420

/** In a separate process, whose heap is limited. */
async function measured(): Promise<readonly Minute[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--max-old-space-size=${HEAP_MB}`,
    '--import',
    'tsx',
    'test/load/repair-minutes.ts',
    JSON.stringify(size),
  ])
  return JSON.parse(stdout) as readonly Minute[]
}

it('reads each trial once, and then only what is open, whatever a sweep has', async () => {
  const minutes = await sized(() => repairMinutes(size, 3), measured)()
  console.log(JSON.stringify(minutes))
  const [first, second, third] = minutes as [Minute, Minute, Minute]
  const { sweeps, trials, runs } = size
  const pagesOfRuns = Math.ceil(runs / 100)
  expect(minutes.map(({ errors }) => errors)).toEqual([0, 0, 0])
  // Each trial once for the counts; those of the ended sweep again for its files.
  expect(first.trials).toBe(3 * trials + 10 * sweeps)
  expect(first.continued).toBeGreaterThan(0)
  // Each small sweep has an open trial, and the large one.
  for (const minute of [second, third]) {
    expect(minute).toMatchObject({
      messages: sweeps + 1 + pagesOfRuns,
      continued: 0,
      trials: sweeps + 1,
      lives: sweeps + 1 + runs,
    })
    // The first minute found the best values: the second stores, once for each sweep, that they were announced.
    const announced = minute === second ? sweeps + 1 : 0
    expect(minute.calls).toBeLessThanOrEqual(
      6 * (sweeps + 1) + announced + 2 * pagesOfRuns + (sweeps + runs) / 100 + 2,
    )
  }
  // At the small size the process is shared with other tests, and so is its heap.
  if (size.sweeps === 1_000) for (const { heapMb } of minutes) expect(heapMb).toBeLessThan(HEAP_MB)
})
