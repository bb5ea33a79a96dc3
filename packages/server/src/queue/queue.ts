import type { TrialMessage } from '@chimney/core/schema/trial-message'

export type { TrialMessage }

export interface Queue {
  /** Names of the agent functions that have a queue, for error messages and checks. */
  readonly agents: readonly string[]
  /** Sends every message at least once, or throws `Problem('retryable')`; unordered. An unknown agent throws `Problem('invalid')`. */
  send(agent: string, messages: readonly TrialMessage[]): Promise<void>
}
