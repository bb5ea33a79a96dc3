/** Saved views of the project page and of the run workspace, and reports. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, type Reader, takeScreenshot, violationsOf } from './browser.ts'
import { eachSignedIn } from './each-signed-in.ts'
import { type Service, startService } from './service.ts'

let browser: Browser
let service: Service
let now: Reader
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService({ reconcileEveryMs: 0 })])
  const { client } = service
  for (const [i, optimizer] of ['adam', 'sgd', 'lion', 'adam'].entries()) {
    const id = `r${i}`
    await client.createRun('views', { id, name: `run-${i}`, config: { optimizer, lr: 0.1 / (i + 1) } })
    await client.postMetrics(`local/views/${id}`, {
      points: Array.from({ length: 20 }, (_, step) => ({
        step,
        values: {
          'train/loss': 2 / (step + 1 + i),
          'val/loss': 2.2 / (step + 1 + i),
          'val/acc': 1 - 1 / (step + 2 + i),
          lr: 0.1 / (step + 1),
        },
      })),
    })
    await client.finish(`local/views/${id}`, { state: 'finished' })
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
  /401|409/,
)

const search = () => new URL(now.page.url()).searchParams
async function save(name: string, byDefault: boolean): Promise<void> {
  const { page } = now
  await page.getByRole('button', { name: 'Save view…' }).click()
  await page.getByLabel('Name').fill(name)
  if (byDefault) await page.getByLabel(/with it$/).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click()
}

it('the project page: saved, opened as default and by a link, changed, deleted', async () => {
  const { page } = now
  await page.goto('/local/views?where=optimizer+%3D+adam&sort=lr:down&group=optimizer')
  await save('Adam', true)
  await expect.poll(() => search().get('view')).toBe('Adam')
  await page.goto('/local/views')
  await page.getByRole('region', { name: 'Runs' }).getByText('2 of 4').waitFor()
  expect(search().get('where')).toBe('optimizer = adam')
  await page.getByLabel('View', { exact: true }).selectOption('No view')
  await page.getByRole('region', { name: 'Runs' }).getByText('2 of 4').waitFor({ state: 'detached' })
  await save('Adam', false)
  await page.getByText('there is a view Adam already').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.goto('/local/views?view=Adam')
  await page.getByRole('region', { name: 'Runs' }).getByText('2 of 4').waitFor()
  await page.getByLabel('Search runs').fill('run-3')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(() => page.getByText('changed', { exact: true }).count()).toBe(0)
  await takeScreenshot(page, 'views-light')
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'View actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete view…' }).click()
  await page.getByRole('button', { name: 'Delete view' }).click()
  await expect.poll(() => search().has('view')).toBe(false)
})

it('the run workspace: pinned metrics, on every run of the project', async () => {
  const { page } = now
  await page.goto('/local/views/runs/r0?log=1')
  await page.getByRole('button', { name: 'Pin metrics' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'val/acc' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'train/loss' }).click()
  await page.keyboard.press('Escape')
  await save('Losses', true)
  await expect.poll(() => search().get('view')).toBe('Losses')
  await page.goto('/local/views/runs/r1')
  await page.getByRole('heading', { name: 'Pinned' }).waitFor()
  const titles = () => page.locator('.chart-section').first().locator('.figure h2').allInnerTexts()
  await expect
    .poll(titles)
    .toEqual([expect.stringContaining('val/acc'), expect.stringContaining('train/loss')])
  expect(search().get('log')).toBe('1')
  await page.setViewportSize({ width: 390, height: 860 })
  expect(await violationsOf(page)).toEqual([])
})

const REPORT = `Of four runs **adam** learns best.

\`\`\`panel
type: curves
metric: val/loss
runs: optimizer in (adam, sgd)
\`\`\`

\`\`\`panel
type: runs
columns: [run, optimizer, val/acc]
sort: val/acc
\`\`\`

\`\`\`panel
type: scatter
x: lr (config)
y: val/loss
color: optimizer
log: [lr (config)]
\`\`\`

\`\`\`panel
type: history
metric: val/acc
goal: maximize
\`\`\`

\`\`\`panel
type: parallel
columns: [optimizer, lr (config), val/acc]
goal: maximize
\`\`\`

| optimizer | verdict |
|---|---|
| sgd | slow |
`

it('a report: written with a preview, read with live panels, a later writer is refused', async () => {
  const { page } = now
  await page.goto('/local/views/reports')
  await page.getByRole('button', { name: 'New report' }).click()
  await page.getByLabel('Title').fill('Which optimizer?')
  await page.getByLabel('Markdown').fill('```panel\ntype: pie\n```')
  await page.getByText('write curves, runs, scatter, parallel, history or importance').waitFor()
  await page.getByLabel('Markdown').fill(REPORT)
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByRole('cell', { name: 'run-3' }).waitFor()
  await takeScreenshot(page, 'report-editor-light')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { name: 'Which optimizer?' }).waitFor()
  await page.getByRole('heading', { name: 'val/loss', exact: true }).waitFor()
  await page.getByRole('cell', { name: 'slow' }).waitFor()
  expect(await page.getByRole('region', { name: 'Runs' }).getByText('4 of 4 runs').count()).toBe(1)
  await page.getByRole('heading', { name: 'val/loss by lr (config)' }).waitFor()
  await page.getByRole('heading', { name: 'val/acc by run' }).waitFor()
  await page.locator('[data-axis="val/acc"]').waitFor({ state: 'attached' })
  const points = page.getByRole('application', { name: /^Points of val\/loss over lr/ })
  await points.focus()
  await points.press('ArrowRight')
  await page.locator('.tooltip').getByText('run-3').waitFor({ state: 'attached' })
  await takeScreenshot(page, 'report-light', true)
  expect(await violationsOf(page)).toEqual([])
  const address = page.url()
  await page.getByRole('button', { name: 'Edit' }).click()
  const id = new URL(address).pathname.split('/').at(-1)
  const { cloud } = service
  await fetch(`${cloud.url}/v1/local/views/reports/${id}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${cloud.key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ title: 'Other', text: '<b>raw</b>', rev: 2 }),
  })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('was changed since revision 2').waitFor()
  await page.goto(address)
  await page.getByText('<b>raw</b>').waitFor()
  await page.setViewportSize({ width: 390, height: 860 })
  expect(await violationsOf(page)).toEqual([])
})
