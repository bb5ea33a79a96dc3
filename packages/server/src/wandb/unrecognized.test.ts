import { afterEach, beforeEach, expect, it } from 'vitest'
import { KEY } from '../http/test-app.ts'
import { type TestWandb, testWandb } from './test-api.ts'

let api: TestWandb
let counted: number
beforeEach(async () => {
  counted = 0
  api = await testWandb((deps) => ({ ...deps, onUnrecognized: () => counted++ }))
})
afterEach(() => api.stop())

const names = async () =>
  (await api.call('GET', '/v1/unrecognized')).body.items.map(({ name }: { name: string }) => name)

it('lists fields and arguments that the schema lacks, the outermost ones only', async () => {
  await api.ask(
    'query ($u: NewInput) { viewer { id newField { inner } } project(name: "digits", newArgument: $u) { name ...More } } fragment More on Project { newest: newList(first: 1) { edges { node { id } } } ... on NewType { id } }',
  )
  expect(await names()).toEqual(['User.newField', 'Query.project(newArgument)', 'Project.newList', 'NewType'])
  expect(counted).toBe(1)
})

it('lists input fields that have a value, and mutations that are refused', async () => {
  const upsert = 'mutation ($input: UpsertBucketInput!) { upsertBucket(input: $input) { bucket { id } } }'
  const input = { name: 'r', modelName: 'digits', entityName: 'acme', newEmpty: null }
  await api.data(upsert, { input })
  expect(await names()).toEqual([])
  await api.data(upsert, { input: { ...input, newOne: 1 } })
  const refused = await api.ask('mutation { newMutation(input: {}) { ok } }')
  expect(refused.body.errors[0].message).toMatch(/newMutation is not supported/)
  expect(await names()).toEqual(['Mutation.newMutation', 'UpsertBucketInput.newOne'])
})

it('lists routes without the names in them, for requests with a valid key', async () => {
  const post = (path: string, key: string | null = KEY) =>
    api.app.request(path, {
      method: 'POST',
      ...(key !== null && { headers: { Authorization: `Bearer ${key}` } }),
    })
  expect((await post('/files/acme/digits/r1/new_stream')).status).toBe(404)
  expect((await post('/files/acme/digits/r2/new_stream')).status).toBe(404)
  expect((await post('/files/acme/digits/r2/other', null)).status).toBe(404)
  expect(await names()).toEqual(['POST /files/…/new_stream'])
})

it('counts each request, and stores a repetition once a day', async () => {
  const ask = () => api.data('{ viewer { newField } }')
  const item = async () => (await api.call('GET', '/v1/unrecognized')).body.items[0]
  await ask()
  const first = await item()
  await ask()
  expect(await item()).toEqual(first)
  api.clock.advance(86_400_000)
  await ask()
  expect(await item()).toEqual({ ...first, last_at: new Date(api.clock.now()).toISOString() })
  expect(counted).toBe(3)
})

it('answers a request whose unknown parts cannot be stored', async () => {
  const failures: string[] = []
  const failing = await testWandb((deps) => ({
    ...deps,
    onFailure: (what) => failures.push(what),
    store: {
      ...deps.store,
      putDocument: async () => {
        throw new Error('no table')
      },
    },
  }))
  expect(await failing.data('{ viewer { newField username } }')).toEqual({ viewer: { username: 'acme' } })
  expect(failures).toEqual(['the names of unrecognized requests were not stored'])
  await failing.stop()
})
