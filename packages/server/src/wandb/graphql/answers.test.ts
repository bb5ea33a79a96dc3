import { Problem } from '@chimney/core/schema/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestWandb, testWandb, UPSERT_BUCKET, UPSERT_SWEEP } from '../test-api.ts'
import { errorResponse } from './respond.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
  await api.init('here')
})
afterAll(() => api.stop())

/** What the client does not repeat. Everything else between 400 and 599 it does, for minutes or for days. */
const FINAL = [400, 401, 403, 404, 410, 413, 422, 501]

describe('an error', () => {
  it.each(['invalid', 'unauthorized', 'forbidden', 'not-found', 'conflict', 'too-large'] as const)(
    'that a retry cannot fix is never retried: %s',
    (kind) => {
      const { status, headers } = errorResponse(new Problem(kind, 'some-code', 'no'))
      expect(FINAL).toContain(status)
      expect(headers.has('retry-after')).toBe(false)
    },
  )

  it('of the service is final too, and reveals no internals', async () => {
    const answer = errorResponse(new Error('password'))
    expect(FINAL).toContain(answer.status)
    expect(await answer.text()).not.toContain('password')
  })

  it.each([
    { title: 'a fraction', retryAfter: 0.2, seconds: '1' },
    { title: 'an hour', retryAfter: 3600, seconds: '10' },
    { title: 'nothing', retryAfter: undefined, seconds: '2' },
  ])('that passes says for how long to wait, never long: $title', ({ retryAfter, seconds }) => {
    const more = retryAfter === undefined ? {} : { retryAfter }
    const { status, headers } = errorResponse(new Problem('retryable', 'busy', 'later', more))
    expect([status, headers.get('retry-after')]).toEqual([503, seconds])
  })

  it('in one field leaves no data beside it, since the client throws that away', async () => {
    const { status, body } = await api.ask(
      '{ viewer { id } project(name: "digits") { runs(filters: "{\\"$where\\": 1}") { edges { cursor } } } }',
    )
    expect([status, body.data]).toEqual([400, null])
    expect(body.errors).toHaveLength(1)
  })

  it('limits documents whose fragments double with each link, in well under a second', async () => {
    const links = Array.from(
      { length: 40 },
      (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`,
    )
    const { status, body } = await api.ask(
      `{ ...f0 } ${links.join(' ')} fragment f40 on Query { viewer { id } }`,
    )
    expect(status).toBe(400)
    expect(body.errors[0].message).toContain('at most 4000 selections')
    const unknown = links.map((link) => link.replaceAll('...f40', '...missing'))
    expect((await api.ask(`{ ...f0 } ${unknown.join(' ')}`)).status).toBe(400)
  })

  it.each([
    { title: 'a sweep’s config', query: UPSERT_SWEEP, variables: { config: ': : :' } },
    { title: 'a run’s config', query: UPSERT_BUCKET, variables: { name: 'x', config: '{' } },
    { title: 'a run’s name', query: UPSERT_BUCKET, variables: { name: 'a/b' } },
    { title: 'a huge config', query: UPSERT_BUCKET, variables: { name: 'x', config: '0'.repeat(250_001) } },
    { title: 'no sweep to join', query: UPSERT_BUCKET, variables: { name: 'x', sweep: 'nosuch12' } },
    { title: 'a foreign id', query: UPSERT_SWEEP, variables: { id: 'U3dlZXA', state: 'PAUSED' } },
    { title: 'a state that is none', query: UPSERT_SWEEP, variables: { id: 'x', state: 'SLEEPING' } },
  ])('about what was sent is final and says what is wrong: $title', async ({ query, variables }) => {
    const { status, body } = await api.ask(query, variables)
    expect(FINAL).toContain(status)
    expect(body.errors[0].message).toMatch(/\w+ \w+/)
  })
})

describe('a mutation that we do not have', () => {
  it('is refused instead of looking as if it had been carried out, whatever else the document holds', async () => {
    for (const more of ['', 'deleteFiles(input: {files: []}) { success }']) {
      const { status, body } = await api.ask(
        `mutation { ${more} known: updateLaunchQueue(input: {id: "x"}) { id } }`,
      )
      expect(status).toBe(400)
      expect(body.errors[0].message).toContain('updateLaunchQueue')
    }
  })
})

describe('a response', () => {
  it('is JSON that a strict parser accepts, whatever was logged', async () => {
    await api.stream('here', {
      files: {
        'wandb-history.jsonl': {
          offset: 0,
          content: ['{"_step": 0, "loss": NaN, "up": -Infinity, "n": 1e400}'],
        },
        'wandb-summary.json': { offset: 0, content: ['{"loss": NaN}'] },
      },
    })
    const { run } = (
      await api.data(
        '{ project(name: "digits") { run(name: "here") { summaryMetrics historyKeys history sampledHistory(specs: ["{\\"keys\\": [\\"loss\\", \\"up\\"]}"]) } } }',
      )
    ).project
    expect(run.sampledHistory).toEqual([[{ loss: 'NaN', up: '-Infinity' }]])
    // Strings within the response hold the client's own JSON, which may contain bare NaN.
    expect(run.summaryMetrics).toBe('{"loss":NaN}')
    expect(run.history[0]).toContain('"loss":NaN')
    expect(run.historyKeys.lastStep).toBe(0)
  })

  it('to a POST is never a redirect and never compressed', async () => {
    for (const path of ['/graphql', '/graphql/', '//graphql', '/files/acme/digits/here/file_stream/']) {
      const answer = await api.app.request(path, {
        method: 'POST',
        headers: { 'Accept-Encoding': 'br, zstd, gzip' },
        body: '{}',
      })
      expect(FINAL).toContain(answer.status)
      expect(answer.headers.has('content-encoding')).toBe(false)
    }
  })

  it('about the service has an object for versions and a list of features', async () => {
    const { serverInfo } = await api.data(
      '{ serverInfo { features { name isEnabled } cliVersionInfo latestLocalVersionInfo { outOfDate } } }',
    )
    expect(serverInfo.cliVersionInfo).toEqual({ max_cli_version: expect.any(String) })
    expect(serverInfo.features).toContainEqual({ name: 'FILESTREAM_GZIP', isEnabled: true })
  })

  it('about the viewer has flags as a text, the entity of the key, and believes no other header', async () => {
    const answer = await api.app.request('/graphql', {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`api:${'a'.repeat(40)}`).toString('base64')}`,
        'X-Wandb-Username': 'somebody-else',
        'Use-Admin-Privileges': 'true',
      },
      body: JSON.stringify({
        query: '{ viewer { id entity username admin flags teams { edges { node { name } } } } }',
      }),
    })
    const { viewer } = (await answer.json()).data
    expect(viewer).toMatchObject({ entity: 'acme', username: 'acme', admin: false, flags: '{}' })
    expect(typeof viewer.id).toBe('string')
  })

  it('to creating a key contains it once; the key works until it is deleted', async () => {
    const { generateApiKey } = await api.data(
      'mutation ($description: String) { generateApiKey(input: {description: $description}) { apiKey { id name description } } }',
      { description: 'laptop' },
    )
    const { id, name: key } = generateApiKey.apiKey
    expect(key).toMatch(/^[0-9a-f]{40}$/)
    const { body } = await api.ask(
      '{ viewer { entity apiKeys { edges { node { id name description } } } } }',
      {},
      key,
    )
    expect(body.data.viewer).toMatchObject({
      entity: 'acme',
      apiKeys: { edges: [{ node: { id, name: 'laptop', description: 'laptop' } }] },
    })
    const DELETE = 'mutation ($id: ID!) { deleteApiKey(input: {id: $id}) { success } }'
    await api.data(DELETE, { id })
    api.clock.advance(31_000)
    expect((await api.ask('{ viewer { id } }', {}, key)).status).toBe(401)
    expect((await api.ask(DELETE, { id })).status).toBe(404)
  })

  it('about an organization, a registry or an artifact that is not there is null, not an error', async () => {
    const data = await api.data(
      '{ organization(name: "x") { name } entity(name: "acme") { organization { coreWeaveOrganizationId } } clientIDMapping(clientID: "x") { serverID } project(name: "digits") { artifact(name: "no:v0") { id } } }',
    )
    expect(data).toEqual({
      organization: null,
      entity: { organization: { coreWeaveOrganizationId: null } },
      clientIDMapping: null,
      project: { artifact: null },
    })
  })
})
