import * as z from 'zod'
import { WEBHOOK_EVENTS, WEBHOOK_FORMATS } from '../webhook-events.ts'
import { Time } from './fields.ts'

const HOST = String.raw`(?:(?:[A-Za-z0-9_-]+\.)*[A-Za-z][A-Za-z0-9_-]*\.?|(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))`
const PORT = String.raw`(?::(?:6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3}))?`
/** A pattern and not `z.url`, whose rules clients cannot read: the document's schema shows what is accepted. Languages differ in `\d`. */
const Url = z
  .string()
  .max(2_000)
  .regex(new RegExp(`^https?://${HOST}${PORT}(?:[/?#][!-~]*)?$`.replaceAll('\\d', '[0-9]')), {
    error:
      'must be an address such as https://example.com/path: a host name or IPv4 address, no user name or password, other characters than ASCII as %XX',
  })
const Format = z.enum(WEBHOOK_FORMATS)
const Events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length)
/** As in Standard Webhooks: `whsec_` and 24 to 64 bytes in Base64. */
const Secret = z
  .string()
  .regex(
    /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    'must be whsec_ and 24 to 64 random bytes in Base64: echo "whsec_$(openssl rand -base64 32)"',
  )

export const WebhookCreate = z.strictObject({
  url: Url,
  format: Format.default('json'),
  events: Events,
  secret: Secret.optional(),
})
export type WebhookCreate = z.input<typeof WebhookCreate>

/** `secret: null` removes it. Absent fields stay. */
export const WebhookPatch = z
  .strictObject({
    url: Url.optional(),
    format: Format.optional(),
    events: Events.optional(),
    secret: Secret.nullable().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, { error: 'send at least one field to change' })
export type WebhookPatch = z.infer<typeof WebhookPatch>

/** `error` is null after a delivery, and the reason otherwise. `status` is null when there was no response. */
export const WebhookDelivery = z.object({
  at: Time,
  status: z.number().int().nullable(),
  error: z.string().nullable(),
})
export type WebhookDelivery = z.infer<typeof WebhookDelivery>

export const WebhookBody = z.object({
  id: z.string(),
  /** Shortened, since the addresses of Slack and Teams are secrets. */
  url: z.string(),
  format: Format,
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  /** Whether deliveries are signed. The secret itself is not returned. */
  signed: z.boolean(),
  created_at: Time,
  /** Null before the first one. */
  last_delivery: WebhookDelivery.nullable(),
})
export type WebhookBody = z.infer<typeof WebhookBody>
