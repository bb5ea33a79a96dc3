import type { Page } from '@chimney/core/schema/api/page'
import type {
  Claimed,
  ClaimRequest,
  FinishAnswer,
  FinishRequest,
  HeartbeatAnswer,
  RunBody,
  RunCreate,
  RunPatch,
  RunsDelete,
  RunsDeleted,
} from '@chimney/core/schema/api/runs'
import type { RetryOptions } from '../run.ts'
import type { Connection, CreateOptions, PageQuery } from './connection.ts'
import { leaseMsOf } from './lease.ts'

export const runCalls = ({ call, send, idempotencyOf, projectRoute, runRoute }: Connection) => ({
  /** Creates a run without executing it; see `startRun`. */
  createRun: async (project: string | undefined, body: RunCreate = {}, more?: CreateOptions) =>
    call<RunBody>({
      method: 'POST',
      path: await projectRoute(project, '/runs'),
      body,
      ...idempotencyOf(more),
    }),
  listRuns: async (project?: string, query: PageQuery = {}) =>
    call<Page<RunBody>>({ method: 'GET', path: await projectRoute(project, '/runs'), query: { ...query } }),
  getRun: async (path: string) => call<RunBody>({ method: 'GET', path: await runRoute(path) }),
  updateRun: async (path: string, patch: RunPatch) =>
    call<RunBody>({ method: 'PATCH', path: await runRoute(path), body: patch }),
  /** Deletes all runs of a project that match; returns how many. */
  deleteRuns: async (project: string | undefined, which: RunsDelete): Promise<number> => {
    for (let count = 0; ; ) {
      const { deleted, more } = await call<RunsDeleted>({
        method: 'POST',
        path: await projectRoute(project, '/runs/delete'),
        body: which,
      })
      count += deleted
      if (!more) return count
    }
  },
  deleteRun: async (path: string) => call<void>({ method: 'DELETE', path: await runRoute(path) }),

  /** Claims a dispatched trial. Throws `lease-taken` when another agent holds the lease, `run-ended` after its end. */
  claim: async (path: string, body: ClaimRequest, more: { retryForMs?: number } = {}) => {
    const answer = await send<Claimed>({
      method: 'POST',
      path: await runRoute(path, '/claim'),
      body,
      idempotencyKey: crypto.randomUUID(),
      retryForMs: more.retryForMs,
    })
    return { ...answer.body, leaseMs: leaseMsOf(answer.body.lease_until, answer) }
  },
  heartbeat: async (path: string, body: { attempt?: number } = {}, more: RetryOptions = {}) => {
    const answer = await send<HeartbeatAnswer>({
      method: 'POST',
      path: await runRoute(path, '/heartbeat'),
      body,
      ...more,
    })
    return { ...answer.body, leaseMs: leaseMsOf(answer.body.lease_until, answer) }
  },
  finish: async (path: string, body: FinishRequest, more: RetryOptions = {}) =>
    call<FinishAnswer>({ method: 'POST', path: await runRoute(path, '/finish'), body, ...more }),
})
