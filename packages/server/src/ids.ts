import { createHash } from 'node:crypto'
import type { SweepKey } from '@chimney/core/schema/names'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Lower-case letters and digits drawn from bytes; the modulo's bias (at most 1/7) is harmless in ids, which need no secrecy. */
export const idFromBytes = (bytes: Uint8Array, length: number): string =>
  Array.from(bytes.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join('')

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** An id that the same request makes again: what lets a repeated creation find the first one. At most 32 characters. */
export const idFromText = (text: string, length: number): string => idFromBytes(sha256(text), length)

/** Identity of a request's content, to tell a repetition from another request with the same key. */
export const hashOf = (text: string): string => sha256(text).toString('hex')

/**
 * The run of a trial. Made from the sweep's id, which is unique in the deployment, and the number: whoever repairs a
 * half-made trial arrives at the same run, and people can read it.
 */
export const trialRunId = (key: Pick<SweepKey, 'sweep'>, number: number): string => `${key.sweep}-${number}`

/** Ids that only {@link trialRunId} may make. */
export const isTrialRunId = (run: string): boolean => /^[a-z0-9]{8}-[1-9][0-9]*$/.test(run)
