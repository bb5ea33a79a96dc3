import { samplerFor } from '@chimney/core/samplers/pick'
import type { History, Infeasible, Observation, Prior } from '@chimney/core/samplers/sampler'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { spaceOf } from '@chimney/core/space/constraints/constrain'
import { planTrials, type Search } from '@chimney/core/sweep/plan'
import {
  type EndedNumbers,
  fromText,
  type PlanMessage,
  type ThreadAnswer,
  type ThreadMessage,
  toText,
} from './messages.ts'

interface OpenSweep extends Pick<Search, 'sampler' | 'space'> {
  readonly priors: readonly Prior[]
  readonly ended: Map<number, { readonly trial: EndedNumbers; readonly params: Params }>
}

/** The work of a thread that searches: takes messages in their order, and answers those that ask for suggestions. */
export function searchThread(): (message: ThreadMessage) => ThreadAnswer | undefined {
  const sweeps = new Map<number, OpenSweep>()
  return (message) => {
    switch (message.kind) {
      case 'open': {
        const config = fromText(message.config)
        const space = spaceOf(config)
        const params = fromText(message.priorParams)
        const priors = message.priors.map((prior, i) => ({ ...prior, params: params[i]! }))
        sweeps.set(message.sweep, { sampler: samplerFor(config, space), space, priors, ended: new Map() })
        return undefined
      }
      case 'forget':
        sweeps.delete(message.sweep)
        return undefined
      case 'learn': {
        const { ended } = sweeps.get(message.sweep)!
        const params = fromText(message.params)
        for (const [i, trial] of message.trials.entries())
          ended.set(trial.number, { trial, params: params[i]! })
        return undefined
      }
      case 'plan':
        return answer(sweeps.get(message.sweep)!, message)
    }
  }
}

function answer(sweep: OpenSweep, { id, numbers, removed, ...message }: PlanMessage): ThreadAnswer {
  for (const number of removed) sweep.ended.delete(number)
  try {
    const { sampler, space } = sweep
    const history = { ...historyOf(sweep), pending: fromText(message.pending) }
    const planned = planTrials({ ...fromText(message.search), sampler, space }, numbers, history)
    return { id, planned: toText(planned) }
  } catch (error) {
    if (error instanceof Problem) {
      const { kind, code, message, issues, warnings, retryAfter } = error
      return { id, problem: { kind, code, message, issues, warnings, retryAfter } }
    }
    const { message, stack } = error as Error
    return { id, failure: { message, stack } }
  }
}

function historyOf({ ended, priors }: OpenSweep): Omit<History, 'pending'> {
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  const abandoned: Infeasible[] = []
  const lists = { observations, infeasible, abandoned } as Record<EndedNumbers['list'], Infeasible[]>
  const all = [...ended.values()].sort((a, b) => a.trial.number - b.trial.number)
  for (const { trial, params } of all) {
    const { list, ...numbers } = trial
    lists[list].push({ ...numbers, params })
  }
  return { observations, infeasible, abandoned, ...(priors.length > 0 && { prior: priors }) }
}
