import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogger } from './logger.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
})
afterEach(() => void vi.restoreAllMocks())

it('writes one JSON object a line', () => {
  createLogger('api').info('request', { status: 200, requestId: 'abc' })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'INFO',
    message: 'request',
    service: 'api',
    status: 200,
    requestId: 'abc',
  })
})

it('removes API keys from messages, fields and errors', () => {
  const logger = createLogger('api')
  logger.info(`key ${KEY}`, { nested: { path: `/v1/${KEY}` } })
  logger.warn('failed', new Error(`refused ${KEY.toUpperCase()}`))
  const written = lines.join('').toLowerCase()
  expect(written).toContain('refused …')
  expect(written).not.toContain(KEY)
})

it('writes nothing at DEBUG unless the level is set', () => {
  createLogger('api').debug('request')
  expect(lines).toEqual([])
})
