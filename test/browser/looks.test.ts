import AxeBuilder from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepPicture, launch, reader, scrollThrough, signIn } from './browser.ts'
import { SHOW, SHOW_MS, trainShow } from './show.ts'
import { logLong, SEVERAL, startWorld, trainSeveral, type World } from './world.ts'

let browser: Browser
let world: World
let show: string
let sweepPage: string
let severalPage: string
const PROJECT = '/local/cifar10'
beforeAll(async () => {
  // Hours go by in the show while it trains, so leases are not looked after.
  const past = { at: undefined as number | undefined }
  ;[browser, world] = await Promise.all([
    launch(),
    startWorld({ clock: { now: () => past.at ?? Date.now() }, reconcileEveryMs: 0 }),
  ])
  past.at = Date.now() - SHOW_MS
  const several = await world.client.createSweep(SEVERAL, { project: 'cifar10' })
  severalPage = new URL(several.url).pathname
  await trainSeveral(world.client, several.path, 24)
  const sweep = await world.client.createSweep(SHOW, { project: 'cifar10' })
  show = sweep.path
  sweepPage = new URL(sweep.url).pathname
  await trainShow(world.client, show, past)
  past.at = undefined
  await logLong(world, 'cifar10', 'long')
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
const runId = (number: number) => `${show.split('/')[2]}-${number}`

const SHOTS: readonly (readonly [name: string, path: () => string, ready: string | RegExp])[] = [
  ['project', () => PROJECT, 'long-run'],
  ['sweep', () => sweepPage, 'Attach an agent'],
  ['several', () => severalPage, 'trials that no other beats'],
  ['run', () => `${PROJECT}/runs/${runId(67)}`, 'Attempts and lease'],
  ['history', () => `${PROJECT}/runs/long`, 'Console'],
  ['compare', () => `${PROJECT}/compare?runs=${[20, 40, 67, 77].map(runId).join(',')}`, 'Where they ended'],
  ['new-sweep', () => `${PROJECT}/new-sweep`, 'Add a parameter'],
  ['settings', () => '/settings', 'Keys in use'],
  ['authorize', () => '/authorize', 'A key for your terminal'],
]

/** Pages of which one more picture shows what is further down too. */
const WHOLE = ['sweep', 'history']

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it.each(SHOTS)(
    'the page %s has nothing serious against it in accessibility',
    async (name, address, ready) => {
      const { page, context, troubles } = await reader(browser, world.cloud.url, { colorScheme })
      await signIn(page, world.cloud.key)
      await page.goto(address())
      await page.getByText(ready).first().waitFor()
      await scrollThrough(page)
      await page.waitForLoadState('networkidle').catch(() => {})
      expect(await seriousOf(page)).toEqual([])
      await keepPicture(page, `${name}-${colorScheme}`)
      if (WHOLE.includes(name)) await keepPicture(page, `${name}-whole-${colorScheme}`, true)
      expect(troubles.filter((trouble) => !trouble.includes('401'))).toEqual([])
      await context.close()
    },
  )
})

it.each(SHOTS)('the page %s fits a phone', async (name, address, ready) => {
  const { page, context } = await reader(browser, world.cloud.url, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  await signIn(page, world.cloud.key)
  await page.goto(address())
  await page.getByText(ready).first().waitFor()
  await scrollThrough(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  // All of seven axes are in sight without scrolling, the result too, which is the last one.
  for (const frame of await boxesOf(page.locator('.parallel .picture')))
    for (const { x, width } of await boxesOf(page.locator('[data-axis]')))
      expect(x >= frame.x && x + width <= frame.x + frame.width).toBe(true)
  await keepPicture(page, `${name}-phone`)
  await context.close()
})

const boxesOf = async (all: Locator) =>
  (await Promise.all((await all.all()).map((each) => each.boundingBox()))).filter((box) => box !== null)

/** What axe-core finds of WCAG 2.2 A and AA, but for what is minor. */
async function seriousOf(page: Page): Promise<string[]> {
  // In a world of its own, because the policy of the page takes no foreign script.
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  const run = (expression: string) =>
    session.send('Runtime.evaluate', { expression, contextId, awaitPromise: true, returnByValue: true })
  await run(AxeBuilder.source)
  const { result, exceptionDetails } = await run(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ passes, violations }) => passes.length < 5 ? ['axe looked at nothing'] : violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ': ' + html.slice(0, 160))))`,
  )
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  return result.value as string[]
}
