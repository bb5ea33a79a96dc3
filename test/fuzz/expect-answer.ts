import { expect } from 'vitest'
import type { Answer } from './request.ts'

/**
 * Processor time of one request, ms, on a machine that does the work of `slowness` as fast as a developer's. What is refused costs
 * less than what is accepted: a config of a million characters is read, checked and packed, and 400,000 lines are stored.
 */
const REFUSED_MS = 250
const ACCEPTED_MS = 1_500

/** Every answer is a success, or a problem of the caller that has cost little and has written nothing. */
export function expectAnswer(answer: Answer, title: string, slowness: number): void {
  const { status, text, type, written, cpuMs } = answer
  expect(status, `${title}: ${text}`).toBeLessThan(500)
  const accepted = status < 400
  expect(cpuMs, `${title}: ${status}`).toBeLessThan((accepted ? ACCEPTED_MS : REFUSED_MS) * slowness)
  if (accepted) return
  expect(written, `${title} wrote before its refusal: ${text}`).toBe(0)
  if (type.startsWith('application/problem+json')) expect(text).toContain('"detail":"')
  else expect(text).toContain('{"errors":[{"message":"')
}
