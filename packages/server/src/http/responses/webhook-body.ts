import type { WebhookBody } from '@chimney/core/schema/api/webhooks'
import type { Webhook } from '../../notifications/webhooks.ts'
import { iso } from './bodies.ts'

export const webhookBody = (webhook: Webhook): WebhookBody => ({
  id: webhook.id,
  url: shortened(webhook.url),
  format: webhook.format,
  events: [...webhook.events],
  signed: webhook.secret !== undefined,
  created_at: iso(webhook.createdAt),
  last_delivery: webhook.lastDelivery ?? null,
})

/** The end of a path that is long enough for that: two addresses of a host differ there. */
const SHOWN = 4
const HIDDEN = 12

function shortened(url: string): string {
  const { origin } = new URL(url)
  const rest = url.slice(origin.length)
  return `${origin}/…${rest.length >= SHOWN + HIDDEN ? rest.slice(-SHOWN) : ''}`
}
