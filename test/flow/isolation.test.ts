/**
 * Two entities of one deployment, over HTTP: every route answers the key of the owner, and refuses the same request with the key
 * of the other entity before it. The list of routes is the service's own, so that a new one cannot be forgotten.
 */
import { allows, type KeyScope } from '@chimney/core/schema/key-scope'
import { openapiDocument, operations } from '@chimney/server/http/reference/document'
import { trialToken } from '@chimney/server/queue/trial-token'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Served, serve } from './serve.ts'
import { type Engine, KEY, startEngine, TRIAL_SECRET, type Wire, type World } from './world.ts'

const OURS = 'team-a'
const THEIRS = 'team-b'
const PROJECT = 'digits'

let engine: Engine
let world: World
let served: Served
/** The first admin keys. */
let ours: string
let theirs: string

interface Names {
  readonly sweep: string
  /** An open trial. */
  readonly run: string
  readonly key: string
}
interface Sent {
  readonly body?: unknown
  readonly query?: string
  /** Replaces names of the path. */
  readonly names?: Partial<Names> & {
    project?: string
    collection?: string
    readonly webhook?: string
    version?: string
    page?: string
    view?: string
    report?: string
  }
  /** The owner's key is the operator's, and the other's that of an admin. */
  readonly operator?: true
  /** The route has no entity in its path: each key sees what is its own. `foreign` is the body that names another entity. */
  readonly own?: true
  readonly foreign?: unknown
}

const send = async (key: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(served.url + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
  return { status: response.status, text, body: (isJson ? JSON.parse(text) : undefined) as Wire }
}
const mine = async (method: string, path: string, body?: unknown): Promise<Wire> => {
  const answer = await send(ours, method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
  return answer.body
}
const base = `/v1/${OURS}/${PROJECT}`
const CONFIG = {
  method: 'random',
  metric: { name: 'loss' },
  parameters: { lr: { min: 0.1, max: 0.9 } },
  run_cap: 20,
}
const MULTI = { ...CONFIG, metric: undefined, metrics: [{ name: 'loss' }, { name: 'size' }] }

/** A sweep with a finished and an open trial. */
async function fixture(): Promise<Names> {
  const { id: sweep } = await mine('POST', `${base}/sweeps`, CONFIG)
  const trial = async () => (await mine('POST', `${base}/sweeps/${sweep}/trials`, {})).trials[0].run as string
  const ended = await trial()
  await mine('POST', `${base}/runs/${ended}/metrics`, { points: [{ step: 1, values: { loss: 1 } }] })
  await mine('POST', `${base}/runs/${ended}/finish`, { state: 'finished' })
  const { id: key } = await mine('POST', '/v1/keys', { name: 'spare' })
  return { sweep, run: await trial(), key }
}
const queuedRun = async (): Promise<string> => {
  await mine('POST', `${base}/sweeps`, { ...CONFIG, dispatch: { agent: 'digits', concurrency: 1 } })
  return world.sent.at(-1)!.run
}
const plain = async (): Promise<Sent> => ({})

let views = 0
async function view(): Promise<Sent> {
  const name = `view ${views++}`
  await mine('POST', `${base}/views`, { page: 'run', name, query: 'x=time' })
  return { names: { page: 'run', view: encodeURIComponent(name) } }
}
async function report(): Promise<Sent> {
  const { id } = await mine('POST', `${base}/reports`, { title: 'Mine', text: '# Mine' })
  return { names: { report: id } }
}

let collections = 0
/** A collection with one version. */
async function artifacts(): Promise<Sent> {
  const collection = `net-${collections++}`
  const key = { entity: OURS, project: PROJECT }
  const artifact = {
    ...key,
    collection,
    uid: 'u1',
    type: 'model',
    digest: 'd',
    tags: [],
    aliases: {},
    version: 0,
    size: 0,
    fileCount: 0,
    createdAt: 1,
  }
  const name = `artifact/${collection}/u1`
  await world.deps.store.putDocument(key, { name, text: JSON.stringify(artifact), rev: 1 })
  return { names: { collection, version: 'v0' } }
}

/** An address that is refused at the connection. */
const HOOK = { url: 'https://127.0.0.1/hook', events: ['sweep_finished'] }
const webhook = async () => ({ names: { webhook: (await mine('POST', `${base}/webhooks`, HOOK)).id } })

/** A valid request for every route that needs a key; a new route must be added. */
const REQUESTS: Readonly<Record<string, (names: Names) => Promise<Sent>>> = {
  createSweep: async () => ({ body: CONFIG }),
  listSweeps: plain,
  getSweep: plain,
  updateSweep: async () => ({ body: { state: 'paused' } }),
  deleteSweep: plain,
  nextTrial: async () => ({ body: {} }),
  listTrials: plain,
  enqueueTrial: async () => ({ body: { params: { lr: 0.5 } } }),
  addTrials: async () => ({ body: { trials: [{ params: { lr: 0.5 } }] } }),
  getTrial: plain,
  voidTrial: async () => ({ body: { reason: 'wrong data' } }),
  requeueTrial: plain,
  requeueTrials: async () => ({ query: '?state=finished' }),
  getBest: plain,
  getLatest: async ({ run }) => ({ query: `?runs=${run}` }),
  getDiagnosis: plain,
  getImportance: plain,
  getCurves: async () => ({ query: '?metric=loss' }),
  getRungs: plain,
  getPareto: async () => ({ names: { sweep: (await mine('POST', `${base}/sweeps`, MULTI)).id } }),
  getEvents: plain,
  shareSweep: plain,
  getShare: async ({ sweep }) => {
    await mine('POST', `${base}/sweeps/${sweep}/share`)
    return {}
  },
  unshareSweep: plain,
  createRun: async () => ({ body: {} }),
  listRuns: plain,
  getRunTable: plain,
  getRun: plain,
  updateRun: async () => ({ body: { notes: 'mine' } }),
  deleteRuns: async () => ({ body: { tag: 'old' } }),
  deleteRun: async () => ({ names: { run: (await mine('POST', `${base}/runs`, {})).id } }),
  claimRun: async () => ({ body: { agent: 'a', attempt: 1 }, names: { run: await queuedRun() } }),
  heartbeat: async () => ({ body: {} }),
  finishRun: async () => ({ body: { state: 'finished' } }),
  listFiles: plain,
  listMediaKeys: plain,
  getMedia: plain,
  getFileUrls: async () => ({ query: '?name=media/a.png' }),
  getHtml: async ({ run }) => {
    await world.deps.files.put(`runs/${OURS}/${PROJECT}/${run}/media/a.html`, new Uint8Array(1))
    return { query: '?name=media/a.html' }
  },
  reportMetrics: async () => ({ body: { points: [{ step: 1, values: { loss: 1 } }] } }),
  getHistory: plain,
  listArtifactTypes: artifacts,
  listArtifactCollections: artifacts,
  getArtifactCollection: artifacts,
  listArtifactVersions: artifacts,
  getArtifactVersion: artifacts,
  listArtifactFiles: artifacts,
  getArtifactLineage: artifacts,
  listRunArtifacts: artifacts,
  updateArtifactCollection: async () => ({ ...(await artifacts()), body: { description: 'mine' } }),
  deleteArtifactCollection: artifacts,
  updateArtifactVersion: async () => ({ ...(await artifacts()), body: { add_aliases: ['mine'] } }),
  deleteArtifactVersion: async () => ({ ...(await artifacts()), query: '?aliases=delete' }),
  listWebhooks: plain,
  createWebhook: async () => ({ body: HOOK }),
  updateWebhook: async () => ({ ...(await webhook()), body: { events: ['new_best'] } }),
  deleteWebhook: webhook,
  testWebhook: webhook,
  getViewer: async () => ({ own: true }),
  listUnrecognized: async () => ({ own: true }),
  listKeys: async () => ({ own: true }),
  createKey: async () => ({ body: { name: 'k' }, own: true, foreign: { name: 'k', entity: OURS } }),
  rotateKey: async () => ({ body: {} }),
  revokeKey: plain,
  listEntities: async () => ({ operator: true }),
  createEntity: async () => ({ operator: true, body: { name: 'team-c' } }),
  listAgents: async () => ({ operator: true }),
  redriveAgent: async () => ({ operator: true, body: { count: 1 } }),
  readBackup: plain,
  restoreBackup: async () => {
    const { version, items } = await mine('GET', `${base}/backup`)
    const documents = items.filter(({ of }: { of: string }) => of === 'run').slice(0, 5)
    return { body: { version, items: documents }, names: { project: 'copy' } }
  },
  listViews: view,
  createView: async () => ({ body: { page: 'project', name: `another ${views++}`, query: 'sort=lr' } }),
  replaceView: async () => ({ ...(await view()), body: { query: '', rev: 1 } }),
  deleteView: view,
  listReports: report,
  createReport: async () => ({ body: { title: 'Another', text: '' } }),
  getReport: report,
  replaceReport: async () => ({ ...(await report()), body: { title: 'Mine', text: '', rev: 1 } }),
  deleteReport: report,
  listProjects: plain,
  deleteProject: async () => {
    await mine('POST', `/v1/${OURS}/spare/runs`, {})
    return { names: { project: 'spare' } }
  },
}

const rest = operations().filter(({ open }) => !open)
const pathOf = (path: string, names: Names, { names: others, query = '' }: Sent) => {
  const all: Record<string, string> = {
    entity: OURS,
    project: PROJECT,
    agent: 'digits',
    number: '1',
    ...names,
    ...others,
  }
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => all[name]!) + query
}

beforeAll(async () => {
  engine = await startEngine()
  world = await engine.world()
  served = await serve(world)
  const create = async (name: string) => {
    const answer = await send(KEY, 'POST', '/v1/entities', { name })
    expect(answer).toMatchObject({
      status: 201,
      body: { name, operator: false, key: { entity: name, scope: 'admin' } },
    })
    return answer.body.key.key as string
  }
  ours = await create(OURS)
  theirs = await create(THEIRS)
})
afterAll(async () => {
  await served.stop()
  await engine.stop()
})

it('has a request for every route that needs a key', () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(rest.map(({ id }) => id).sort())
})

describe.each(rest.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_, route) => {
  const { id, method, path } = route

  it('refuses the key of the other entity, and answers the same request of the owner', async () => {
    const names = await fixture()
    const sent = await REQUESTS[id]!(names)
    const target = pathOf(path, names, sent)
    const stranger = sent.operator ? ours : theirs
    const before = await mine('GET', `${base}/sweeps/${names.sweep}`)
    const refused = await send(stranger, method, target, sent.foreign ?? sent.body)
    if (sent.own && sent.foreign === undefined) {
      expect(refused.status).toBe(200)
      expect(refused.text).not.toContain(OURS)
    } else expect([403, 404], refused.text).toContain(refused.status)
    expect(await mine('GET', `${base}/sweeps/${names.sweep}`)).toEqual(before)

    const answer = await send(sent.operator ? KEY : ours, method, target, sent.body)
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(200)
    expect(answer.status, answer.text).toBeLessThan(300)
  })
})

/** What a view-only link opens, of its sweep and the runs of it. */
const SHARED: ReadonlySet<string> = new Set([
  'getSweep',
  'listTrials',
  'getTrial',
  'getBest',
  'getLatest',
  'getDiagnosis',
  'getImportance',
  'getCurves',
  'getRungs',
  'getEvents',
  'getRun',
  'getHistory',
  'listMediaKeys',
  'getMedia',
  'getFileUrls',
  'getHtml',
])

describe('a view-only link', () => {
  const shareOf = async (sweep: string) =>
    new URL((await mine('POST', `${base}/sweeps/${sweep}/share`)).url).hash.replace('#share=', '')
  const visit = async (token: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(served.url + path, {
      method,
      headers: { 'Chimney-Share': token, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  }

  it.each(rest.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'opens %s for its sweep or not at all',
    async (_, { id, method, path }) => {
      const names = await fixture()
      const sent = await REQUESTS[id]!(names)
      const target = pathOf(path, names, sent)
      const other = await mine('POST', `${base}/sweeps`, CONFIG)
      const own = await shareOf(sent.names?.sweep ?? names.sweep)
      for (const token of [await shareOf(other.id), own.replaceAll(/\w/g, '0'), ''])
        expect([401, 403]).toContain((await visit(token, method, target, sent.body)).status)
      const answer = await visit(own, method, target, sent.body)
      if (SHARED.has(id)) expect(answer.status, answer.text).toBe(200)
      else expect([401, 403], answer.text).toContain(answer.status)
    },
  )
})

describe('the token of a trial’s message', async () => {
  const { paths } = (await openapiDocument('0')) as unknown as {
    paths: Record<string, Record<string, { 'x-key-scope': KeyScope }>>
  }
  const scopeOf = (method: string, path: string) => paths[path]![method.toLowerCase()]!['x-key-scope']
  const tokenOf = (entity: string, run: string, more = 60_000) =>
    trialToken(TRIAL_SECRET, { entity, project: PROJECT, run }, world.deps.clock.now() + more)

  it.each(rest.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'opens %s only for its run, and with the scope of agents',
    async (_, { id, method, path }) => {
      const names = await fixture()
      const sent = await REQUESTS[id]!(names)
      const target = pathOf(path, names, sent)
      const run = sent.names?.run ?? names.run
      const isOpen = path.includes('{run}') && allows('ingest', scopeOf(method, path))
      for (const [token, status] of [
        [tokenOf(OURS, 'another'), 401],
        [tokenOf(THEIRS, run), 401],
        [tokenOf(OURS, run, 0), 401],
        [`${tokenOf(OURS, run).slice(0, -1)}x`, 401],
      ] as const)
        expect((await send(token, method, target, sent.body)).status).toBe(status)
      const answer = await send(tokenOf(OURS, run), method, target, sent.body)
      if (isOpen) expect(answer.status, answer.text).toBeLessThan(300)
      else expect([401, 403], answer.text).toContain(answer.status)
    },
  )

  it('is no key for the W&B API', async () => {
    const { run } = await fixture()
    const path = `/files/${OURS}/${PROJECT}/${run}/file_stream`
    expect((await send(tokenOf(OURS, run), 'POST', path, {})).status).not.toBe(200)
    expect((await send(tokenOf(OURS, run), 'GET', '/v1/viewer')).status).toBe(401)
  })
})
