import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchDisk } from './disk-watch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('warns once when the disk becomes 90% full, and again after it had room', async () => {
  const lines: string[] = []
  let used = 0.5
  const watch = watchDisk(
    '/data',
    (line) => lines.push(line),
    async () => used,
  )
  for (const next of [0.5, 0.9, 0.95, 0.89, 0.93, 0.5, 0.91]) {
    used = next
    await vi.advanceTimersByTimeAsync(10_000)
  }
  expect(lines).toEqual([
    'The disk of the data folder /data is 90% full. Make room: writes fail when it is full.',
    'The disk of the data folder /data is 91% full. Make room: writes fail when it is full.',
  ])
  watch.stop()
  expect(vi.getTimerCount()).toBe(0)
})
