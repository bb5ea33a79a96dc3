import type { SweepBody, TrialBody } from '@chimney/core/schema/api'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, reader, signIn } from './browser.ts'
import { lossOf, SWEEP, startWorld, type World } from './world.ts'

const TRIALS = 10_000
const PAGE = 1_000
/**
 * What the page itself may take of the processor. The time on the clock is told too, but not judged: without a graphics
 * processor, and with other work on the same cores, most of it is spent waiting for pixels.
 */
const READY_WORK_MS = 2_000
const FRAME_WORK_MS = 1_000 / 30

let browser: Browser
let world: World
beforeAll(async () => {
  ;[browser, world] = await Promise.all([launch(), startWorld()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

it('stays smooth with ten thousand trials', async () => {
  const made = await world.client.createSweep(SWEEP, { project: 'many' })
  const sweep = await world.client.getSweep(made.path)
  const { page, context, troubles } = await reader(browser, world.cloud.url)
  // The pages of the browser are measured here, so the service's part is played from memory.
  const answers = eventsOf(sweep)
  await page.route('**/events*', (route) => {
    const since = Number(new URL(route.request().url()).searchParams.get('since') ?? 0)
    return route.fulfill({ contentType: 'application/json', body: answers[since]! })
  })
  await page.route('**/importance', (route) =>
    route.fulfill({ json: { metric: 'val_loss', trials: 0, parameters: [] } }),
  )
  await signIn(page, world.cloud.key)

  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  const work = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const counted = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']
    return metrics.reduce((sum, { name, value }) => sum + (counted.includes(name) ? 1_000 * value : 0), 0)
  }

  const begun = performance.now()
  await page.goto(new URL(made.url).pathname)
  await page
    .locator(`[aria-rowcount="${TRIALS + 1}"] tbody tr`)
    .nth(5)
    .waitFor()
  const settled = await page.evaluate(
    () =>
      new Promise<boolean>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))),
  )
  const interactiveMs = performance.now() - begun
  const readyWorkMs = await work()

  const box = (await page.locator('[data-axis="lr"]').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 20)
  await page.mouse.down()
  const before = await work()
  const frames = await page.evaluate(
    ([x, top, height]) =>
      new Promise<number>((done) => {
        const axis = document.querySelector('[data-axis="lr"]')!
        const from = performance.now()
        let frames = 0
        const frame = (now: number) => {
          frames++
          const share = ((now - from) / 2_000) % 1
          axis.dispatchEvent(
            new PointerEvent('pointermove', {
              bubbles: true,
              clientX: x!,
              clientY: top! + height! * share,
              buttons: 1,
            }),
          )
          if (now - from < 2_000) requestAnimationFrame(frame)
          else done(frames)
        }
        requestAnimationFrame(frame)
      }),
    [box.x + box.width / 2, box.y + 20, box.height - 40] as const,
  )
  await page.mouse.up()
  const frameWorkMs = ((await work()) - before) / frames
  console.log(
    `${TRIALS} trials: ready after ${interactiveMs.toFixed(0)} ms, of which ${readyWorkMs.toFixed(0)} ms work; while brushing ${(frames / 2).toFixed(0)} frames a second of ${frameWorkMs.toFixed(1)} ms work each`,
  )
  if (process.env.SCREENSHOTS) await page.screenshot({ path: 'docs/images/ten-thousand-light.png' })
  expect(settled).toBe(true)
  expect(troubles.filter((trouble) => !trouble.includes('401'))).toEqual([])
  expect(readyWorkMs).toBeLessThan(READY_WORK_MS)
  expect(frameWorkMs).toBeLessThan(FRAME_WORK_MS)
  await context.close()
})

it('needs little for the first page', async () => {
  const { page, context } = await reader(browser, world.cloud.url)
  let bytes = 0
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  await page.goto('/')
  await page.getByLabel('API key').waitFor()
  console.log(`the first page took ${(bytes / 1024).toFixed(0)} KB`)
  expect(bytes).toBeLessThan(350 * 1024)
  await context.close()
})

/** What `…/events` would answer, by cursor. */
function eventsOf(sweep: SweepBody): string[] {
  const at = new Date(0).toISOString()
  const trials = Array.from({ length: TRIALS }, (_, i): TrialBody => {
    // The golden ratio and its kin spread evenly, and always the same.
    const part = (by: number) => ((i + 1) * by) % 1
    const params = {
      lr: 10 ** (-4 * part(0.618034)),
      dropout: 0.6 * part(0.754878),
      layers: [1, 2, 4, 8][Math.floor(4 * part(0.56984))]!,
      optimizer: ['adam', 'sgd', 'lion'][Math.floor(3 * part(0.819173))]!,
    }
    const value = lossOf(params, 10)
    return {
      number: i + 1,
      run: `${sweep.id}-${i + 1}`,
      params,
      state: 'finished',
      attempt: 1,
      value,
      created_at: at,
      updated_at: at,
    }
  })
  const counts = {
    handed_out: TRIALS,
    open: 0,
    finished: TRIALS,
    stopped: 0,
    failed: 0,
    killed: 0,
    crashed: 0,
  }
  const over: SweepBody = { ...sweep, state: 'finished', limit: TRIALS, trials: counts }
  return Array.from({ length: TRIALS / PAGE + 1 }, (_, i) =>
    JSON.stringify({
      cursor: String(Math.min(i + 1, TRIALS / PAGE)),
      sweep: over,
      trials: trials.slice(i * PAGE, (i + 1) * PAGE),
    }),
  )
}
