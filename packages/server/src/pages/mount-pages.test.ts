import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../http/app.ts'
import { KEY, SWEEP, type TestApp, testApp } from '../http/test-app.ts'
import { mountWandb } from '../wandb/wandb-api.ts'
import { mountPages } from './mount-pages.ts'

const PAGE = '<!doctype html><title>Chimney</title>'
const HTML = { accept: 'text/html,*/*' }
const OWN = { 'chimney-page': '1' }

let world: TestApp
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chimney-pages-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), PAGE)
  await writeFile(join(folder, 'assets/app-1a.js'), 'let x')
  await writeFile(join(folder, 'assets/app-1a.js.gz'), gzipSync('let x'))
  await writeFile(join(folder, 'secret.js'), 'no asset')
  world = await testApp({ mount: (app, tools) => mountPages(app, tools, { folder }) })
})
afterEach(async () => {
  await world.stop()
  await rm(folder, { recursive: true, force: true })
})
const get = (path: string, headers: Record<string, string> = HTML) => world.app.request(path, { headers })
const login = (key: string, headers: Record<string, string> = OWN) =>
  world.app.request('/login', { method: 'POST', body: JSON.stringify({ key }), headers })

describe('below the path of a proxy', () => {
  const behind = async (path: string) => {
    const settings = { ...world.deps.settings, publicUrl: 'https://host.example/chimney' }
    const app = createApp(
      { ...world.deps, settings },
      { mount: (mounted, tools) => mountPages(mounted, tools, { folder }) },
    )
    return app.request(path, { headers: HTML })
  }

  it('pages load their files from there', async () => {
    const page = '<link href="./favicon.svg"><script src="./assets/app-1a.js"></script>'
    await writeFile(join(folder, 'index.html'), page)
    const [there, here] = [await behind('/acme/digits'), await get('/acme/digits')]
    expect(await there.text()).toBe(page.replaceAll('./', '/chimney/'))
    expect(await here.text()).toBe(page.replaceAll('./', '/'))
    expect(there.headers.get('etag')).not.toBe(here.headers.get('etag'))
  })

  it('the API reference and redirects lead there', async () => {
    expect(await (await behind('/docs')).text()).toContain('spec-url="/chimney/openapi.json"')
    expect(await (await behind('/openapi.json')).json()).toMatchObject({ servers: [{ url: '/chimney' }] })
    expect((await behind('/favicon.ico')).headers.get('location')).toBe('/chimney/favicon.svg')
  })
})

describe('pages', () => {
  it.each([
    '/',
    '/authorize',
    '/settings',
    '/acme',
    '/acme/digits',
    '/acme/digits/sweeps/abc',
    '/acme/digits/runs/abc/files',
  ])('are at %s for browsers only', async (path) => {
    const page = await get(path)
    expect(page.status).toBe(200)
    expect(await page.text()).toBe(PAGE)
    expect((await get(path, { accept: 'application/json' })).status).toBe(404)
  })

  it.each([
    '/v1',
    '/v1/acme/digits/nothing',
    '/graphql',
    '/files/x',
    '/storage',
    '/acme/b/c/d/e/f/g',
    '/authorize/x',
  ])('are not at %s', async (path) => {
    const response = await get(path)
    expect(response.headers.get('content-type')).not.toContain('html')
    expect(response.status).toBeGreaterThanOrEqual(400)
  })

  it('run only files of this origin', async () => {
    const { headers } = await get('/')
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('are revalidated with each request, and sent again only after a change', async () => {
    const first = await get('/acme')
    expect(first.headers.get('cache-control')).toBe('no-cache')
    const again = await get('/acme', { ...HTML, 'if-none-match': first.headers.get('etag')! })
    expect(again.status).toBe(304)
    await writeFile(join(folder, 'index.html'), `${PAGE}!`)
    expect(await (await get('/acme', { ...HTML, 'if-none-match': first.headers.get('etag')! })).text()).toBe(
      `${PAGE}!`,
    )
  })

  it('say how to build them while they are missing', async () => {
    await rm(join(folder, 'index.html'))
    const response = await get('/acme')
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('npm run build -w packages/web')
  })
})

describe('beside the W&B API', () => {
  const both = () =>
    createApp(world.deps, {
      mount: (app, tools) => {
        mountWandb(app, world.deps, tools)
        mountPages(app, tools, { folder })
      },
    })

  it.each(['/sdk/otel', '/graphql/x', '/files/a/b/c', '/oidc/x', '/artifacts/a/b', '/artifactsV2/a/b/c/d'])(
    'browsers get 404 or 401 at %s',
    async (path) => {
      const response = await both().request(path, { headers: HTML })
      expect([401, 404]).toContain(response.status)
      expect(response.headers.get('content-type')).toContain('json')
    },
  )

  it('the path where the W&B client sends users for a key is a page', async () => {
    const response = await both().request('/authorize', { headers: HTML })
    expect(await response.text()).toBe(PAGE)
  })
})

describe('assets', () => {
  it('are cached without expiry, and compressed for clients that accept it', async () => {
    const plain = await get('/assets/app-1a.js', {})
    expect(plain.headers.get('cache-control')).toContain('immutable')
    expect(await plain.text()).toBe('let x')
    const small = await get('/assets/app-1a.js', { 'accept-encoding': 'gzip, br' })
    expect(small.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(new Uint8Array(await small.arrayBuffer())).toString()).toBe('let x')
  })

  it.each([
    '/assets/none.js',
    '/assets/..%2fsecret.js',
    '/assets/%2e%2e%2fsecret.js',
    '/assets/app-1a.js.gz',
    '/secret.js',
  ])('are not at %s', async (path) => {
    expect((await get(path, {})).status).toBe(404)
  })
})

describe('signing in', () => {
  it('lets the browser read and change data of the entity', async () => {
    const response = await login(KEY)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ entity: 'acme' })
    const cookie = response.headers.get('set-cookie')!.split(';')[0]!
    const viewer = await get('/v1/viewer', { cookie })
    expect(await viewer.json()).toMatchObject({ entity: 'acme' })
    const made = await world.app.request('/v1/acme/digits/sweeps', {
      method: 'POST',
      body: SWEEP,
      headers: { cookie, ...OWN },
    })
    expect(made.status).toBe(201)
    const foreign = await world.app.request('/v1/acme/digits/sweeps', {
      method: 'POST',
      body: SWEEP,
      headers: { cookie },
    })
    expect(foreign.status).toBe(401)
  })

  it('refuses an unknown key, another site, and an invalid body', async () => {
    const wrong = await login('f'.repeat(40))
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('set-cookie')).toBeNull()
    expect((await login(KEY, {})).status).toBe(403)
    expect((await world.app.request('/login', { method: 'POST', body: '[]', headers: OWN })).status).toBe(400)
    expect(
      (
        await world.app.request('/login', {
          method: 'POST',
          body: `{"key":"${'x'.repeat(5_000)}"}`,
          headers: OWN,
        })
      ).status,
    ).toBe(413)
  })

  it('ends with signing out', async () => {
    const response = await world.app.request('/logout', { method: 'POST', headers: OWN })
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0')
  })
})
