import {
  betaLaw,
  type Law,
  logNormalLaw,
  logUniformLaw,
  normalLaw,
  pointLaw,
  uniformLaw,
} from '../math/law.ts'
import { numberOf } from '../schema/json.ts'
import type {
  BetaConfig,
  LeafConfig,
  NormalConfig,
  Num,
  QuantizedBetaConfig,
  QuantizedNormalConfig,
  QuantizedRangeConfig,
  RangeConfig,
} from '../schema/parameters.ts'

export type RealConfig =
  | RangeConfig
  | QuantizedRangeConfig
  | NormalConfig
  | QuantizedNormalConfig
  | BetaConfig
  | QuantizedBetaConfig

const plain = (value: Num) => numberOf(value)!

/** The law behind a distribution, before any rounding to q. Ends that coincide and spreads of zero give a single value. */
export function lawOf(config: RealConfig): Law {
  switch (config.distribution) {
    case 'normal':
    case 'q_normal': {
      const mu = plain(config.mu)
      const sigma = plain(config.sigma)
      return sigma > 0 ? normalLaw(mu, sigma) : pointLaw(mu)
    }
    case 'log_normal':
    case 'q_log_normal': {
      const mu = plain(config.mu)
      const sigma = plain(config.sigma)
      return sigma > 0 ? logNormalLaw(mu, sigma) : pointLaw(Math.exp(mu))
    }
    case 'beta':
    case 'q_beta': {
      const a = plain(config.a)
      const b = plain(config.b)
      // The limits of the law as one shape goes to zero.
      if (a === 0) return pointLaw(0)
      return b === 0 ? pointLaw(1) : betaLaw(a, b)
    }
    default:
      return rangeLaw(config)
  }
}

function rangeLaw(config: RangeConfig | QuantizedRangeConfig): Law {
  const min = plain(config.min)
  const max = plain(config.max)
  switch (config.distribution) {
    case 'uniform':
    case 'q_uniform':
      return min === max ? pointLaw(min) : uniformLaw(min, max)
    case 'log_uniform':
    case 'q_log_uniform':
      return min === max ? pointLaw(Math.exp(min)) : logUniformLaw(min, max, Math.exp(min), Math.exp(max))
    case 'inv_log_uniform':
      return min === max
        ? pointLaw(Math.exp(-min))
        : logUniformLaw(-max, -min, Math.exp(-max), Math.exp(-min))
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
    case 'q_log_uniform_values':
      return min === max ? pointLaw(min) : logUniformLaw(Math.log(min), Math.log(max), min, max)
  }
}

export const isLogarithmic = (config: LeafConfig): boolean => config.distribution.includes('log_')
