import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { localLogger } from './local-logger.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
let written = ''
beforeEach(() => {
  written = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += text
      return true
    })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

it('writes warnings as readable lines without keys', () => {
  localLogger('text').warn(`refused ${KEY}`)
  localLogger('text').error('request', { status: 500, path: `/v1/${KEY}` })
  expect(written).toBe('WARN refused …\nERROR request {"status":500,"path":"/v1/…"}\n')
})

it('writes JSON when configured', () => {
  localLogger('json').warn('throttled')
  expect(JSON.parse(written)).toMatchObject({ level: 'WARN', message: 'throttled', service: 'local' })
})

it('writes requests only at the level INFO', () => {
  localLogger('text').info('request')
  expect(written).toBe('')
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO')
  localLogger('text').info('request', { status: 200 })
  expect(written).toBe('INFO request {"status":200}\n')
})
