import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { hashOf } from '../../ids.ts'
import { reusedKey } from '../../reused-key.ts'

/** A trial that a request was given. */
export interface Granted {
  readonly number: number
  readonly attempt: number
}

/** A request that has said nothing for so long has died with its function, whose time is shorter. */
const STALE_MS = 60_000

/**
 * Answers a request with an idempotency key once. `answer` calls `settle` as soon as it knows what it gives and before it gives
 * it; a repetition is then answered by `replay`. A repetition during the first one's work is told to come back. An answer that
 * gave nothing is forgotten, so that asking again means asking again.
 */
export async function withReceipt<T>(
  deps: Pick<Deps, 'store' | 'clock' | 'randomId'>,
  idempotencyKey: string | undefined,
  request: string,
  work: {
    readonly replay: (grants: readonly Granted[]) => Promise<T>
    readonly answer: (settle: (grants: readonly Granted[]) => Promise<void>) => Promise<T>
  },
): Promise<T> {
  if (idempotencyKey === undefined) return work.answer(async () => {})
  const id = hashOf(idempotencyKey)
  const mine = { token: deps.randomId(16), requestHash: hashOf(request), at: deps.clock.now() }
  const standing = await deps.store.claimReceipt(id, mine, STALE_MS)
  if (standing.requestHash !== mine.requestHash) throw reusedKey('a request for trials')
  if (standing.token !== mine.token) {
    if (standing.grants) return work.replay(standing.grants)
    throw new Problem(
      'retryable',
      'request-in-progress',
      'the same request is being answered; send it again',
      {
        retryAfter: 1,
      },
    )
  }
  let given = false
  try {
    return await work.answer(settle)
  } finally {
    // Nothing was given, or the request was refused: the next coming asks anew, and nothing is left behind.
    if (!given) await deps.store.dropReceipt(id, mine.token)
  }

  async function settle(grants: readonly Granted[]): Promise<void> {
    if (grants.length === 0) return
    given = true
    if (!(await deps.store.settleReceipt(id, { ...mine, grants }))) {
      throw new Problem(
        'retryable',
        'request-taken-over',
        'a repetition of this request has overtaken it; send it again',
        {
          retryAfter: 1,
        },
      )
    }
  }
}
