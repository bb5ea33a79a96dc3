import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { embeddedEngine } from './suites/embedded-table.ts'
import { storeSuite } from './suites/store.suite.ts'

storeSuite('dynalite', async () => {
  const engine = await embeddedEngine()
  const store = dynamoStore({ client: engine.client, table: await engine.freshTable() })
  return { store, close: engine.stop }
})
