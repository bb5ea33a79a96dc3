import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isFull } from '../sized.ts'
import { RANDOM_SWEEP, type Service, startService } from './service.ts'
import { useTestFolder } from './test-folder.ts'

const folder = useTestFolder()

const newSweep = async (service: Service, config: object) =>
  `/v1/local/demo/sweeps/${(await service.call('/v1/local/demo/sweeps', { body: config })).body.id}`

describe('kill -9', () => {
  it('in the middle of 20 requests: their repetitions are answered at once, and no trial is handed out twice', async () => {
    const data = join(folder.path, 'killed')
    let service = await startService({ data })
    const sweep = await newSweep(service, { ...RANDOM_SWEEP, method: 'bayes' })
    const ask = (i: number) =>
      service.call(`${sweep}/trials`, { body: { count: 2 }, headers: { 'idempotency-key': `request-${i}` } })
    const asked = Array.from({ length: 20 }, (_, i) => ask(i).catch(() => undefined))
    const first = await Promise.race(asked)
    await service.end('SIGKILL')
    const answered = (await Promise.all(asked)).filter((answer) => answer?.status === 201)
    expect(first === undefined || answered.length > 0).toBe(true)

    service = await startService({ data })
    const again = await Promise.all(
      asked.map(async (_, i) => {
        const answer = await ask(i)
        // Its trials went to another agent meanwhile: the agent sends a new request.
        return answer.status === 204 ? ask(100 + i) : answer
      }),
    )
    expect(again.map(({ status }) => status)).toEqual(asked.map(() => 201))
    const handed = again.flatMap(({ body }) =>
      body.trials.map(({ number, attempt }: { number: number; attempt: number }) => `${number}/${attempt}`),
    )
    expect(new Set(handed).size).toBe(handed.length)
    for (const answer of answered) {
      const trials = answer!.body.trials.map(({ run }: { run: string }) => run)
      const repeated = again.flatMap(({ body }) => body.trials.map(({ run }: { run: string }) => run))
      expect(repeated).toEqual(expect.arrayContaining(trials))
    }
    expect(service.output()).not.toContain('undefined')
    await service.end()
  })
})

/** One of them loses requests seldom. */
const TRIES = isFull ? 10 : 3

describe('SIGTERM', () => {
  it.each(['once', 'twice at once'])(
    '%s, under load: every request that arrived is answered, in each of several tries',
    async (how) => {
      for (let i = 0; i < TRIES; i++) await stopUnderLoad(join(folder.path, `signals ${how} ${i}`), how)
    },
    TRIES * 60_000,
  )
})

async function stopUnderLoad(data: string, how: string): Promise<void> {
  const service = await startService({ data })
  const sweep = await newSweep(service, { ...RANDOM_SWEEP, method: 'bayes' })
  const next = (count: number) => service.call(`${sweep}/trials`, { body: { count } })
  // From the tenth end on, suggestions come from another thread.
  for (const { run } of (await next(12)).body.trials)
    await service.call(`/v1/local/demo/runs/${run}/finish`, {
      body: { state: 'finished', summary: { loss: Number(run.split('-')[1]) % 5 } },
    })
  // The connections are open before the signal.
  await Promise.all(Array.from({ length: 20 }, () => service.call('/v1/viewer')))
  let arrived = 0
  const asked = Array.from({ length: 20 }, async () => {
    const answer = await next(2)
    arrived++
    return answer.status
  })
  // All requests are sent before the first answer.
  await Promise.race(asked)
  if (how !== 'once') service.child.kill('SIGTERM')
  const code = service.end()
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, () => 201))
  expect([await code, arrived]).toEqual([0, 20])
  expect(service.output().match(/Stopping Chimney/g)).toHaveLength(1)
}
