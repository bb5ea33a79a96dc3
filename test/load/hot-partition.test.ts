/** Writes per partition of the table: DynamoDB takes 1,000 units per second for each. `docs/scale.md` has the calculation. */
import { createApp } from '@chimney/server/http/app'
import { hashKey } from '@chimney/server/http/auth/authenticator'
import { idFromText } from '@chimney/server/ids'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { beforeAll, expect, it } from 'vitest'
import { clientOf, memoryTable } from '../faults/simulation-table.ts'

const KEY = 'a'.repeat(40)
const TRIALS = 50
const PROJECT = '/v1/acme/wide'

/** Writes by call and kind of partition, average per trial; failed conditional writes count as well. */
const writes = new Map<string, Map<string, number>>()
let during = ''

beforeAll(async () => {
  const table = memoryTable()
  let [now, ids] = [Date.UTC(2030, 0, 1), 0]
  const client = clientOf(async (command) => {
    const { name } = (command as object).constructor
    const { input } = command as { input: { Item?: { pk: { S: string } }; Key?: { pk: { S: string } } } }
    const pk = (input.Item ?? input.Key)?.pk?.S
    if (/^(Put|Update|Delete)/.test(name) && pk !== undefined) {
      const kinds = writes.get(during) ?? new Map<string, number>()
      const kind = pk.slice(0, pk.indexOf('#'))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1 / TRIALS)
      writes.set(during, kinds)
    }
    return table.execute(command)
  })
  const app = createApp(
    {
      store: dynamoStore({ client, table: 'memory' }),
      queue: { agents: [], send: async () => {} },
      files: {} as never,
      clock: { now: () => (now += 20) },
      settings: { leaseSeconds: 300, publicUrl: 'https://chimney.example' },
      randomId: (length) => idFromText(String(++ids), length),
    },
    { masterKey: { hash: hashKey(KEY), entity: 'acme' } },
  )
  const post = async (name: string, path: string, body: object) => {
    during = name
    const headers = { Authorization: `Bearer ${KEY}`, 'Idempotency-Key': `${++ids}` }
    const answer = await app.request(PROJECT + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return answer.json()
  }
  const config = { method: 'random', metric: { name: 'loss' }, parameters: { a: { min: 0.1, max: 1 } } }
  const { id } = await post('create', '/sweeps', config)
  for (let i = 0; i < TRIALS; i++) {
    const { trials } = await post('next', `/sweeps/${id}/trials`, {})
    const [{ run, attempt }] = trials
    // Each trial is a new best, which costs the most.
    const points = [{ step: 1, values: { loss: 1 / (i + 1) } }]
    await post('metrics', `/runs/${run}/metrics`, { points, attempt })
    await post('finish', `/runs/${run}/finish`, { state: 'finished', attempt })
  }
})

const of = (call: string, kind: string) => writes.get(call)?.get(kind) ?? 0

it('a trial writes to the partition of its sweep five times', () => {
  expect(of('next', 'SWEEP')).toBeCloseTo(2)
  expect(of('finish', 'SWEEP')).toBeCloseTo(3)
})

it('metrics do not write to it', () => {
  expect(of('metrics', 'SWEEP')).toBe(0)
  expect(of('metrics', 'RUN')).toBeGreaterThan(0)
})

it('other partitions get only the writes of one trial', () => {
  const kinds = new Set(
    [...writes].filter(([call]) => call !== 'create').flatMap(([, all]) => [...all.keys()]),
  )
  expect([...kinds].sort()).toEqual(['RECEIPT', 'RUN', 'SWEEP'])
})

it('the request limit of the gateway keeps the hottest partition below the limit of DynamoDB', () => {
  const requestsPerSecond = 500 // stacks/api.ts
  const perTrial = of('next', 'SWEEP') + of('metrics', 'SWEEP') + of('finish', 'SWEEP')
  expect((requestsPerSecond / 3) * perTrial).toBeLessThan(1_000)
})
