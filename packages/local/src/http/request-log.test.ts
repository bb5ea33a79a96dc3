import type { LogLine } from '@chimney/server/http/app-env'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { countRetries } from './request-log.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const line = (status: number, failure?: string): LogLine => ({
  at: 0,
  requestId: 'r',
  method: 'POST',
  path: '/v1/a/b/sweeps/s/trials',
  status,
  ms: 1,
  ...(failure !== undefined && { failure }),
})

it('writes the first 503 of a cause and counts the others of the minute', async () => {
  const passed: (string | undefined)[] = []
  const warnings: string[] = []
  const { log, stop } = countRetries(
    ({ failure }) => passed.push(failure),
    (sentence) => warnings.push(sentence),
  )
  const busy = 'request-in-progress: a request with this Idempotency-Key is in progress; send it again'
  for (let i = 0; i < 5; i++) log(line(503, busy))
  log(line(503, 'store-busy: TimeoutError'))
  log(line(200))
  log(line(500, 'Error: a bug'))
  log(line(500, 'Error: a bug'))
  expect(passed).toEqual([busy, 'store-busy: TimeoutError', undefined, 'Error: a bug', 'Error: a bug'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(warnings).toEqual(['4 more requests were answered with 503 within a minute: request-in-progress'])
  log(line(503, busy))
  log(line(503, busy))
  expect(passed).toHaveLength(6)
  stop()
  expect(warnings).toHaveLength(2)
  expect(vi.getTimerCount()).toBe(0)
})
