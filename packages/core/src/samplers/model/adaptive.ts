import { type Rng, rngOf } from '../../math/rng.ts'
import { sobolSequence } from '../../math/sobol.ts'
import type { Params } from '../../schema/params.ts'
import { Problem } from '../../schema/problem.ts'
import { type Cells, cellsOf } from '../../space/cells.ts'
import { paramsOf, pointOf } from '../../space/point.ts'
import type { Space } from '../../space/space.ts'
import { shuffled } from '../orders.ts'
import type { History, Sampler, SamplerInput, Slot, Suggestion } from '../sampler.ts'
import { type Dataset, datasetOf } from './dataset.ts'
import { type Seen, seenOf } from './seen.ts'
import { type View, viewOf } from './view.ts'

/** One place to fill, and all that may be looked at. */
export interface Task {
  readonly view: View
  /** Batch-mates that were placed before are among the pending ones. */
  readonly data: Dataset
  /** All of it, for who needs more than a choice of the samples. */
  readonly history: History
  readonly slot: Slot
  readonly seed: number
  /** The slot's own stream. */
  readonly rng: Rng
  readonly seen: Seen
}

/** Coordinates for every axis (see `View.settle`), best first: the first one that is new is taken. */
export interface Proposal {
  readonly rows: readonly ArrayLike<number>[]
  readonly arm: string
  readonly why: string
}

const TRIAL_STREAM = 2

/**
 * A sampler that learns. On a finite space it gives each point once: when all that was proposed has been handed out, an
 * unseen point follows, and the suggestion says so. Points that a person enqueued are counted as used, each once: those
 * that another trial had are not for the caller to name (`EnqueuedTrial.repeats`).
 */
export function adaptiveSampler(space: Space, propose: (task: Task) => Proposal): Sampler {
  const cells = cellsOf(space.dimensions)
  const view = viewOf(space)
  const capacity: Sampler['capacity'] = ({ enqueued }) => {
    if (!Number.isFinite(cells.size)) return Number.POSITIVE_INFINITY
    const used = new Set(enqueued.map(({ params }) => cells.cellOf(pointOf(space, params))))
    used.delete(undefined)
    return cells.size - used.size
  }
  return {
    needsHistory: true,
    capacity,
    suggest: (input) => {
      const { history, enqueued, slots, seed } = input
      const seen = seenOf(view, [
        history.observations,
        history.infeasible,
        history.pending,
        history.abandoned ?? [],
        enqueued,
      ])
      let data = slots.length === 0 ? undefined : datasetOf(view, history)
      const end = capacity(input)
      return slots.map((slot): Suggestion => {
        if (slot.index >= end) throw exhausted(cells.size)
        const rng = rngOf(seed, slot.number, TRIAL_STREAM)
        const proposal = propose({ view, data: data!, history, slot, seed, rng, seen })
        const settled = firstNew(view, proposal, seen) ?? unseen(view, cells, input, slot, rng, seen)
        seen.add(settled.params)
        const row = view.encode(settled.params)
        if (row !== undefined) data = { ...data!, pending: [...data!.pending, row] }
        const why = [proposal.why, settled.note, data!.note].filter((text) => text !== '').join('; ')
        return { params: settled.params, suggestedBy: { arm: proposal.arm, why } }
      })
    },
  }
}

interface Settled {
  readonly params: Params
  readonly note: string
}

function firstNew(view: View, { rows }: Proposal, seen: Seen): Settled | undefined {
  for (const row of rows) {
    const { params } = view.settle(row)
    if (!seen.has(params)) return { params, note: '' }
  }
  return undefined
}

/** Random points are nearly always new while this share of a space is left. */
const TRIES = 64

/** A point that was not handed out, evenly at random. In an infinite space, where points coincide only by design, any. */
function unseen(view: View, cells: Cells, input: SamplerInput, slot: Slot, rng: Rng, seen: Seen): Settled {
  const { space, seed } = input
  const note = 'all that it proposed had been handed out, so this is an unseen point at random'
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { params } = view.settle(randomRow(view, rng))
    if (!seen.has(params)) return { params, note }
  }
  if (!Number.isFinite(cells.size)) {
    return {
      params: view.settle(randomRow(view, rng)).params,
      note: 'everything near it had been handed out',
    }
  }
  const used = new Set<number | undefined>()
  const { observations, infeasible, pending, abandoned = [] } = input.history
  for (const { params } of [observations, infeasible, pending, abandoned, input.enqueued].flat())
    used.add(cells.cellOf(pointOf(space, params)))
  const order = shuffled(cells.size, (seed + slot.number) % Number.MAX_SAFE_INTEGER)
  for (let position = 0; position < cells.size; position++) {
    const cell = order.cellAt(position)
    if (used.has(cell)) continue
    const params = paramsOf(space, cells.pointAt(cell))
    if (!seen.has(params)) return { params, note }
  }
  throw exhausted(cells.size)
}

const exhausted = (size: number) =>
  new Problem('conflict', 'space-exhausted', `all ${size} points of the space have been suggested`)

/** A point of the distributions. */
export const randomRow = ({ axes }: View, rng: Rng): Float64Array =>
  Float64Array.from(axes, ({ atQuantile }) => atQuantile(rng.uniform()))

/** Points of the sweep's scrambled Sobol' sequence, from 0. */
export function sobolRows({ axes }: View, seed: number): (index: number) => Float64Array {
  const sequence = sobolSequence(seed, axes.length)
  return (index) => sequence(index).map((u, a) => axes[a]!.atQuantile(u))
}
