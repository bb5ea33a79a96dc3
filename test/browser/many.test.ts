import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepPicture, launch, reader, signIn } from './browser.ts'
import { fill, SWEEP, startWorld, type World } from './world.ts'

/** The last block is nearly full: what costs most, since its trials are still read from the table. */
const TRIALS = 10_499
/** Of everything that the page asks for, as it travels. */
const PAGE_BYTES = 2_000_000
/** Of DynamoDB, for all that the page asks for until it is there. */
const PAGE_READ_UNITS = 200
/**
 * What all of it may take of the processor until the page is there, the page's thread and the service one after the other; and what
 * the page's thread may take for a frame, its drawing of canvases included. The time on the clock is told too, but not judged:
 * other work on the same cores stretches it.
 */
const READY_WORK_MS = 2_000
const FRAME_WORK_MS = 1_000 / 30

let browser: Browser
let world: World
let readUnits = 0
beforeAll(async () => {
  const meter = (_op: string, { read }: { readonly read: number }) => {
    readUnits += read
  }
  ;[browser, world] = await Promise.all([launch(), startWorld({ meter, reconcileEveryMs: 0 })])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

it('stays smooth with ten thousand trials', async () => {
  const made = await world.client.createSweep(SWEEP.replace('run_cap: 60', `run_cap: ${TRIALS}`), {
    project: 'many',
  })
  await fill(world, made.path, TRIALS)
  // Somebody has looked before: blocks of ended trials are kept then.
  for (let since: string | undefined; ; ) {
    const told = await world.client.events(made.path, since)
    if (!told.more) break
    since = told.cursor
  }
  const { page, context, troubles } = await reader(browser, world.cloud.url)
  await signIn(page, world.cloud.key)

  const session = await context.newCDPSession(page)
  // Time that the processor was given, which other work on the same cores does not stretch.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await session.send('Network.enable')
  let bytes = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  const work = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1_000 * metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
  // The service, its table and the driver of the browser are this process.
  const served = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  }

  readUnits = 0
  const servedBefore = served()
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
  const [readyWorkMs, servedMs] = [await work(), served() - servedBefore]
  await page.getByRole('row', { name: /^lr \d+ %/ }).waitFor()
  await page.waitForLoadState('networkidle').catch(() => {})
  const [pageBytes, pageUnits] = [bytes, readUnits]

  // What this machine gives a page that does nothing, right now.
  const idleFrames = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        const from = performance.now()
        let seen = 0
        const frame = (now: number) => {
          seen++
          if (now - from < 1_000) requestAnimationFrame(frame)
          else done(seen)
        }
        requestAnimationFrame(frame)
      }),
  )
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
    `${TRIALS} trials: ready after ${interactiveMs.toFixed(0)} ms, which took ${readyWorkMs.toFixed(0)} ms of the page's thread and ${servedMs.toFixed(0)} ms of the service; while brushing ${(frames / 2).toFixed(0)} frames a second (${idleFrames} when nothing happens) of ${frameWorkMs.toFixed(1)} ms each; ${(pageBytes / 1_000_000).toFixed(2)} MB travelled, ${pageUnits} read units`,
  )
  await keepPicture(page, 'ten-thousand-light')
  expect(settled).toBe(true)
  expect(troubles.filter((trouble) => !trouble.includes('401'))).toEqual([])
  expect(readyWorkMs + servedMs).toBeLessThan(READY_WORK_MS)
  expect(frameWorkMs).toBeLessThan(FRAME_WORK_MS)
  expect(pageBytes).toBeLessThan(PAGE_BYTES)
  expect(pageUnits).toBeLessThan(PAGE_READ_UNITS)
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
