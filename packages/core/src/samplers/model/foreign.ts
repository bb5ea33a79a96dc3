/** Trials of other sweeps, for a warm start. */
import type { Observation, Prior } from '../sampler.ts'
import type { Foreign } from './sample.ts'
import type { View } from './view.ts'

/** A sweep with this many own trials uses no others, so dissimilar sweeps cannot harm it for long. */
const MOST_FOREIGN = 100
/** They are dropped in steps, so that checkpoints of the fit stay valid in between. */
const STEP = 20
/** With fewer own trials the scale of the losses cannot be compared. */
const FEWEST_OWN = 4

/**
 * The best half and an even sample of the rest; each own trial replaces one. Losses of another sweep are used unchanged unless this
 * sweep's median is outside their range; then they are shifted and scaled to equal medians and quartiles.
 */
export function foreignSamples(
  view: View,
  prior: readonly Prior[],
  own: readonly Pick<Observation, 'loss'>[],
): readonly Foreign[] {
  const most = MOST_FOREIGN - STEP * Math.floor(own.length / STEP)
  if (most <= 0) return []
  const bySource = new Map<string, Prior[]>()
  for (const one of prior) {
    if (one.source === undefined || !Number.isFinite(one.loss)) continue
    const group = bySource.get(one.source)
    if (group) group.push(one)
    else bySource.set(one.source, [one])
  }
  const mine = own.map(({ loss }) => loss)
  const all = [...bySource.values()].flatMap((group, i) => {
    const scale = scaleTo(
      mine,
      group.map(({ loss }) => loss),
    )
    return group.flatMap(({ params, loss, rung }): Foreign[] => {
      const row = view.encode(params)
      if (row === undefined) return []
      return [{ number: 0, row, loss: scale(loss), source: i + 1, ...(rung !== undefined && { rung }) }]
    })
  })
  if (all.length <= most) return all
  const order = all.map((_, i) => i).sort((a, b) => all[a]!.loss - all[b]!.loss || a - b)
  const half = most / 2
  const rest = order.length - half
  const indices = order.slice(0, half)
  for (let k = 0; k < half; k++) indices.push(order[half + Math.floor((k * rest) / half)]!)
  return indices.sort((a, b) => a - b).map((index) => all[index]!)
}

function scaleTo(own: readonly number[], other: readonly number[]): (loss: number) => number {
  const [from, to] = [spreadOf(other), spreadOf(own)]
  if (own.length < FEWEST_OWN || (to.middle >= from.least && to.middle <= from.most)) return (loss) => loss
  const stretch = from.width > 0 && Number.isFinite(to.width / from.width) ? to.width / from.width : 0
  return (loss) => to.middle + (loss - from.middle) * stretch
}

function spreadOf(losses: readonly number[]) {
  const sorted = [...losses].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
  return { least: at(0), middle: at(0.5), most: at(1), width: at(0.75) - at(0.25) }
}
