import { readFile } from 'node:fs/promises'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { startCloud } from '@chimney/local/cloud'
import { main } from '@chimney/sdk/cli/main'
import { chimney } from '@chimney/sdk/client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

let cloud: Awaited<ReturnType<typeof startCloud>>
beforeAll(async () => {
  cloud = await startCloud({ port: 0, agents: [], reconcileEveryMs: 0 })
  vi.stubEnv('CHIMNEY_URL', cloud.url)
  vi.stubEnv('CHIMNEY_API_KEY', cloud.key)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await cloud.stop()
})

it('chimney agent runs the program of sweep.yaml', async () => {
  const text = await readFile(new URL('../sweep.yaml', import.meta.url), 'utf8')
  const { program, metric } = parseSweepConfig(text).config
  const parameters = { batch_size: { value: 64 }, epochs: { value: 2 }, lr: { value: 0.05 } }
  const client = chimney({ url: cloud.url, key: cloud.key })
  const { path } = await client.createSweep(
    { method: 'random', program, metric, parameters, run_cap: 1 },
    { project: 'digits' },
  )
  let errors = ''
  const code = await main(['agent', path], {
    out: () => {},
    err: (line) => {
      errors += line
    },
    isTty: false,
    columns: () => 80,
    env: process.env,
    readStdin: async () => '',
    askSecret: async () => undefined,
  })
  expect(code).toBe(0)
  expect(errors).toContain('1 finished, 0 stopped, 0 failed')
  expect((await client.best(path))?.value).toBeGreaterThan(0.5)
})
