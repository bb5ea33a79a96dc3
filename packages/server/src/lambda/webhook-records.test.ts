import { expect, it } from 'vitest'
import type { Deps } from '../deps.ts'
import { deliverRecords, retrySeconds } from './webhook-records.ts'

const notice = { id: 'msg_1', type: 'new_best', at: 0, title: 'best', url: 'http://chimney.test', data: {} }
const message = { v: 1, entity: 'acme', project: 'digits', webhook: 'w1', notice }
const webhook = {
  id: 'w1',
  url: 'https://127.0.0.1/secret-path',
  format: 'json',
  events: ['new_best'],
  createdAt: 0,
}

/** Only the part of a store that deliveries use. */
function fakes(stored: object | undefined) {
  const delays: [string, number][] = []
  const failures: string[] = []
  const documents = {
    getDocument: async () => stored && { name: 'webhook/w1', text: JSON.stringify(stored), rev: 1 },
    putDocument: async () => true,
  }
  return {
    delays,
    failures,
    deps: {
      store: documents as unknown as Deps['store'],
      clock: { now: () => 0 },
      settings: { leaseSeconds: 300, publicUrl: 'http://chimney.test' },
      webhooks: { send: async () => {}, delay: async (...args: [string, number]) => void delays.push(args) },
      onFailure: (what: string, error: unknown) => void failures.push(`${what}: ${(error as Error).message}`),
    },
  }
}
const record = (body: object, receives = 1) => ({
  messageId: `m${receives}`,
  receiptHandle: `r${receives}`,
  body: JSON.stringify(body),
  attributes: { ApproximateReceiveCount: String(receives) },
})

it('returns a failed delivery to the queue after a delay that grows, and keeps its address out of the log', async () => {
  const { deps, delays, failures } = fakes(webhook)
  const Records = [1, 2, 3, 4, 5].map((receives) => record(message, receives))
  const { batchItemFailures } = await deliverRecords(deps, { Records })
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    'm1',
    'm2',
    'm3',
    'm4',
    'm5',
  ])
  expect(delays.sort()).toEqual([1, 2, 3, 4, 5].map((receives) => [`r${receives}`, retrySeconds(receives)]))
  expect(delays.map(([, seconds]) => seconds)).toEqual([10, 60, 600, 3_600, 3_600])
  expect(failures).toHaveLength(5)
  expect(failures.join()).not.toContain('secret-path')
})

it('drops a delivery to a webhook that was deleted', async () => {
  const { deps, delays } = fakes(undefined)
  expect(await deliverRecords(deps, { Records: [record(message)] })).toEqual({ batchItemFailures: [] })
  expect(delays).toEqual([])
})

it('keeps a message of another version for the dead-letter queue', async () => {
  const { deps } = fakes(webhook)
  const { batchItemFailures } = await deliverRecords(deps, { Records: [record({ ...message, v: 2 })] })
  expect(batchItemFailures).toHaveLength(1)
})
