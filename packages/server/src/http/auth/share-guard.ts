import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { opensSweep } from '../../sweeps/lifecycle/share-sweep.ts'
import { type PathNames, runKeyOf, sweepKeyOf } from '../routes/path-names.ts'

/** Has the token of a view-only link to a sweep. */
export const SHARE_HEADER = 'chimney-share'
const MAX_TOKEN_LENGTH = 256

/**
 * Lets the bearer of a share link read its sweep and the runs of it, on routes that are `shared`, and nothing else. Throws
 * `Problem('forbidden')` elsewhere, and `Problem('unauthorized')` for a token that does not open the sweep (any more), whether
 * or not there is such a sweep.
 */
export async function visitor(
  deps: Pick<Deps, 'store'>,
  shared: boolean,
  names: PathNames,
  token: string,
): Promise<void> {
  if (!shared)
    throw new Problem(
      'forbidden',
      'shared-read-only',
      'a share link can only view its sweep and the runs of the sweep; sign in with an API key',
    )
  const sweep = names.run === '' ? names.sweep : await sweepOfRun(deps, names)
  if (
    sweep !== undefined &&
    token.length <= MAX_TOKEN_LENGTH &&
    (await opensSweep(deps, { ...sweepKeyOf(names), sweep }, token))
  )
    return
  throw new Problem(
    'unauthorized',
    'share-ended',
    'this share link is invalid or was revoked; ask its sender for a new one',
  )
}

const sweepOfRun = async (deps: Pick<Deps, 'store'>, names: PathNames): Promise<string | undefined> =>
  (await deps.store.getLive(runKeyOf(names)))?.sweep
