/** Other sweeps, for a warm start: how good points were there, and which of those points to begin with. */
import { fitGp, priorStarts } from '../../math/fit-gp.ts'
import type { GpData } from '../../math/gp-kernel.ts'
import { type Posterior, posteriorOf } from '../../math/gp-posterior.ts'
import type { Observation, Prior } from '../sampler.ts'
import { digest } from './digest.ts'
import { warpLosses } from './losses.ts'
import { orderOf } from './order.ts'
import type { Sample } from './sample.ts'
import { imputed, type Row, type View } from './view.ts'

/** The trials of another sweep, best first. */
export interface Source {
  readonly samples: readonly Sample[]
}

/** With so many own trials no others are used: what they could show has been seen by then. */
const MOST_OWN = 100

export function sourcesOf(
  view: View,
  prior: readonly Prior[],
  own: readonly Pick<Observation, 'loss'>[],
): readonly Source[] {
  if (own.length >= MOST_OWN) return []
  const bySource = new Map<string, Sample[]>()
  for (const { source, params, loss, rung, objective, slacks } of prior) {
    if (source === undefined || !Number.isFinite(loss)) continue
    const row = view.encode(params)
    if (row === undefined) continue
    const constrained = objective !== undefined && slacks !== undefined && { objective, slacks }
    const sample = { number: 0, row, loss, ...(rung !== undefined && { rung }), ...constrained }
    const group = bySource.get(source)
    if (group) group.push(sample)
    else bySource.set(source, [sample])
  }
  return [...bySource.values()].map((group) => ({ samples: orderOf(group).map((i) => group[i]!) }))
}

/** Points of the best trials of all sources to begin with, so many at least and at most. */
const LEAST_SEEDS = 2
const MOST_SEEDS = 5
/** Mean distance of coordinates below which two points are alike. */
const ALIKE = 0.02

/**
 * The best of each source, in the order that makes the best rank over all sources as high as possible after each (Wistuba, Schilling
 * & Schmidt-Thieme 2015, "Sequential model-free hyperparameter tuning"). Points that are alike are tried once.
 */
export function seedsOf(view: View, sources: readonly Source[]): readonly Row[] {
  if (sources.length === 0) return []
  const count = Math.min(MOST_SEEDS, Math.max(LEAST_SEEDS, sources.length))
  const rows: Row[] = []
  for (let place = 0; rows.length < count; place++) {
    const candidates = sources.flatMap(({ samples }) => samples.slice(place, place + 1).map(({ row }) => row))
    if (candidates.length === 0) break
    const ranks = candidates.map((row) => sources.map((source) => rankIn(view, source, row)))
    const least = sources.map(() => 1)
    const left = new Set(candidates.keys())
    while (left.size > 0 && rows.length < count) {
      const sum = (c: number) => ranks[c]!.reduce((total, rank, s) => total + Math.min(rank, least[s]!), 0)
      const next = [...left].reduce((best, c) => (sum(c) < sum(best) ? c : best))
      left.delete(next)
      for (const [s, rank] of ranks[next]!.entries()) least[s] = Math.min(least[s]!, rank)
      const row = candidates[next]!
      if (rows.every((other) => distance(view, row, other) > ALIKE)) rows.push(row)
    }
  }
  return rows
}

/** The mean difference of coordinates; two categories are 1 apart. */
export function distance({ axes }: View, a: Row, b: Row): number {
  let sum = 0
  for (const [d, { kind }] of axes.entries())
    sum += kind === 'category' ? Number(a[d] !== b[d]) : Math.abs(a[d]! - b[d]!)
  return sum / Math.max(1, axes.length)
}

/** Share of the trials of a source that are better than what it predicts of a point. */
function rankIn(view: View, source: Source, row: Row): number {
  const model = modelOf(view, source)
  if (model === undefined) return 1
  const mean = model.predict(whole(view, row)).mean
  return model.sorted.filter((value) => value < mean).length / model.sorted.length
}

export interface SourceModel extends Pick<Posterior, 'predict' | 'predictWithSlopes'> {
  /** Its standardised losses, ascending. */
  readonly sorted: Float64Array
}

/** Rows that the process of a source is fitted to and conditioned on. */
const MOST_ROWS = 64
const EVALUATIONS = 40
const FEWEST_ROWS = 4

const whole = (view: View, row: Row): Row => (view.conditional ? imputed(view.axes, row) : row)

/** Models by content. A warm function reuses them; a cold one fits them again. */
const memory = new Map<string, SourceModel | 'none'>()
const MOST_REMEMBERED = 128

/** A Gaussian process of a source alone; undefined when it is too small or all its losses are equal. */
export function modelOf(view: View, { samples }: Source): SourceModel | undefined {
  if (samples.length < FEWEST_ROWS) return undefined
  const some = evenly(samples)
  const y = warpLosses(some)
  const categorical = Uint8Array.from(view.axes, ({ kind }) => Number(kind === 'category'))
  const data: GpData = { rows: some.map(({ row }) => whole(view, row)), y, categorical }
  const key = digest(data)
  let model = memory.get(key)
  if (model === undefined) {
    const flat = y.every((value) => value === y[0])
    const theta = flat ? undefined : fitGp(data, priorStarts(categorical.length), EVALUATIONS).x
    const posterior = theta && posteriorOf(data, theta)
    model = posterior ? { ...posterior, sorted: y.slice().sort() } : 'none'
    memory.set(key, model)
    if (memory.size > MOST_REMEMBERED) memory.delete(memory.keys().next().value!)
  }
  return model === 'none' ? undefined : model
}

/** The best half and an even choice of the others, of samples best first. */
function evenly(samples: readonly Sample[]): readonly Sample[] {
  if (samples.length <= MOST_ROWS) return samples
  const half = MOST_ROWS / 2
  const rest = samples.length - half
  const others = Array.from({ length: half }, (_, k) => samples[half + Math.floor((k * rest) / half)]!)
  return [...samples.slice(0, half), ...others]
}
