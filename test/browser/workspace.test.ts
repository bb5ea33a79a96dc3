/** What a day's work needs of the pages: objectives, filters, tidying, keys, the way back. */
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launch, type Reader, reader, rowsOf, scrollThrough, signIn, violationsOf } from './browser.ts'
import { eachSignedIn } from './each-signed-in.ts'
import {
  fill,
  MULTI_OBJECTIVE_SWEEP,
  type Service,
  SWEEP,
  startService,
  train,
  trainMultiObjective,
} from './service.ts'

let browser: Browser
let service: Service
let now: Reader
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService({ reconcileEveryMs: 0 })])
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
  /40[134]/,
)

const pathOf = (url: string) => new URL(url).pathname

it('shows every objective in the head, the table, the axes and the export, and charts the chosen one', async () => {
  const { page } = now
  const sweep = await service.client.createSweep(MULTI_OBJECTIVE_SWEEP, { project: 'objectives' })
  await trainMultiObjective(service.client, sweep.path, 24)
  await page.goto(pathOf(sweep.url))
  await page.getByText('minimize val_loss, minimize size').waitFor()
  const front = page.getByLabel('Best trial', { exact: true })
  await front.getByText(/trials? on the Pareto front/).waitFor()
  const size = Number.parseInt(await front.locator('.big').innerText(), 10)
  expect(await page.getByText('★').count()).toBeGreaterThan(0)
  const table = page.getByRole('region', { name: 'Table of trials' })
  for (const name of ['val_loss', 'size'])
    await table.getByRole('columnheader', { name, exact: true }).waitFor()
  for (const name of ['val_loss', 'size'])
    await page.locator(`[data-axis="${name}"]`).waitFor({ state: 'attached' })
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV', exact: true }).click()
  const [header] = (await readFile((await (await download).path())!, 'utf8')).split('\r\n')
  expect(header).toContain('val_loss,size,')
  // The service knows the same front.
  const { body } = await fetch(
    `${service.cloud.url}/v1/${sweep.path.replace(/\/([^/]+)$/, '/sweeps/$1')}/pareto`,
    {
      headers: { Authorization: `Bearer ${service.cloud.key}` },
    },
  ).then(async (answer) => ({ body: (await answer.json()) as { trials: unknown[] } }))
  expect(size).toBe(body.trials.length)
  await page.getByText('PED-ANOVA importance for val_loss').waitFor()
  await page.getByLabel('Objective').selectOption('size')
  await page.getByText('PED-ANOVA importance for size').waitFor()
  await page.getByRole('heading', { name: 'size by trial' }).waitFor()
  // Size is made of layers.
  await page.getByRole('row', { name: /^layers \d+%/ }).waitFor()
  expect(new URL(page.url()).searchParams.get('objective')).toBe('size')
  expect(await violationsOf(page)).toEqual([])
})

it('a typed filter reaches the table, the best, early stopping and importance, and is in the address', async () => {
  const { page } = now
  const sweep = await service.client.createSweep(SWEEP, { project: 'filters' })
  await train(service.client, sweep.path, 45)
  await page.goto(pathOf(sweep.url))
  await page.getByRole('region', { name: 'Table of trials' }).waitFor()
  await page.getByLabel('Filter expression').fill('lr < 0.05 and optimizer in (adam, lion)')
  const trials: { params: { lr: number; optimizer: string } }[] = []
  for (let number = 1; number <= 45; number++) {
    const trial = await service.cloud.deps.store.getTrial({
      entity: 'local',
      project: 'filters',
      sweep: sweep.path.split('/').at(-1)!,
      number,
    })
    trials.push(trial as never)
  }
  const passing = trials.filter(({ params }) => params.lr < 0.05 && params.optimizer !== 'sgd').length
  await expect.poll(() => rowsOf(page)).toBe(passing)
  await page.getByText(/^best val_loss 0\.\d+, trial \d+$/).waitFor()
  await page.getByText(/, \d+ filtered trials/).waitFor()
  await scrollThrough(page)
  await page.getByText(/\d+ of \d+ trials were stopped early \(filtered\)/).waitFor()
  // The curves of all trials have their own chart.
  await page.getByRole('heading', { name: 'val_loss by step' }).waitFor()
  await page.reload()
  await expect.poll(() => rowsOf(page)).toBe(passing)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(() => rowsOf(page)).toBe(45)
  await scrollThrough(page)
  // As many trials reached the first rung as the service has values of.
  const rungs = (await (
    await fetch(`${service.cloud.url}/v1/local/filters/sweeps/${sweep.path.split('/').at(-1)}/rungs`, {
      headers: { Authorization: `Bearer ${service.cloud.key}` },
    })
  ).json()) as { items: { rung: number; reached: number }[] }
  const first = page.getByRole('region', { name: 'Stopped early' }).locator('tbody tr').first()
  await expect.poll(() => first.innerText()).toContain(String(rungs.items[0]!.reached))
  expect(await violationsOf(page)).toEqual([])
})

it('equal values are no signal, and a sweep without a metric has no value axis', async () => {
  const { page } = now
  const { client } = service
  const same = await client.createSweep(
    'method: grid\nmetric: {name: loss}\nparameters: {lr: {values: [1, 2, 3, 4, 5]}, bs: {values: [8, 16]}}\n',
    { project: 'plain' },
  )
  const none = await client.createSweep('method: grid\nparameters: {a: {values: [1, 2, 3]}}\n', {
    project: 'plain',
  })
  for (const { path } of [same, none])
    for (;;) {
      const next = await client.nextTrial(path)
      if (next.kind !== 'trial') break
      await client.finish(next.trial.run_path, { state: 'finished', attempt: 1, summary: { loss: 1 } })
    }
  await page.goto(pathOf(same.url))
  await page.getByText('No signal: the best trials do not differ').waitFor()
  await page.goto(pathOf(none.url))
  await page.locator('[data-axis="a"]').waitFor({ state: 'attached' })
  expect(await page.locator('[data-axis="value"]').count()).toBe(0)
})

it('runs are renamed, tagged, archived and deleted, one by one and in bulk', async () => {
  const { page } = now
  const { client } = service
  for (let i = 0; i < 20; i++) {
    await client.createRun('tidy', { id: `run-${i}`, name: `run ${i}`, config: { i } })
    await client.finish(`local/tidy/run-${i}`, { state: i < 5 ? 'failed' : 'finished' })
  }
  await page.goto('/local/tidy')
  const table = page.getByRole('region', { name: 'Table of runs' })
  const shown = async () => Number(await table.getByRole('table').getAttribute('aria-rowcount')) - 1
  await expect.poll(shown).toBe(20)
  await page.getByLabel('Filter expression').fill('state = failed')
  await expect.poll(shown).toBe(5)
  await page.getByLabel('Select all 5').check()
  await page.getByRole('button', { name: 'Actions for the selected runs' }).click()
  await page.getByRole('menuitem', { name: 'Add tags…' }).click()
  await page.getByLabel('Tags, separated by commas').fill('broken, old')
  await page.getByRole('button', { name: 'Apply' }).click()
  await table.getByText('broken, old').first().waitFor()
  expect((await client.getRun('local/tidy/run-3')).tags).toEqual(['broken', 'old'])
  await page.getByRole('button', { name: 'Actions for the selected runs' }).click()
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  await page.getByText('Show 5 archived').waitFor()
  await page.getByLabel('Filter expression').fill('')
  await expect.poll(shown).toBe(15)
  await page.getByLabel('Show 5 archived').check()
  await expect.poll(shown).toBe(20)
  await page.getByLabel('Filter expression').fill('tags ~ broken')
  await expect.poll(shown).toBe(5)
  await page.getByRole('button', { name: 'Actions for the selected runs' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Delete 5 runs' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByLabel('Filter expression').fill('')
  await expect.poll(shown).toBe(15)

  await page.goto('/local/tidy/runs/run-9')
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Name').fill('the good one')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'the good one' }).waitFor()
  await page.goto('/local/tidy')
  await table.getByText('the good one').waitFor()
  await page.goto('/local/tidy/runs/run-8')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete run' }).click()
  await expect.poll(shown).toBe(14)
})

it('notes of a sweep and a run are Markdown, edited in place with a preview', async () => {
  const { page } = now
  const { client } = service
  const sweep = await client.createSweep(SWEEP, { project: 'notes' })
  await train(client, sweep.path, 1)
  const notes = page.getByRole('region', { name: 'Notes', exact: true })
  await page.goto(pathOf(sweep.url))
  await notes.getByText('A synthetic objective.').waitFor()
  await notes.getByRole('button', { name: 'Edit notes' }).click()
  const editor = page.getByLabel('Notes (Markdown)')
  await editor.fill(
    '**Adam** wins <img src=x onerror=alert(1)>\n\n| lr | verdict |\n|---|---|\n| 0.1 | high |',
  )
  const preview = page.getByRole('region', { name: 'Preview of the notes' })
  await preview.getByRole('cell', { name: 'high' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await editor.press('Control+Enter')
  await notes.getByRole('cell', { name: 'high' }).waitFor()
  expect(await notes.locator('strong').innerText()).toBe('Adam')
  expect(await notes.locator('img').count()).toBe(0)
  await page.goto(`/local/notes/runs/${sweep.path.split('/').at(-1)}-1`)
  await page.getByRole('button', { name: 'Add notes' }).click()
  await editor.press('Escape')
  await page.getByRole('button', { name: 'Add notes' }).click()
  await editor.fill('- [x] checked')
  await page.getByRole('button', { name: 'Save notes' }).click()
  await notes.getByRole('checkbox').waitFor()
  expect((await client.getRun(`local/notes/${sweep.path.split('/').at(-1)}-1`)).notes).toBe('- [x] checked')
  await page.setViewportSize({ width: 390, height: 860 })
  expect(await violationsOf(page)).toEqual([])
})

it('a read-only key has no buttons that it cannot use, and a revoked one leads to the sign-in', async () => {
  const sweep = await service.client.createSweep(SWEEP, { project: 'keys' })
  await train(service.client, sweep.path, 3)
  const { page } = now
  await page.goto('/settings')
  await page.getByLabel('Name').fill('viewer')
  await page.getByLabel('Scope').selectOption('read')
  await page.getByLabel('Expires').selectOption('30')
  await page.getByRole('button', { name: 'Create key' }).click()
  const key = await page.locator('[role="status"] pre, [role="status"] code').first().innerText()
  const row = page.getByRole('listitem').filter({ hasText: 'viewer' })
  await row.getByText('read', { exact: true }).waitFor()
  await row.getByText(/expires /).waitFor()

  const viewer = await reader(browser, service.cloud.url)
  await signIn(viewer.page, key.trim())
  await viewer.page.goto(pathOf(sweep.url))
  await viewer.page.getByRole('region', { name: 'Table of trials' }).waitFor()
  for (const name of ['Pause', 'Stop', 'Enqueue', 'Cancel', 'Share'])
    expect(await viewer.page.getByRole('button', { name, exact: true }).count()).toBe(0)
  expect(await viewer.page.getByText('AWS cost').count()).toBe(0)

  await page.getByRole('button', { name: 'Revoke viewer' }).click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await row.waitFor({ state: 'detached' })
  // The service knows a key for 30 seconds after it was revoked; the page follows the sweep meanwhile.
  await viewer.page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 90_000 })
  await viewer.context.close()
})

it('Back returns to the place, and a new page has the focus', async () => {
  const { page } = now
  const sweep = await service.client.createSweep(SWEEP.replace('run_cap: 60', 'run_cap: 400'), {
    project: 'back',
  })
  await fill(service, sweep.path, 400)
  await page.goto(pathOf(sweep.url))
  const table = page.getByRole('region', { name: 'Table of trials' })
  await expect.poll(() => rowsOf(page)).toBe(400)
  await table.scrollIntoViewIfNeeded()
  await table.evaluate((element) => {
    element.scrollTop = 3_000
  })
  // The positions are remembered when scrolling has ended.
  await expect
    .poll(() =>
      page.evaluate(() => (history.state as { scroll?: { regions: number[] } } | null)?.scroll?.regions),
    )
    .toContain(3_000)
  await table.getByRole('link').nth(20).click()
  await page.waitForURL(/\/runs\//)
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await page.goBack()
  await expect.poll(() => table.evaluate((element) => element.scrollTop)).toBe(3_000)
  const distance = () =>
    page.evaluate(() => {
      const { page } = (history.state as { scroll: { page: number } }).scroll
      return page > 200 ? Math.abs(page - scrollY) : Number.NaN
    })
  await expect.poll(distance).toBeLessThan(3)
})

it('the console opens at its end and shows colors', async () => {
  const { page } = now
  await service.client.createRun('console', { id: 'loud', name: 'loud', config: {} })
  const rows = Array.from({ length: 900 }, (_, index) => ({
    index,
    at: index,
    values: { line: index === 899 ? '\u001b[31mRuntimeError\u001b[0m: the end' : `line ${index}` },
  }))
  await service.cloud.deps.store.putChunk({ entity: 'local', project: 'console', run: 'loud' }, 'console', {
    attempt: 1,
    receivedAt: 1,
    rows,
  })
  await service.client.finish('local/console/loud', { state: 'failed', reason: 'exit code 1' })
  await page.goto('/local/console/runs/loud')
  const log = page.getByRole('region', { name: 'Console' })
  await log.locator('.ansi-red').getByText('RuntimeError').waitFor()
  expect(await log.innerText()).not.toContain('[31m')
  expect(await log.getByText('line 0', { exact: true }).count()).toBe(0)
  await log.getByLabel('Search console').fill('line 41')
  await log.getByText('11 match').waitFor()
})
