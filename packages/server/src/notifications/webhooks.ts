import type { WebhookDelivery } from '@chimney/core/schema/api/webhooks'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { WebhookEvent, WebhookFormat } from '@chimney/core/schema/webhook-events'
import type { UnixMs } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { WEBHOOK_PREFIX } from '../store/documents.ts'

/** A webhook of a project, as its document stores it. `url` and `secret` are secrets: neither is in an answer or in a log. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly format: WebhookFormat
  readonly events: readonly WebhookEvent[]
  readonly secret?: string
  readonly createdAt: UnixMs
  readonly lastDelivery?: WebhookDelivery
}

type StoreDeps = Pick<Deps, 'store'>

/** Every announcement reads all of them. */
const MOST = 20
const ID_LENGTH = 12
const TRIES = 10

const nameOf = (id: string) => `${WEBHOOK_PREFIX}${id}`

/** By id. */
export const listWebhooks = async ({ store }: StoreDeps, project: ProjectKey): Promise<readonly Webhook[]> =>
  (await store.listDocuments(project, WEBHOOK_PREFIX)).map(({ text }) => JSON.parse(text) as Webhook)

export async function findWebhook(
  { store }: StoreDeps,
  project: ProjectKey,
  id: string,
): Promise<Webhook | undefined> {
  const document = await store.getDocument(project, nameOf(id))
  return document && (JSON.parse(document.text) as Webhook)
}

export async function createWebhook(
  deps: Pick<Deps, 'store' | 'clock' | 'randomId' | 'settings'>,
  project: ProjectKey,
  fields: Pick<Webhook, 'url' | 'format' | 'events' | 'secret'>,
): Promise<Webhook> {
  requireHttps(deps, fields.url)
  if ((await listWebhooks(deps, project)).length >= MOST)
    throw new Problem(
      'conflict',
      'too-many-webhooks',
      `project ${project.entity}/${project.project} has ${MOST} webhooks, the maximum; delete one first`,
    )
  const webhook = { ...fields, id: deps.randomId(ID_LENGTH), createdAt: deps.clock.now() }
  await deps.store.ensureProject(project, webhook.createdAt)
  await deps.store.putDocument(project, { name: nameOf(webhook.id), text: JSON.stringify(webhook), rev: 1 })
  return webhook
}

/** `secret: null` removes it. */
export async function updateWebhook(
  deps: Pick<Deps, 'store' | 'settings'>,
  project: ProjectKey,
  id: string,
  patch: Partial<Pick<Webhook, 'url' | 'format' | 'events'>> & {
    readonly secret?: string | null | undefined
  },
): Promise<Webhook> {
  if (patch.url !== undefined) requireHttps(deps, patch.url)
  const { secret, ...fields } = patch
  const changed = await changeWebhook(deps, project, id, ({ secret: before, ...webhook }) => {
    const kept = secret === undefined ? before : (secret ?? undefined)
    return { ...webhook, ...fields, ...(kept !== undefined && { secret: kept }) }
  })
  if (!changed) throw webhookNotFound(project, id)
  return changed
}

export async function deleteWebhook(deps: StoreDeps, project: ProjectKey, id: string): Promise<void> {
  if (!(await findWebhook(deps, project, id))) throw webhookNotFound(project, id)
  await deps.store.deleteDocument(project, nameOf(id))
}

/** Shown with the webhook. No effect when the webhook was deleted. */
export const recordDelivery = (
  deps: StoreDeps,
  project: ProjectKey,
  id: string,
  lastDelivery: WebhookDelivery,
): Promise<Webhook | undefined> =>
  changeWebhook(deps, project, id, (webhook) => ({ ...webhook, lastDelivery }))

/** Starts over when another writer was first. Undefined when there is no such webhook. */
async function changeWebhook(
  { store }: StoreDeps,
  project: ProjectKey,
  id: string,
  change: (webhook: Webhook) => Webhook,
): Promise<Webhook | undefined> {
  const name = nameOf(id)
  for (let tries = 0; tries < TRIES; tries++) {
    const document = await store.getDocument(project, name)
    if (!document) return undefined
    const changed = change(JSON.parse(document.text) as Webhook)
    if (await store.putDocument(project, { name, text: JSON.stringify(changed), rev: document.rev + 1 }))
      return changed
  }
  throw new Problem('retryable', 'webhook-busy', `webhook ${id} is being changed; send the request again`)
}

function requireHttps({ settings }: Pick<Deps, 'settings'>, url: string): void {
  if (settings.privateWebhooks || url.startsWith('https://')) return
  const message = 'must start with https://, because deliveries name your project and its results'
  throw new Problem('invalid', 'insecure-webhook', `url ${message}`, { issues: [{ path: 'url', message }] })
}

export const webhookNotFound = ({ entity, project }: ProjectKey, id: string): Problem =>
  new Problem(
    'not-found',
    'webhook-not-found',
    `there is no webhook ${id}; list them at GET /v1/${entity}/${project}/webhooks`,
  )
