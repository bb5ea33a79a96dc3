/** The page of a project with more runs than a list answers at once. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runLive, runRecord } from '../suites/store.fixtures.ts'
import { launch, type Reader, takeScreenshot, violationsOf } from './browser.ts'
import { eachSignedIn } from './each-signed-in.ts'
import { type Service, startService } from './service.ts'

const RUNS = 300
const ACCURACY = (i: number) => (i === 62 ? 0.987 : 0.5 + 0.4 * Math.abs(Math.sin(i)))
let browser: Browser
let service: Service
let now: Reader
beforeAll(async () => {
  ;[browser, service] = await Promise.all([
    launch(),
    startService({ reconcileEveryMs: 0, privateWebhooks: true }),
  ])
  const { store, clock } = service.cloud.deps
  await service.client.createRun('runs', { id: 'first', name: 'first', config: {} })
  await service.client.finish('local/runs/first', { state: 'finished' })
  for (let i = 0; i < RUNS; i++) {
    const key = { entity: 'local', project: 'runs', run: `run-${i}` }
    const at = clock.now() - (RUNS - i) * 1_000
    const config = {
      lr: 10 ** -(1 + (i % 4)),
      scaler: ['none', 'minmax', 'standard'][i % 3],
      seed: 1_234_567 + i,
    }
    await store.createRun(
      runRecord(key, {
        displayName: `bold-sweep-${i}`,
        config: JSON.stringify(config),
        tags: [],
        createdAt: at,
      }),
      runLive(key, {
        state: 'finished',
        summary: `{"acc":${ACCURACY(i)},"loss":${i === 7 ? 'NaN' : 1 - ACCURACY(i)}}`,
        startedAt: at,
        endedAt: at + 5_000,
      }),
    )
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

const cells = (column: number) =>
  now.page
    .getByRole('region', { name: 'Table of runs' })
    .locator('tbody tr:has(td) td')
    .nth(column)
    .innerText()

it('sorts, searches and filters all runs, by id and by config', async () => {
  const { page } = now
  await page.goto('/local/runs?sort=-summary:acc')
  await page.getByText('301', { exact: true }).waitFor()
  expect(await cells(1)).toBe('bold-sweep-62')
  await page.getByLabel('Search runs').fill('run-62')
  await page.getByText('1 of 301', { exact: true }).waitFor()
  await page.getByLabel('Search runs').fill('')
  await page.getByLabel('Filter expression').fill('lr < 0.01 and scaler in (minmax, standard)')
  // lr is 0.001 or 0.0001 for i % 4 in 2, 3; two of three scalers.
  await page.getByText('100 of 301', { exact: true }).waitFor()
  expect(new URL(page.url()).searchParams.get('where')).toBe('lr < 0.01 and scaler in (minmax, standard)')
  await page.reload()
  await page.getByText('100 of 301', { exact: true }).waitFor()
  await page.getByLabel('Filter expression').fill('lr < ')
  await page.getByText(/expected a value at the end/).waitFor()
  expect(await violationsOf(page)).toEqual([])
})

it('groups all runs by a config value, with the mean of each column, and exports all of them', async () => {
  const { page } = now
  await page.goto('/local/runs?group=config:scaler&sort=-summary:acc')
  await page.getByRole('button', { name: 'Collapse all' }).click()
  const rows = page.getByRole('region', { name: 'Table of runs' }).locator('tr.group')
  await expect.poll(() => rows.count()).toBe(4)
  const means = ['none', 'minmax', 'standard'].map((name, k) => {
    const values = Array.from({ length: RUNS }, (_, i) => i)
      .filter((i) => i % 3 === k)
      .map(ACCURACY)
    return { name, mean: values.reduce((sum, value) => sum + value, 0) / values.length }
  })
  for (const [i, { name, mean }] of means.sort((a, b) => b.mean - a.mean).entries()) {
    const row = await rows.nth(i).innerText()
    expect(row).toContain(`${name} 100`)
    expect(row).toContain(String(Number(mean.toPrecision(4))))
  }
  // The rows of a group have its color.
  await page.getByRole('button', { name: 'Expand all' }).click()
  await page
    .getByRole('checkbox', { name: /^Compare / })
    .first()
    .waitFor()
  const shown = page.getByRole('region', { name: 'Table of runs' }).locator('tbody tr:has(td, th)')
  const colorsOf = () =>
    shown.evaluateAll((found) =>
      found.map((row) => {
        const mark = row.querySelector<HTMLElement>('.swatch')
        const cell = row.querySelector<HTMLElement>('td')
        return mark
          ? `group ${getComputedStyle(mark).backgroundColor}`
          : getComputedStyle(cell!).boxShadow.replace(/\) .*/, ')')
      }),
    )
  const colors = (await colorsOf()).filter((color) => color !== 'none')
  let group = ''
  for (const color of colors) {
    if (color.startsWith('group ')) group = color.slice('group '.length)
    else expect(color).toBe(group)
  }
  expect(colors.filter((color) => !color.startsWith('group ')).length).toBeGreaterThan(5)
  await takeScreenshot(page, 'project-groups')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV', exact: true }).click()
  const lines = (await readFile((await (await download).path())!, 'utf8')).trim().split('\r\n')
  expect(lines).toHaveLength(RUNS + 2)
})

it('a NaN does not make a column text', async () => {
  const { page } = now
  await page.goto('/local/runs?sort=summary:loss')
  await page.getByText('301', { exact: true }).waitFor()
  const first = Number((await cells(5)).replace('−', '-'))
  expect(first).toBeCloseTo(1 - 0.987, 3)
})

it('adds a webhook, sends a test to it, edits and deletes it', async () => {
  const bodies: string[] = []
  const receiver = createServer(async (request, response) => {
    bodies.push(await text(request))
    response.end()
  })
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  try {
    const { page } = now
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto('/local/runs')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Notifications…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Notifications' })
    await dialog.getByText('No webhooks yet.').waitFor()
    await dialog
      .getByLabel('Address')
      .fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`)
    await dialog.getByLabel('New best trial').check()
    await dialog.getByLabel('Sign with a new secret').check()
    await dialog.getByRole('button', { name: 'Add webhook' }).click()
    await dialog.getByText('Secret of the new webhook.').waitFor()
    await dialog.getByRole('button', { name: 'Send a test' }).click()
    await dialog.getByText('The test was delivered.').waitFor()
    expect(JSON.parse(bodies[0]!).text).toContain('Test of a webhook of project runs')
    await dialog.getByRole('button', { name: /^Edit http/ }).click()
    const form = dialog.getByRole('form', { name: 'Edit webhook' })
    expect(await form.getByLabel('New best trial').isChecked()).toBe(true)
    await form.getByLabel('Format').selectOption('json')
    await form.getByLabel('New best trial').uncheck()
    await form.getByLabel('Signature').selectOption('none')
    expect(await violationsOf(page)).toEqual([])
    await takeScreenshot(page, 'webhooks')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.waitFor({ state: 'detached' })
    const { url, key } = service.cloud
    const listed = await fetch(`${url}/v1/local/runs/webhooks`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    expect((await listed.json()).items).toMatchObject([
      { format: 'json', signed: false, events: expect.not.arrayContaining(['new_best']) },
    ])
    const box = await dialog.boundingBox()
    expect(box!.width).toBeLessThanOrEqual(390)
    await dialog.getByRole('button', { name: /^Delete http/ }).click()
    await dialog.getByText('No webhooks yet.').waitFor()
  } finally {
    receiver.close()
  }
})
