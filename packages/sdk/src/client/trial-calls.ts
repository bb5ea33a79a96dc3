import type { Page } from '@chimney/core/schema/api/page'
import type {
  AddedTrials,
  AddTrialsRequest,
  Enqueued,
  HandedTrial,
  HandedTrials,
  Latest,
  NextTrialRequest,
  Requeued,
  TrialBody,
  VoidRequest,
} from '@chimney/core/schema/api/trials'
import { ChimneyError } from '../error.ts'
import type { Connection, CreateOptions, PageQuery } from './connection.ts'
import { leaseMsOf } from './lease.ts'

/** A leased trial. `leaseMs` is the length of the lease: metrics and heartbeats renew it. */
export type Trial = HandedTrial & { readonly leaseMs: number | undefined }

export type NextTrial =
  | { readonly kind: 'trial'; readonly trial: Trial }
  /** The sweep is paused, or the maximum number of trials is running: ask again later. */
  | { readonly kind: 'wait'; readonly retryAfterMs: number }
  /** The sweep hands out no more trials. */
  | { readonly kind: 'finished'; readonly reason: string }

/** Wait after a 204 without a Retry-After header, ms. */
const WAIT_MS = 5_000
const PAGE_SIZE = 500

export const trialCalls = ({ call, send, idempotencyOf, sweepRoute }: Connection) => {
  const listTrials = async (path: string, query: PageQuery & { state?: string } = {}) =>
    call<Page<TrialBody>>({ method: 'GET', path: await sweepRoute(path, '/trials'), query: { ...query } })

  return {
    /** Requests one trial. A repeated call with the same idempotency key returns the same trial. */
    nextTrial: async (
      path: string,
      more: CreateOptions & { agent?: string | undefined; signal?: AbortSignal; retryForMs?: number } = {},
    ): Promise<NextTrial> => {
      const body: NextTrialRequest = more.agent === undefined ? {} : { agent: more.agent }
      try {
        const answer = await send<HandedTrials | undefined>({
          method: 'POST',
          path: await sweepRoute(path, '/trials'),
          body,
          signal: more.signal,
          retryForMs: more.retryForMs,
          ...idempotencyOf(more),
        })
        const trial = answer.body?.trials[0]
        if (!trial) return { kind: 'wait', retryAfterMs: answer.retryAfterMs ?? WAIT_MS }
        return { kind: 'trial', trial: { ...trial, leaseMs: leaseMsOf(trial.lease_until, answer) } }
      } catch (error) {
        if (error instanceof ChimneyError && error.code === 'sweep-finished')
          return { kind: 'finished', reason: error.message }
        throw error
      }
    },
    /** Requests up to `count` trials. Returns none while the sweep is paused or full; throws `sweep-finished` at its end. */
    nextTrials: async (
      path: string,
      body: NextTrialRequest,
      more?: CreateOptions,
    ): Promise<readonly Trial[]> => {
      const answer = await send<HandedTrials | undefined>({
        method: 'POST',
        path: await sweepRoute(path, '/trials'),
        body,
        ...idempotencyOf(more),
      })
      const trials = answer.body?.trials ?? []
      return trials.map((trial) => ({ ...trial, leaseMs: leaseMsOf(trial.lease_until, answer) }))
    },
    getTrial: async (path: string, number: number) =>
      call<TrialBody>({ method: 'GET', path: await sweepRoute(path, `/trials/${number}`) }),
    /** Voids the result of an ended trial: the search forgets it, and it is not the best. Throws `trial-open` before its end. */
    voidTrial: async (path: string, number: number, body: VoidRequest = {}) =>
      call<TrialBody>({ method: 'POST', path: await sweepRoute(path, `/trials/${number}/void`), body }),
    /** Queues an ended trial again, with the same parameters; reopens a finished sweep. */
    requeueTrial: async (path: string, number: number) =>
      call<TrialBody>({ method: 'POST', path: await sweepRoute(path, `/trials/${number}/requeue`) }),
    /** The same for all trials that ended in these states, separated by commas; `void` for those without a result. */
    requeueTrials: async (path: string, state: string): Promise<readonly TrialBody[]> => {
      const trials: TrialBody[] = []
      for (;;) {
        const { items, more } = await call<Requeued>({
          method: 'POST',
          path: await sweepRoute(path, '/trials/requeue'),
          query: { state },
        })
        trials.push(...items)
        if (!more || items.length === 0) return trials
      }
    },
    /** Queues a trial with these parameters. The next free agent runs it. */
    enqueue: async (path: string, params: Readonly<Record<string, unknown>>, more?: CreateOptions) =>
      call<Enqueued>({
        method: 'POST',
        path: await sweepRoute(path, '/enqueue'),
        body: { params },
        ...idempotencyOf(more),
      }),
    /** Adds trials that ran elsewhere, with their results; at most 100. */
    addTrials: async (path: string, trials: AddTrialsRequest['trials'], more?: CreateOptions) =>
      call<AddedTrials>({
        method: 'POST',
        path: await sweepRoute(path, '/add'),
        body: { trials },
        ...idempotencyOf(more),
      }),
    listTrials,
    /** All trials, ascending by number. */
    async *trials(path: string, query: { state?: string } = {}): AsyncGenerator<TrialBody, void, void> {
      for (let cursor: string | undefined; ; ) {
        const page = await listTrials(path, { ...query, limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) })
        yield* page.items
        cursor = page.next_cursor
        if (cursor === undefined) return
      }
    },
    /** The last reported value of the metric for each of these runs that is running. At most 50 runs. */
    latest: async (path: string, runs: readonly string[]) =>
      call<Latest>({
        method: 'GET',
        path: await sweepRoute(path, '/latest'),
        query: { runs: runs.join(',') },
      }),
  }
}
