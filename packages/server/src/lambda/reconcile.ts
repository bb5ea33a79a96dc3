import { Resource } from 'sst/resource'
import { reconcile } from '../sweeps/reconcile.ts'
import { readEnv } from './env.ts'
import { makeDeps } from './make-deps.ts'

const deps = makeDeps(readEnv(process.env, Resource as unknown as Record<string, unknown>))

/** Called by the schedule every minute. A throw shows up as an error of the function, and the next minute tries again. */
export const handler = async (): Promise<void> => {
  console.log(JSON.stringify(await reconcile(deps)))
}
