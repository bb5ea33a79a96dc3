import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { hashOf } from '../../ids.ts'
import { reusedKey } from '../../reused-key.ts'

/** A trial that a request was given. */
export interface Granted {
  readonly number: number
  readonly attempt: number
}

/** The receipt of a request with an idempotency key, see {@link openReceipt}. */
export interface OpenReceipt {
  /** Present when the request was answered before: the trials that it was given. */
  readonly grants?: readonly Granted[]
  /** Stores what the request is given. Call it before giving it, as soon as it is known. */
  readonly settle: (grants: readonly Granted[]) => Promise<void>
  /** Drops a receipt without grants, so that a repetition of the request is a new request. */
  readonly close: () => Promise<void>
}

/** Longer than a function may run (29 s): a request without an answer for so long has died. */
const STALE_MS = 60_000

const NO_RECEIPT: OpenReceipt = { settle: async () => {}, close: async () => {} }

/**
 * Opens the receipt that makes a request with an idempotency key answered once. Throws `request-in-progress` while the first
 * request with the key is being answered. `content`: what must be equal in a repetition.
 */
export async function openReceipt(
  deps: Pick<Deps, 'store' | 'clock' | 'randomId' | 'settings'>,
  idempotencyKey: string | undefined,
  content: string,
): Promise<OpenReceipt> {
  if (idempotencyKey === undefined) return NO_RECEIPT
  const id = hashOf(idempotencyKey)
  const { soleProcess } = deps.settings
  const token = `${soleProcess ?? ''}${deps.randomId(16)}`
  const mine = { token, requestHash: hashOf(content), at: deps.clock.now() }
  const stored = await deps.store.claimReceipt(id, mine, STALE_MS, soleProcess)
  if (stored.requestHash !== mine.requestHash) throw reusedKey('a request for trials')
  if (stored.token !== mine.token) {
    if (stored.grants) return { ...NO_RECEIPT, grants: stored.grants }
    throw busy('request-in-progress', 'a request with this Idempotency-Key is in progress; send it again')
  }
  let settled = false
  return {
    settle: async (grants) => {
      if (grants.length === 0) return
      settled = true
      if (!(await deps.store.settleReceipt(id, { ...mine, grants })))
        throw busy('request-taken-over', 'a repetition of this request has taken it over; send it again')
    },
    close: async () => {
      if (!settled) await deps.store.dropReceipt(id, mine.token)
    },
  }
}

const busy = (code: string, detail: string): Problem =>
  new Problem('retryable', code, detail, { retryAfter: 1 })
