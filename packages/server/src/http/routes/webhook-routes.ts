import { WebhookCreate, WebhookPatch } from '@chimney/core/schema/api/webhooks'
import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { jsonBody } from '../body/json-body.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { requireProject } from '../responses/not-found.ts'
import { noContent, respond } from '../responses/respond.ts'
import { namesOf, projectKeyOf } from './path-names.ts'

const WEBHOOKS = '/v1/:entity/:project/webhooks'
const WEBHOOK = '/v1/:entity/:project/webhooks/:webhook'

/** Seldom used. */
const stored = async () => ({
  ...(await import('../../notifications/webhooks.ts')),
  ...(await import('../responses/webhook-body.ts')),
})

export const webhookRoutes = new Hono<AppEnv>()
  .get(
    WEBHOOKS,
    describeRoute({
      operationId: 'listWebhooks',
      tags: ['Webhooks'],
      summary: 'List the webhooks of a project',
      responses: { 200: jsonResponse('The webhooks', 'WebhookList'), ...problems(404) },
    }),
    access('read'),
    async (c) => {
      const { listWebhooks, webhookBody } = await stored()
      const project = projectKeyOf(namesOf(c))
      const webhooks = await listWebhooks(c.var.deps, project)
      await requireProject(c.var.deps, project, webhooks.length > 0)
      return respond(200, { items: webhooks.map(webhookBody) })
    },
  )
  .post(
    WEBHOOKS,
    describeRoute({
      operationId: 'createWebhook',
      tags: ['Webhooks'],
      summary: 'Create a webhook of a project',
      responses: { 201: jsonResponse('The webhook', 'Webhook'), ...problems(409) },
    }),
    access('write'),
    jsonBody(WebhookCreate, {
      url: 'https://hooks.slack.com/services/T000/B000/XXXX',
      format: 'slack',
      events: ['sweep_finished', 'run_failed'],
    }),
    async (c) => {
      const { createWebhook, webhookBody } = await stored()
      const { secret, ...fields } = c.req.valid('json')
      const project = projectKeyOf(namesOf(c))
      const made = await createWebhook(c.var.deps, project, {
        ...fields,
        ...(secret !== undefined && { secret }),
      })
      return respond(201, webhookBody(made))
    },
  )
  .patch(
    WEBHOOK,
    describeRoute({
      operationId: 'updateWebhook',
      tags: ['Webhooks'],
      summary: 'Change a webhook',
      responses: { 200: jsonResponse('The webhook after the change', 'Webhook'), ...problems(404) },
    }),
    access('write'),
    jsonBody(WebhookPatch, { events: ['sweep_finished', 'new_best'] }),
    async (c) => {
      const { updateWebhook, webhookBody } = await stored()
      const names = namesOf(c)
      const { url, format, events, secret } = c.req.valid('json')
      const changed = await updateWebhook(c.var.deps, projectKeyOf(names), names.webhook, {
        ...(url !== undefined && { url }),
        ...(format !== undefined && { format }),
        ...(events !== undefined && { events }),
        secret,
      })
      return respond(200, webhookBody(changed))
    },
  )
  .delete(
    WEBHOOK,
    describeRoute({
      operationId: 'deleteWebhook',
      tags: ['Webhooks'],
      summary: 'Delete a webhook',
      responses: { 204: { description: 'Deleted' }, ...problems(404) },
    }),
    access('write'),
    async (c) => {
      const { deleteWebhook } = await stored()
      const names = namesOf(c)
      await deleteWebhook(c.var.deps, projectKeyOf(names), names.webhook)
      return noContent()
    },
  )
  .post(
    `${WEBHOOK}/test`,
    describeRoute({
      operationId: 'testWebhook',
      tags: ['Webhooks'],
      summary: 'Send a test to a webhook',
      responses: { 200: jsonResponse('The outcome', 'WebhookDelivery'), ...problems(404) },
    }),
    access('write'),
    async (c) => {
      const { findWebhook, webhookNotFound } = await stored()
      const names = namesOf(c)
      const project = projectKeyOf(names)
      const webhook = await findWebhook(c.var.deps, project, names.webhook)
      if (!webhook) throw webhookNotFound(project, names.webhook)
      const { deliverTest } = await import('../../notifications/deliver.ts')
      return respond(200, await deliverTest(c.var.deps, project, webhook))
    },
  )
