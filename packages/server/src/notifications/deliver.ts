/** Deliveries to webhooks. Loaded on demand by the API, which sends tests only. */
import type { WebhookDelivery } from '@chimney/core/schema/api/webhooks'
import type { ProjectKey } from '@chimney/core/schema/names'
import type { Deps } from '../deps.ts'
import type { Notice, WebhookMessage } from '../queue/webhook-queue.ts'
import { bodyOf } from './bodies.ts'
import { post } from './post.ts'
import { deliveryHeaders } from './sign.ts'
import { findWebhook, recordDelivery, type Webhook } from './webhooks.ts'

type DeliverDeps = Pick<Deps, 'store' | 'clock' | 'settings'>

/** Delivers once, and keeps the outcome with the webhook. Undefined when the webhook was deleted: then there is nothing to deliver. */
export async function deliver(
  deps: DeliverDeps,
  { entity, project, webhook: id, notice }: WebhookMessage,
): Promise<WebhookDelivery | undefined> {
  const key = { entity, project }
  const webhook = await findWebhook(deps, key, id)
  return webhook && deliverTo(deps, key, webhook, notice)
}

/** A notice that only this webhook gets, whatever its events are. */
export const deliverTest = (
  deps: DeliverDeps & Pick<Deps, 'randomId'>,
  key: ProjectKey,
  webhook: Webhook,
): Promise<WebhookDelivery> =>
  deliverTo(deps, key, webhook, {
    id: `msg_${deps.randomId(24)}`,
    type: 'test',
    at: deps.clock.now(),
    title: `Test of a webhook of project ${key.project}`,
    text: `Subscribed to ${webhook.events.join(', ')}.`,
    url: `${deps.settings.publicUrl}/${encodeURIComponent(key.entity)}/${encodeURIComponent(key.project)}`,
    data: { ...key },
  })

async function deliverTo(
  deps: DeliverDeps,
  key: ProjectKey,
  { id, url, secret, format }: Webhook,
  notice: Notice,
): Promise<WebhookDelivery> {
  const now = deps.clock.now()
  const body = bodyOf(format, notice)
  // The time of the attempt: receivers refuse old ones.
  const headers = deliveryHeaders(secret, { id: notice.id, atSeconds: Math.floor(now / 1000), body })
  const { status, error } = await post(url, headers, body, {
    allowPrivate: deps.settings.privateWebhooks === true,
  })
  const delivery = { at: new Date(now).toISOString(), status: status ?? null, error: error ?? null }
  await recordDelivery(deps, key, id, delivery)
  return delivery
}
