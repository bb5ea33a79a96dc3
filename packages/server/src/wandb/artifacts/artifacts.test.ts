import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { globalId } from '../../global-id.ts'
import { ENTITY, KEY } from '../../http/test-app.ts'
import { type TestWandb, testWandb } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const md5 = (text: string) => Buffer.from(text.padEnd(16, '.')).toString('base64')

/** Logs an artifact of one file as the client does; returns its id and its state after each step. */
async function log(digest: string, aliases: string[], more: object = {}) {
  const created = await api.data(
    'mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id state } } }',
    {
      input: {
        projectName: 'digits',
        artifactTypeName: 'model',
        artifactCollectionName: 'net',
        digest,
        aliases: aliases.map((alias) => ({ artifactCollectionName: 'net', alias })),
        fieldOfTomorrow: 1,
      },
    },
  )
  const { id, state } = created.createArtifact.artifact
  if (state === 'COMMITTED') return { id, state }
  const { artifactManifest } = (
    await api.data(
      'mutation ($id: ID) { createArtifactManifest(input: {artifactID: $id, name: "wandb_manifest.json"}) { artifactManifest { id file { uploadUrl } } } }',
      { id },
    )
  ).createArtifactManifest
  const key = decodeURI(new URL(artifactManifest.file.uploadUrl).pathname.slice('/storage/'.length))
  const contents = { 'dir/weights.bin': { digest: md5(digest), size: 7 }, ...more }
  await api.deps.files.put(key, Buffer.from(JSON.stringify({ version: 1, contents })))
  await api.data('mutation ($id: ID!) { commitArtifact(input: {artifactID: $id}) { artifact { id } } }', {
    id,
  })
  return { id, state }
}

const read = async (name: string) =>
  (
    await api.data(
      'query ($name: String) { project(name: "digits") { artifactCollectionMembership(name: $name) { artifact { versionIndex size fileCount aliases { alias } } files { edges { node { displayName sizeBytes } } } } } }',
      { name },
    )
  ).project.artifactCollectionMembership

describe('artifacts', () => {
  it('get versions in order, and an alias belongs to the version that got it last', async () => {
    await log('one', ['best'])
    await log('two', [])
    expect((await read('net:best')).artifact).toMatchObject({
      versionIndex: 0,
      size: 7,
      fileCount: 1,
      aliases: [{ alias: 'best' }, { alias: 'v0' }],
    })
    expect((await read('net')).artifact).toMatchObject({
      versionIndex: 1,
      aliases: [{ alias: 'latest' }, { alias: 'v1' }],
    })
    api.clock.advance(1000)
    await log('three', ['best'])
    expect((await read('net:best')).artifact.versionIndex).toBe(2)
    expect((await read('net:v0')).artifact.aliases).toEqual([{ alias: 'v0' }])
    expect((await read('net:v0')).files.edges).toEqual([
      { node: { displayName: 'dir/weights.bin', sizeBytes: 7 } },
    ])
    expect(await read('net:nothing')).toBe(null)
  })

  it('of the same content are the same version', async () => {
    const first = await log('same', [])
    expect(await log('same', ['again'])).toEqual({ id: first.id, state: 'COMMITTED' })
    expect((await read('net:again')).artifact.aliases).toContainEqual({ alias: 'again' })
  })

  it('return reference targets, and all fields that strict models require of types and collections', async () => {
    await log('references', ['pointing'], {
      'x.txt': { ref: 'https://example.com/x.txt', digest: 'any', size: 1 },
    })
    const { project } = await api.data(
      `{ project(name: "digits") {
        artifactTypes { edges { node { name createdAt } } }
        artifactCollection(name: "net") { id }
        artifactCollectionMembership(name: "net:pointing") { files { edges { node { name directUrl } } } } } }`,
    )
    expect(project.artifactTypes.edges).toEqual([
      { node: { name: 'model', createdAt: expect.stringMatching(/^\d{4}-/) } },
    ])
    const [own, reference] = project.artifactCollectionMembership.files.edges
    expect(own.node.directUrl).toContain('/storage/')
    expect(reference.node).toEqual({ name: 'x.txt', directUrl: 'https://example.com/x.txt' })
    const { artifactCollection } = await api.data(
      'query ($id: ID) { artifactCollection(id: $id) { name aliases { edges { node { alias } } } } }',
      { id: project.artifactCollection.id },
    )
    expect(artifactCollection.name).toBe('net')
    expect(artifactCollection.aliases.edges).toContainEqual({ node: { alias: 'pointing' } })
  })

  it('answer HEAD for a file themselves, and GET with a redirect to the storage', async () => {
    const hex = Buffer.from('headed'.padEnd(16, '.')).toString('hex')
    await api.deps.files.put(`artifacts/${ENTITY}/blobs/${hex}`, Buffer.from('four'))
    const headers = { Authorization: `Bearer ${KEY}` }
    for (const path of [
      `/artifacts/${ENTITY}/${hex}`,
      `/artifactsV2/default/${ENTITY}/${hex}`,
      `/artifactsV2/default/${ENTITY}/x/${hex}/weights.bin`,
    ]) {
      const head = await api.app.request(path, { method: 'HEAD', headers })
      expect([head.status, head.headers.get('content-length'), head.headers.get('etag')]).toEqual([
        200,
        '4',
        `"${hex}"`,
      ])
      const get = await api.app.request(path, { headers })
      expect([get.status, get.headers.get('location')]).toEqual([302, expect.stringContaining('/storage/')])
    }
    const missing = { method: 'HEAD', headers }
    expect((await api.app.request(`/artifacts/${ENTITY}/${'0'.repeat(32)}`, missing)).status).toBe(404)
  })

  it('report which of their files exist already', async () => {
    const { id } = await log('files', [])
    await api.deps.files.put(
      `artifacts/acme/blobs/${Buffer.from('there'.padEnd(16, '.')).toString('hex')}`,
      Buffer.from('x'),
    )
    const { files } = (
      await api.data(
        'mutation ($f: [CreateArtifactFileSpecInput!]!) { createArtifactFiles(input: {artifactFiles: $f}) { files { edges { node { uploadUrl storagePath } } } } }',
        { f: ['there', 'new'].map((name) => ({ artifactID: id, name, md5: md5(name) })) },
      )
    ).createArtifactFiles
    expect(
      files.edges.map(({ node }: { node: { uploadUrl: string | null } }) => node.uploadUrl !== null),
    ).toEqual([false, true])
  })

  it('of 2 GiB and more are uploaded in parts', async () => {
    const { id } = await log('large', [])
    const spec = {
      artifactID: id,
      name: 'weights.bin',
      md5: md5('large file'),
      uploadPartsInput: [1, 2].map((partNumber) => ({ partNumber, hexMD5: '0'.repeat(32) })),
    }
    const { files } = (
      await api.data(
        'mutation ($f: [CreateArtifactFileSpecInput!]!) { createArtifactFiles(input: {artifactFiles: $f, storageLayout: V2}) { files { edges { node { uploadUrl storagePath uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } } } } } } }',
        { f: [spec] },
      )
    ).createArtifactFiles
    const { uploadUrl, storagePath, uploadMultipartUrls } = files.edges[0].node
    expect(uploadUrl).not.toBe(null)
    for (const [i, { uploadUrl }] of uploadMultipartUrls.uploadUrlParts.entries()) {
      const key = decodeURI(new URL(uploadUrl).pathname.slice('/storage/'.length))
      await api.deps.files.put(key, Buffer.from(['first ', 'second'][i]!))
    }
    const complete = (path: string) =>
      api.ask(
        'mutation ($parts: [UploadPartsInput!]!, $id: ID!, $path: String!, $upload: String!) { completeMultipartUploadArtifact(input: {completeMultipartAction: Complete, completedParts: $parts, artifactID: $id, storagePath: $path, uploadID: $upload}) { digest } }',
        { parts: spec.uploadPartsInput, id, path, upload: uploadMultipartUrls.uploadID },
      )
    expect((await complete('artifacts/rival/blobs/00')).status).toBe(404)
    expect((await complete(storagePath)).status).toBe(200)
    expect(Buffer.from((await api.deps.files.get(storagePath))!).toString()).toBe('first second')
  })

  it('of another entity, or that do not exist, are refused', async () => {
    const query = 'query ($id: ID) { artifact(id: $id) { id } }'
    expect((await api.ask(query, { id: 'garbage' })).status).toBe(404)
    const deleted = globalId('Artifact', 'acme', 'digits', 'net', 'deleted')
    expect((await api.data(query, { id: deleted })).artifact).toBe(null)
    const foreign = Buffer.from(JSON.stringify(['Artifact', 'other', 'p', 'c', 'u'])).toString('base64url')
    expect((await api.ask(query, { id: foreign })).status).toBe(403)
  })
})
