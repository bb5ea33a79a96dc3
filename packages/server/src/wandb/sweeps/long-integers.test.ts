import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestWandb, testWandb } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const SEEDS = ['9007199254740993', '-12345678901234567890', '9007199254740992']
const YAML = `method: grid\nparameters:\n  seed: {values: [${SEEDS.join(', ')}]}\n  at: {value: 1700000000000000001}\n`
const JSON_TEXT = `{"method": "grid", "parameters": {"seed": {"values": [${SEEDS.join(', ')}]}, "at": {"value": 1700000000000000001}}}`

it.each([
  ['YAML', YAML],
  ['JSON', JSON_TEXT],
])('integers beyond 2^53 keep their digits through every API: %s', async (_, text) => {
  const { body } = await api.call('POST', '/v1/acme/digits/sweeps', { text })
  const sweep = body.id as string
  const read = await api.call('GET', `/v1/acme/digits/sweeps/${sweep}`)
  for (const digits of [...SEEDS, '1700000000000000001'])
    expect(read.text).toMatch(new RegExp(`[\\[,:]${digits}[\\],}]`))
  expect(read.body.limit).toBe(3)
  const agent = await api.agent(sweep)
  const HEARTBEAT =
    'mutation ($id: ID!) { agentHeartbeat(input: {id: $id, metrics: "{}", runState: "{}"}) { commands } }'
  const { commands } = (await api.data(HEARTBEAT, { id: agent })).agentHeartbeat
  expect(commands).toContain('"seed":{"value":9007199254740993}')
  expect(commands).toContain('"at":{"value":1700000000000000001}')
  const run = JSON.parse(commands)[0].run_id as string
  await api.init(run)
  const config = (
    await api.data(`{ project(name: "digits", entityName: "acme") { run(name: "${run}") { config } } }`)
  ).project.run.config
  expect(config).toContain('9007199254740993')
  expect((await api.call('GET', `/v1/acme/digits/runs/${run}`)).text).toContain('"seed":9007199254740993')
  expect((await api.call('GET', `/v1/acme/digits/sweeps/${sweep}/trials`)).text).toContain(
    '"seed":9007199254740993',
  )
  // Enqueued as a number, and as text by clients whose numbers are doubles.
  for (const seed of ['-12345678901234567890', '"-12345678901234567890"']) {
    const enqueued = await api.call('POST', `/v1/acme/digits/sweeps/${sweep}/enqueue`, {
      text: `{"params": {"seed": ${seed}}}`,
    })
    const { text: stored } = await api.call('GET', `/v1/acme/digits/runs/${enqueued.body.run}`)
    expect(stored).toContain('"seed":-12345678901234567890')
  }
})
