import type { SweepKey } from '@chimney/core/schema/names'
import type { AgentRecord, AgentStore } from '../agents.ts'
import { type Attributes, numberOf, textOf } from './attributes.ts'
import { follows, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { agentKey, agentRange } from './item-keys.ts'

const readAgent = (key: SweepKey, item: Attributes): AgentRecord => ({
  ...JSON.parse(textOf(item, 'doc')),
  key,
  rev: numberOf(item, 'rev'),
})

export const dynamoAgents = (io: DynamoIo): AgentStore => ({
  async putAgent({ key, rev, ...rest }) {
    const condition = rev === 1 ? IS_NEW : follows(rev)
    return io.put('putAgent', agentKey(key, rest.id), { rev, doc: JSON.stringify(rest) }, condition)
  },

  async getAgent(key, id) {
    const item = await io.get('getAgent', agentKey(key, id))
    return item && readAgent(key, item)
  },

  async listAgents(key) {
    return (await io.query('listAgents', agentRange(key))).map((item) => readAgent(key, item))
  },
})
