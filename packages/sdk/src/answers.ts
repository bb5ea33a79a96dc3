/** Types of the API that `core/schema/api` gives only as schemas. The schemas themselves stay out of the SDK's bundle. */
import type * as api from '@chimney/core/schema/api'

type Out<T extends { parse: (input: unknown) => unknown }> = ReturnType<T['parse']>

export type Enqueued = Out<typeof api.Enqueued>
export type Importance = Out<typeof api.Importance>
export type Claimed = Out<typeof api.Claimed>
export type HistoryRow = Out<typeof api.HistoryRow>
export type KeyBody = Out<typeof api.KeyBody>
export type KeyCreated = Out<typeof api.KeyCreated>
export type Viewer = Out<typeof api.Viewer>
export type Health = Out<typeof api.Health>
export type AgentQueue = Out<typeof api.AgentQueue>
export type ProjectBody = Out<typeof api.ProjectBody>

export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor?: string
}
export interface PageQuery {
  readonly cursor?: string
  readonly limit?: number
}
