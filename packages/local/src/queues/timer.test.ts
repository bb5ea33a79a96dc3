import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTimer } from './timer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('calls every minute, also after a failure', async () => {
  let calls = 0
  const lines: string[] = []
  const run = async () => {
    if (++calls === 1) throw new Error('throttled')
  }
  const timer = startTimer(60_000, run, (line) => lines.push(line))
  await vi.advanceTimersByTimeAsync(180_000)
  expect(calls).toBe(3)
  expect(lines).toEqual(['reconcile failed and will be retried: throttled'])
  await timer.stop()
  await vi.advanceTimersByTimeAsync(180_000)
  expect(calls).toBe(3)
})

it('never overlaps calls, and waits for the last one when it stops', async () => {
  let running = 0
  let most = 0
  const run = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 150_000))
    running--
  }
  const timer = startTimer(60_000, run, () => {})
  await vi.advanceTimersByTimeAsync(240_000)
  expect(most).toBe(1)
  const stopped = timer.stop()
  expect(running).toBe(1)
  await vi.advanceTimersByTimeAsync(150_000)
  await stopped
  expect(running).toBe(0)
})
