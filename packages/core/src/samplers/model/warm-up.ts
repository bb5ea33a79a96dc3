/** The first trials after a warm start, and how suggestions report what it contributes. */
import { type Proposal, sobolRows, type Task } from './adaptive.ts'
import type { Agreeing } from './agreement.ts'
import type { Dataset } from './dataset.ts'
import type { Sample } from './sample.ts'
import { distance, seedsOf } from './sources.ts'
import type { Row } from './view.ts'

/** The slot after so many of them compares them with a point of the sequence. */
const COMPARED = 2

/**
 * The point to begin with that is the slot's; undefined when there are not so many, or when none of the first ones is better than
 * another point.
 */
export function fromSources(task: Task, arm: string): Proposal | undefined {
  const { data, view, seed, slot } = task
  if (data.sources.length === 0 || slot.index === COMPARED) return undefined
  const seeds = seedsOf(view, data.sources)
  const place = slot.index < COMPARED ? slot.index : slot.index - 1
  if (place >= seeds.length || refuted(task, seeds)) return undefined
  const rows = [...seeds.slice(place), sobolRows(view, seed)(slot.index)]
  const why = `among the best of ${counted(data.sources.length)} (${place + 1}/${seeds.length})`
  return { rows, arm, why }
}

/** Stored parameters are rounded. */
const SAME = 1e-3

function refuted({ data, view }: Task, seeds: readonly Row[]): boolean {
  const isSeed = ({ row }: Sample) => seeds.some((other) => distance(view, row, other) < SAME)
  const least = (samples: readonly Sample[]) => Math.min(...samples.map(({ loss }) => loss))
  const own = data.samples.filter(({ number }) => number > 0)
  const [tried, others] = [own.filter(isSeed), own.filter((sample) => !isSeed(sample))]
  return tried.length > 0 && others.length > 0 && least(others) < least(tried)
}

const counted = (count: number) => (count === 1 ? 'another sweep' : `${count} other sweeps`)

/** '' without a warm start. */
export function used({ sources }: Dataset, agreed: readonly Agreeing[]): string {
  if (sources.length === 0) return ''
  if (agreed.length === 0) return `; ${counted(sources.length)} left out: no better than chance here`
  const most = Math.max(...agreed.map(({ correlation }) => correlation))
  return `; ${agreed.length} of ${counted(sources.length)} used (rank correlation up to ${most.toFixed(2)})`
}
