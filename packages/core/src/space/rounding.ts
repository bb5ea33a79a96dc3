import { numberOf } from '../schema/json.ts'
import { distributionOf } from './distribution-of.ts'
import { quantizedValues } from './numeric-values.ts'
import type { Space } from './space.ts'

/** One sentence for each parameter that W&B's rounding would take out of its range. */
export const roundingWarnings = (space: Space): readonly string[] =>
  space.dimensions.flatMap(({ name, config, low, high }) => {
    if (!('rounding' in config) || config.rounding !== 'inside') return []
    const nearest = quantizedValues(distributionOf(config), config.q)
    const q = numberOf(config.q)!
    const [below, above] = [nearest.low < low - q / 2, nearest.high > high + q / 2]
    if (!below && !above) return []
    const [least, most] = [below ? nearest.low : low, above ? nearest.high : high]
    return [
      `parameters.${name}: the values are the multiples of q in the range, ${low} to ${high}; W&B rounds to ${least} to ${most}; write rounding: nearest for W&B's`,
    ]
  })
