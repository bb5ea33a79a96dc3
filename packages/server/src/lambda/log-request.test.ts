import { expect, it } from 'vitest'
import { operations } from '../http/reference/document.ts'
import { levelOf } from './log-request.ts'

const OPERATIONS = operations()

const routine = OPERATIONS.filter(
  ({ method, path }) => levelOf({ method, route: path, status: 200 }) === 'debug',
)

it('writes only successful metrics and heartbeats at DEBUG', () => {
  expect(routine.map(({ id }) => id).sort()).toEqual(['heartbeat', 'reportMetrics'])
})

it.each([
  [400, 'info'],
  [409, 'info'],
  [500, 'error'],
])('writes a routine request that ends with %i at %s', (status, level) => {
  for (const { method, path } of routine) expect(levelOf({ method, route: path, status })).toBe(level)
})
