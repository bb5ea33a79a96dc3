import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CloudError } from '../cloud-error.ts'
import type { LambdaContext } from './lambda-types.ts'
import { loadAgents } from './load-agents.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chimney-agents-'))
  await mkdir(join(root, 'stacks'))
})
afterEach(() => rm(root, { recursive: true }))

const agent = { name: 'digits', handler: 'agent.handler', timeoutSeconds: 60, batchSize: 1, concurrency: 4 }
const write = (content: unknown) => writeFile(join(root, 'stacks/agents.json'), JSON.stringify(content))
const call = async () => {
  const [found] = await loadAgents(root)
  return found?.handler({ Records: [] }, {} as LambdaContext)
}

it('finds no agents without a file', async () => {
  expect(await loadAgents(root)).toEqual([])
})

it('reads agents, and loads a handler with its first record', async () => {
  await write([{ ...agent, memoryMb: 512, files: [] }])
  expect(await loadAgents(root)).toEqual([
    {
      name: 'digits',
      timeoutSeconds: 60,
      batchSize: 1,
      concurrency: 4,
      memoryMb: 512,
      handler: expect.any(Function),
    },
  ])
  await expect(call()).rejects.toThrow(/No file .*agent with one of the extensions/)
  await writeFile(join(root, 'agent.mjs'), 'export const handler = async () => ({ batchItemFailures: [] })\n')
  expect(await call()).toEqual({ batchItemFailures: [] })
})

it('reports a missing export', async () => {
  await write([agent])
  await writeFile(join(root, 'agent.mjs'), 'export const other = 1\n')
  await expect(call()).rejects.toThrow('exports no function handler')
})

it.each([
  [{}],
  [[{ ...agent, name: 'Digits' }]],
  [[{ ...agent, batchSize: 11 }]],
  [[{ ...agent, timeoutSeconds: 901 }]],
  [[{ ...agent, handler: 'agent' }]],
])('refuses %j with an error for the user', async (content) => {
  await write(content)
  await expect(loadAgents(root)).rejects.toThrow(CloudError)
})
