import { expect, it } from 'vitest'
import { ROUTES } from '../http/routes/routes.ts'
import { isRoutine } from './is-routine.ts'

const routine = ROUTES.filter(({ method, path }) => isRoutine({ method, route: path, status: 200 }))

it('only metrics and heartbeats are routine', () => {
  expect(routine.map(({ id }) => id).sort()).toEqual(['heartbeat', 'reportMetrics'])
})

it('nothing that went wrong is', () => {
  for (const { method, path } of routine)
    for (const status of [400, 409, 500]) expect(isRoutine({ method, route: path, status })).toBe(false)
})
