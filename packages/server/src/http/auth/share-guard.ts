import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { opensSweep } from '../../sweeps/lifecycle/share-sweep.ts'
import { type PathNames, runKeyOf, sweepKeyOf } from '../routes/path-names.ts'

/** Carries the token of a link that opens one sweep for reading. */
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
      'a share link only reads its sweep and the runs of it; sign in with a key for more',
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
    'this link does not open that (any more); ask whoever sent it for another one',
  )
}

const sweepOfRun = async (deps: Pick<Deps, 'store'>, names: PathNames): Promise<string | undefined> =>
  (await deps.store.getLive(runKeyOf(names)))?.sweep
