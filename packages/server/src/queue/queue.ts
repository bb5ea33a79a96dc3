import type { TrialMessage } from '@chimney/core/schema/trial-message'

export type { TrialMessage }

export interface Queue {
  /** Names of the agent functions with a queue. */
  readonly agents: readonly string[]
  /** Sends every message at least once and unordered, or throws `Problem('retryable' | 'misconfigured')`. An unknown agent throws `Problem('invalid')`. */
  send(agent: string, messages: readonly TrialMessage[]): Promise<void>
}
