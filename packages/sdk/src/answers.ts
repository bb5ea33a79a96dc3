/** Types of the API that `core/schema/api/` exports only as schemas. The schemas themselves stay out of the SDK's bundle. */
import type * as agents from '@chimney/core/schema/api/agents'
import type * as health from '@chimney/core/schema/api/health'
import type * as keys from '@chimney/core/schema/api/keys'
import type * as metrics from '@chimney/core/schema/api/metrics'
import type * as projects from '@chimney/core/schema/api/projects'
import type * as results from '@chimney/core/schema/api/results'
import type * as runs from '@chimney/core/schema/api/runs'
import type * as trials from '@chimney/core/schema/api/trials'

type Out<T extends { parse: (input: unknown) => unknown }> = ReturnType<T['parse']>

export type Enqueued = Out<typeof trials.Enqueued>
export type Importance = Out<typeof results.Importance>
export type Claimed = Out<typeof runs.Claimed>
export type HistoryRow = Out<typeof metrics.HistoryRow>
export type KeyBody = Out<typeof keys.KeyBody>
export type KeyCreated = Out<typeof keys.KeyCreated>
export type Viewer = Out<typeof keys.Viewer>
export type Health = Out<typeof health.Health>
export type AgentQueue = Out<typeof agents.AgentQueue>
export type ProjectBody = Out<typeof projects.ProjectBody>

export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor?: string
}
export interface PageQuery {
  readonly cursor?: string
  readonly limit?: number
}
