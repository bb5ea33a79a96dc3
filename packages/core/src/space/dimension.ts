import type { LeafConfig } from '../schema/parameters.ts'
import { categoryValues } from './category.ts'
import { distributionOf, isLogarithmic, rangeOf } from './distribution-of.ts'
import { integerValues, quantizedValues, realValues } from './numeric-values.ts'
import type { Dimension } from './space.ts'

/** Builds one dimension. `config` has been checked: bounds in order, finite, weights positive somewhere. */
export function dimensionOf(path: readonly string[], config: LeafConfig, when: Dimension['when']): Dimension {
  const values = valuesOf(config)
  return {
    name: path.join('.'),
    path,
    config,
    scale: isLogarithmic(config) ? 'log' : 'linear',
    when,
    ...values,
    kind: config.distribution === 'constant' ? 'constant' : values.kind,
  }
}

function valuesOf(config: LeafConfig) {
  switch (config.distribution) {
    case 'constant':
      return categoryValues([config.value])
    case 'categorical':
      return categoryValues(config.values)
    case 'categorical_w_probabilities':
      return categoryValues(config.values, config.probabilities)
    case 'int_uniform':
      return integerValues(config.min, config.max)
    case 'q_normal':
    case 'q_log_normal':
      return quantizedValues(distributionOf(config), config.q)
    case 'q_uniform':
    case 'q_log_uniform':
    case 'q_log_uniform_values':
    case 'q_beta':
      return quantizedValues(
        distributionOf(config),
        config.q,
        config.rounding === 'inside' ? rangeOf(config) : undefined,
      )
    default:
      return realValues(distributionOf(config))
  }
}
