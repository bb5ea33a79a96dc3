import './no-eval.ts'

import { trialCount } from '@chimney/core/schema/parse-sweep-config'
import { dollarsOf } from '../model/cost.ts'
import { checkConfig } from './check-config.ts'

interface Estimate {
  readonly trials: number
  readonly computeMs: number
  readonly elapsedMs: number
  /** Of the service in AWS, without training machines. */
  readonly dollars: number
}

/** Undefined for a config with errors, Infinity without an end. */
export function trialsOf(text: string): number | undefined {
  const { config } = checkConfig(text)
  return config && trialCount(config)
}

/** Without early stopping and failures, which change it. */
export function estimate(trials: number, trialMs: number, agents: number): Estimate {
  return {
    trials,
    computeMs: trials * trialMs,
    elapsedMs: Math.ceil(trials / Math.max(1, agents)) * trialMs,
    dollars: trials * dollarsOf(trialMs),
  }
}
