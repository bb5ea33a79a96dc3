import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDynamo } from '@chimney/local/tables/in-process-dynamo'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { createTable } from '@chimney/server/store/dynamo/table'
import { storeSuite } from './suites/store.suite.ts'

/** What `npm start` uses. */
storeSuite('the engine in this process, on disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chimney-store-'))
  const dynamo = await openDynamo(folder)
  const table = `test-${randomUUID()}`
  await createTable(dynamo.client, table)
  return {
    store: dynamoStore({ client: dynamo.client, table }),
    close: async () => {
      await dynamo.stop()
      await rm(folder, { recursive: true })
    },
  }
})
