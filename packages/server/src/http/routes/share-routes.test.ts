import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusesOtherKeys } from '../keys.suite.ts'
import { PROJECT, SWEEP, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
let sweep: string
let run: string
beforeAll(async () => {
  app = await testApp()
  sweep = await create()
  run = (await app.call('POST', `${sweep}/trials`, { body: {} })).body.trials[0].run
})
afterAll(() => app.stop())

const create = async () =>
  `${PROJECT}/sweeps/${(await app.call('POST', `${PROJECT}/sweeps`, { text: SWEEP })).body.id}`
const share = async (path = sweep) => {
  const { url } = (await app.call('POST', `${path}/share`)).body
  return new URL(url).hash.replace('#share=', '')
}
const visit = (token: string, path: string, method = 'GET') =>
  app.call(method, path, {
    key: null,
    headers: { 'Chimney-Share': token },
    ...(method === 'GET' ? {} : { body: {} }),
  })

describe('works', () => {
  it('gives access to the sweep, its trials and their runs', async () => {
    const token = await share()
    for (const path of ['', '/events', '/trials', `/latest?runs=${run}`, '/importance', '/diagnosis'])
      expect((await visit(token, sweep + path)).status, path).toBe(200)
    expect((await visit(token, `${PROJECT}/runs/${run}`)).body.id).toBe(run)
    expect((await visit(token, `${PROJECT}/runs/${run}/metrics`)).status).toBe(200)
  })

  it('gives access to media of the runs, and to no other file', async () => {
    const token = await share()
    const at = `${PROJECT}/runs/${run}`
    await app.deps.files.put(`runs/acme/digits/${run}/media/x.html`, new TextEncoder().encode('<b>x</b>'))
    for (const path of ['media-keys', 'media', 'file-urls?name=media/a.png', 'html?name=media/x.html'])
      expect((await visit(token, `${at}/${path}`)).status, path).toBe(200)
    for (const name of [
      'output.log',
      'media',
      './media/a',
      'wandb-metadata.json',
      'wandb-artifact://1f/model.pt',
    ])
      for (const path of ['file-urls', 'html'])
        expect((await visit(token, `${at}/${path}?name=${encodeURIComponent(name)}`)).body.code, name).toBe(
          'shared-media-only',
        )
    expect((await visit(token, `${at}/file-urls?name=media/a.png&name=output.log`)).status).toBe(403)
    expect((await visit(token, `${at}/files`)).body.code).toBe('shared-read-only')
  })

  it('reports the link, and stores no valid token', async () => {
    const fresh = await create()
    expect((await app.call('GET', `${fresh}/share`)).body).toEqual({ created_at: null })
    const token = await share(fresh)
    const response = await app.call('GET', `${fresh}/share`)
    expect(response.body.created_at).toMatch(/^2030/)
    expect(response.text).not.toContain(token)
  })

  it('is revoked by the next link, by a request, and with the sweep', async () => {
    const fresh = await create()
    const [first, second] = [await share(fresh), await share(fresh)]
    expect((await visit(first, fresh)).status).toBe(401)
    expect((await visit(second, fresh)).status).toBe(200)
    await app.call('DELETE', `${fresh}/share`)
    expect((await visit(second, fresh)).body.code).toBe('share-ended')
    const third = await share(fresh)
    await app.call('DELETE', fresh)
    expect((await visit(third, fresh)).status).toBe(401)
  })
})

describe('refuses', () => {
  it.each([
    ['PATCH', ''],
    ['POST', '/trials'],
    ['POST', '/enqueue'],
    ['POST', '/share'],
    ['DELETE', ''],
  ])('to change anything by a link: %s %s', async (method, path) => {
    expect((await visit(await share(), sweep + path, method)).body.code).toBe('shared-read-only')
  })

  it('other sweeps, their runs, and lists, with or without a key', async () => {
    const token = await share()
    const other = await create()
    const theirs = (await app.call('POST', `${other}/trials`, { body: {} })).body.trials[0].run
    expect((await visit(token, other)).status).toBe(401)
    expect((await visit(token, `${PROJECT}/runs/${theirs}`)).status).toBe(401)
    for (const path of [
      '',
      '/media-keys',
      '/media',
      '/file-urls?name=media/a.png',
      '/html?name=media/a.html',
    ])
      expect((await visit(token, `${PROJECT}/runs/${theirs}${path}`)).status, path).toBe(401)
    expect((await visit(token, `${PROJECT}/runs/none`)).status).toBe(401)
    expect((await visit(token, `${PROJECT}/sweeps`)).status).toBe(403)
    expect((await visit(token, '/v1/keys')).status).toBe(403)
    expect((await visit('', sweep)).status).toBe(401)
    const both = await app.call('GET', other, { headers: { 'Chimney-Share': token } })
    expect(both.status).toBe(401)
  })
})

describe('access', () => {
  refusesOtherKeys(() => app, 'POST', `${PROJECT}/sweeps/abc/share`)
  refusesOtherKeys(() => app, 'DELETE', `${PROJECT}/sweeps/abc/share`)
})
