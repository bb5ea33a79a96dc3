import {
  buildSchema,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { artifactId } from '../../artifacts/artifacts.ts'
import { collectionId, mustFind } from '../../artifacts/collections.ts'
import { globalId } from '../../global-id.ts'
import { commitArtifact, createArtifact } from '../artifacts/create-artifact.ts'
import type { WandbContext } from '../graphql/context.ts'
import { SCHEMA_TEXT } from '../graphql/schema-text.ts'
import { type TestWandb, testWandb } from '../test-api.ts'
import { rootOf } from './root.ts'
import { NO_EFFECT, REFUSED } from './unread-fields.ts'

const schema = buildSchema(SCHEMA_TEXT, { assumeValidSDL: true })
const mutations = schema.getMutationType()!.getFields()

let api: TestWandb
let ctx: WandbContext
beforeAll(async () => {
  api = await testWandb()
  ctx = { deps: api.deps, caller: { entity: 'acme', scope: 'admin' }, origin: 'http://chimney.test' }
})
afterAll(() => api.stop())

const inputOf = (name: string) => getNamedType(mutations[name]!.args[0]!.type) as GraphQLInputObjectType

/** A value for every field of an input type. */
function filled(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return filled(type.ofType)
  if (isListType(type)) return [filled(type.ofType)]
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.entries(type.getFields()).map(([name, field]) => [name, filled(field.type)]),
    )
  if (isEnumType(type)) return type.getValues()[0]!.value
  const scalar: Record<string, unknown> = {
    Boolean: true,
    Int: 1,
    Int64: 1,
    Float: 1,
    JSONString: '{}',
    Duration: 1,
  }
  return scalar[type.name] ?? 'text'
}

/** Notes the paths of the fields that are read; items of a list share theirs. */
function recorded(value: unknown, read: Set<string>, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => recorded(item, read, path))
  if (typeof value !== 'object' || value === null) return value
  return new Proxy(value, {
    get: (target, name) => {
      const inner = path === '' ? String(name) : `${path}.${String(name)}`
      read.add(inner)
      return recorded(Reflect.get(target, name), read, inner)
    },
  })
}

function paths(type: GraphQLInputObjectType, prefix = ''): string[] {
  return Object.entries(type.getFields()).flatMap(([name, field]) => {
    const inner = getNamedType(field.type)
    return isInputObjectType(inner) ? paths(inner, `${prefix}${name}.`) : [prefix + name]
  })
}

/** What a mutation needs to succeed, besides {@link filled}. */
const GIVEN: Record<string, () => Promise<object>> = {
  upsertBucket: async () => ({ id: null, name: 'all', modelName: 'digits', entityName: 'acme', sweep: null }),
  upsertSweep: async () => ({
    id: null,
    config: 'method: random\nparameters: {x: {min: 0.0, max: 1.0}}\n',
    entityName: 'acme',
    projectName: 'digits',
    state: null,
  }),
  createAgent: async () => ({ entityName: 'acme', projectName: 'digits', sweep: await sweep() }),
  agentHeartbeat: async () => ({ id: await api.agent(await sweep()) }),
  upsertModel: async () => ({
    id: null,
    name: 'wandb-registry-all',
    entityName: 'acme',
    access: 'PRIVATE',
    artifactTypes: [{ name: 'model' }],
  }),
  renameProject: async () => {
    await api.deps.store.ensureProject({ entity: 'acme', project: 'wandb-registry-old' }, 0)
    return { entityName: 'acme', oldProjectName: 'wandb-registry-old', newProjectName: 'wandb-registry-new' }
  },
  deleteModel: async () => {
    await api.deps.store.ensureProject({ entity: 'acme', project: 'unwanted' }, 0)
    return { id: globalId('Project', 'acme', 'unwanted') }
  },
  createRunFiles: () => run('files'),
  markRunFilesUploaded: () => run('marked'),
  rewindRun: async () => ({ ...(await run('rewound')), metricName: '_step', metricValue: 0 }),
  enqueueSweepRun: async () => ({ id: await sweepId(), config: '{"x": 0.5}' }),
  deleteApiKey: async () => ({ id: 'none' }),
  deleteRun: async () => ({ id: await runId('deleted') }),
  stopRun: async () => ({ id: await runId('stopped') }),
  updateRunState: async () => ({ id: await runId('failed'), state: 'failed' }),
  deleteFiles: async () => ({ files: [globalId('File', 'acme', 'digits', 'files', 'a.txt')] }),
  notifyScriptableRunAlert: () => run('alerted'),
  createArtifact: async () => ({
    ...(await run('logger')),
    artifactTypeName: 'model',
    artifactCollectionName: 'all',
    artifactCollectionNames: ['all'],
    aliases: [{ artifactCollectionName: 'all', alias: 'a' }],
    tags: [{ tagName: 't' }],
    storageRegion: 'default',
  }),
  createArtifactManifest: async () => ({ artifactID: await draft(), type: 'PATCH' }),
  updateArtifactManifest: async () => {
    const { createArtifactManifest } = await api.data(
      'mutation ($id: ID) { createArtifactManifest(input: {artifactID: $id, name: "m", type: PATCH}) { artifactManifest { id } } }',
      { id: await draft() },
    )
    return { artifactManifestID: createArtifactManifest.artifactManifest.id }
  },
  createArtifactFiles: async () => ({
    artifactFiles: [
      {
        ...fileSpec(),
        artifactID: await draft(),
        md5: '0'.repeat(32),
        uploadPartsInput: [{ partNumber: 1, hexMD5: '0'.repeat(32) }],
      },
    ],
  }),
  commitArtifact: async () => ({ artifactID: await draft() }),
  useArtifact: async () => ({ ...(await run('user')), artifactID: await version() }),
  updateArtifact: async () => ({
    artifactID: await version(),
    aliases: [await aliasOfNet()],
    tagsToAdd: [{ tagName: 'x' }],
    tagsToDelete: [{ tagName: 'y' }],
  }),
  deleteArtifact: async () => ({ artifactID: await version() }),
  addAliases: async () => ({ artifactID: await version(), aliases: [await aliasOfNet()] }),
  deleteAliases: async () => ({ artifactID: await version(), aliases: [await aliasOfNet()] }),
  linkArtifact: async () => ({
    artifactID: null,
    clientID: await client(),
    artifactPortfolioID: null,
    artifactPortfolioName: 'winners',
    entityName: 'acme',
    projectName: 'digits',
    aliases: [{ artifactCollectionName: 'winners', alias: 'a' }],
  }),
  unlinkArtifact: async () => ({
    artifactID: await version(),
    artifactPortfolioID: await portfolio('winners'),
  }),
  updateArtifactSequence: async () => ({ artifactSequenceID: await sequence('net2') }),
  updateArtifactPortfolio: async () => ({
    artifactPortfolioID: await portfolio('described'),
    name: 'renamed',
  }),
  moveArtifactSequence: async () => ({ artifactSequenceID: await sequence('moved') }),
  deleteArtifactSequence: async () => ({ artifactSequenceID: await sequence('gone') }),
  deleteArtifactPortfolio: async () => ({ artifactPortfolioID: await portfolio('gone2') }),
  createArtifactCollectionTagAssignments: tags,
  deleteArtifactCollectionTagAssignments: tags,
  completeMultipartUploadArtifact: async () => ({
    artifactID: await draft(),
    completedParts: [{ partNumber: 1, hexMD5: 'e' }],
    storagePath: `artifacts/acme/blobs/${'0'.repeat(32)}`,
  }),
}

const sweep = () =>
  api.sweep(`method: random\nname: s${Math.random()}\nparameters: {x: {min: 0.0, max: 1.0}}\n`)
const sweepId = async () => globalId('Sweep', 'acme', 'digits', await sweep())
async function run(name: string) {
  await api.init(name)
  await api.stream(name, {
    files: { 'wandb-history.jsonl': { offset: 0, content: ['{"_step":0}', '{"_step":1}'] } },
  })
  return { entityName: 'acme', projectName: 'digits', runName: name }
}
async function runId(name: string) {
  await run(name)
  return globalId('Run', 'acme', 'digits', name)
}
let drafts = 0
const made = (name: string, more: object = {}) =>
  createArtifact(ctx, {
    entityName: 'acme',
    projectName: 'digits',
    artifactTypeName: 'model',
    artifactCollectionName: name,
    digest: `d${drafts++}`,
    ...more,
  })
const draft = async () => artifactId(await made('net'))
const version = async (name = 'net', more: object = {}) =>
  artifactId(await commitArtifact(ctx, artifactId(await made(name, more))))
async function client() {
  await version('net', { clientID: 'client' })
  return 'client'
}
const aliasOfNet = async () => ({
  artifactCollectionName: 'net',
  entityName: 'acme',
  projectName: 'digits',
  alias: 'a',
})
async function sequence(name: string) {
  await version(name)
  return collectionId(await mustFind(ctx, { entity: 'acme', project: 'digits' }, name))
}
async function portfolio(name: string) {
  await api.data(
    'mutation ($id: ID, $name: String) { linkArtifact(input: {artifactID: $id, artifactPortfolioName: $name, projectName: "digits"}) { versionIndex } }',
    { id: await version(), name },
  )
  return collectionId(await mustFind(ctx, { entity: 'acme', project: 'digits' }, name))
}
async function tags() {
  await sequence('tagged')
  return {
    entityName: 'acme',
    projectName: 'digits',
    artifactCollectionName: 'tagged',
    tags: [{ tagName: 't' }],
  }
}
const fileSpec = () =>
  filled(schema.getType('CreateArtifactFileSpecInput') as GraphQLInputObjectType) as object

const withoutRefused = (name: string, input: object) =>
  Object.fromEntries(Object.entries(input).filter(([field]) => REFUSED[`${name}.${field}`] === undefined))

describe('every input field of a mutation', () => {
  it.each(Object.keys(mutations))('%s: is read, refused, or listed as without effect', async (name) => {
    const type = inputOf(name)
    const input = { ...withoutRefused(name, filled(type) as object), ...(await GIVEN[name]?.()) }
    const more = name === 'upsertSweep' ? [{ ...input, id: await sweepId(), state: 'PAUSED' }] : []
    const read = new Set<string>()
    const root = rootOf(ctx) as unknown as Record<string, (args: object) => Promise<unknown>>
    for (const each of [input, ...more])
      await (async () => root[name]!({ input: recorded(each, read) }))().catch((error) => {
        if (!/none|part is missing/.test(String(error))) throw error
      })
    const silent = paths(type).filter(
      (path) =>
        !read.has(path) &&
        REFUSED[`${name}.${path.split('.')[0]}`] === undefined &&
        !NO_EFFECT.has(path.split('.').at(-1)!) &&
        !NO_EFFECT.has(`${name}.${path}`),
    )
    expect(silent).toEqual([])
  })

  it.each(Object.keys(REFUSED))('%s is refused with a sentence', async (path) => {
    const [name = '', field = ''] = path.split('.')
    const root = rootOf(ctx) as unknown as Record<string, (args: object) => Promise<unknown>>
    const value = (filled(inputOf(name)) as Record<string, unknown>)[field]
    const set = value === '{}' ? '{"x": 1}' : value
    await expect((async () => root[name]!({ input: { [field]: set } }))()).rejects.toThrow(REFUSED[path])
  })
})
