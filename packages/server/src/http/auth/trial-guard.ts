import { Problem } from '@chimney/core/schema/problem'
import type { Context } from 'hono'
import { isTrialToken, readTrialToken } from '../../queue/trial-token.ts'
import type { AppEnv } from '../app-env.ts'
import { type PathNames, runKeyOf } from '../routes/path-names.ts'
import type { Caller } from './authenticator.ts'

/** The token of a trial in the `Authorization` header; undefined for every other credential. */
export function trialTokenOf(authorization: string | undefined): string | undefined {
  const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  return token !== undefined && isTrialToken(token) ? token : undefined
}

/**
 * The caller with the token of a message: agents' scope, on the routes of one run. Throws `Problem('unauthorized')` for any other
 * run, for routes without a run, and after its end.
 */
export async function trialCaller(c: Context<AppEnv>, names: PathNames, token: string): Promise<Caller> {
  const { trialSecret } = c.var.options
  const read =
    trialSecret === undefined || names.run === ''
      ? undefined
      : readTrialToken(trialSecret, runKeyOf(names), token)
  if (!read)
    throw new Problem(
      'unauthorized',
      'wrong-trial-token',
      'the token of a message gives access only to the run of its trial; send an API key for anything else',
    )
  if (read.expiresAt <= c.var.deps.clock.now())
    throw new Problem(
      'unauthorized',
      'expired-trial-token',
      `this token expired at ${new Date(read.expiresAt).toISOString()}; the trial is sent again with a new one`,
    )
  await c.var.auth.limit(`trial:${names.entity}/${names.project}/${names.run}`)
  return { entity: names.entity, scope: 'ingest', trial: true }
}
