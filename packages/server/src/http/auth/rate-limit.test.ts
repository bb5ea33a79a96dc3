import { Problem } from '@chimney/core/schema/problem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../test-app.ts'
import { rateLimit } from './rate-limit.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

/** How many of so many requests get through, spread evenly over functions that share nothing but the table. */
async function through(id: string, perMinute: number, requests: number, functions: number): Promise<number> {
  const limits = Array.from({ length: functions }, () => rateLimit(app.deps))
  let passed = 0
  for (let i = 0; i < requests; i++)
    try {
      await limits[i % functions]!(id, perMinute)
      passed++
    } catch (error) {
      expect(error).toMatchObject({ kind: 'retryable', code: 'too-many-requests' })
    }
  return passed
}

describe('the limit of a key', () => {
  it.each([1, 7, 60, 199])('of %i a minute is exact, however many functions there are', async (limit) => {
    expect(await through(`exact-${limit}`, limit, limit + 40, 1)).toBe(limit)
    expect(await through(`shared-${limit}`, limit, 3 * limit + 60, 3)).toBe(limit)
  })

  it('above 200 per minute holds across functions, with 0.5% more for each function', async () => {
    const passed = await through('large', 2_000, 3_000, 4)
    expect(passed).toBeGreaterThanOrEqual(1_900)
    expect(passed).toBeLessThanOrEqual(2_000 + 4 * 10)
  })

  it('costs nothing below the limit, and one write per fifty requests above', async () => {
    const before = app.written()
    expect(await through('calm', 12_000, 60, 1)).toBe(60)
    expect(app.written()).toBe(before)
    await through('busy', 12_000, 6_060, 1)
    expect(app.written() - before).toBeLessThanOrEqual(26)
  })

  it('returns the time to wait, and accepts the key after it', async () => {
    const limit = rateLimit(app.deps)
    app.clock.advance(60_000 - (app.clock.now() % 60_000) + 45_000)
    await limit('later', 1)
    const refused = await limit('later', 1).catch((error: unknown) => error as Problem)
    expect(refused).toBeInstanceOf(Problem)
    expect((refused as Problem).retryAfter).toBe(15)
    app.clock.advance(15_000)
    await limit('later', 1)
  })

  it('counts concurrent requests', async () => {
    const limit = rateLimit(app.deps)
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => limit('at-once', 10)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  })
})
