/** What a thread that searches receives and answers. Values that a copy would strip of their class are JSON texts. */
import type { Observation, Pending, Prior } from '@chimney/core/samplers/sampler'
import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import type { Problem } from '@chimney/core/schema/problem'
import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import type { Planned, Search } from '@chimney/core/sweep/plan'

/** The JSON of a value. */
export interface Text<T> {
  readonly json: string
  readonly of?: T
}

export const toText = <T>(value: T): Text<T> => ({ json: stringifyJson(value as unknown as Json) })
export const fromText = <T>({ json }: Text<T>): T => parseJson(json, { exact: true }) as unknown as T

/** The numbers of a trial that ended. */
export interface EndedNumbers extends Partial<Omit<Observation, 'params' | 'number'>> {
  readonly number: number
  /** As the lists of a history. */
  readonly list: 'observations' | 'infeasible' | 'abandoned'
}

export type ThreadMessage =
  /** A sweep, under a number that no other one has had. */
  | {
      readonly kind: 'open'
      readonly sweep: number
      readonly config: Text<SweepConfig>
      readonly priors: readonly Omit<Prior, 'params'>[]
      readonly priorParams: Text<readonly Params[]>
    }
  /** Trials that the thread does not have, or has otherwise. */
  | {
      readonly kind: 'learn'
      readonly sweep: number
      readonly trials: readonly EndedNumbers[]
      readonly params: Text<readonly Params[]>
    }
  | { readonly kind: 'forget'; readonly sweep: number }
  | PlanMessage

/** Asks for suggestions for the numbers, after the trials `removed` are forgotten. */
export interface PlanMessage {
  readonly kind: 'plan'
  readonly id: number
  readonly sweep: number
  readonly numbers: readonly number[]
  readonly removed: readonly number[]
  readonly pending: Text<readonly Pending[]>
  readonly search: Text<Omit<Search, 'sampler' | 'space'>>
}

/** To a {@link PlanMessage}. */
export type ThreadAnswer = { readonly id: number } & (
  | { readonly planned: Text<readonly Planned[]> }
  | { readonly problem: Pick<Problem, 'kind' | 'code' | 'message' | 'issues' | 'warnings' | 'retryAfter'> }
  | { readonly failure: { readonly message: string; readonly stack?: string | undefined } }
)
