import type { SweepKey } from '@chimney/core/schema/names'
import type { UnixMs } from '../clock.ts'

/** A process that registered with a sweep and polls it for one trial after the other. */
export interface AgentRecord {
  readonly key: SweepKey
  readonly id: string
  readonly host: string
  readonly createdAt: UnixMs
  /** Updated at most once a minute. */
  readonly heartbeatAt: UnixMs
  /** How many trials it received. */
  readonly served: number
  /** The latest trial. `sends`: how often the order was sent; `taken`: the agent reported that it runs the trial. */
  readonly current?: {
    readonly number: number
    readonly run: string
    readonly attempt: number
    readonly sends: number
    readonly taken: boolean
  }
  readonly rev: number
}

export interface AgentStore {
  /** Writes the agent if its `rev` is still `next.rev - 1` (0 for a new one); false when another writer was first. */
  putAgent(next: AgentRecord): Promise<boolean>
  getAgent(key: SweepKey, id: string): Promise<AgentRecord | undefined>
  /** In no particular order. Deleted with the sweep. */
  listAgents(key: SweepKey): Promise<readonly AgentRecord[]>
}
