import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RANDOM_SWEEP, startService, until } from './service.ts'
import { useTestFolder } from './test-folder.ts'

const HOURS = 3_600_000

const folder = useTestFolder()

it('a clock that is set back by two hours ends no live trial, frees the dead ones, and hides no event', async () => {
  const clock = join(folder.path, 'clock')
  const setAhead = (ms: number) => writeFileSync(clock, String(ms))
  setAhead(2 * HOURS)
  const service = await startService({
    data: join(folder.path, 'data'),
    variables: {
      CHIMNEY_TEST_CLOCK: clock,
      NODE_OPTIONS: `--import ${join(import.meta.dirname, 'shifted-clock.mjs')}`,
      CHIMNEY_LEASE_SECONDS: '6',
    },
  })
  const { body: made } = await service.call('/v1/local/demo/sweeps', {
    body: { ...RANDOM_SWEEP, run_cap: 3 },
  })
  const sweep = `/v1/local/demo/sweeps/${made.id}`
  const { body } = await service.call(`${sweep}/trials`, { body: { count: 3 } })
  const [live, dead, other] = body.trials.map(({ run }: { run: string }) => `/v1/local/demo/runs/${run}`)
  const beat = () => service.call(`${live}/heartbeat`, { body: { attempt: 1 } })
  const { cursor } = (await service.call(`${sweep}/events`)).body

  setAhead(0)
  expect((await beat()).body.stop).toBe(false)
  await service.call(`${other}/finish`, { body: { state: 'finished', summary: { loss: 1 } } })
  const { trials } = (await service.call(`${sweep}/events?since=${cursor}`)).body
  expect(trials).toContainEqual(expect.objectContaining({ number: 3, state: 'finished' }))

  const again = await until('the dead trial is handed out again', async () => {
    expect((await beat()).body.stop).toBe(false)
    const next = await service.call(`${sweep}/trials`, { body: {} })
    return next.status === 201 && next.body.trials[0]
  })
  expect(again).toMatchObject({ number: 2, attempt: 2, run: dead.split('/').at(-1) })

  setAhead(2 * HOURS)
  expect((await beat()).body.stop).toBe(false)
  await service.end()
})
