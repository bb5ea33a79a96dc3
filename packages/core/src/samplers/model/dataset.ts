import type { Params } from '../../schema/params.ts'
import type { History, Observation, Prior } from '../sampler.ts'
import type { Sample } from './sample.ts'
import { type Source, sourcesOf } from './sources.ts'
import type { Row, View } from './view.ts'

export interface Dataset {
  /** Ascending by number. All of them up to {@link MOST_SAMPLES}; beyond, the best half of that and an even choice of the others. */
  readonly samples: readonly Sample[]
  /** The first ones, at most {@link MOST_EARLY}: they stay the same while more trials end. */
  readonly early: readonly Sample[]
  /** Number of trials with a result, including those not in `samples` and prior runs of the same objective. */
  readonly observed: number
  /** Other sweeps, as long as this one has few trials. */
  readonly sources: readonly Source[]
  /** Trials without a usable value, the latest {@link MOST_OTHERS}. */
  readonly infeasible: readonly Row[]
  readonly pending: readonly Row[]
  /** What was left out or added, as a note in the suggestion; '' when nothing. */
  readonly note: string
}

/** Encoding more would cost a request its time; what is left out lies far above the best and is many times represented. */
export const MOST_SAMPLES = 1_000
const MOST_EARLY = 300
const MOST_OTHERS = 500

export function datasetOf(view: View, history: History): Dataset {
  let unencodable = 0
  const rows = (trials: readonly { readonly params: Params }[]): Row[] =>
    trials.flatMap(({ params }) => {
      const row = view.encode(params)
      if (row === undefined) unencodable++
      return row === undefined ? [] : [row]
    })
  const { prior = [] } = history
  const before = prior.filter(({ source }) => source === undefined)
  const own =
    before.length === 0 ? history.observations : [...before.map(withoutNumber), ...history.observations]
  const finite = own.filter(({ loss }) => Number.isFinite(loss))
  const notFinite = own.filter(({ loss }) => !Number.isFinite(loss))
  const samplesOf = (trials: readonly Observation[]) =>
    trials.flatMap(({ number, params, loss, rung, objective, slacks }): Sample[] => {
      const row = view.encode(params)
      if (row === undefined) unencodable++
      const constrained = objective !== undefined && slacks !== undefined && { objective, slacks }
      return row === undefined
        ? []
        : [{ number, row, loss, ...(rung !== undefined && { rung }), ...constrained }]
    })
  const some = chosen(finite)
  const samples = samplesOf(some)
  const known = unencodable
  const early = some === finite ? samples.slice(0, MOST_EARLY) : samplesOf(finite.slice(0, MOST_EARLY))
  unencodable = known // those were counted, or left out before
  const infeasible = rows([...notFinite, ...history.infeasible].slice(-MOST_OTHERS))
  const pending = rows(history.pending.slice(-MOST_OTHERS))
  const sources = sourcesOf(view, prior, finite)
  const notes = [
    unencodable > 0 && `${unencodable} trials outside the space left out`,
    before.length > 0 && `${before.length} earlier runs used`,
  ]
  const note = notes.filter((text) => text !== false).join('; ')
  return { samples, early, observed: finite.length, sources, infeasible, pending, note }
}

const withoutNumber = (prior: Prior): Observation => ({ ...prior, number: 0 })

function chosen<T extends { readonly loss: number }>(trials: readonly T[]): readonly T[] {
  if (trials.length <= MOST_SAMPLES) return trials
  const order = trials.map((_, i) => i).sort((a, b) => trials[a]!.loss - trials[b]!.loss || a - b)
  const half = MOST_SAMPLES / 2
  const rest = order.length - half
  const indices = order.slice(0, half)
  for (let k = 0; k < half; k++) indices.push(order[half + Math.floor((k * rest) / half)]!)
  return indices.sort((a, b) => a - b).map((index) => trials[index]!)
}
