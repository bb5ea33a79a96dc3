/** Every route and every GraphQL operation, with every kind of key. */
import { allows, KEY_SCOPES, type KeyScope } from '@chimney/core/schema/key-scope'
import {
  buildSchema,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { globalId } from './global-id.ts'
import { createApp } from './http/app.ts'
import { hashKey } from './http/auth/authenticator.ts'
import { operations } from './http/reference/document.ts'
import { ENTITY, KEY, SWEEP } from './http/test-app.ts'
import { mountPages } from './pages/mount-pages.ts'
import { SCHEMA_TEXT } from './wandb/graphql/schema-text.ts'
import { type TestWandb, testWandb } from './wandb/test-api.ts'
import { mountWandb } from './wandb/wandb-api.ts'

const OPERATIONS = operations()

/** The scope that each operation needs. A new route must be added here. */
const NEEDS: Readonly<Record<string, KeyScope | 'open'>> = {
  getHealth: 'open',
  getOpenapi: 'open',
  getSweepSchema: 'open',
  getDocs: 'open',
  getViewer: 'read',
  listUnrecognized: 'read',
  listProjects: 'read',
  listSweeps: 'read',
  getSweep: 'read',
  listTrials: 'read',
  getBest: 'read',
  getTrial: 'read',
  voidTrial: 'write',
  requeueTrial: 'write',
  requeueTrials: 'write',
  getLatest: 'read',
  getDiagnosis: 'read',
  getCurves: 'read',
  getRungs: 'read',
  getImportance: 'read',
  getPareto: 'read',
  getShare: 'read',
  listFiles: 'read',
  listMediaKeys: 'read',
  getMedia: 'read',
  getFileUrls: 'read',
  getHtml: 'read',
  getEvents: 'read',
  listRuns: 'read',
  getRunTable: 'read',
  getRun: 'read',
  getHistory: 'read',
  listWebhooks: 'read',
  createWebhook: 'write',
  updateWebhook: 'write',
  deleteWebhook: 'write',
  testWebhook: 'write',
  listArtifactTypes: 'read',
  listArtifactCollections: 'read',
  getArtifactCollection: 'read',
  listArtifactVersions: 'read',
  getArtifactVersion: 'read',
  listArtifactFiles: 'read',
  getArtifactLineage: 'read',
  listRunArtifacts: 'read',
  updateArtifactCollection: 'write',
  deleteArtifactCollection: 'write',
  updateArtifactVersion: 'write',
  deleteArtifactVersion: 'write',
  nextTrial: 'ingest',
  createRun: 'ingest',
  updateRun: 'ingest',
  claimRun: 'ingest',
  heartbeat: 'ingest',
  finishRun: 'ingest',
  reportMetrics: 'ingest',
  createSweep: 'write',
  updateSweep: 'write',
  deleteSweep: 'write',
  enqueueTrial: 'write',
  addTrials: 'write',
  deleteRun: 'write',
  deleteRuns: 'write',
  deleteProject: 'write',
  listViews: 'read',
  createView: 'write',
  replaceView: 'write',
  deleteView: 'write',
  listReports: 'read',
  createReport: 'write',
  getReport: 'read',
  replaceReport: 'write',
  deleteReport: 'write',
  shareSweep: 'write',
  unshareSweep: 'write',
  listKeys: 'admin',
  createKey: 'admin',
  rotateKey: 'admin',
  revokeKey: 'admin',
  listEntities: 'admin',
  createEntity: 'admin',
  listAgents: 'admin',
  redriveAgent: 'admin',
  readBackup: 'admin',
  restoreBackup: 'admin',
}
/** Mutations of agents and training code; every other one needs `write`. */
const OF_AGENTS =
  'upsertBucket upsertModel createAgent agentHeartbeat createRunFiles notifyScriptableRunAlert createArtifact createArtifactManifest updateArtifactManifest createArtifactFiles completeMultipartUploadArtifact commitArtifact linkArtifact useArtifact updateArtifact addAliases deleteAliases rewindRun'.split(
    ' ',
  )
const needsOf = (kind: string, name: string): KeyScope => {
  if (kind === 'query') return 'read'
  if (name === 'generateApiKey' || name === 'deleteApiKey') return 'admin'
  return OF_AGENTS.includes(name) ? 'ingest' : 'write'
}
/** Part of all data of the entity; keys of other entities must never read it. */
const SECRET = 'xyzzy-plugh'

const keyOf = (letter: string) => letter.repeat(40)
const KEYS = {
  read: keyOf('1'),
  ingest: keyOf('2'),
  write: keyOf('3'),
  admin: keyOf('4'),
  rival: keyOf('5'),
  expired: keyOf('6'),
  revoked: keyOf('7'),
  unknown: keyOf('8'),
}

let api: TestWandb
let names: Record<string, string>
/** Global ids, as GraphQL has them. */
let ids: Record<string, string>

beforeAll(async () => {
  api = await testWandb()
  const { store } = api.deps
  const put = (key: string, entity: string, more: object) =>
    store.putKey({
      id: key.slice(0, 8),
      hash: hashKey(key),
      entity,
      name: 'k',
      createdAt: 0,
      lastUsedAt: api.clock.now(),
      ...more,
    })
  for (const scope of KEY_SCOPES) await put(KEYS[scope], ENTITY, { scope })
  await put(KEYS.rival, 'rival', { scope: 'admin' })
  await put(KEYS.expired, ENTITY, { scope: 'admin', expiresAt: api.clock.now() })
  await put(KEYS.revoked, ENTITY, { scope: 'admin' })
  await store.revokeKey(ENTITY, KEYS.revoked.slice(0, 8))

  const sweep = await api.sweep(`${SWEEP}description: ${SECRET}\n`)
  const agent = await api.agent(sweep)
  const [command] = await api.beat(agent)
  const run = command!.run_id!
  await api.init(run, { notes: SECRET, sweep })
  names = {
    agent: 'digits',
    entity: ENTITY,
    project: 'digits',
    sweep,
    run,
    number: '1',
    key: KEYS.read.slice(0, 8),
    collection: 'net',
    version: 'latest',
    webhook: 'hook',
    page: 'run',
    view: 'none',
    report: 'none',
  }
  ids = {
    Run: '',
    Agent: agent,
    File: globalId('File', ENTITY, 'digits', run, 'a.txt'),
  }
  const bucket = await api.data(
    `query { project(name: "digits", entityName: "acme") { run(name: "${run}") { id notes } } }`,
  )
  ids.Run = bucket.project.run.id
  expect(bucket.project.run.notes).toBe(SECRET)
  const input = {
    projectName: 'digits',
    artifactTypeName: 'model',
    artifactCollectionName: 'net',
    digest: 'd',
  }
  const created = await api.data(
    'mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } } }',
    { input: { ...input, description: SECRET } },
  )
  ids.Artifact = created.createArtifact.artifact.id
  await api.deps.files.put(fileKey(), new Uint8Array([1]))
})
afterAll(() => api.stop())

const fileKey = () => `runs/${ENTITY}/digits/${names.run}/a.txt`
const rest = OPERATIONS.filter(({ open }) => !open)
const at = (path: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name]!))
/** Sends an invalid body: access is checked before the body is read. */
const ask = async (method: string, path: string, key: string | null) => {
  const before = api.written()
  const answer = await api.app.request(path, {
    method,
    headers: { ...(key && { Authorization: `Bearer ${key}` }), 'Content-Type': 'application/json' },
    ...(method !== 'GET' && { body: '{"nonsense": []}' }),
  })
  const text = await answer.text()
  const code = answer.headers.get('content-type')?.includes('problem') ? JSON.parse(text).code : undefined
  return { status: answer.status, code, text, written: api.written() - before }
}

it('lists the scope of every route', () => {
  expect(Object.keys(NEEDS).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort())
  for (const { id, open } of OPERATIONS) expect(NEEDS[id] === 'open', id).toBe(open === true)
})

describe.each(rest.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const { method, path, id } = route
  const needs = NEEDS[id] as KeyScope

  it.each([
    ['no key', null, 401, 'missing-key'],
    ['an unknown key', KEYS.unknown, 401, 'unknown-key'],
    ['a revoked key', KEYS.revoked, 401, 'unknown-key'],
    ['an expired key', KEYS.expired, 401, 'expired-key'],
  ])('with %s is refused and changes nothing', async (_kind, key, status, code) => {
    expect(await ask(method, at(path), key)).toMatchObject({ status, code, written: 0 })
  })

  it('with a key of another entity returns and changes nothing of the entity', async () => {
    const answer = await ask(method, at(path), KEYS.rival)
    if (path.includes('{entity}'))
      expect(answer).toMatchObject({ status: 403, code: 'other-entity', written: 0 })
    for (const ours of [SECRET, ENTITY, names.key!])
      if (!at(path).includes(ours)) expect(answer.text).not.toContain(ours)
    if (id !== 'createKey') expect(answer.written).toBe(0)
  })

  it.each(KEY_SCOPES.filter((scope) => !allows(scope, needs)))(
    'with the scope %s is refused and changes nothing',
    async (scope) => {
      expect(await ask(method, at(path), KEYS[scope])).toMatchObject({
        status: 403,
        code: 'scope-too-small',
        written: 0,
      })
    },
  )

  it.each(KEY_SCOPES.filter((scope) => allows(scope, needs)))(
    'with the scope %s is allowed',
    async (scope) => {
      // Deletions and rotations get a missing id.
      const target =
        method === 'DELETE'
          ? at(path).replace(/[^/]+$/, 'nosuch')
          : at(path).replace(/[^/]+(?=\/rotate$)/, 'nosuch')
      const { status } = await ask(method, target, KEYS[scope])
      expect([401, 403, 429, 500]).not.toContain(status)
    },
  )
})

const schema = buildSchema(SCHEMA_TEXT)

/** A value of the type with ids, names and paths of the entity. */
function inputOf(type: GraphQLInputType, field: string, operation: string): unknown {
  if (isNonNullType(type)) return inputOf(type.ofType, field, operation)
  if (isListType(type)) return [inputOf(type.ofType, field, operation)]
  if (isEnumType(type)) return type.getValues()[0]!.name
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(
          ({ name, type }) => isNonNullType(type) || /^(entity|project|model|run|sweep)(Name)?$/.test(name),
        )
        .map(({ name, type }) => [name, inputOf(type, name, operation)]),
    )
  if (field === 'entityName' || field === 'entity' || operation === 'entity') return ENTITY
  if (/^(project|model)Name$/.test(field) || operation === 'upsertModel' || operation === 'project')
    return 'digits'
  if (/^run(Name)?$/.test(field)) return names.run
  if (/^sweep/.test(field)) return names.sweep
  if (operation === 'agentHeartbeat') return ids.Agent
  if (field === 'files' && operation === 'deleteFiles') return ids.File
  if (field === 'artifactID' || operation === 'artifact') return ids.Artifact
  if (field === 'id') return ids.Run
  if (type.toString() === 'Float' || type.toString() === 'Int' || type.toString() === 'Int64') return 1
  return 'a.txt'
}

/** A document that calls one operation with its required arguments. */
function documentOf(kind: 'query' | 'mutation', operation: string) {
  const field = (kind === 'query' ? schema.getQueryType() : schema.getMutationType())!.getFields()[operation]!
  const args = field.args.filter(({ name, type }) => isNonNullType(type) || !/^(after|first)$/.test(name))
  const variables = Object.fromEntries(args.map(({ name, type }) => [name, inputOf(type, name, operation)]))
  const declared = args.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ')
  const body = `${operation}${passed && `(${passed})`} { __typename }`
  return { query: `${kind} Q${declared && `(${declared})`} { ${body} }`, variables }
}

const call = async (kind: 'query' | 'mutation', operation: string, key: string | null) => {
  const { query, variables } = documentOf(kind, operation)
  const before = api.written()
  const { status, body } = await api.ask(query, variables, key)
  return { status, text: JSON.stringify(body), written: api.written() - before }
}

const graphqlOperations = (['query', 'mutation'] as const).flatMap((kind) =>
  Object.keys((kind === 'query' ? schema.getQueryType() : schema.getMutationType())!.getFields()).map(
    (name) => [kind, name] as const,
  ),
)

describe.each(graphqlOperations)('%s %s', (kind, name) => {
  const needs = needsOf(kind, name)

  it.each([
    ['no key', null],
    ['an unknown key', KEYS.unknown],
    ['a revoked key', KEYS.revoked],
    ['an expired key', KEYS.expired],
  ])('with %s is refused and changes nothing', async (_kind, key) => {
    expect(await call(kind, name, key)).toMatchObject({ status: 401, written: 0 })
  })

  it('with a key of another entity returns and changes nothing of the entity', async () => {
    await api.deps.files.put(fileKey(), new Uint8Array([1]))
    const answer = await call(kind, name, KEYS.rival)
    // generateApiKey creates a key for the other entity itself.
    if (name !== 'generateApiKey') expect(answer.written).toBe(0)
    expect(answer.text).not.toContain(SECRET)
    expect(answer.text).not.toContain(names.run)
    expect(await api.deps.files.stat(fileKey())).toBeDefined()
  })

  it.each(KEY_SCOPES.filter((scope) => !allows(scope, needs)))(
    'with the scope %s is refused and changes nothing',
    async (scope) => {
      const answer = await call(kind, name, KEYS[scope])
      expect(answer).toMatchObject({ status: 403, written: 0 })
      expect(answer.text).toContain(`scope ${needs}`)
    },
  )

  it('with the needed scope is allowed', async () => {
    if (['deleteRun', 'deleteArtifact'].includes(name)) return
    const answer = await call(kind, name, KEYS[needs])
    expect([401, 403, 429]).not.toContain(answer.status)
    expect(answer.text).not.toContain('scope')
  })
})

/** Other endpoints, and how access to them is checked. A new one must be added here. */
const BESIDE: Readonly<Record<string, string>> = {
  'ALL /*': 'the request log',
  'ALL /v1/*': 'not found, after the key was checked',
  'ALL /sdk/*': 'not found',
  'POST /graphql': 'the operations above',
  'ALL /graphql': 'not found',
  'ALL /graphql/*': 'not found',
  'POST /files/:entity/:project/:run/file_stream': 'tested below',
  'ALL /files/*': 'not found',
  'ALL /oidc/*': 'not found',
  'GET /artifacts/:entity/:hex': 'tested below',
  'GET /artifactsV2/:region/:entity/*': 'tested below',
  'ALL /artifacts/*': 'not found',
  'ALL /artifactsV2/*': 'not found',
  'GET /assets/:name': 'open: files of the dashboard',
  'GET /favicon.ico': 'open',
  'GET /favicon.svg': 'open',
  'GET /robots.txt': 'open',
  'POST /login': 'open: stores a valid key in a cookie',
  'POST /logout': 'open: removes the cookie',
  'GET /*': 'open: pages without data',
}

it('lists every other endpoint', () => {
  const app = createApp(api.deps, {
    mount: (mounted, tools) => {
      mountWandb(mounted, api.deps, tools)
      mountPages(mounted, tools, { folder: '/nowhere' })
    },
  })
  const ofTable = new Set(
    OPERATIONS.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const served = new Set(app.routes.map(({ method, path }) => `${method} ${path}`))
  expect([...served].filter((one) => !ofTable.has(one)).sort()).toEqual(Object.keys(BESIDE).sort())
})

describe('other endpoints', () => {
  const stream = () => `/files/${ENTITY}/digits/${names.run}/file_stream`
  it.each([
    ['no key', null, 401],
    ['a revoked key', KEYS.revoked, 401],
    ['an expired key', KEYS.expired, 401],
    ['a key of another entity', KEYS.rival, 403],
    ['a read-only key', KEYS.read, 403],
  ])("a run's stream with %s is refused and changes nothing", async (_kind, key, status) => {
    expect(await ask('POST', stream(), key)).toMatchObject({ status, written: 0 })
  })

  it.each([
    ['no key', null, 401],
    ['a revoked key', KEYS.revoked, 401],
    ['a key of another entity', KEYS.rival, 403],
  ])('the content of an artifact with %s is refused', async (_kind, key, status) => {
    const hex = '0'.repeat(32)
    expect((await ask('GET', `/artifacts/${ENTITY}/${hex}`, key)).status).toBe(status)
    expect((await ask('GET', `/artifactsV2/default/${ENTITY}/x/${hex}/name`, key)).status).toBe(status)
  })

  it('a read-only key gets no upload URL', async () => {
    const query = `query { project(name: "digits", entityName: "${ENTITY}") { run(name: "${names.run}") { files(names: ["a.txt"]) { edges { node { url(upload: true) uploadUrl } } } } } }`
    const { body } = await api.ask(
      `mutation { createRunFiles(input: {entityName: "${ENTITY}", projectName: "digits", runName: "${names.run}", files: ["a.txt"]}) { files { uploadUrl } } }`,
      {},
      KEYS.ingest,
    )
    const { pathname, search } = new URL(body.data.createRunFiles.files[0].uploadUrl)
    expect(`${pathname}${search}`).toContain('a.txt')
    await api.deps.files.put(fileKey(), new Uint8Array([1]))
    const asReader = await api.ask(query, {}, KEYS.read)
    expect(asReader.status).toBe(403)
    expect(JSON.stringify(asReader.body)).not.toContain('token')
  })

  it('an ingest key cannot list keys', async () => {
    expect((await ask('GET', '/v1/keys', KEYS.ingest)).status).toBe(403)
    expect((await ask('GET', '/v1/keys', KEY)).status).toBe(200)
  })
})
