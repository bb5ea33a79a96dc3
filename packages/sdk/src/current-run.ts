import { type ChimneyOptions, chimney } from './client.ts'
import { openRun, type Run, type RunOptions } from './run.ts'

/**
 * The run of a program that `chimney agent` started, from CHIMNEY_RUN, CHIMNEY_ATTEMPT, CHIMNEY_PARAMS and
 * CHIMNEY_SWEEP; undefined in other programs. The agent ends the run with the exit code of the program, so the program
 * does not call `finish`.
 *
 * @example
 * ```ts
 * import { currentRun } from '@chimney/sdk'
 *
 * const run = currentRun<{ lr: number }>()
 * for (let epoch = 1; epoch <= 10 && !run?.stopRequested; epoch++)
 *   await run?.log({ loss: run.params.lr / epoch }, { step: epoch })
 * ```
 */
export const currentRun = <P extends object = Record<string, unknown>>(
  options: ChimneyOptions & { readonly run?: RunOptions } = {},
): Run<P> | undefined => {
  const { CHIMNEY_RUN, CHIMNEY_ATTEMPT, CHIMNEY_PARAMS, CHIMNEY_SWEEP } = process.env
  const { CHIMNEY_REPLICATE, CHIMNEY_REPLICATES } = process.env
  if (!CHIMNEY_RUN) return undefined
  return openRun<P>(
    chimney(options),
    {
      path: CHIMNEY_RUN,
      params: JSON.parse(CHIMNEY_PARAMS || '{}') as P,
      attempt: CHIMNEY_ATTEMPT ? Number(CHIMNEY_ATTEMPT) : undefined,
      sweep: CHIMNEY_SWEEP,
      replicate: CHIMNEY_REPLICATE
        ? { index: Number(CHIMNEY_REPLICATE), of: Number(CHIMNEY_REPLICATES) }
        : undefined,
    },
    options.run,
  )
}
