import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { inject } from 'vitest'
import { engineAt } from '../suites/embedded-table.ts'
import { storeSuite } from '../suites/store.suite.ts'

storeSuite('moto', async () => {
  const engine = engineAt(inject('moto'))
  const store = dynamoStore({ client: engine.client, table: await engine.freshTable() })
  return { store, close: engine.stop }
})
