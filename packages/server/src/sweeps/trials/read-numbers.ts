import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { inParallel } from '../../in-parallel.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { rangesOf } from './number-ranges.ts'

const PAGE = 1_000

/** Trials of these numbers (ascending) and of some between them, in no particular order; missing ones are left out. */
export async function readNumbers(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  numbers: readonly number[],
): Promise<readonly TrialRecord[]> {
  const read: TrialRecord[] = []
  const ranges = rangesOf(numbers, PAGE)
  // A request each would take longer than the reads.
  const single = ranges.filter(({ from, to }) => from === to)
  if (single.length > 1)
    read.push(
      ...(await deps.store.getTrials(
        key,
        single.map(({ from }) => from),
      )),
    )
  const rest = single.length > 1 ? ranges.filter(({ from, to }) => from < to) : ranges
  await inParallel(rest, async ({ from, to }) => {
    for (let after = from - 1; after < to; ) {
      const trials = await deps.store.listTrials(key, { after, upTo: to, limit: PAGE })
      read.push(...trials)
      after = trials.length < PAGE ? to : trials.at(-1)!.key.number
    }
  })
  return read
}
