import {
  betaDistribution,
  type Distribution,
  logNormalDistribution,
  logUniformDistribution,
  normalDistribution,
  pointMass,
  uniformDistribution,
} from '../math/distribution.ts'
import { numberOf } from '../schema/json.ts'
import { multiplesInside } from '../schema/multiples.ts'
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

/** The continuous distribution of a config, before rounding to q. Equal ends and zero spread give a single value. */
export function distributionOf(config: RealConfig): Distribution {
  switch (config.distribution) {
    case 'normal':
    case 'q_normal': {
      const mu = plain(config.mu)
      const sigma = plain(config.sigma)
      return sigma > 0 ? normalDistribution(mu, sigma) : pointMass(mu)
    }
    case 'log_normal':
    case 'q_log_normal': {
      const mu = plain(config.mu)
      const sigma = plain(config.sigma)
      return sigma > 0 ? logNormalDistribution(mu, sigma) : pointMass(Math.exp(mu))
    }
    case 'beta':
    case 'q_beta': {
      const a = plain(config.a)
      const b = plain(config.b)
      // The limit as one shape parameter approaches zero.
      if (a === 0) return pointMass(0)
      return b === 0 ? pointMass(1) : betaDistribution(a, b)
    }
    default:
      return rangeDistribution(config)
  }
}

function rangeDistribution(config: RangeConfig | QuantizedRangeConfig): Distribution {
  const min = plain(config.min)
  const max = plain(config.max)
  switch (config.distribution) {
    case 'uniform':
    case 'q_uniform':
      return min === max ? pointMass(min) : uniformDistribution(min, max)
    case 'log_uniform':
    case 'q_log_uniform':
      return min === max
        ? pointMass(Math.exp(min))
        : logUniformDistribution(min, max, Math.exp(min), Math.exp(max))
    case 'inv_log_uniform':
      return min === max
        ? pointMass(Math.exp(-min))
        : logUniformDistribution(-max, -min, Math.exp(-max), Math.exp(-min))
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
    case 'q_log_uniform_values':
      return min === max ? pointMass(min) : logUniformDistribution(Math.log(min), Math.log(max), min, max)
  }
}

/** The range that a quantized distribution is given by. */
export function rangeOf(config: QuantizedRangeConfig | QuantizedBetaConfig): {
  readonly low: number
  readonly high: number
} {
  if (config.distribution === 'q_beta') return { low: 0, high: 1 }
  const [low, high] = [plain(config.min), plain(config.max)]
  if (config.distribution !== 'q_log_uniform') return { low, high }
  // The exponents of an end that was meant as a multiple are rounded: e^(log 8) is below 8.
  const [from, to, q] = [Math.exp(low), Math.exp(high), plain(config.q)]
  const { first, last } = multiplesInside(from, to, q)
  return { low: Math.min(from, first * q), high: Math.max(to, last * q) }
}

export const isLogarithmic = (config: LeafConfig): boolean => config.distribution.includes('log_')
