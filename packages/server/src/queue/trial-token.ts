import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RunKey } from '@chimney/core/schema/names'
import type { Clock, UnixMs } from '../clock.ts'
import type { Queue } from './queue.ts'

/** The retention of a queue (`stacks/queues.ts`): a token does not outlive its message. */
const VALID_MS = 14 * 24 * 60 * 60_000
/** The version of the form. */
const PREFIX = 'trial1.'
const FORM = /^trial1\.([0-9a-z]{1,12})\.[0-9a-f]{64}$/

export const isTrialToken = (text: string): boolean => text.startsWith(PREFIX)

/**
 * What a message brings its agent function: access to the run of its trial and to nothing else. Signed, not stored; the run is not
 * in it, because the sender names the run.
 */
export const trialToken = (secret: string, run: RunKey, expiresAt: UnixMs): string => {
  const until = Math.ceil(expiresAt).toString(36)
  return `${PREFIX}${until}.${macOf(secret, run, until)}`
}

/** Whether the token was signed for this run, and when it ends. */
export function readTrialToken(
  secret: string,
  run: RunKey,
  token: string,
): { readonly expiresAt: UnixMs } | undefined {
  const until = FORM.exec(token)?.[1]
  if (until === undefined) return undefined
  const given = Buffer.from(token.slice(PREFIX.length + until.length + 1), 'hex')
  const signed = Buffer.from(macOf(secret, run, until), 'hex')
  return timingSafeEqual(given, signed) ? { expiresAt: Number.parseInt(until, 36) } : undefined
}

/** Over JSON, so that no part can be moved into its neighbor. */
const macOf = (secret: string, { entity, project, run }: RunKey, until: string): string =>
  createHmac('sha256', secret)
    .update(JSON.stringify([entity, project, run, until]))
    .digest('hex')

/** A queue whose messages bring a token for the run of their trial. */
export const withTrialTokens = (queue: Queue, secret: string, clock: Clock): Queue => ({
  agents: queue.agents,
  send: (agent, messages) => {
    const expiresAt = clock.now() + VALID_MS
    return queue.send(
      agent,
      messages.map((message) => ({ ...message, token: trialToken(secret, message, expiresAt) })),
    )
  },
})
