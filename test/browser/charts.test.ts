import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { boxOf, drawn, launch, type Reader, reader, rowsOf, signIn } from './browser.ts'
import { type Service, SWEEP, startService, train } from './service.ts'

let browser: Browser
let service: Service
let path: string
let sweepPage: string
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService()])
  const sweep = await service.client.createSweep(SWEEP, { project: 'optimizers' })
  path = sweep.path
  sweepPage = new URL(sweep.url).pathname
  await train(service.client, path, 30)
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})

let now: Reader
beforeEach(async () => {
  now = await reader(browser, service.cloud.url)
  await signIn(now.page, service.cloud.key)
  await openSweep(now.page)
})
afterEach(async () => {
  await now.context.close()
  expect(now.problems.filter((problem) => !problem.includes('401'))).toEqual([])
})

const openSweep = async (page: Page) => {
  await page.goto(sweepPage)
  await page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
}
/** Reads the number of trials from the accessible name of a chart. */
const shownBy = async (page: Page, name: RegExp): Promise<number> => {
  const words = await page.getByRole('img', { name }).first().getAttribute('aria-label')
  return Number(/(?:of|over .* of) (\d+) trials/.exec(words ?? '')?.[1])
}
/** Jumps past the contour plot first: it must render nevertheless. */
const showContour = async (page: Page) => {
  await page.getByRole('heading', { name: 'Config' }).scrollIntoViewIfNeeded()
  await page.getByRole('heading', { name: 'Contour' }).scrollIntoViewIfNeeded()
}
const brush = async (page: Page, axis: string, from: number, to: number) => {
  const box = await boxOf(page, `[data-axis="${axis}"]`)
  const x = box.x + box.width / 2
  await page.mouse.move(x, box.y + box.height * from)
  await page.mouse.down()
  await page.mouse.move(x, box.y + box.height * to, { steps: 5 })
  await page.mouse.up()
}

it('a brush on any axis filters every chart, and brushes combine', async () => {
  const { page } = now
  const all = await shownBy(page, /^Parallel coordinates of/)
  expect(all).toBe(30)
  // A logarithmic axis, a linear one, a category, and the result.
  for (const [axis, from, to] of [
    ['lr', 0.02, 0.8],
    ['dropout', 0.1, 0.98],
    ['optimizer', 0.3, 0.98],
    ['val_loss', 0.2, 0.98],
  ] as const)
    await brush(page, axis, from, to)
  await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(4)
  const rows = await shownBy(page, /^Parallel coordinates of/)
  expect(rows).toBeLessThan(all)
  await expect.poll(() => rowsOf(page)).toBe(rows)
  await expect.poll(() => shownBy(page, /^val_loss over trial of/)).toBe(rows)
  await expect.poll(() => shownBy(page, /^val_loss over dropout of/)).toBe(rows)
  await showContour(page)
  await expect.poll(() => shownBy(page, /^val_loss over \S+ and \S+ of/)).toBe(rows)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(() => rowsOf(page)).toBe(all)
})

it('narrowing makes a new sweep of the brushed ranges and the typed values', async () => {
  const { page } = now
  await page.getByLabel('Filter expression').fill('optimizer = adam')
  await expect.poll(() => rowsOf(page)).toBeLessThan(30)
  await brush(page, 'lr', 0.02, 0.6)
  await expect.poll(() => page.getByRole('button', { name: /^Remove lr/ }).count()).toBe(1)
  await page.getByRole('button', { name: 'Narrow the space' }).click()
  await page.getByRole('heading', { name: 'New sweep' }).waitFor()
  await page.getByText(/with the config of .* and \d changes?\. Form and YAML/).waitFor()
  expect(await page.getByLabel('Values of optimizer').inputValue()).toBe('adam')
  const low = Number(await page.getByLabel('Min of lr').inputValue())
  expect(low).toBeGreaterThan(0.0001)
  await page.getByRole('button', { name: 'Create sweep' }).click()
  await page.waitForURL(/\/sweeps\/\w+$/)
  const id = new URL(page.url()).pathname.split('/').at(-1)!
  const created = await service.client.getSweep(`${path.split('/').slice(0, 2).join('/')}/${id}`)
  expect(created.config).toMatchObject({
    parameters: { lr: { min: low, distribution: 'log_uniform_values' }, optimizer: { values: ['adam'] } },
  })
})

it('hovering a line shows the tooltip of its trial, and a click opens the run', async () => {
  const { page } = now
  const field = await boxOf(page, '.parallel-coordinates .plot-area')
  const card = page.locator('.tooltip')
  for (let y = 60; y < 300 && !(await card.isVisible()); y += 6) {
    await page.mouse.move(field.x + field.width * 0.3, field.y + y)
    await drawn(page)
  }
  const number = /Trial (\d+)/.exec(await card.innerText())?.[1]
  expect(await card.innerText()).toMatch(/optimizer\s+(adam|sgd|lion)/)
  expect(await page.locator('tr.hovered').count()).toBeLessThanOrEqual(1)
  await page.mouse.down()
  await page.mouse.up()
  await page.getByText(`trial ${number} of sweep`).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
})

it('points are selected from the keyboard, announced, and opened', async () => {
  const { page } = now
  await page.getByRole('application', { name: /^Points of val_loss over dropout/ }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  const result = page.getByRole('status').filter({ hasText: /^Trial \d+/ })
  await result.waitFor()
  const number = /Trial (\d+)/.exec(await result.innerText())?.[1]
  await page.keyboard.press('Enter')
  await page.getByText(`trial ${number} of sweep`).waitFor()
})

it('a tap on a phone shows the tooltip of a trial with a link to its run', async () => {
  const { page, context } = await reader(browser, service.cloud.url, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  await signIn(page, service.cloud.key)
  await openSweep(page)
  const field = page.getByRole('application', { name: /^Points of val_loss over trial/ })
  await field.scrollIntoViewIfNeeded()
  const box = (await field.boundingBox())!
  const card = page.locator('.tooltip')
  for (let y = 40; y < box.height - 40 && !(await card.isVisible()); y += 10) {
    await page.touchscreen.tap(box.x + box.width / 2, box.y + y)
    await drawn(page)
  }
  expect(new URL(page.url()).pathname).toBe(sweepPage)
  const number = /Trial (\d+)/.exec(await card.innerText())?.[1]
  await card.getByRole('link', { name: 'open' }).tap()
  await page.getByText(`trial ${number} of sweep`).waitFor()
  await context.close()
})

it('a URL restores the view that it was copied from', async () => {
  const { page } = now
  await brush(page, 'lr', 0.02, 0.7)
  await page.getByLabel('Color by').selectOption('param:layers')
  await page.getByRole('columnheader', { name: 'val_loss' }).getByRole('button').click()
  await page.getByLabel('Group by').selectOption('param:optimizer')
  await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toMatch(/^param:lr~/)
  const rows = await rowsOf(page)
  const other = await now.context.newPage()
  await other.goto(page.url())
  await other.getByText('layers: low').waitFor()
  await expect.poll(() => rowsOf(other)).toBe(rows)
  expect(await other.getByLabel('Group by').inputValue()).toBe('param:optimizer')
  expect(await other.getByRole('columnheader', { name: 'val_loss' }).getAttribute('aria-sort')).toBe(
    'ascending',
  )
})

it('shows suggestions, agent commands, the effective config and the progress', async () => {
  const { page } = now
  await page.getByText('drawn from the distributions of the parameters').first().waitFor()
  await page.getByText(`wandb agent ${path}`).waitFor()
  await page.getByText(`npx chimney agent ${path}`).waitFor()
  await page.getByText('distribution: log_uniform_values').waitFor()
  const progress = page.getByRole('region', { name: 'Progress' })
  expect(await progress.innerText()).toMatch(/30\s+of 60 trials/)
  expect(await progress.innerText()).toMatch(/about .* left/)
  expect(await progress.innerText()).toMatch(/Agents\s+3/)
  // One machine costs AWS nothing.
  expect(await progress.innerText()).not.toContain('AWS')
  const { parameters } = await service.client.importance(path)
  const [first, second] = parameters.map(({ parameter }) => parameter)
  await page.getByRole('row', { name: new RegExp(`^${first} \\d+%`) }).waitFor()
  await showContour(page)
  await page.getByRole('img', { name: `val_loss over ${first} and ${second} of` }).waitFor()
})

it('stops a sweep, resumes it by a higher trial limit, and cancels it', async () => {
  const { page } = now
  const made = await service.client.createSweep(SWEEP, { project: 'optimizers' })
  await train(service.client, made.path, 2)
  await page.goto(new URL(made.url).pathname)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Stop sweep' }).click()
  await page.getByRole('button', { name: 'Trial limit' }).waitFor()
  await expect.poll(async () => (await service.client.getSweep(made.path)).state).toBe('finished')
  await page.getByRole('button', { name: 'Trial limit' }).click()
  await page.getByLabel('Total trials').fill('80')
  await page.getByRole('button', { name: 'Set limit' }).click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  // The dialog has a Cancel button too, and is open until the server has responded.
  await page.getByRole('dialog', { name: 'Trial limit' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByRole('button', { name: 'Cancel sweep' }).click()
  await expect.poll(async () => (await service.client.getSweep(made.path)).state).toBe('cancelled')
  await page.getByRole('button', { name: 'Pause' }).waitFor({ state: 'detached' })
})

it('shows when the server is unreachable, and reconnects', async () => {
  const { page, context } = now
  const { handed_out } = (await service.client.getSweep(path)).trials
  await page.locator('.feed-state[data-state="live"]').waitFor()
  await context.setOffline(true)
  await page.getByText('Server unreachable, retrying').waitFor()
  await train(service.client, path, 1)
  await context.setOffline(false)
  await expect.poll(() => rowsOf(page), { timeout: 60_000 }).toBe(handed_out + 1)
  // What the browser itself says about the failed requests.
  now.problems.splice(0, now.problems.length, ...now.problems.filter((each) => !each.includes('ERR_')))
})

it('keeps the row order while the pointer is on the table, and sorts new rows in afterwards', async () => {
  const { page } = now
  const table = page.getByRole('region', { name: 'Table of trials' })
  const first = () => table.getByRole('row').nth(1).getByRole('link').innerText()
  const [newest, rows] = [await first(), await rowsOf(page)]
  await table.getByRole('row').nth(1).hover()
  await train(service.client, path, 1)
  await expect.poll(() => rowsOf(page), { timeout: 60_000 }).toBe(rows + 1)
  expect(await first()).toBe(newest)
  await page.mouse.move(5, 5)
  await expect.poll(first).toBe(String(Number(newest) + 1))
})

it('keeps the chosen theme', async () => {
  const { page } = now
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme)
  const before = await theme()
  while ((await theme()) === before) await page.getByRole('button', { name: /^Theme/ }).click()
  const chosen = await theme()
  await page.reload()
  await expect.poll(theme).toBe(chosen)
})

it('loads signed in within the frame of a notebook on the same host, and in no other frame', async () => {
  const notebook = await startNotebook(`${service.cloud.url}${sweepPage}?jupyter=true`)
  const { port } = notebook.address() as AddressInfo
  const { page } = now
  try {
    await page.goto(`http://127.0.0.1:${port}/`)
    const frame = page.frameLocator('iframe')
    await frame.getByRole('heading', { name: 'Which optimizer learns best?' }).waitFor()
    expect(await frame.getByRole('banner').count()).toBe(0)
    const { headers } = await fetch(`${service.cloud.url}${sweepPage}`, { headers: { accept: 'text/html' } })
    expect(headers.get('content-security-policy')).toContain(
      "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    )
    expect(headers.get('x-frame-options')).toBeNull()
  } finally {
    notebook.close()
    now.problems.length = 0
  }
})

/** Serves a page with the dashboard in a frame, as `display(sweep)` does in Jupyter. */
function startNotebook(address: string): Promise<Server> {
  const server = createServer((_request, answer) => {
    answer.setHeader('Content-Type', 'text/html')
    answer.end(`<!doctype html><title>Notebook</title><iframe src="${address}" width="1000" height="800">`)
  })
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)))
}
