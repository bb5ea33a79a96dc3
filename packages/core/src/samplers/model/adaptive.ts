import { type Rng, rngOf } from '../../math/rng.ts'
import type { Params } from '../../schema/params.ts'
import { Problem } from '../../schema/problem.ts'
import type { Cells } from '../../space/cells.ts'
import { allowedCells } from '../../space/constraints/allowed-cells.ts'
import { allowedQuantiles } from '../../space/constraints/region.ts'
import { fillPoint, paramsOf, pointOf } from '../../space/point.ts'
import type { Space } from '../../space/space.ts'
import { nothingAllowed } from '../finite.ts'
import { shuffled } from '../orders.ts'
import type { History, Sampler, SamplerInput, Slot, Suggestion } from '../sampler.ts'
import { sobolQuantiles } from '../sobol-quantiles.ts'
import { type Dataset, datasetOf } from './dataset.ts'
import { type EvaluatedPoints, evaluatedPointsOf } from './evaluated.ts'
import { type View, viewOf } from './view.ts'

/** One slot and the inputs for its suggestion. */
export interface Task {
  readonly view: View
  /** Earlier suggestions of the same batch are pending. */
  readonly data: Dataset
  /** The full history, for samplers that need more than the chosen samples. */
  readonly history: History
  readonly slot: Slot
  readonly seed: number
  /** Random stream of the slot. */
  readonly rng: Rng
  readonly evaluated: EvaluatedPoints
}

/** Coordinates for every axis (see `View.settle`), best first: the first new one is used. */
export interface Proposal {
  readonly rows: readonly ArrayLike<number>[]
  readonly arm: string
  readonly why: string
}

const TRIAL_STREAM = 2

/**
 * A model-based sampler. On a finite space it suggests each point once: when all candidates have been handed out, it
 * suggests a random new point and says so. Of candidates that constraints forbid, the best is moved to a point that they allow. Enqueued points count as used, each once: those
 * that repeat another trial must not be passed in (`EnqueuedTrial.repeats`).
 */
export function adaptiveSampler(space: Space, propose: (task: Task) => Proposal): Sampler {
  const cells = allowedCells(space)
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
      const evaluated = evaluatedPointsOf(view, [
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
        const proposal = propose({ view, data: data!, history, slot, seed, rng, evaluated })
        const settled =
          firstNew(view, proposal, evaluated) ?? unevaluated(view, cells, input, slot, rng, evaluated)
        evaluated.add(settled.params)
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

function firstNew(view: View, { rows }: Proposal, evaluated: EvaluatedPoints): Settled | undefined {
  for (const row of rows) {
    if (!view.allows(row)) continue
    const { params } = view.settle(row)
    if (!evaluated.has(params)) return { params, note: '' }
  }
  for (const row of rows) {
    const moved = view.allows(row) ? undefined : view.moved(row)
    if (moved === undefined) continue
    const { params } = view.settle(moved)
    if (!evaluated.has(params)) return { params, note: 'moved to where the constraints hold' }
  }
  return undefined
}

/** Random points are nearly always new while this share of a space is left. */
const TRIES = 64

/** A point that was not handed out, evenly at random. In an infinite space, where points coincide only by design, any. */
function unevaluated(
  view: View,
  cells: Cells,
  input: SamplerInput,
  slot: Slot,
  rng: Rng,
  evaluated: EvaluatedPoints,
): Settled {
  const { space, seed } = input
  const note = 'all candidates were handed out before, so this is a random new point'
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const params = randomParams(view, rng)
    if (!evaluated.has(params)) return { params, note }
  }
  if (!Number.isFinite(cells.size))
    return { params: randomParams(view, rng), note: 'all candidates were handed out before' }
  const used = new Set<number | undefined>()
  const { observations, infeasible, pending, abandoned = [] } = input.history
  for (const { params } of [observations, infeasible, pending, abandoned, input.enqueued].flat())
    used.add(cells.cellOf(pointOf(space, params)))
  const order = shuffled(cells.size, (seed + slot.number) % Number.MAX_SAFE_INTEGER)
  for (let position = 0; position < cells.size; position++) {
    const cell = order.cellAt(position)
    if (used.has(cell)) continue
    const params = paramsOf(space, cells.pointAt(cell))
    if (!evaluated.has(params)) return { params, note }
  }
  throw exhausted(cells.size)
}

const exhausted = (size: number) =>
  new Problem('conflict', 'space-exhausted', `all ${size} points of the space have been suggested`)

function randomParams(view: View, rng: Rng): Params {
  const { space } = view
  if (space.constraints === undefined) return view.settle(randomRow(view, rng)).params
  const quantiles = allowedQuantiles(space, rng)
  if (quantiles === undefined) throw nothingAllowed()
  return paramsOf(
    space,
    fillPoint(space, (dimension, d) => dimension.decode(quantiles[d]!)),
  )
}

/** A point of the distributions. */
export const randomRow = ({ axes }: View, rng: Rng): Float64Array =>
  Float64Array.from(axes, ({ atQuantile }) => atQuantile(rng.uniform()))

/** Points of the sweep's scrambled Sobol' sequence that the constraints allow, from 0. */
export function sobolRows({ axes, space }: View, seed: number): (index: number) => Float64Array {
  const quantilesAt = sobolQuantiles(space, seed)
  return (index) => {
    const drawn = quantilesAt(index)
    if (drawn === undefined) throw nothingAllowed()
    return Float64Array.from(axes, ({ atQuantile, dimension }) => atQuantile(drawn.quantiles[dimension]!))
  }
}
