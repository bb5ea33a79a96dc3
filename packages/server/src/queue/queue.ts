/** What travels to an agent function: keys only. `attempt` is the one that the claim will make (the fence). */
export interface TrialMessage {
  readonly v: 1
  readonly entity: string
  readonly project: string
  readonly sweep: string
  readonly number: number
  readonly run: string
  readonly attempt: number
}

export interface Queue {
  /** Names of the agent functions that have a queue, for error messages and checks. */
  readonly agents: readonly string[]
  /** Sends every message at least once, or throws `Problem('retryable')`; unordered. An unknown agent throws `Problem('invalid')`. */
  send(agent: string, messages: readonly TrialMessage[]): Promise<void>
}
