import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { storeSuite } from '../suites/store.suite.ts'
import { clientOf, memoryTable } from './simulation-table.ts'

storeSuite('in-memory table of the simulation', async () => {
  const { execute } = memoryTable()
  const store = dynamoStore({ client: clientOf(async (command) => execute(command)), table: 'memory' })
  return { store, close: async () => {} }
})
