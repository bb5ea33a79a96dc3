/** What runs log besides numbers, from a recording of the real client; see `test/wandb/record-media.ts`. */
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, type Reader, scrollThrough, takeScreenshot, violationsOf } from './browser.ts'
import { eachSignedIn } from './each-signed-in.ts'
import { recording, replayMedia } from './replay-media.ts'
import { type Service, startService } from './service.ts'

let browser: Browser
let service: Service
let now: Reader
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService({ reconcileEveryMs: 0 })])
  await replay()
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

async function replay(): Promise<void> {
  const { client } = service
  await client.createRun('panels', { id: 'recorded', name: 'panels', config: { lr: 0.1 } })
  await replayMedia(service, 'panels', 'recorded')
  await client.finish('local/panels/recorded', { state: 'finished' })
}

const RUN = '/local/panels/runs/recorded'
const open = async (path = RUN) => {
  await now.page.goto(path)
  await now.page.getByRole('heading', { name: 'Media', exact: true }).first().waitFor()
  await expect.poll(notDrawn).toEqual([])
  return now.page
}
/** Panels and images load when they come near the window, which others may move while they load. */
async function notDrawn(): Promise<readonly string[]> {
  await scrollThrough(now.page)
  return now.page.locator('.media-grid > section').evaluateAll((cards) =>
    cards
      .filter(
        (card) =>
          card.querySelector('.skeleton, [aria-busy=true]') !== null ||
          // Rows of a table below its edge load later.
          [...card.querySelectorAll('img:not(td img)')].some(
            (image) => (image as HTMLImageElement).naturalWidth === 0,
          ),
      )
      .map((card) => card.getAttribute('aria-label') ?? ''),
  )
}
const card = (name: string) => now.page.getByRole('region', { name, exact: true })
const painted = (name: string, selector: string) =>
  card(name)
    .locator(selector)
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      return new Set(new Uint32Array(data.buffer)).size
    })

it('images: a gallery with captions, and the slider moves every image of its section', async () => {
  const page = await open()
  const gallery = card('val/samples')
  await gallery.getByText('sample 2').waitFor()
  const loaded = () =>
    gallery.locator('img').evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth))
  await expect.poll(loaded).toEqual([24, 24, 24])
  await gallery.getByText('step 4').waitFor()
  await card('val/segmented').getByText('epoch 4').waitFor()
  const before = await gallery.locator('img').first().getAttribute('src')
  const slider = page.getByRole('slider', { name: 'Step of val' })
  await slider.press('Home')
  await gallery.getByText('step 0').waitFor()
  await card('val/segmented').getByText('epoch 0').waitFor()
  await expect.poll(() => gallery.locator('img').first().getAttribute('src')).not.toBe(before)
  await expect.poll(loaded).toEqual([24, 24, 24])
})

it('masks and boxes: toggles, names of the classes', async () => {
  await open()
  const picture = card('val/segmented')
  await picture.locator('.class-legend').getByText('dog').waitFor()
  expect(await painted('val/segmented', 'canvas.mask')).toBe(3)
  const boxes = picture.locator('.box')
  await expect.poll(() => boxes.allInnerTexts()).toEqual(['cat 0.9', 'dog'])
  expect(await boxes.nth(1).getAttribute('title')).toBe('dog, p 0.3')
  // 8 × 6 of 24 × 24 pixels around (16, 16).
  const share = await boxes.nth(1).evaluate(({ style }) => [style.left, style.top, style.width, style.height])
  expect(share.map((text) => Number.parseFloat(text).toFixed(1))).toEqual(['50.0', '54.2', '33.3', '25.0'])
  await picture.getByLabel('boxes detections').uncheck()
  await expect.poll(() => boxes.count()).toBe(0)
  await picture.getByLabel('mask prediction').uncheck()
  await expect.poll(() => picture.locator('canvas.mask').count()).toBe(0)
})

it('tables: typed, sorted, searched, saved as CSV', async () => {
  const page = await open()
  const table = card('predictions')
  await table.getByText('40 rows').waitFor()
  const scores = async () =>
    (await table.locator('tbody tr td:nth-child(3)').allInnerTexts()).slice(0, 5).map(Number)
  await table.getByRole('button', { name: 'score' }).click()
  const all = (
    JSON.parse(
      Buffer.from(
        Object.entries(recording.files).find(([name]) => name.includes('predictions'))![1],
        'base64',
      ).toString(),
    ) as { data: [number, string, number][] }
  ).data.map(([, , score]) => score)
  const ascending = [...all].sort((a, b) => a - b)
  await expect.poll(async () => (await scores())[0]).toBeCloseTo(ascending[0]!, 3)
  await table.getByRole('button', { name: 'score' }).click()
  await expect.poll(async () => (await scores())[0]).toBeCloseTo(ascending.at(-1)!, 3)
  await table.getByLabel('Search predictions').fill('dog')
  await table.getByText('20 of 40 rows').waitFor()
  const download = page.waitForEvent('download')
  await table.getByRole('button', { name: 'Save predictions as CSV' }).click()
  const lines = (await readFile((await (await download).path())!, 'utf8')).trim().split('\r\n')
  expect(lines[0]).toBe('id,label,score,image,right,when')
  expect(lines).toHaveLength(21)
})

it('tables: pictures, sound and pages in cells; the rows of all increments', async () => {
  const page = await open()
  const table = card('cells, mixed')
  await expect
    .poll(() =>
      table
        .locator('td img')
        .evaluateAll((all) => all.map((each) => (each as HTMLImageElement).naturalWidth)),
    )
    .toEqual([24, 24])
  await expect
    .poll(() =>
      table
        .locator('td audio')
        .evaluateAll((all) => all.map((each) => (each as HTMLMediaElement).duration > 0.1)),
    )
    .toEqual([true, true])
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    table.getByRole('link', { name: 'HTML' }).first().click(),
  ])
  await popup.getByText('page 0').waitFor()
  await popup.close()
  await table.scrollIntoViewIfNeeded()
  await takeScreenshot(page, 'media-cells')
  await table.locator('td img').first().click()
  const dialog = page.getByRole('dialog', { name: 'picture' })
  await dialog.locator('.class-legend').getByText('dog').waitFor()
  await expect.poll(() => dialog.locator('.box').count()).toBe(2)
  await dialog.getByText('epoch 0').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect.poll(() => card('predictions').locator('td img').count()).toBeGreaterThan(4)
  await card('answers').getByText('3 rows').waitFor()
})

it('histograms: a map over steps, and the bars of the chosen step', async () => {
  const page = await open()
  const panel = card('weights/layer1')
  await panel.getByRole('heading', { name: 'weights/layer1 at step 5' }).waitFor()
  expect(await painted('weights/layer1', 'canvas')).toBeGreaterThan(8)
  await panel.getByRole('img', { name: /^Values of weights\/layer1 over 6 steps/ }).waitFor()
  await page.getByRole('slider', { name: 'Step of weights' }).press('Home')
  await panel
    .getByRole('img', { name: 'Histogram of weights/layer1 at step 0: 24 bins, 500 values' })
    .waitFor()
})

it('charts of wandb.plot are drawn from their tables; others show the table', async () => {
  await open()
  for (const name of ['line', 'bar', 'scatter', 'histogram', 'confusion', 'lines', 'roc'])
    await expect.poll(() => painted(`plots/${name}`, '.media-canvas canvas')).toBeGreaterThan(5)
  await card('plots/own').getByText('me/my-chart').waitFor()
  await card('plots/own').getByText('12 rows').waitFor()
  await card('plots/confusion').getByRole('button', { name: 'Show table' }).click()
  await card('plots/confusion').getByText('9 rows').waitFor()
})

it('HTML runs in a frame without an origin; sound and video play', async () => {
  const page = await open()
  const frame = card('page').frameLocator('iframe')
  await expect.poll(() => frame.locator('#hello').innerText()).toBe('after')
  const origin = await page
    .frames()
    .find((each) => each.url().includes('/html?'))!
    .evaluate(() => [globalThis.origin, location.pathname])
  expect(origin).toEqual(['null', '/v1/local/panels/runs/recorded/html'])
  const ready = (name: string, tag: string) =>
    card(name)
      .locator(tag)
      .evaluateAll((all) => all.map((each) => (each as HTMLMediaElement).duration > 0.1))
  await expect.poll(() => ready('tone', 'audio')).toEqual([true])
  await expect.poll(() => ready('two_tones', 'audio')).toEqual([true, true])
  await card('two_tones').getByText('tone 1').waitFor()
  await expect.poll(() => ready('clip', 'video')).toEqual([true])
  await card('molecule').getByRole('link', { name: /\.pdb/ }).waitFor()
})

it('point clouds and Plotly figures are drawn', async () => {
  await open()
  await card('figure').locator('.plotly svg .scatterlayer path').first().waitFor()
  const cloud = card('cloud').getByRole('img', { name: 'cloud: 200 points; arrow keys turn them' })
  await cloud.waitFor()
  const look = async () => (await cloud.screenshot()).toString('base64')
  await expect
    .poll(() => cloud.evaluate((canvas) => (canvas as HTMLCanvasElement).width))
    .toBeGreaterThan(300)
  const before = await look()
  await cloud.press('ArrowLeft')
  await expect.poll(look).not.toBe(before)
})

it('a view-only link shows media of the runs of its sweep', async () => {
  const { client, cloud } = service
  const sweep = await client.createSweep(
    { method: 'random', parameters: { lr: { min: 0, max: 1 } } },
    { project: 'panels' },
  )
  const next = await client.nextTrial(sweep.path, { agent: 'a' })
  if (next.kind !== 'trial') throw new Error('no trial')
  await replayMedia(service, 'panels', next.trial.run)
  const answer = await fetch(`${cloud.url}/v1/local/panels/sweeps/${sweep.id}/share`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${cloud.key}` },
  })
  const { hash } = new URL(((await answer.json()) as { url: string }).url)
  await now.page.getByRole('button', { name: 'Sign out' }).click()
  await now.page.getByLabel('API key').waitFor()
  const page = await open(`/local/panels/runs/${next.trial.run}${hash}`)
  await expect
    .poll(() =>
      card('cells, mixed')
        .locator('td img')
        .evaluateAll((all) => all.map((each) => (each as HTMLImageElement).naturalWidth)),
    )
    .toEqual([24, 24])
  await card('val/samples').getByText('sample 2').waitFor()
  await card('page').getByText('A view-only link does not run HTML.').waitFor()
  expect(await page.getByRole('region', { name: 'Files' }).count()).toBe(0)
})

it('the summary has a word and a link for each value', async () => {
  await open()
  const summary = card('Summary')
  expect(await summary.innerText()).not.toMatch(/_type|sha256|media\//)
  await summary.getByRole('link', { name: 'images, step 4' }).click()
  await expect
    .poll(() => card('val/samples').evaluate((element) => element.getBoundingClientRect().top < 400))
    .toBe(true)
})

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)('is accessible in %s, %i px wide', async (theme, width) => {
  await now.page.emulateMedia({ colorScheme: theme })
  await now.page.setViewportSize({ width, height: 860 })
  const page = await open()
  await card('plots/roc').locator('canvas').waitFor()
  expect(await violationsOf(page)).toEqual([])
  const tooWide = await page.evaluate(
    (most) =>
      [...document.querySelectorAll('main *')]
        .filter((each) => each.getBoundingClientRect().right > most && !each.closest('.scroll, .plot'))
        .map((each) => `${each.tagName} ${each.className}`),
    width,
  )
  expect(tooWide).toEqual([])
  await takeScreenshot(page, `media-${theme}${width < 500 ? '-phone' : ''}`, true)
})
