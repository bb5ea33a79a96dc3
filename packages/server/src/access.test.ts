/** Every route and every GraphQL operation, with every kind of key. */
import { allows, KEY_SCOPES, type KeyScope } from '@chimney/core/schema/key-scope'
import { buildSchema, type GraphQLInputType, isInputObjectType, isListType, isNonNullType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from './http/app.ts'
import { hashKey } from './http/auth/authenticator.ts'
import { ROUTES } from './http/routes/routes.ts'
import { ENTITY, KEY, SWEEP } from './http/test-app.ts'
import { mountPages } from './pages/mount-pages.ts'
import { globalId } from './wandb/graphql/global-id.ts'
import { SCHEMA_TEXT } from './wandb/graphql/schema-text.ts'
import { type TestWandb, testWandb } from './wandb/test-api.ts'
import { mountWandb } from './wandb/wandb-api.ts'

/** What each operation needs. Who adds one decides here. */
const NEEDS: Readonly<Record<string, KeyScope | 'open'>> = {
  getHealth: 'open',
  getOpenapi: 'open',
  getDocs: 'open',
  getViewer: 'read',
  listProjects: 'read',
  listSweeps: 'read',
  getSweep: 'read',
  listTrials: 'read',
  getBest: 'read',
  getLatest: 'read',
  getImportance: 'read',
  getPareto: 'read',
  getShare: 'read',
  listFiles: 'read',
  getEvents: 'read',
  listRuns: 'read',
  getRun: 'read',
  getHistory: 'read',
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
  deleteRun: 'write',
  shareSweep: 'write',
  unshareSweep: 'write',
  listKeys: 'admin',
  createKey: 'admin',
  rotateKey: 'admin',
  revokeKey: 'admin',
  listAgents: 'admin',
  redriveAgent: 'admin',
  readBackup: 'admin',
  restoreBackup: 'admin',
}
/** Mutations of agents and training code; every other one needs `write`. */
const OF_AGENTS =
  'upsertBucket upsertModel createAgent agentHeartbeat createRunFiles notifyScriptableRunAlert createArtifact createArtifactManifest updateArtifactManifest createArtifactFiles commitArtifact useArtifact updateArtifact addAliases deleteAliases rewindRun'.split(
    ' ',
  )
const needsOf = (kind: string, name: string): KeyScope => {
  if (kind === 'query') return 'read'
  if (name === 'generateApiKey' || name === 'deleteApiKey') return 'admin'
  return OF_AGENTS.includes(name) ? 'ingest' : 'write'
}
/** In everything that is ours; nobody else may ever read it. */
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

let door: TestWandb
let names: Record<string, string>
/** Global ids, as GraphQL has them. */
let ids: Record<string, string>

beforeAll(async () => {
  door = await testWandb()
  const { store } = door.deps
  const put = (key: string, entity: string, more: object) =>
    store.putKey({
      id: key.slice(0, 8),
      hash: hashKey(key),
      entity,
      name: 'k',
      createdAt: 0,
      lastUsedAt: door.clock.now(),
      ...more,
    })
  for (const scope of KEY_SCOPES) await put(KEYS[scope], ENTITY, { scope })
  await put(KEYS.rival, 'rival', { scope: 'admin' })
  await put(KEYS.expired, ENTITY, { scope: 'admin', expiresAt: door.clock.now() })
  await put(KEYS.revoked, ENTITY, { scope: 'admin' })
  await store.revokeKey(ENTITY, KEYS.revoked.slice(0, 8))

  const sweep = await door.sweep(`${SWEEP}description: ${SECRET}\n`)
  const agent = await door.agent(sweep)
  const [command] = await door.beat(agent)
  const run = command!.run_id!
  await door.init(run, { notes: SECRET, sweep })
  names = { agent: 'digits', entity: ENTITY, project: 'digits', sweep, run, key: KEYS.read.slice(0, 8) }
  ids = {
    Run: '',
    Agent: agent,
    File: globalId('File', ENTITY, 'digits', run, 'a.txt'),
  }
  const bucket = await door.data(
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
  const created = await door.data(
    'mutation ($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } } }',
    { input: { ...input, description: SECRET } },
  )
  ids.Artifact = created.createArtifact.artifact.id
  await door.deps.files.put(fileKey(), new Uint8Array([1]))
})
afterAll(() => door.stop())

const fileKey = () => `runs/${ENTITY}/digits/${names.run}/a.txt`
const rest = ROUTES.filter(({ open }) => !open)
const at = (path: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name]!))
/** Sent without a body worth reading: whoever may not do it must be refused before that. */
const ask = async (method: string, path: string, key: string | null) => {
  const before = door.written()
  const answer = await door.app.request(path, {
    method,
    headers: { ...(key && { Authorization: `Bearer ${key}` }), 'Content-Type': 'application/json' },
    ...(method !== 'GET' && { body: '{"nonsense": []}' }),
  })
  const text = await answer.text()
  const code = answer.headers.get('content-type')?.includes('problem') ? JSON.parse(text).code : undefined
  return { status: answer.status, code, text, written: door.written() - before }
}

it('knows what every route needs', () => {
  expect(Object.keys(NEEDS).sort()).toEqual(ROUTES.map(({ id }) => id).sort())
  for (const { id, open } of ROUTES) expect(NEEDS[id] === 'open', id).toBe(open === true)
})

describe.each(rest.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const { method, path, id } = route
  const needs = NEEDS[id] as KeyScope

  it.each([
    ['none', null, 401, 'missing-key'],
    ['one that nobody made', KEYS.unknown, 401, 'unknown-key'],
    ['a revoked one', KEYS.revoked, 401, 'unknown-key'],
    ['an expired one', KEYS.expired, 401, 'expired-key'],
  ])('with %s is refused and changes nothing', async (_kind, key, status, code) => {
    expect(await ask(method, at(path), key)).toMatchObject({ status, code, written: 0 })
  })

  it('with one of another entity tells and changes nothing of ours', async () => {
    const told = await ask(method, at(path), KEYS.rival)
    if (path.includes('{entity}'))
      expect(told).toMatchObject({ status: 403, code: 'other-entity', written: 0 })
    for (const ours of [SECRET, ENTITY, names.key!])
      if (!at(path).includes(ours)) expect(told.text).not.toContain(ours)
    if (id !== 'createKey') expect(told.written).toBe(0)
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

  it.each(KEY_SCOPES.filter((scope) => allows(scope, needs)))('with the scope %s is heard', async (scope) => {
    // What deletes is asked about something that is not there.
    const target =
      method === 'DELETE'
        ? at(path).replace(/[^/]+$/, 'nosuch')
        : at(path).replace(/[^/]+(?=\/rotate$)/, 'nosuch')
    const told = await ask(method, target, KEYS[scope])
    expect([401, 403, 429, 500]).not.toContain(told.status)
  })
})

const schema = buildSchema(SCHEMA_TEXT)

/** A value of the type in which every id, name and path is one of ours. */
function inputOf(type: GraphQLInputType, field: string, operation: string): unknown {
  if (isNonNullType(type)) return inputOf(type.ofType, field, operation)
  if (isListType(type)) return [inputOf(type.ofType, field, operation)]
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(
          ({ name, type }) => isNonNullType(type) || /^(entity|project|model|run|sweep)(Name)?$/.test(name),
        )
        .map(({ name, type }) => [name, inputOf(type, name, operation)]),
    )
  if (field === 'entityName' || field === 'entity') return ENTITY
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

/** A document that calls one operation and asks for no more than there must be. */
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
  const before = door.written()
  const { status, body } = await door.ask(query, variables, key)
  return { status, text: JSON.stringify(body), written: door.written() - before }
}

const operations = (['query', 'mutation'] as const).flatMap((kind) =>
  Object.keys((kind === 'query' ? schema.getQueryType() : schema.getMutationType())!.getFields()).map(
    (name) => [kind, name] as const,
  ),
)

describe.each(operations)('%s %s', (kind, name) => {
  const needs = needsOf(kind, name)

  it.each([
    ['none', null],
    ['one that nobody made', KEYS.unknown],
    ['a revoked one', KEYS.revoked],
    ['an expired one', KEYS.expired],
  ])('with %s is refused and changes nothing', async (_kind, key) => {
    expect(await call(kind, name, key)).toMatchObject({ status: 401, written: 0 })
  })

  it('with one of another entity tells and changes nothing of ours', async () => {
    await door.deps.files.put(fileKey(), new Uint8Array([1]))
    const told = await call(kind, name, KEYS.rival)
    // A key for the other entity is what it asked for.
    if (name !== 'generateApiKey') expect(told.written).toBe(0)
    expect(told.text).not.toContain(SECRET)
    expect(told.text).not.toContain(names.run)
    expect(await door.deps.files.stat(fileKey())).toBeDefined()
  })

  it.each(KEY_SCOPES.filter((scope) => !allows(scope, needs)))(
    'with the scope %s is refused and changes nothing',
    async (scope) => {
      const told = await call(kind, name, KEYS[scope])
      expect(told).toMatchObject({ status: 403, written: 0 })
      expect(told.text).toContain(`scope ${needs}`)
    },
  )

  it('with just enough is heard', async () => {
    if (['deleteRun', 'deleteArtifact'].includes(name)) return
    const told = await call(kind, name, KEYS[needs])
    expect([401, 403, 429]).not.toContain(told.status)
    expect(told.text).not.toContain('scope')
  })
})

/** What is served beside the tables of routes and operations, and what keeps the wrong key out. Who adds one decides here. */
const BESIDE: Readonly<Record<string, string>> = {
  'ALL /*': 'every request passes the log',
  'ALL /v1/*': 'nothing is there; asks for a key before it says so',
  'ALL /sdk/*': 'nothing is there',
  'POST /graphql': 'the operations above',
  'ALL /graphql': 'nothing is there',
  'ALL /graphql/*': 'nothing is there',
  'POST /files/:entity/:project/:run/file_stream': 'tested below',
  'ALL /files/*': 'nothing is there',
  'ALL /oidc/*': 'nothing is there',
  'GET /artifacts/:entity/:hex': 'tested below',
  'GET /artifactsV2/:region/:entity/*': 'tested below',
  'ALL /artifacts/*': 'nothing is there',
  'ALL /artifactsV2/*': 'nothing is there',
  'GET /assets/:name': 'open: the files of the pages',
  'GET /favicon.ico': 'open',
  'GET /favicon.svg': 'open',
  'GET /robots.txt': 'open',
  'POST /login': 'open: puts a key that works into a cookie',
  'POST /logout': 'open: takes the cookie away',
  'GET /*': 'open: pages, which hold no data',
}

it('knows everything else that is served', () => {
  const app = createApp(door.deps, {
    mount: (mounted, tools) => {
      mountWandb(mounted, door.deps, tools)
      mountPages(mounted, tools, { folder: '/nowhere' })
    },
  })
  const ofTable = new Set(
    ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const served = new Set(app.routes.map(({ method, path }) => `${method} ${path}`))
  expect([...served].filter((one) => !ofTable.has(one)).sort()).toEqual(Object.keys(BESIDE).sort())
})

describe('beside the tables', () => {
  const stream = () => `/files/${ENTITY}/digits/${names.run}/file_stream`
  it.each([
    ['none', null, 401],
    ['a revoked one', KEYS.revoked, 401],
    ['an expired one', KEYS.expired, 401],
    ['one of another entity', KEYS.rival, 403],
    ['one that may only read', KEYS.read, 403],
  ])("a run's stream with %s is refused and changes nothing", async (_kind, key, status) => {
    expect(await ask('POST', stream(), key)).toMatchObject({ status, written: 0 })
  })

  it.each([
    ['none', null, 401],
    ['a revoked one', KEYS.revoked, 401],
    ['one of another entity', KEYS.rival, 403],
  ])('the content of an artifact with %s is refused', async (_kind, key, status) => {
    const hex = '0'.repeat(32)
    expect((await ask('GET', `/artifacts/${ENTITY}/${hex}`, key)).status).toBe(status)
    expect((await ask('GET', `/artifactsV2/default/${ENTITY}/x/${hex}/name`, key)).status).toBe(status)
  })

  it('an upload is not to be had by asking for a file to read', async () => {
    const query = `query { project(name: "digits", entityName: "${ENTITY}") { run(name: "${names.run}") { files(names: ["a.txt"]) { edges { node { url(upload: true) uploadUrl } } } } } }`
    const { body } = await door.ask(
      `mutation { createRunFiles(input: {entityName: "${ENTITY}", projectName: "digits", runName: "${names.run}", files: ["a.txt"]}) { files { uploadUrl } } }`,
      {},
      KEYS.ingest,
    )
    const { pathname, search } = new URL(body.data.createRunFiles.files[0].uploadUrl)
    expect(`${pathname}${search}`).toContain('a.txt')
    await door.deps.files.put(fileKey(), new Uint8Array([1]))
    const asReader = await door.ask(query, {}, KEYS.read)
    expect(asReader.status).toBe(403)
    expect(JSON.stringify(asReader.body)).not.toContain('token')
  })

  it('the key of agent functions can do what agents do, and no more', async () => {
    expect((await ask('GET', '/v1/keys', KEYS.ingest)).status).toBe(403)
    expect((await ask('GET', '/v1/keys', KEY)).status).toBe(200)
  })
})
