import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'

/** The headers of Standard Webhooks 1.0 (standardwebhooks.com). Without a secret there is no signature. */
export function deliveryHeaders(
  secret: string | undefined,
  { id, atSeconds, body }: { readonly id: string; readonly atSeconds: number; readonly body: string },
): Record<string, string> {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Chimney-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(atSeconds),
  }
  if (secret === undefined) return headers
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')
  return { ...headers, 'webhook-signature': `v1,${mac}` }
}
