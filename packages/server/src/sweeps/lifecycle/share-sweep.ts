import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { UnixMs } from '../../clock.ts'
import type { Deps } from '../../deps.ts'

/** 160 random bits cannot be guessed, so a plain hash is enough. */
const TOKEN_BYTES = 20
const TRIES = 10

interface Share {
  /** SHA-256 of the token, in hex. The token itself is never stored. */
  readonly hash: string
  readonly at: UnixMs
}

const documentOf = ({ sweep }: SweepKey): string => `share/${sweep}`
const hashOf = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex')

/** Creates a token with which anyone can read the sweep; an earlier token stops working. */
export async function shareSweep(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: SweepKey,
): Promise<{ token: string; at: UnixMs }> {
  const token = randomBytes(TOKEN_BYTES).toString('hex')
  const share: Share = { hash: hashOf(token), at: deps.clock.now() }
  for (let tries = 0; tries < TRIES; tries++) {
    const rev = ((await deps.store.getDocument(key, documentOf(key)))?.rev ?? 0) + 1
    if (await deps.store.putDocument(key, { name: documentOf(key), text: JSON.stringify(share), rev }))
      return { token, at: share.at }
  }
  throw new Problem(
    'retryable',
    'share-busy',
    'another request is sharing this sweep; send the request again',
  )
}

/** Revokes the token. Safe to repeat. */
export const unshareSweep = (deps: Pick<Deps, 'store'>, key: SweepKey): Promise<void> =>
  deps.store.deleteDocument(key, documentOf(key))

/** When the token was created; undefined when the sweep is not shared. */
export const sharedSince = async (deps: Pick<Deps, 'store'>, key: SweepKey): Promise<UnixMs | undefined> =>
  (await readShare(deps, key))?.at

/** Whether the token allows reading the sweep. */
export async function opensSweep(deps: Pick<Deps, 'store'>, key: SweepKey, token: string): Promise<boolean> {
  const share = await readShare(deps, key)
  if (!share) return false
  return timingSafeEqual(Buffer.from(hashOf(token), 'hex'), Buffer.from(share.hash, 'hex'))
}

async function readShare(deps: Pick<Deps, 'store'>, key: SweepKey): Promise<Share | undefined> {
  const document = await deps.store.getDocument(key, documentOf(key))
  return document && (JSON.parse(document.text) as Share)
}
