import type { SweepKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import * as z from 'zod'

const name = z.string().min(1)
const Message = z.discriminatedUnion('kind', [
  z.object({
    v: z.literal(1),
    kind: z.literal('sweep'),
    entity: name,
    project: name,
    sweep: name,
    from: z.number().int().min(0).optional(),
    since: z.number().optional(),
  }),
  z.object({ v: z.literal(1), kind: z.literal('runs'), cursor: name.optional() }),
])

/**
 * One piece of work of the repair: a sweep, or a page of open runs without a trial (`cursor` as in `listOpenRuns`). `from` and
 * `since`: the work that an earlier message began at `since` (Unix ms) continues at this page of trials. `v` is the version of this form, so that a message of a newer deployment waits for it.
 */
export type RepairMessage = Readonly<z.infer<typeof Message>>

export interface RepairQueue {
  /** Sends every message at least once and unordered, or throws `Problem('retryable')`. */
  send(messages: readonly RepairMessage[]): Promise<void>
}

export const sweepMessage = ({
  entity,
  project,
  sweep,
}: SweepKey): Extract<RepairMessage, { kind: 'sweep' }> => ({
  v: 1,
  kind: 'sweep',
  entity,
  project,
  sweep,
})

/** Throws `Problem('invalid', 'bad-repair-message')` for anything else than a repair message. */
export function decodeRepairMessage(body: string): RepairMessage {
  try {
    return Message.parse(JSON.parse(body))
  } catch (cause) {
    throw new Problem(
      'invalid',
      'bad-repair-message',
      'the message names no repair that this version understands; it goes to the dead-letter queue',
      { cause },
    )
  }
}
