import { fileURLToPath } from 'node:url'
import { startCloud } from '@chimney/local/cloud'
import { expect, it } from 'vitest'
import { runTypescriptClient } from './typescript.ts'

const DOCUMENT = fileURLToPath(
  new URL('../../packages/server/src/http/reference/generated/openapi.json', import.meta.url),
)

it('the client of openapi-typescript compiles and runs a sweep', async () => {
  const cloud = await startCloud({ port: 0, agents: [] })
  try {
    expect(await runTypescriptClient(cloud, DOCUMENT)).toMatch(/^best trial \d\n$/)
  } finally {
    await cloud.stop()
  }
})
