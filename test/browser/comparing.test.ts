/** Comparing trials and sweeps, and acting on many of them. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  launch,
  type Reader,
  reader,
  scrollThrough,
  signIn,
  takeScreenshot,
  violationsOf,
} from './browser.ts'
import { eachSignedIn } from './each-signed-in.ts'
import { type Service, SWEEP, startService, train } from './service.ts'

let browser: Browser
let service: Service
let now: Reader
/** Address of a sweep of 24 trials. */
let address: string
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService({ reconcileEveryMs: 0 })])
  const made = await service.client.createSweep(SWEEP, { project: 'comparing' })
  await train(service.client, made.path, 24)
  address = new URL(made.url).pathname
  const narrow = SWEEP.replace('max: 0.6', 'max: 0.3').replace('learns best', 'learns fast').concat('\n')
  const other = await service.client.createSweep(narrow, { project: 'comparing' })
  await train(service.client, other.path, 10)
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})
eachSignedIn(
  () => ({ browser, url: service.cloud.url, key: service.cloud.key }),
  (reader) => {
    now = reader
  },
)

/** Of the sweep of 24 trials. */
const trials = async () =>
  (await service.client.events(`local/comparing/${address.split('/').at(-1)}`, undefined)).trials
const card = (page: Page, name: string | RegExp): Locator => page.getByRole('region', { name, exact: true })
async function hoverMiddle(page: Page, name: string): Promise<void> {
  await card(page, name).locator('.plot-area').scrollIntoViewIfNeeded()
  const box = (await card(page, name).locator('.plot-area').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
}

it('groups the curves of all trials by a parameter, over another x axis, with settings that the address keeps', async () => {
  const { page } = now
  await page.goto(address)
  await scrollThrough(page)
  await card(page, 'val_loss by step').waitFor()
  await page.getByLabel('Group curves by').selectOption({ label: 'Group: optimizer' })
  const legend = card(page, 'val_loss by step').locator('.curve-legend li')
  await expect.poll(() => legend.count()).toBe(3)
  const counts = await legend.locator('.muted').allInnerTexts()
  expect(counts.map((text) => text.replace(/ \(\d+\)/, '')).sort()).toEqual(['adam', 'lion', 'sgd'])
  const sum = counts.reduce((total, text) => total + Number(/\((\d+)\)/.exec(text)![1]), 0)
  expect(sum).toBe(24)
  await page.getByLabel('Curves over').selectOption('epoch')
  await card(page, 'val_loss by epoch').waitFor()
  await page.getByLabel('Band of groups').selectOption('± std')
  await page.getByLabel('Settings of val_loss by epoch').click()
  await page.getByLabel('Log y').check()
  await page.getByLabel('Smoothing', { exact: true }).selectOption('gaussian')
  await page.getByLabel('Y to').fill('2')
  expect(await violationsOf(page)).toEqual([])
  await takeScreenshot(page, 'sweep-curves')
  const query = new URL(page.url()).searchParams
  expect(query.get('charts')).toBe('curves~ly:1~sm:gaussian:0~y::2')
  expect(Object.fromEntries(query)).toMatchObject({
    'curve-x': 'epoch',
    'group-curves': 'param:optimizer',
    band: '± std',
  })
  await page.reload()
  await scrollThrough(page)
  await card(page, 'val_loss by epoch').getByText('Mean and ± std').waitFor()
})

it('shows the values of all charts of a run at the pointer', async () => {
  const { page } = now
  const items = await trials()
  const finished = items.find(({ state }) => state === 'finished')!
  await page.goto(`/local/comparing/runs/${finished.run}`)
  await hoverMiddle(page, 'accuracy')
  for (const name of ['accuracy', 'val_loss', 'epoch'])
    await card(page, name)
      .getByText(/at step (5|6)$/)
      .waitFor()
  await page.mouse.move(0, 0)
  await card(page, 'val_loss').getByText('at step 10', { exact: true }).waitFor()
})

it('compares runs by groups of a config value', async () => {
  const { page } = now
  const items = await trials()
  const runs = items.filter(({ state }) => state !== 'failed').map(({ run }) => run)
  await page.goto(`/local/comparing/compare?runs=${runs.slice(0, 14).join(',')}`)
  const legend = card(page, 'val_loss').locator('.curve-legend li')
  // More than twelve: their mean at first.
  await legend.getByText('all runs (14)').waitFor()
  await page.getByLabel('Group curves by').selectOption({ label: 'Group: layers' })
  await expect.poll(() => legend.count()).toBeGreaterThan(1)
  await takeScreenshot(page, 'compare-groups')
  expect(await violationsOf(page)).toEqual([])
})

it('draws the distribution of the values and a parameter against their rank, of the trials that pass the filter', async () => {
  const { page } = now
  await page.goto(`${address}?where=${encodeURIComponent('optimizer = adam')}`)
  await page.getByLabel('Filter expression').waitFor()
  await scrollThrough(page)
  const finished = (await trials()).filter(({ state, value }) => state === 'finished' && value !== undefined)
  const adam = finished.filter(({ params }) => params.optimizer === 'adam')
  const legend = card(page, 'Distribution of val_loss').locator('.curve-legend li')
  await legend.getByText(`filtered (${adam.length})`).waitFor()
  await legend.getByText(`all trials (${finished.length})`).waitFor()
  await page.getByLabel('Parameter of the rank plot').selectOption({ label: 'X: dropout' })
  await card(page, 'Rank')
    .getByLabel(/^Points of rank of val_loss, % over dropout/)
    .waitFor()
  await page.getByLabel('Y axis of the rank plot').selectOption({ label: 'Y: lr' })
  await card(page, 'Rank')
    .getByLabel(/^Points of lr over dropout/)
    .waitFor()
  expect(new URL(page.url()).searchParams.get('rank-x')).toBe('param:dropout')
  await card(page, 'Rank').scrollIntoViewIfNeeded()
  await takeScreenshot(page, 'sweep-distribution')
  expect(await violationsOf(page)).toEqual([])
})

it('compares sweeps that are selected in the list: best so far, distributions, spaces with their differences', async () => {
  const { page } = now
  await page.goto('/local/comparing')
  await page.getByLabel('Select Which optimizer learns best?').check()
  await page.getByLabel('Select Which optimizer learns fast?').check()
  await page.getByRole('link', { name: 'Compare 2', exact: true }).click()
  expect(new URL(page.url()).pathname).toBe('/local/comparing/compare-sweeps')
  await page.getByLabel('X axis of the best value').selectOption('compute')
  await card(page, 'Best val_loss so far').getByText('Which optimizer learns fast?').waitFor()
  const finished = (await trials()).filter(({ state, value }) => state === 'finished' && value !== undefined)
  await card(page, 'Distribution of val_loss')
    .getByText(`Which optimizer learns best? (${finished.length})`)
    .waitFor()
  const table = card(page, 'Comparison of sweeps')
  const dropout = table.getByRole('row', { name: /dropout/ })
  expect(await dropout.innerText()).toMatch(/≠ *dropout\s+0 to 0\.[36]\s+0 to 0\.[36]/)
  expect(await table.getByRole('row', { name: /^lr/ }).innerText()).not.toContain('≠')
  await takeScreenshot(page, 'compare-sweeps-light', true)
  expect(await violationsOf(page)).toEqual([])
  await page.setViewportSize({ width: 390, height: 800 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

it('acts on the selected trials and sweeps, with an undo', async () => {
  const { page } = now
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${address}?sort=number`)
  for (const number of [1, 2, 3]) await page.getByLabel(`Compare trial ${number}`, { exact: true }).check()
  const act = async (name: string) => {
    await page.getByRole('button', { name: 'Actions for the selected trials' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }
  await act('Add tags…')
  await page.getByLabel('Tags, separated by commas').fill('good')
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('Adding tags to 3 trials: 3 of 3 done').waitFor()
  const all = await trials()
  const tagsOf = async () => (await service.client.getRun(`local/comparing/${all[0]!.run}`)).tags
  expect(await tagsOf()).toEqual(['good'])
  expect(await violationsOf(page)).toEqual([])
  await takeScreenshot(page, 'bulk')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undo: 3 of 3 done').waitFor()
  expect(await tagsOf()).toEqual([])
  await act('Copy parameters as JSON')
  await page.getByText('Copying the parameters of 3 trials: 1 of 1 done').waitFor()
  expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(
    all.slice(0, 3).map(({ params }) => params),
  )
  await act('Void results…')
  await page.getByLabel('Reason (optional)').fill('wrong data')
  await page.getByRole('button', { name: 'Void results' }).click()
  await page.getByText('Voiding 3 trials: 3 of 3 done').waitFor()
  expect((await trials())[1]).toMatchObject({ state: 'killed', voided: { reason: 'wrong data' } })

  await page.goto('/local/comparing')
  await page.getByLabel('Select Which optimizer learns best?').check()
  await page.getByRole('button', { name: 'Pause 1' }).click()
  await page.getByText('Pausing 1 sweep: 1 of 1 done').waitFor()
  await page.getByRole('button', { name: 'Resume 1' }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Pause 1' }).waitFor()
})

it('shows a trial for a tap on an axis of a phone, and uses the whole width of a wide screen', async () => {
  const { url, key } = service.cloud
  const size = { width: 390, height: 844 }
  const { page, context } = await reader(browser, url, { viewport: size, hasTouch: true, isMobile: true })
  await signIn(page, key)
  await page.goto(address)
  const axis = page.locator('[data-axis="dropout"]')
  await axis.scrollIntoViewIfNeeded()
  const box = (await axis.boundingBox())!
  // A line of one of 24 trials is near to one of these places.
  await expect
    .poll(async () => {
      for (const share of [0.2, 0.4, 0.6, 0.8])
        await page.touchscreen.tap(box.x + box.width / 2, box.y + share * box.height)
      return page.locator('.tooltip').count()
    })
    .toBe(1)
  await page.getByRole('link', { name: 'open' }).waitFor()
  await context.close()
  await now.page.setViewportSize({ width: 2_560, height: 1_200 })
  await now.page.goto(address)
  const plot = now.page.getByRole('region', { name: 'Parallel coordinates', exact: true })
  expect((await plot.boundingBox())!.width).toBeGreaterThan(2_400)
})
