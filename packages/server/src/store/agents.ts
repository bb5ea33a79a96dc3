import type { SweepKey } from '@chimney/core/schema/names'
import type { UnixMs } from '../clock.ts'

/** Whoever polls a sweep for trials over a long time, one trial after the other. */
export interface AgentRecord {
  readonly key: SweepKey
  readonly id: string
  readonly host: string
  readonly createdAt: UnixMs
  /** Moves at most once a minute. */
  readonly heartbeatAt: UnixMs
  /** How many trials it was given. */
  readonly served: number
  /** The trial that it was given last. `sends`: how often it was told. `taken`: it has said that it runs it. */
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
  /** In no particular order. They go with their sweep. */
  listAgents(key: SweepKey): Promise<readonly AgentRecord[]>
}
