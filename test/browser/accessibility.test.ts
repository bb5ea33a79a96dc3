import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, reader, scrollThrough, signIn, takeScreenshot, violationsOf } from './browser.ts'
import { DEMO_MS, DEMO_SWEEP, trainDemoSweep } from './demo-sweep.ts'
import {
  logLongRun,
  MULTI_OBJECTIVE_SWEEP,
  type Service,
  startService,
  trainMultiObjective,
} from './service.ts'

let browser: Browser
let service: Service
let show: string
let sweepPage: string
let multiObjectivePage: string
const PROJECT = '/local/cifar10'
beforeAll(async () => {
  // The simulated clock skips hours, so lease repair is off.
  const past = { at: undefined as number | undefined }
  ;[browser, service] = await Promise.all([
    launch(),
    startService({ clock: { now: () => past.at ?? Date.now() }, reconcileEveryMs: 0 }),
  ])
  past.at = Date.now() - DEMO_MS
  const several = await service.client.createSweep(MULTI_OBJECTIVE_SWEEP, { project: 'cifar10' })
  multiObjectivePage = new URL(several.url).pathname
  await trainMultiObjective(service.client, several.path, 24)
  const sweep = await service.client.createSweep(DEMO_SWEEP, { project: 'cifar10' })
  show = sweep.path
  sweepPage = new URL(sweep.url).pathname
  await trainDemoSweep(service.client, show, past)
  past.at = undefined
  await logLongRun(service, 'cifar10', 'long')
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})
const runId = (number: number) => `${show.split('/')[2]}-${number}`

const PAGES: readonly (readonly [name: string, path: () => string, ready: string | RegExp])[] = [
  ['project', () => PROJECT, 'long-run'],
  ['sweep', () => sweepPage, 'Start an agent'],
  ['several', () => multiObjectivePage, 'non-dominated trials'],
  ['run', () => `${PROJECT}/runs/${runId(67)}`, 'Details'],
  ['history', () => `${PROJECT}/runs/long`, 'Console'],
  ['compare', () => `${PROJECT}/compare?runs=${[20, 40, 67, 77].map(runId).join(',')}`, 'Config diff'],
  ['new-sweep', () => `${PROJECT}/new-sweep`, 'Add parameter'],
  ['settings', () => '/settings', 'Create API key'],
  ['authorize', () => '/authorize', 'API key for your terminal'],
]

/** Pages with an additional full-page screenshot. */
const FULL_PAGE = ['sweep', 'history']

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it.each(PAGES)('the page %s has no serious accessibility violation', async (name, address, ready) => {
    const { page, context, problems } = await reader(browser, service.cloud.url, { colorScheme })
    await signIn(page, service.cloud.key)
    await page.goto(address())
    await page.getByText(ready).first().waitFor()
    await scrollThrough(page)
    await page.waitForLoadState('networkidle').catch(() => {})
    expect(await violationsOf(page)).toEqual([])
    await takeScreenshot(page, `${name}-${colorScheme}`)
    if (FULL_PAGE.includes(name)) await takeScreenshot(page, `${name}-whole-${colorScheme}`, true)
    expect(problems.filter((problem) => !problem.includes('401'))).toEqual([])
    await context.close()
  })
})

it.each(PAGES)('the page %s fits a phone', async (name, address, ready) => {
  const { page, context } = await reader(browser, service.cloud.url, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  await signIn(page, service.cloud.key)
  await page.goto(address())
  await page.getByText(ready).first().waitFor()
  await scrollThrough(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  // All seven axes fit without scrolling, including the objective, which is the last one.
  for (const frame of await boxesOf(page.locator('.parallel-coordinates .plot')))
    for (const { x, width } of await boxesOf(page.locator('[data-axis]')))
      expect(x >= frame.x && x + width <= frame.x + frame.width).toBe(true)
  await takeScreenshot(page, `${name}-phone`)
  await context.close()
})

const boxesOf = async (all: Locator) =>
  (await Promise.all((await all.all()).map((each) => each.boundingBox()))).filter((box) => box !== null)
