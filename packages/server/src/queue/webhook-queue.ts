import { Problem } from '@chimney/core/schema/problem'
import { WEBHOOK_EVENTS } from '@chimney/core/schema/webhook-events'
import * as z from 'zod'

const name = z.string().min(1)

/** What happened, ready to be shown. Everything that a body is made of. */
const Notice = z.object({
  /** The same for every delivery of the same event: `webhook-id` of Standard Webhooks. */
  id: name,
  /** `test` is sent by request only. */
  type: z.enum([...WEBHOOK_EVENTS, 'test']),
  /** Unix ms. */
  at: z.number(),
  title: z.string(),
  text: z.string().optional(),
  url: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type Notice = Readonly<z.infer<typeof Notice>>

const Message = z.object({ v: z.literal(1), entity: name, project: name, webhook: name, notice: Notice })

/** One delivery: a notice for one webhook. The address and the secret are read from the webhook. */
export type WebhookMessage = Readonly<z.infer<typeof Message>>

export interface WebhookQueue {
  /** Sends every message at least once and unordered, or throws `Problem('retryable')`. */
  send(messages: readonly WebhookMessage[]): Promise<void>
  /** Delays the next receipt of a message that could not be delivered. */
  delay(receiptHandle: string, seconds: number): Promise<void>
}

/** Throws `Problem('invalid', 'bad-webhook-message')` for anything else than a delivery. */
export function decodeWebhookMessage(body: string): WebhookMessage {
  try {
    return Message.parse(JSON.parse(body))
  } catch (cause) {
    throw new Problem(
      'invalid',
      'bad-webhook-message',
      'the message names no delivery that this version understands; it goes to the dead-letter queue',
      { cause },
    )
  }
}
