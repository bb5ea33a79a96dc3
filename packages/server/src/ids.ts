import { createHash } from 'node:crypto'
import type { SweepKey } from '@chimney/core/schema/names'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Lower-case letters and digits drawn from bytes; the modulo's bias (at most 1/7) is harmless in ids, which need no secrecy. */
export const idFromBytes = (bytes: Uint8Array, length: number): string =>
  Array.from(bytes.subarray(0, length), (byte) => ALPHABET[byte % ALPHABET.length]).join('')

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The same id for the same text, so that a repeated request finds what the first one created. At most 32 characters. */
export const idFromText = (text: string, length: number): string => idFromBytes(sha256(text), length)

/** The hash of a request's content, to distinguish a repetition from another request with the same idempotency key. */
export const hashOf = (text: string): string => sha256(text).toString('hex')

/** The run id of a trial. Derived from the sweep's id, which is unique in the deployment, so that a repair creates the same run. */
export const trialRunId = (key: Pick<SweepKey, 'sweep'>, number: number): string => `${key.sweep}-${number}`

/** Whether the id has the form of {@link trialRunId}. */
export const isTrialRunId = (run: string): boolean => /^[a-z0-9]{8}-[1-9][0-9]*$/.test(run)
