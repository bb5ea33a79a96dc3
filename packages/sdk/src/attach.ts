import { chimney } from './client.ts'
import type { ChimneyOptions } from './connect.ts'
import { openRun, type Run, type RunOptions } from './run.ts'

/**
 * The run that `chimney agent` started this program for, read from CHIMNEY_RUN, CHIMNEY_ATTEMPT, CHIMNEY_PARAMS and
 * CHIMNEY_SWEEP; undefined when the program was started otherwise. The agent ends the run by the program's exit code, so
 * there is no need to call `finish`.
 */
export const currentRun = <P extends object = Record<string, unknown>>(
  options: ChimneyOptions & { readonly run?: RunOptions } = {},
): Run<P> | undefined => {
  const { CHIMNEY_RUN, CHIMNEY_ATTEMPT, CHIMNEY_PARAMS, CHIMNEY_SWEEP } = process.env
  if (!CHIMNEY_RUN) return undefined
  return openRun<P>(
    chimney(options),
    {
      path: CHIMNEY_RUN,
      params: JSON.parse(CHIMNEY_PARAMS || '{}') as P,
      attempt: CHIMNEY_ATTEMPT ? Number(CHIMNEY_ATTEMPT) : undefined,
      sweep: CHIMNEY_SWEEP,
    },
    options.run,
  )
}
