/** The shell blocks of every document run in their order. In the slow suite: README.md trains models and packs the SDK. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSuite, page, pages, runnable } from './blocks.ts'
import { openShell, type Service, startService } from './shell.ts'

describe('shell blocks run in order', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service.stop())

  const others = pages.filter(({ path }) => path !== 'README.md')
  // Concurrently: README.md mostly waits for trainings, in a project that no other page uses.
  it.concurrent.each([
    { title: 'of README.md', from: [page('README.md')], loggedIn: false },
    { title: 'of the other pages', from: others, loggedIn: true },
  ])('$title', async ({ from, loggedIn }) => {
    const failed: string[] = []
    for (const { path, blocks } of from.filter(({ blocks }) => blocks.some(runnable('sh')))) {
      const shell = await openShell(service, { loggedIn })
      for (const { line, code } of blocks.filter(runnable('sh')).filter(({ code }) => !isSuite(code)))
        try {
          const output = await shell.run(code)
          if (code.includes('hello/sweeps')) expectWalkThrough(output)
        } catch (error) {
          failed.push(`${path}:${line} ${error instanceof Error ? error.message : error}`)
        }
      await shell.remove()
    }
    expect(failed).toEqual([])
  })
})

/** The responses to the worker in README.md: three trials, then the best one. */
function expectWalkThrough(output: string): void {
  const answers = output.split(/(?<=\})(?=\{)/).map((answer) => JSON.parse(answer))
  expect(answers.slice(0, 6)).toEqual(
    Array.from({ length: 3 }, () => [
      { accepted: 1, stop: false },
      { state: 'finished', kept: true },
    ]).flat(),
  )
  expect(answers[6]).toMatchObject({ number: 1, value: 0.1, params: { lr: expect.any(Number) } })
}
