import { readFileSync } from 'node:fs'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { expect, it } from 'vitest'
import { starter } from './starter.ts'

const record = (id: number) => ({ messageId: `m${id}`, body: `{"number": ${id}}` })

it('starts a container for each trial, and returns the records without capacity', async () => {
  const started: string[] = []
  const handler = starter(async ({ CHIMNEY_TRIAL }) => {
    if (CHIMNEY_TRIAL.includes('2')) throw new Error('RESOURCE:CPU')
    started.push(CHIMNEY_TRIAL)
  })
  expect(await handler({ Records: [1, 2, 3].map(record) })).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm2' }],
  })
  expect(started).toEqual(['{"number": 1}', '{"number": 3}'])
})

it('has a valid sweep config', () => {
  const text = readFileSync(new URL('../sweep.yaml', import.meta.url), 'utf8')
  expect(parseSweepConfig(text).config.dispatch).toEqual({ agent: 'long', concurrency: 5 })
})
