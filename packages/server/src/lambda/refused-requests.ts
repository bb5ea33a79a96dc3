import { Resource } from 'sst/resource'
import { cutRecording } from '../runs/lifecycle/cut-recording.ts'
import { readEnv } from './env.ts'
import { createLogger } from './logger.ts'
import { makeDeps } from './make-deps.ts'
import { refusedRuns } from './refused-runs.ts'
import { startTracing } from './tracing.ts'

const env = readEnv(process.env, Resource as unknown as Record<string, unknown>)
const tracing = await startTracing(env, 'refused-requests')
const logger = createLogger('refused-requests')
const deps = makeDeps(env, tracing.capture)

/** Called with lines of the access log about streams that the gateway refused for their size. A throw is retried by Lambda. */
export const handler = tracing.wrap(async (event: unknown): Promise<void> => {
  for (const key of refusedRuns(event))
    if (await cutRecording(deps, key)) logger.warn('recording cut', { ...key })
})
