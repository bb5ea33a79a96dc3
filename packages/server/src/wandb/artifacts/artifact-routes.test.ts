/** The REST routes of artifacts, over artifacts that were logged as a W&B client does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEY } from '../../http/test-app.ts'
import { type TestWandb, testWandb } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
  for (const run of ['maker', 'user', 'other']) await api.init(run)
})
afterAll(() => api.stop())

const BASE = '/v1/acme/digits'
const md5 = (text: string) => Buffer.from(text.padEnd(16, '.')).toString('base64')

/** Logs an artifact of these files; returns its id. */
async function log(
  name: string,
  digest: string,
  more: { run?: string; aliases?: string[]; files?: object; metadata?: object } = {},
) {
  const {
    run = 'maker',
    aliases = [],
    files = { 'weights.bin': { digest: md5(digest), size: 7 } },
    metadata,
  } = more
  const created = await api.data(
    'mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id state } } }',
    {
      input: {
        projectName: 'digits',
        runName: run,
        artifactTypeName: 'model',
        artifactCollectionName: name,
        digest,
        aliases: aliases.map((alias) => ({ artifactCollectionName: name, alias })),
        ...(metadata && { metadata: JSON.stringify(metadata) }),
      },
    },
  )
  const { id, state } = created.createArtifact.artifact
  if (state === 'COMMITTED') return id as string
  const { artifactManifest } = (
    await api.data(
      'mutation ($id: ID) { createArtifactManifest(input: {artifactID: $id, name: "wandb_manifest.json"}) { artifactManifest { file { uploadUrl } } } }',
      { id },
    )
  ).createArtifactManifest
  const key = decodeURI(new URL(artifactManifest.file.uploadUrl).pathname.slice('/storage/'.length))
  await api.deps.files.put(key, Buffer.from(JSON.stringify({ version: 1, contents: files })))
  await api.data('mutation ($id: ID!) { commitArtifact(input: {artifactID: $id}) { artifact { id } } }', {
    id,
  })
  return id as string
}

const use = (run: string, id: string) =>
  api.data(
    'mutation ($run: String, $id: ID) { useArtifact(input: {entityName: "acme", projectName: "digits", runName: $run, artifactID: $id}) { artifact { id } } }',
    { run, id },
  )

async function call(method: string, path: string, body?: object) {
  const answer = await api.app.request(path.startsWith('/') ? path : `${BASE}/${path}`, {
    method,
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}
const get = async (path: string) => (await call('GET', path)).body

describe('works', () => {
  it('lists collections and versions, newest first, page by page', async () => {
    for (const digest of ['one', 'two', 'three']) await log('net', digest, { metadata: { digest } })
    await log('data', 'rows')
    const first = await get('artifacts?limit=1')
    expect(first.items).toEqual([
      {
        entity: 'acme',
        project: 'digits',
        name: 'data',
        type: 'model',
        kind: 'sequence',
        description: null,
        tags: [],
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ])
    const second = await get(`artifacts?limit=1&cursor=${encodeURIComponent(first.next_cursor)}`)
    expect(second.items.map(({ name }: { name: string }) => name)).toEqual(['net'])
    expect(second.next_cursor).toBeUndefined()
    expect((await get('artifacts?type=dataset')).items).toEqual([])
    expect(await get('artifact-types')).toEqual({ items: [{ name: 'model', collections: 2 }] })

    const newest = await get('artifacts/net/versions?limit=2')
    expect(newest.items.map(({ version }: { version: string }) => version)).toEqual(['v2', 'v1'])
    const oldest = await get(`artifacts/net/versions?limit=2&cursor=${newest.next_cursor}`)
    expect(oldest.items.map(({ path }: { path: string }) => path)).toEqual(['acme/digits/net:v0'])
    expect(oldest.next_cursor).toBeUndefined()
    expect(await get('artifacts/net/versions/latest')).toMatchObject({
      version: 'v2',
      aliases: ['latest'],
      metadata: { digest: 'three' },
      run: 'maker',
      size: 7,
      file_count: 1,
      source: null,
      url: 'http://chimney.test/acme/digits/artifacts/model/net/v2',
    })
  })

  it('lists files by name with their URLs, and references with their address', async () => {
    const files = {
      'b.txt': { digest: md5('b'), size: 2 },
      'a/x.txt': { digest: md5('x'), size: 1 },
      'far.txt': { digest: 'any', size: 3, ref: 's3://bucket/far.txt' },
    }
    await log('files', 'files', { files })
    const page = await get('artifacts/files/versions/v0/files?limit=2')
    expect(page.items).toEqual([
      { name: 'a/x.txt', size: 1, digest: md5('x'), url: expect.stringContaining('/storage/'), ref: null },
      { name: 'b.txt', size: 2, digest: md5('b'), url: expect.stringContaining('/storage/'), ref: null },
    ])
    const rest = await get(`artifacts/files/versions/v0/files?limit=2&cursor=${page.next_cursor}`)
    expect(rest.items).toEqual([
      { name: 'far.txt', size: 3, digest: 'any', url: null, ref: 's3://bucket/far.txt' },
    ])
    expect((await get('artifacts/files/versions/v0/files?prefix=a/')).items).toHaveLength(1)
  })

  it('says which runs logged and used a version, and what a run logged and used', async () => {
    const id = await log('lineage', 'lineage')
    await use('user', id)
    await use('other', id)
    const lineage = await get('artifacts/lineage/versions/v0/lineage?limit=1')
    expect(lineage).toMatchObject({ logged_by: { run: 'maker', state: 'running' }, links: [] })
    expect(lineage.items.map(({ run }: { run: string }) => run)).toEqual(['other'])
    const more = await get(
      `artifacts/lineage/versions/v0/lineage?limit=1&cursor=${encodeURIComponent(lineage.next_cursor)}`,
    )
    expect(more.items.map(({ run }: { run: string }) => run)).toEqual(['user'])
    // The same content again is logged by both runs.
    await log('lineage', 'lineage', { run: 'other' })
    const paths = async (run: string, as: string) =>
      (await get(`runs/${run}/artifacts?as=${as}`)).items.map(({ path }: { path: string }) => path)
    expect(await paths('other', 'logged')).toEqual(['acme/digits/lineage:v0'])
    expect(await paths('other', 'used')).toEqual(['acme/digits/lineage:v0'])
    expect(await paths('user', 'logged')).toEqual([])
    expect(await paths('maker', 'logged')).toContain('acme/digits/lineage:v0')
  })

  it('moves, adds and removes aliases, and describes a version', async () => {
    await log('alias', 'one', { aliases: ['best'] })
    api.clock.advance(1_000)
    await log('alias', 'two', { aliases: ['best'] })
    const aliases = async (version: string) => (await get(`artifacts/alias/versions/${version}`)).aliases
    expect([await aliases('v0'), await aliases('v1')]).toEqual([[], ['latest', 'best']])
    api.clock.advance(1_000)
    const changed = await call('PATCH', 'artifacts/alias/versions/v0', {
      add_aliases: ['production'],
      description: 'the first',
    })
    expect(changed).toMatchObject({
      status: 200,
      body: { version: 'v0', aliases: ['production'], description: 'the first' },
    })
    // The version that had the alias before does not get it back.
    await call('PATCH', 'artifacts/alias/versions/v1', { remove_aliases: ['best'] })
    expect([await aliases('v0'), await aliases('v1')]).toEqual([['production'], ['latest']])
    // An alias of another version stays.
    await call('PATCH', 'artifacts/alias/versions/v1', { remove_aliases: ['production'] })
    expect(await aliases('v0')).toEqual(['production'])
  })

  it('shows links of a portfolio with their source, and unlinks them', async () => {
    const id = await log('linked', 'linked')
    await api.data(
      'mutation ($id: ID) { linkArtifact(input: {artifactID: $id, artifactPortfolioName: "winners", entityName: "acme", projectName: "wandb-registry-model", aliases: [{alias: "champion"}]}) { versionIndex } }',
      { id },
    )
    const link = '/v1/acme/wandb-registry-model/artifacts/winners/versions'
    expect(await get(`${link}/champion`)).toMatchObject({
      version: 'v0',
      kind: 'portfolio',
      aliases: ['latest', 'champion'],
      source: { entity: 'acme', project: 'digits', collection: 'linked', version: 'v0' },
    })
    const { links } = await get('artifacts/linked/versions/v0/lineage')
    expect(links).toEqual([
      {
        entity: 'acme',
        project: 'wandb-registry-model',
        collection: 'winners',
        version: 'v0',
        aliases: ['latest', 'champion'],
      },
    ])
    expect((await call('DELETE', `${link}/v0`)).status).toBe(204)
    expect((await call('GET', `${link}/v0`)).status).toBe(404)
    expect((await call('GET', 'artifacts/linked/versions/v0')).status).toBe(200)
  })

  it('renames, describes and deletes a collection', async () => {
    await log('before', 'before')
    const renamed = await call('PATCH', 'artifacts/before', { name: 'after', description: 'renamed' })
    expect(renamed.body).toMatchObject({ name: 'after', description: 'renamed' })
    expect((await call('GET', 'artifacts/before')).body.code).toBe('collection-not-found')
    expect((await get('artifacts/after/versions/v0')).path).toBe('acme/digits/after:v0')
    expect((await call('DELETE', 'artifacts/after')).status).toBe(204)
    expect((await call('GET', 'artifacts/after')).status).toBe(404)
  })

  it('finds what earlier versions of the service stored without lists', async () => {
    const store = api.deps.store
    const key = { entity: 'acme', project: 'old' }
    await store.ensureProject(key, 0)
    await api.init('old-run', { project: 'old' })
    const artifact = {
      ...key,
      collection: 'aged',
      uid: 'u1',
      type: 'model',
      digest: 'd',
      tags: [],
      aliases: {},
      run: 'old-run',
      version: 0,
      size: 1,
      fileCount: 1,
      createdAt: 1,
    }
    await store.putDocument(key, { name: 'artifact/aged/u1', text: JSON.stringify(artifact), rev: 1 })
    const id = Buffer.from(JSON.stringify(['Artifact', 'acme', 'old', 'aged', 'u1'])).toString('base64url')
    await store.putDocument(key, { name: 'artifact-use/old-run/u1', text: id, rev: 1 })
    expect((await get('/v1/acme/old/artifacts')).items).toMatchObject([{ name: 'aged', kind: 'sequence' }])
    expect((await get('/v1/acme/old/runs/old-run/artifacts')).items).toMatchObject([{ collection: 'aged' }])
    expect((await get('/v1/acme/old/artifacts/aged/versions/v0/lineage')).items).toMatchObject([
      { run: 'old-run' },
    ])
  })
})

describe('refuses', () => {
  it('what does not exist', async () => {
    const code = async (path: string) => (await get(path)).code
    expect(await code('artifacts/none')).toBe('collection-not-found')
    expect(await code('artifacts/none/versions')).toBe('collection-not-found')
    expect(await code('artifacts/net/versions/v99')).toBe('version-not-found')
    expect(await code('runs/none/artifacts')).toBe('run-not-found')
    expect(await code('/v1/acme/none/artifacts')).toBe('project-not-found')
    expect(await code('/v1/acme/none/artifact-types')).toBe('project-not-found')
  })

  it('to delete a version with aliases unless they go too, and says which', async () => {
    await log('kept', 'kept', { aliases: ['best'] })
    const refused = await call('DELETE', 'artifacts/kept/versions/v0')
    expect(refused).toMatchObject({ status: 409, body: { code: 'artifact-has-aliases' } })
    expect(refused.body.detail).toContain('latest, best')
    expect((await call('DELETE', 'artifacts/kept/versions/v0?aliases=delete')).status).toBe(204)
    expect((await call('GET', 'artifacts/kept/versions/v0')).status).toBe(404)
  })

  it('to remove latest, aliases that look like versions, empty changes and taken names', async () => {
    const patch = async (path: string, body: object) => (await call('PATCH', path, body)).body.code
    expect(await patch('artifacts/net/versions/v0', { remove_aliases: ['latest'] })).toBe('latest-alias')
    expect(await patch('artifacts/net/versions/v0', { add_aliases: ['v7'] })).toBe('invalid-body')
    expect(await patch('artifacts/net/versions/v0', { add_aliases: ['a:b'] })).toBe('invalid-body')
    expect(await patch('artifacts/net/versions/v0', {})).toBe('invalid-body')
    expect(await patch('artifacts/net', { name: 'data' })).toBe('name-taken')
    expect((await get('artifacts/net/versions?cursor=x')).code).toBe('bad-cursor')
  })
})
