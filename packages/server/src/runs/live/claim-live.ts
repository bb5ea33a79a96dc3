import type { RunKey } from '@chimney/core/schema/names'
import { type Claim, claim } from '@chimney/core/sweep/attempt'
import type { Deps } from '../../deps.ts'
import { hashOf } from '../../ids.ts'
import type { RunLive } from '../../store/runs.ts'
import { changeLive } from './change-live.ts'
import { claimedLive } from './run-transitions.ts'

/** Who claims a run: a name to show, and a token by which a repeated request finds its own claim. */
export interface Claimant {
  readonly agent?: string
  readonly claimedBy?: string
}

export const claimantOf = (request: {
  readonly agent?: string
  readonly idempotencyKey?: string
}): Claimant => ({
  ...(request.agent !== undefined && { agent: request.agent }),
  ...(request.idempotencyKey !== undefined && { claimedBy: hashOf(request.idempotencyKey).slice(0, 16) }),
})

/** Claims a queued run under its next attempt, or finds the claim of the same request. Undefined when there is no such run. */
export function claimLive(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  key: RunKey,
  by: Claimant,
  known?: { readonly attempt: number; readonly live: RunLive },
): Promise<{ live: RunLive; answer: Claim } | undefined> {
  const now = deps.clock.now()
  return changeLive<Claim>(
    deps,
    { entity: key.entity, project: key.project, run: key.run },
    (live) => {
      const decision = claim(live, { by: by.claimedBy, ...(known && { attempt: known.attempt }) })
      if (!decision.ok || decision.repeated) return { answer: decision }
      return { next: claimedLive(deps, live, by, decision.attempt, now), answer: decision }
    },
    known?.live,
  )
}
