import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createApp } from '../app.ts'
import { hashKey } from '../auth/authenticator.ts'
import { ENTITY, KEY, PROJECT, type TestApp, testApp } from '../test-app.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const SLACK = 'https://hooks.slack.com/services/T000/B000/abcdefgh1234'

/** A receiver on this machine. */
const received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = []
let answer = 200
const receiver = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  received.push({ headers: request.headers, body })
  response.writeHead(answer, { location: `${receiverUrl()}/elsewhere` }).end('what the receiver answers')
})
const receiverUrl = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`

let api: TestApp
beforeAll(async () => {
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  api = await testApp()
})
afterAll(async () => {
  receiver.close()
  await api.stop()
})
beforeEach(() => {
  received.length = 0
  answer = 200
})

const create = (body: object) => api.call('POST', `${PROJECT}/webhooks`, { body })
const list = async () => (await api.call('GET', `${PROJECT}/webhooks`)).body.items

/** Sends a request to an app that takes addresses of this machine. */
async function onThisMachine(method: string, path: string, body?: object) {
  const deps = { ...api.deps, settings: { ...api.deps.settings, privateWebhooks: true as const } }
  // The clock of the receiver's library is the system's.
  const app = createApp(
    { ...deps, clock: { now: Date.now } },
    { masterKey: { hash: hashKey(KEY), entity: ENTITY } },
  )
  const response = await app.request(path, {
    method,
    headers: { Authorization: `Bearer ${KEY}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: response.status === 204 ? undefined : await response.json() }
}

it('creates, changes, lists and deletes a webhook, and never returns its secret or its whole address', async () => {
  const made = await create({ url: SLACK, format: 'slack', events: ['new_best'], secret: SECRET })
  expect(made).toMatchObject({
    status: 201,
    body: {
      url: 'https://hooks.slack.com/…1234',
      format: 'slack',
      events: ['new_best'],
      signed: true,
      last_delivery: null,
    },
  })
  const path = `${PROJECT}/webhooks/${made.body.id}`
  const changed = await api.call('PATCH', path, { body: { events: ['run_failed'], secret: null } })
  expect(changed.body).toMatchObject({ events: ['run_failed'], signed: false, format: 'slack' })
  const listed = await api.call('GET', `${PROJECT}/webhooks`)
  expect(listed.body.items).toEqual([changed.body])
  const backup = await api.call('GET', '/v1/acme/digits/backup')
  for (const { text } of [made, changed, listed, backup]) {
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('abcdefgh')
  }
  expect((await api.call('DELETE', path)).status).toBe(204)
  expect(await list()).toEqual([])
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { events: ['new_best'] }],
  ] as const)
    expect(await api.call(method, path, { body })).toMatchObject({
      status: 404,
      body: { code: 'webhook-not-found' },
    })
})

it.each([
  ['http', { url: 'http://example.org/hook', events: ['new_best'] }, 'url', /https/],
  ['another protocol', { url: 'file:///etc/passwd', events: ['new_best'] }, 'url', /https/],
  ['credentials', { url: 'https://me:secret@example.org', events: ['new_best'] }, 'url', /password/],
  ['no event', { url: SLACK, events: [] }, 'events', /./],
  ['an unknown event', { url: SLACK, events: ['new_moon'] }, 'events.0', /./],
  ['a short secret', { url: SLACK, events: ['new_best'], secret: 'whsec_abcd' }, 'secret', /openssl/],
])('refuses %s', async (_title, body, path, message) => {
  const refused = await create(body)
  expect(refused.status).toBe(400)
  expect(refused.body.errors[0]).toMatchObject({ path, message: expect.stringMatching(message) })
})

it('refuses more webhooks than an announcement reads', async () => {
  const made = []
  for (let i = 0; i < 20; i++) made.push(await create({ url: SLACK, events: ['new_best'] }))
  expect(await create({ url: SLACK, events: ['new_best'] })).toMatchObject({
    status: 409,
    body: { code: 'too-many-webhooks' },
  })
  for (const { body } of made) await api.call('DELETE', `${PROJECT}/webhooks/${body.id}`)
})

it('sends a test that the library of Standard Webhooks verifies', async () => {
  const url = `${receiverUrl()}/hook`
  const { body: webhook } = await onThisMachine('POST', `${PROJECT}/webhooks`, {
    url,
    events: ['sweep_finished'],
    secret: SECRET,
  })
  const sent = await onThisMachine('POST', `${PROJECT}/webhooks/${webhook.id}/test`)
  expect(sent).toMatchObject({ status: 200, body: { status: 200, error: null } })
  const [delivery] = received
  const headers = delivery!.headers as Record<string, string>
  const payload = new Webhook(SECRET).verify(delivery!.body, headers)
  expect(payload).toMatchObject({ type: 'test', data: { entity: 'acme', project: 'digits' } })
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
  expect(() => new Webhook(other).verify(delivery!.body, headers)).toThrow(/signature/i)
  expect((await list())[0].last_delivery).toEqual(sent.body)

  answer = 302
  const redirected = await onThisMachine('POST', `${PROJECT}/webhooks/${webhook.id}/test`)
  expect(redirected.body).toMatchObject({ status: 302, error: expect.stringMatching(/redirects/) })
  answer = 500
  const failed = await onThisMachine('POST', `${PROJECT}/webhooks/${webhook.id}/test`)
  expect(failed.body).toMatchObject({ status: 500, error: 'answered 500' })
  expect(JSON.stringify(failed.body)).not.toContain('what the receiver answers')
  expect(received).toHaveLength(3)

  // The deployed service has no such setting.
  expect((await api.call('POST', `${PROJECT}/webhooks/${webhook.id}/test`)).body).toMatchObject({
    status: null,
    error: expect.stringMatching(/private/),
  })
  expect(received).toHaveLength(3)
})
