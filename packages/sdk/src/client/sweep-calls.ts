import type { Diagnosis } from '@chimney/core/schema/api/diagnosis'
import type { SweepEvents } from '@chimney/core/schema/api/events'
import type { Page } from '@chimney/core/schema/api/page'
import type { Importance } from '@chimney/core/schema/api/results'
import type { SweepBody, SweepCreated, SweepPatch } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { ChimneyError } from '../error.ts'
import { changeFilter, isOver } from './changes.ts'
import { namesIn } from './config-names.ts'
import type { Connection, CreateOptions, PageQuery } from './connection.ts'

const DEFAULT_PROJECT = 'uncategorized'
const POLL_MS = 2_000

/** The refusal of another entity, which the caller did not name but the config does. */
const entityOfConfig = (error: unknown, entity: string | undefined): unknown => {
  if (!(error instanceof ChimneyError) || error.code !== 'other-entity' || entity === undefined) return error
  const { code, status, problem, retryAfterMs } = error
  const message = `the config has entity: ${entity}, and ${problem?.detail ?? error.message}\nRemove the line entity from the config, or give --entity with the entity of your key.`
  return new ChimneyError(code, message, {
    ...(status !== undefined && { status }),
    ...(problem !== undefined && { problem }),
    retryAfterMs,
    cause: error,
  })
}

export const sweepCalls = (connection: Connection) => {
  const { call, idempotencyOf, projectRoute, sweepAt, sweepRoute, timing } = connection

  const events = async (path: string, since?: string, signal?: AbortSignal) =>
    call<SweepEvents>({ method: 'GET', path: await sweepRoute(path, '/events'), query: { since }, signal })

  const requireBest = async (path: string) =>
    call<TrialBody>({ method: 'GET', path: await sweepRoute(path, '/best') })

  return {
    /** Completes a short sweep path. */
    sweepAt,
    /**
     * Creates a sweep from a W&B sweep config: an object, or YAML or JSON text, which is sent unchanged.
     *
     * @example
     * ```ts
     * import { chimney } from '@chimney/sdk'
     *
     * const sweep = await chimney().createSweep(
     *   { method: 'bayes', metric: { name: 'loss' }, parameters: { lr: { min: 0.001, max: 0.1 } } },
     *   { project: 'digits' },
     * )
     * console.log(sweep.url)
     * ```
     */
    createSweep: async (
      config: string | Readonly<Record<string, unknown>>,
      more: CreateOptions & { entity?: string | undefined; project?: string | undefined } = {},
    ) => {
      const named = namesIn(config)
      const project = more.project ?? named.project ?? connection.project ?? DEFAULT_PROJECT
      const entity = more.entity ?? named.entity
      const path = await projectRoute(entity === undefined ? project : `${entity}/${project}`, '/sweeps')
      try {
        return await call<SweepCreated>({
          method: 'POST',
          path,
          body: config,
          ...(typeof config === 'string' ? { contentType: 'application/yaml' } : {}),
          ...idempotencyOf(more),
        })
      } catch (error) {
        throw more.entity === undefined ? entityOfConfig(error, named.entity) : error
      }
    },
    listSweeps: async (project?: string, query: PageQuery = {}) =>
      call<Page<SweepBody>>({
        method: 'GET',
        path: await projectRoute(project, '/sweeps'),
        query: { ...query },
      }),
    getSweep: async (path: string) => call<SweepBody>({ method: 'GET', path: await sweepRoute(path) }),
    updateSweep: async (path: string, patch: SweepPatch) =>
      call<SweepBody>({ method: 'PATCH', path: await sweepRoute(path), body: patch }),
    deleteSweep: async (path: string) => call<void>({ method: 'DELETE', path: await sweepRoute(path) }),

    /** The best trial. Throws `no-best-yet`, with the reason, until a trial has a value. */
    requireBest,
    /** The best trial; undefined until a trial has a value. */
    best: async (path: string): Promise<TrialBody | undefined> => {
      try {
        return await requireBest(path)
      } catch (error) {
        if (error instanceof ChimneyError && error.code === 'no-best-yet') return undefined
        throw error
      }
    },
    /** What is wrong with the sweep; errors first. No findings: nothing was found. */
    diagnosis: async (path: string) =>
      call<Diagnosis>({ method: 'GET', path: await sweepRoute(path, '/diagnosis') }),
    importance: async (path: string) =>
      call<Importance>({ method: 'GET', path: await sweepRoute(path, '/importance') }),

    /** Changes after `since`, the cursor of an earlier response; everything without it. */
    events,
    /**
     * Polls the sweep every `everyMs` (default: 2 s) and yields its changes until it has ended. Yields each change once.
     *
     * @example
     * ```ts
     * import { chimney } from '@chimney/sdk'
     *
     * for await (const { sweep } of chimney().watch('acme/digits/abc123de')) {
     *   console.log(sweep.trials.finished, sweep.best?.value)
     * }
     * ```
     */
    async *watch(
      path: string,
      more: { everyMs?: number; signal?: AbortSignal } = {},
    ): AsyncGenerator<SweepEvents, void, void> {
      const changed = changeFilter()
      for (let since: string | undefined; !more.signal?.aborted; ) {
        const answer = await events(path, since, more.signal)
        const trials = answer.trials.filter(changed.trial)
        if (changed.sweep(answer.sweep) || trials.length > 0) yield { ...answer, trials }
        since = answer.cursor
        const over = isOver(answer.sweep)
        if (over && trials.length === 0) return
        // A response holds a limited number of trials: fetch the rest without a pause.
        if (!over && !answer.more) await timing.sleep(more.everyMs ?? POLL_MS, more.signal)
      }
    },
  }
}
