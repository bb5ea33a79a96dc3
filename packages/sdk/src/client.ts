import type { RunCreate } from '@chimney/core/schema/api/runs'
import { type AgentOptions, type AgentReport, runAgent } from './agent.ts'
import { agentCalls } from './client/agent-calls.ts'
import { type ChimneyOptions, openConnection } from './client/connection.ts'
import { entityCalls } from './client/entity-calls.ts'
import { keyCalls } from './client/key-calls.ts'
import { metricCalls } from './client/metric-calls.ts'
import { projectCalls } from './client/project-calls.ts'
import { runCalls } from './client/run-calls.ts'
import { serviceCalls } from './client/service-calls.ts'
import { sweepCalls } from './client/sweep-calls.ts'
import { trialCalls } from './client/trial-calls.ts'
import { openRun, type Run, type RunOptions } from './run.ts'

export type { ChimneyOptions, CreateOptions, PageQuery } from './client/connection.ts'
export type { NextTrial, Trial } from './client/trial-calls.ts'

/**
 * Client of the HTTP API, one method per route. Sweep paths are `entity/project/sweep`, run paths are
 * `entity/project/run`; the options supply missing leading parts. All failures are `ChimneyError`s.
 */
export type Chimney = ReturnType<typeof chimney>

/**
 * Creates a client. Server and key come from the options, the environment, or `chimney login`.
 *
 * @example
 * ```ts
 * import { chimney } from '@chimney/sdk'
 *
 * const client = chimney()
 * const sweep = await client.createSweep(
 *   { method: 'random', metric: { name: 'loss' }, parameters: { lr: { min: 0.001, max: 0.1 } } },
 *   { project: 'digits' },
 * )
 * await client.agent<{ lr: number }>(
 *   sweep.path,
 *   async (run) => {
 *     for (let epoch = 1; epoch <= 10 && !run.stopRequested; epoch++)
 *       await run.log({ loss: run.params.lr / epoch }, { step: epoch })
 *   },
 *   { count: 5 },
 * )
 * console.log((await client.best(sweep.path))?.params)
 * ```
 */
export const chimney = (options: ChimneyOptions = {}) => {
  const connection = openConnection(options)
  const { url, key, timing } = connection
  const client = {
    url,
    key,
    timing,
    ...serviceCalls(connection),
    ...keyCalls(connection),
    ...entityCalls(connection),
    ...agentCalls(connection),
    ...projectCalls(connection),
    ...sweepCalls(connection),
    ...trialCalls(connection),
    ...runCalls(connection),
    ...metricCalls(connection),
  }
  return {
    ...client,
    /**
     * Starts a run without a sweep. It ends when the process exits, with the exit code of the process, unless
     * `finish` was called before.
     *
     * @example
     * ```ts
     * import { chimney } from '@chimney/sdk'
     *
     * const run = await chimney().startRun('digits', { config: { lr: 0.01 } })
     * await run.log({ loss: 0.5 })
     * await run.finish({ summary: { best_loss: 0.5 } })
     * ```
     */
    startRun: async (project: string | undefined, body: RunCreate = {}, more?: RunOptions): Promise<Run> => {
      const created = await client.createRun(project, body)
      return openRun(
        client,
        { path: created.path, params: created.config, attempt: created.attempt || undefined },
        { finishOnExit: true, ...more },
      )
    },
    /**
     * Runs trials of the sweep one after another, until the sweep is finished or `count` trials are done.
     *
     * @example
     * ```ts
     * import { chimney } from '@chimney/sdk'
     *
     * await chimney().agent<{ lr: number }>('acme/digits/abc123de', async (run) => {
     *   for (let epoch = 1; epoch <= 10 && !run.stopRequested; epoch++)
     *     await run.log({ loss: run.params.lr / epoch }, { step: epoch })
     * })
     * ```
     */
    agent: <P extends object = Record<string, unknown>>(
      path: string,
      train: (run: Run<P>) => unknown,
      more?: AgentOptions,
    ): Promise<AgentReport> => runAgent(client, path, train, more),
  }
}
