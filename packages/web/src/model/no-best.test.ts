import { expect, it } from 'vitest'
import { noBestText } from './no-best.ts'

it('says how the trials ended, and the most frequent reason', () => {
  const failed = { state: 'failed', reason: "ModuleNotFoundError: No module named 'torch'" } as const
  expect(noBestText('loss', [])).toBe('No trial has reported loss yet.')
  expect(noBestText('loss', [{ state: 'running' }])).toBe('No trial has reported loss yet.')
  expect(noBestText('loss', [{ state: 'finished' }, failed, failed, { state: 'running' }])).toBe(
    "No trial has a value of loss: 2 failed, 1 finished without a value. Most frequent reason: ModuleNotFoundError: No module named 'torch'",
  )
})
