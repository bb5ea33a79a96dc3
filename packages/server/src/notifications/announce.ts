import type { ProjectKey } from '@chimney/core/schema/names'
import type { Deps } from '../deps.ts'
import type { Notice } from '../queue/webhook-queue.ts'
import { listWebhooks } from './webhooks.ts'

/**
 * Sends each notice to the queue once for each webhook of the project that subscribes to its event. Call it after the write that
 * the notice is about, and so that it is repeated when the caller dies before it returns. Throws when the queue is unavailable.
 */
export async function announce(
  deps: Pick<Deps, 'store' | 'webhooks'>,
  { entity, project }: ProjectKey,
  notices: readonly Notice[],
): Promise<void> {
  if (!deps.webhooks || notices.length === 0) return
  const webhooks = await listWebhooks(deps, { entity, project })
  const messages = webhooks.flatMap(({ id, events }) =>
    notices
      .filter(({ type }) => type !== 'test' && events.includes(type))
      .map((notice) => ({ v: 1 as const, entity, project, webhook: id, notice })),
  )
  if (messages.length > 0) await deps.webhooks.send(messages)
}
