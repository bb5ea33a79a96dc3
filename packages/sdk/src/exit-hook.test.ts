import { spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { fakeServer } from './fake-server.ts'

let close: (() => Promise<void>) | undefined
afterEach(async () => {
  await close?.()
  close = undefined
})

/** Runs a program that has a run open as `run`; gives what the server heard and how the process ended. */
const execute = async (source: string) => {
  const server = await fakeServer(({ path }) => ({
    body: path.endsWith('/runs')
      ? { path: 'acme/digits/r1', config: {}, attempt: 1 }
      : path.endsWith('/finish')
        ? { state: 'finished', kept: true }
        : { accepted: 1, stop: false },
  }))
  close = server.close
  const client = new URL('./client.ts', import.meta.url).href
  const program = `
    import { chimney } from ${JSON.stringify(client)}
    const run = await chimney({ url: ${JSON.stringify(server.url)}, key: 'k', entity: 'acme' }).startRun('digits')
    ${source}`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const end = await new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))
  const bodies = (tail: string) =>
    server.seen
      .filter(({ path }) => path.endsWith(tail))
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>)
  const steps = bodies('/metrics').flatMap(({ points }) =>
    (points as { step: number }[]).map(({ step }) => step),
  )
  return { end, steps, finished: bodies('/finish') }
}
const LOG = 'for (let step = 0; step < 50; step++) void run.log({ loss: step })'
const ALL = Array.from({ length: 50 }, (_, step) => step)

describe('a process that ends', () => {
  it('normally delivers all metrics and finishes its run', async () => {
    expect(await execute(LOG)).toEqual({
      end: 0,
      steps: ALL,
      finished: [{ state: 'finished', exit_code: 0, attempt: 1 }],
    })
  })

  it('with an exit code fails its run', async () => {
    const { end, finished } = await execute(`${LOG}; process.exitCode = 4`)
    expect(end).toBe(4)
    expect(finished).toMatchObject([{ state: 'failed', exit_code: 4 }])
  })

  it.each(['SIGTERM', 'SIGINT'])('by %s has delivered everything, and still ends by it', async (signal) => {
    const { end, steps } = await execute(
      `${LOG}; process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000)`,
    )
    expect({ end, steps }).toEqual({ end: signal, steps: ALL })
  })

  it('is not kept alive by an open run', async () => {
    expect((await execute('')).end).toBe(0)
  })
})
