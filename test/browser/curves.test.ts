/** Curves of runs: values at their steps, zoom, many runs, a run that is followed. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, type Reader, takeScreenshot, violationsOf } from './browser.ts'
import { eachSignedIn } from './each-signed-in.ts'
import { type Service, startService } from './service.ts'

const STEPS = 20_000
const EVERY = 1_000
let browser: Browser
let service: Service
let now: Reader
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService({ reconcileEveryMs: 0 })])
  const { client } = service
  await client.createRun('curves', { id: 'long', name: 'long', config: {} })
  for (let from = 0; from < STEPS; from += 5_000)
    await client.postMetrics('local/curves/long', {
      points: Array.from({ length: 5_000 }, (_, i) => ({
        step: from + i,
        values: {
          'train/loss': 1 / (from + i + 1),
          ...((from + i) % EVERY === 0 && { val_loss: from + i, 'val/f1': 0.5 }),
        },
      })),
    })
  await client.finish('local/curves/long', { state: 'finished' })
  await client.createRun('curves', { id: 'diverged', name: 'diverged', config: {} })
  await client.postMetrics('local/curves/diverged', {
    points: [1, Number.NaN, Number.NaN].map((loss, step) => ({ step, values: { loss } })),
  })
  await client.finish('local/curves/diverged', { state: 'finished' })
  for (let run = 0; run < 12; run++) {
    const id = `short-${run}`
    await client.createRun('curves', { id, name: id, config: { lr: run } })
    const length = run === 0 ? 21 : 41
    await client.postMetrics(`local/curves/${id}`, {
      points: Array.from({ length }, (_, step) => ({ step, values: { loss: run + 1 / (step + 1) } })),
    })
    await client.finish(`local/curves/${id}`, { state: 'finished' })
  }
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

const chart = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
/** Moves the pointer to a share of the width of the plot. */
async function hover(page: Page, name: string, share: number): Promise<void> {
  await chart(page, name).scrollIntoViewIfNeeded()
  const box = (await chart(page, name).locator('.plot-area').boundingBox())!
  // The margins of the plot, and 2% on each side.
  const [left, right] = [box.x + 54, box.x + box.width - 18]
  await page.mouse.move(left + (0.02 + 0.96 * share) * (right - left), box.y + box.height / 2)
}

it('draws a value that is seldom logged at its own step', async () => {
  const { page } = now
  await page.goto('/local/curves/runs/long')
  for (const step of [0, 5_000, 10_000, 19_000]) {
    await hover(page, 'val_loss', step / 19_000)
    await chart(page, 'val_loss').getByText(`at step ${step}`, { exact: true }).waitFor()
    // Its value is its step.
    await chart(page, 'val_loss').locator('.readings b').getByText(String(step), { exact: true }).waitFor()
  }
})

it('loads more points for a zoom, which the address keeps, and sections metrics by prefix', async () => {
  const { page } = now
  await page.goto('/local/curves/runs/long')
  await page.getByRole('heading', { name: 'train', exact: true }).waitFor()
  await page.getByRole('heading', { name: 'val', exact: true }).waitFor()
  await hover(page, 'train/loss', 0.5)
  const detail = page.waitForResponse((response) => response.url().includes('keys=train%2Floss'))
  await page.mouse.down()
  await hover(page, 'train/loss', 0.52)
  await page.mouse.up()
  const { items } = await (await detail).json()
  // About 400 of 20,000 steps: every one of them, where the whole run has 12 points.
  expect(items.length).toBeGreaterThan(350)
  expect(items.length).toBeLessThan(600)
  const address = page.url()
  expect(address).toContain('zoom=')
  await page.goto('/local/curves')
  await page.goBack()
  expect(page.url()).toBe(address)
  await chart(page, 'train/loss').getByRole('button', { name: 'Reset zoom' }).click()
  expect(page.url()).not.toContain('zoom=')
})

it('says nothing beyond the end of a curve, and has a line and an entry for each of twelve runs', async () => {
  const { page } = now
  const ids = Array.from({ length: 12 }, (_, run) => `short-${run}`)
  await page.goto(`/local/curves/compare?runs=${ids.join(',')}`)
  const legend = chart(page, 'loss').locator('.curve-legend li')
  await expect.poll(() => legend.count()).toBe(12)
  const styles = await chart(page, 'loss')
    .locator('.curve-legend line')
    .evaluateAll((lines) =>
      lines.map((line) => `${line.getAttribute('stroke')} ${line.getAttribute('stroke-dasharray')}`),
    )
  expect(new Set(styles).size).toBe(12)
  await hover(page, 'loss', 0.9)
  const first = legend.filter({ hasText: 'short-0' }).locator('b')
  await expect.poll(() => first.innerText()).toBe('–')
  await expect.poll(() => legend.filter({ hasText: 'short-11' }).locator('b').innerText()).not.toBe('–')
  await hover(page, 'loss', 0.25)
  await expect.poll(() => first.innerText()).not.toBe('–')
  await takeScreenshot(page, 'compare-twelve')
  expect(await violationsOf(page)).toEqual([])
})

it('shows where a run has diverged', async () => {
  const { page } = now
  await page.goto('/local/curves/runs/diverged')
  await chart(page, 'loss').getByText('2 not finite').waitFor()
})

it('reads only what is new of a run that it follows, and nothing moves while it loads', async () => {
  const { page } = now
  const { client } = service
  await client.createRun('curves', { id: 'followed', name: 'followed', config: {} })
  const report = (from: number, to: number) =>
    client.postMetrics('local/curves/followed', {
      points: Array.from({ length: to - from }, (_, i) => ({
        step: from + i,
        values: Object.fromEntries(Array.from({ length: 12 }, (_, k) => [`m${k}`, from + i + k])),
      })),
    })
  for (let i = 0; i < 20; i++) await report(100 * i, 100 * (i + 1))
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('series=metrics')) asked.push(request.url())
  })
  await page.addInitScript(() => {
    const state = { shift: 0 }
    Object.assign(window, { state })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
        state.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto('/local/curves/runs/followed')
  await chart(page, 'm0').waitFor()
  await report(2_000, 2_001)
  await chart(page, 'm0').getByText('at step 2000', { exact: true }).waitFor()
  const [whole, ...rest] = asked
  expect(whole).not.toContain('from=')
  expect(rest.length).toBeGreaterThan(0)
  for (const url of rest) expect(url).toMatch(/from=(1999|2000)/)
  const shift = await page.evaluate(() => (window as unknown as { state: { shift: number } }).state.shift)
  expect(shift).toBeLessThan(0.1)
  await client.finish('local/curves/followed', { state: 'finished' })
})
