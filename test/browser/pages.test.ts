import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  boxOf,
  configText,
  drawn,
  launch,
  type Reader,
  reader,
  rowsOf,
  signIn,
  takeScreenshot,
  violationsOf,
  writeConfig,
} from './browser.ts'
import {
  logLongRun,
  MULTI_OBJECTIVE_SWEEP,
  type Service,
  SWEEP,
  startService,
  train,
  trainMultiObjective,
  trainOne,
} from './service.ts'

let browser: Browser
let service: Service
let path: string
let sweepPage: string
let multiObjectivePage: string
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService()])
  const sweep = await service.client.createSweep(SWEEP, { project: 'optimizers' })
  path = sweep.path
  sweepPage = new URL(sweep.url).pathname
  await train(service.client, path, 36)
  const several = await service.client.createSweep(MULTI_OBJECTIVE_SWEEP, { project: 'optimizers' })
  multiObjectivePage = new URL(several.url).pathname
  await trainMultiObjective(service.client, several.path, 24)
  await logLongRun(service, 'optimizers', 'long')
  // A running trial, so that the pages keep polling.
  const next = await service.client.nextTrial(path, { agent: 'gpu-0' })
  if (next.kind === 'trial') await trainOne(service.client, next.trial, 4)
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})

let now: Reader
beforeEach(async () => {
  now = await reader(browser, service.cloud.url)
})
afterEach(async () => {
  await now.context.close()
  expect(now.problems.filter((problem) => !problem.includes('401'))).toEqual([])
})
const runId = (number: number) => `${path.split('/')[2]}-${number}`
const PROJECT = '/local/optimizers'

it('a user voids a result, runs the trial again, and runs failed trials again', async () => {
  const { page } = now
  const created = await service.client.createSweep(
    'method: grid\nmetric: {name: loss}\nparameters: {a: {values: [1, 2]}}\n',
    { project: 'optimizers' },
  )
  const id = created.path.split('/')[2]
  for (const state of ['finished', 'failed'] as const) {
    const next = await service.client.nextTrial(created.path)
    if (next.kind !== 'trial') throw new Error('no trial was there')
    await service.client.finish(next.trial.run_path, { state, attempt: 1, summary: { loss: -100 } })
  }
  await signIn(page, service.cloud.key)
  await page.goto(`${PROJECT}/runs/${id}-1`)
  await page.getByText('best so far').waitFor()
  await page.getByRole('button', { name: 'Void result' }).click()
  await page.getByLabel('Reason (optional)').fill('wrong data')
  await page.getByRole('dialog').getByRole('button', { name: 'Void result' }).click()
  await page.getByText('Void: wrong data.').waitFor()
  await page.getByText(/attempt 1 finished with loss .100/).waitFor()
  expect(await violationsOf(page)).toEqual([])
  expect((await service.client.getSweep(created.path)).best).toBeNull()
  await page.getByRole('button', { name: 'Run again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Run again' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.goto(new URL(created.url).pathname)
  await page.getByRole('button', { name: 'Run failed again' }).click()
  await page.getByRole('dialog').getByText('1 trial that failed or crashed runs again').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Run again' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  for (const number of [1, 2]) {
    const next = await service.client.nextTrial(created.path)
    expect(next.kind === 'trial' && [next.trial.number, next.trial.attempt]).toEqual([number, 2])
    if (next.kind === 'trial')
      await service.client.finish(next.trial.run_path, {
        state: 'finished',
        attempt: 2,
        summary: { loss: number },
      })
  }
  expect(await service.client.getSweep(created.path)).toMatchObject({
    state: 'finished',
    best: { number: 1, value: 1 },
  })
})

it('the page of a sweep whose metric never came says so, and nothing on a healthy one', async () => {
  const { page } = now
  await signIn(page, service.cloud.key)
  const { path, url } = await service.client.createSweep(
    'method: random\nmetric: {name: val_f1, goal: maximize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 3\n',
    { project: 'optimizers' },
  )
  for (let next = await service.client.nextTrial(path); next.kind === 'trial'; ) {
    const { run_path, attempt } = next.trial
    await service.client.finish(run_path, { state: 'finished', attempt, summary: { validation_f1: 0.9 } })
    next = await service.client.nextTrial(path)
  }
  await page.goto(new URL(url).pathname)
  const card = page.getByRole('region', { name: 'Diagnosis' })
  await card.getByText('3 trials finished without val_f1; they logged validation_f1').waitFor()
  await card.getByText('Error', { exact: true }).waitFor()
  await card.getByText('To do: log val_f1, or create the sweep with metric: {name: validation_f1}.').waitFor()
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    expect(await violationsOf(page)).toEqual([])
    await takeScreenshot(page, `diagnosis-${theme}`)
  }
  await card.getByRole('link', { name: 'New sweep with this change' }).click()
  await page.getByRole('heading', { name: 'New sweep' }).waitFor()
  await expect.poll(() => page.getByLabel('Metric').inputValue()).toBe('validation_f1')
  await page.goBack()
  await card.getByRole('link', { name: 'trial 2' }).click()
  await page.getByRole('heading', { name: 'Details' }).waitFor()

  await page.goto(sweepPage)
  await page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
  await page.waitForLoadState('networkidle').catch(() => {})
  expect(await card.getByText('Error', { exact: true }).count()).toBe(0)
})

describe('sign-in', () => {
  it('is required at any link, rejects a wrong key, and then shows the linked page', async () => {
    const { page } = now
    await page.goto(sweepPage)
    await page.getByLabel('API key').fill('f'.repeat(40))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Invalid or revoked API key.').waitFor()
    await page.getByLabel('API key').fill(service.cloud.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Which optimizer learns best?' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(sweepPage)
    // HttpOnly: scripts cannot read the key.
    expect(
      await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })),
    ).not.toContain(service.cloud.key)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
  })
})

describe('the sweep page', () => {
  beforeEach(async () => {
    await signIn(now.page, service.cloud.key)
    await now.page.goto(sweepPage)
    await now.page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
  })

  it('filters by a brush, keeps the filter in the URL, and clears it', async () => {
    const { page } = now
    const axis = await boxOf(page, '[data-axis="lr"]')
    const all = await rowsOf(page)
    const x = axis.x + axis.width / 2
    await page.mouse.move(x, axis.y + 40)
    await page.mouse.down()
    await page.mouse.move(x, axis.y + axis.height * 0.6, { steps: 5 })
    await page.mouse.up()
    const chip = page.getByRole('button', { name: /Remove lr/ })
    await chip.waitFor()
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toMatch(/^param:lr~/)
    // The rows follow the brush with a delay.
    let some = 0
    const unchanged = async () => {
      const before = some
      some = await rowsOf(page)
      return some === before
    }
    await expect.poll(unchanged, { interval: 500, timeout: 20_000 }).toBe(true)
    await page.reload()
    await expect.poll(() => rowsOf(page), { timeout: 20_000 }).toBe(some)
    await chip.click()
    await expect.poll(() => rowsOf(page)).toBe(all)
  })

  it('can be filtered from the keyboard', async () => {
    const { page } = now
    const all = await rowsOf(page)
    await page.getByRole('slider', { name: 'dropout: max' }).focus()
    for (let i = 0; i < 8; i++) await page.keyboard.press('PageDown')
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    await page.keyboard.press('Escape')
    await expect.poll(() => rowsOf(page)).toBe(all)
  })

  it('sorts by a column, hides one, and keeps both in the URL', async () => {
    const { page } = now
    await page.getByRole('columnheader', { name: 'val_loss' }).getByRole('button').click()
    const best = await page
      .getByRole('region', { name: 'Table of trials' })
      .getByRole('row')
      .nth(1)
      .innerText()
    const { best: truth } = await service.client.getSweep(path)
    expect(best).toContain(String(truth?.number))
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'dropout' }).click()
    expect(await page.getByRole('columnheader', { name: 'dropout' }).count()).toBe(0)
    expect(new URL(page.url()).search).toContain('sort=value&columns=param:dropout')
  })

  it('downloads the filtered rows as CSV', async () => {
    const { page } = now
    await page.getByRole('group', { name: 'Filter' }).getByRole('button', { name: 'failed' }).click()
    await expect.poll(() => rowsOf(page)).toBe(2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ])
    const text = await streamText(await download.createReadStream())
    expect(text.split('\r\n')[0]).toBe(
      'run,trial,state,val_loss,lr,dropout,layers,optimizer,suggested by,updated',
    )
    expect(text.trim().split('\r\n')).toHaveLength(3)
  })

  it.each(['PNG', 'SVG'])('saves a chart as %s', async (kind) => {
    const { page } = now
    await page.getByRole('button', { name: 'Save Parallel coordinates' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: `Save as ${kind}` }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`Parallel-coordinates.${kind.toLowerCase()}`)
    expect((await streamText(await download.createReadStream())).length).toBeGreaterThan(2_000)
  })

  it('groups and searches rows, and keeps both in the URL', async () => {
    const { page } = now
    const all = await rowsOf(page)
    await page.getByLabel('Group by').selectOption('param:optimizer')
    await page.getByRole('button', { name: /adam \d+ · best val_loss/ }).click()
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    await page.getByLabel('Group by').selectOption('')
    await page.getByLabel('Search trials').fill('lion')
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    expect(new URL(page.url()).searchParams.get('find')).toBe('lion')
  })

  it('selects axes, their scales, and the color column', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Axes' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'layers', exact: true }).click()
    await expect.poll(() => page.locator('[data-axis="layers"]').count()).toBe(0)
    await page.getByRole('menuitemcheckbox', { name: 'val_loss, log scale' }).click()
    await page.keyboard.press('Escape')
    await page.getByLabel('Color by').selectOption('param:lr')
    await page.getByText('lr: low').first().waitFor()
    expect(new URL(page.url()).search).toContain('axes=param:layers&logs=value&colour=param:lr')
  })

  it('shows the contour plot, the rungs and the agent timeline', async () => {
    const { page } = now
    await page.getByRole('heading', { name: 'Config' }).scrollIntoViewIfNeeded()
    await page.getByRole('heading', { name: 'Contour' }).scrollIntoViewIfNeeded()
    await page.getByLabel('X axis').selectOption('layers')
    await page.getByRole('img', { name: /val_loss over layers and/ }).waitFor()
    await page.getByRole('columnheader', { name: 'Reached' }).waitFor()
    await page.getByText('3 agents').waitFor()
    await page
      .locator('[aria-label^="Timeline of"]')
      .evaluate((chart) => chart.scrollIntoView({ block: 'center' }))
    const box = await boxOf(page, '[aria-label^="Timeline of"]')
    const pointed = async () => {
      for (let x = box.x + 125; x < box.x + box.width; x += 10) {
        await page.mouse.move(x, box.y + 18)
        await drawn(page)
        const card = page.locator('.tooltip')
        if (await card.isVisible()) return card.innerText()
      }
      return 'none'
    }
    expect(await pointed()).toMatch(/^Trial \d+/)
  })

  it('enqueues a trial with given parameters', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Enqueue' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('lr').fill('7')
    await dialog.getByRole('button', { name: 'Enqueue' }).click()
    await dialog.getByRole('alert').waitFor()
    now.problems.length = 0
    await dialog.getByLabel('lr').fill('0.0123')
    await dialog.getByRole('button', { name: 'Enqueue' }).click()
    await dialog.getByRole('status').waitFor()
    const next = await service.client.nextTrial(path)
    if (next.kind !== 'trial') throw new Error('no trial was there')
    expect(next.trial.params.lr).toBe(0.0123)
    await trainOne(service.client, next.trial)
  })

  it('is shared by a view-only link, until the link is revoked', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('button', { name: 'Create link' }).click()
    const link = await page.getByRole('dialog').locator('pre').innerText()
    const guest = await reader(browser, service.cloud.url)
    await guest.page.goto(link)
    await guest.page.getByText('View only').waitFor()
    await guest.page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
    expect(await guest.page.getByRole('button', { name: 'Pause' }).count()).toBe(0)
    const before = await rowsOf(guest.page)
    await train(service.client, path, 1)
    await expect.poll(() => rowsOf(guest.page), { timeout: 20_000 }).toBe(before + 1)
    await guest.page.getByRole('row').getByRole('link', { name: '30', exact: true }).click()
    await guest.page.getByText('Details').waitFor()
    await guest.page.reload()
    await guest.page.getByText('Details').waitFor()
    expect(guest.problems).toEqual([])
    await page.getByRole('button', { name: 'Revoke link' }).click()
    await page.getByText('Active since').waitFor({ state: 'detached' })
    await guest.page.reload()
    await guest.page.getByText('this share link is invalid or was revoked').waitFor()
    await guest.context.close()
  })

  it('has no header in the frame of a notebook', async () => {
    const { page } = now
    await page.goto(`${sweepPage}?jupyter=true`)
    await page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
    expect(await page.getByRole('banner').isVisible()).toBe(false)
  })

  it('compares selected trials', async () => {
    const { page } = now
    for (const number of [36, 35, 34]) await page.getByLabel(`Compare trial ${number}`).check()
    await page.getByRole('link', { name: 'Compare 3' }).click()
    await page.getByRole('heading', { name: 'Compare 3 runs' }).waitFor()
    await page.getByRole('region', { name: 'val_loss' }).getByRole('img').waitFor()
    await page.getByText('Config diff').waitFor()
  })

  it('pauses, resumes, and changes the trial limit', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    expect((await service.client.getSweep(path)).state).toBe('paused')
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.getByRole('button', { name: 'Trial limit' }).click()
    await page.getByLabel('Total trials').fill('70')
    await page.getByRole('button', { name: 'Set limit' }).click()
    await page.getByText('of 70 trials').waitFor()
  })

  it('updates live', async () => {
    const { page } = now
    const before = (await service.client.getSweep(path)).trials
    await page.getByText('· live', { exact: false }).first().waitFor()
    await train(service.client, path, 2)
    await expect.poll(() => rowsOf(page), { timeout: 15_000 }).toBe(before.handed_out + 2)
  })

  it('shows the latest value of a running trial, marked as preliminary', async () => {
    const { page } = now
    const next = await service.client.nextTrial(path, { agent: 'gpu-7' })
    if (next.kind !== 'trial') throw new Error('the sweep hands out no more trials')
    const { run_path, attempt } = next.trial
    const report = (step: number, val_loss: number) =>
      service.client.postMetrics(run_path, { points: [{ step, values: { val_loss } }], attempt })
    const shows = (loss: number) => page.getByRole('cell', { name: `so far ${loss}` }).waitFor()
    await report(1, 0.4321)
    await shows(0.4321)
    await report(2, 0.3987)
    await shows(0.3987)
    await service.client.finish(run_path, { state: 'finished', attempt })
    await page.getByRole('cell', { name: '0.3987', exact: true }).waitFor()
  })

  it('polls where server-sent events are not available', async () => {
    const { page } = now
    await page.addInitScript(() => {
      Object.assign(globalThis, { EventSource: undefined })
    })
    await page.goto(sweepPage)
    await page.getByText('live (polling)').waitFor()
    const { handed_out } = (await service.client.getSweep(path)).trials
    await train(service.client, path, 1)
    await expect.poll(() => rowsOf(page), { timeout: 15_000 }).toBe(handed_out + 1)
  })
})

describe('other pages', () => {
  beforeEach(() => signIn(now.page, service.cloud.key))

  it('navigate from the projects to a run, and show its charts', async () => {
    const { page } = now
    await page.getByRole('link', { name: /optimizers/ }).click()
    await page.getByRole('link', { name: 'Which optimizer learns best?' }).click()
    await page.getByRole('row').getByRole('link', { name: '36', exact: true }).click()
    await page.getByRole('heading', { name: /val_loss/ }).waitFor()
    await page.getByText(`local/optimizers/${runId(36)}`).waitFor()
  })

  it('plot metrics over a selected x axis, and keep it in the URL', async () => {
    const { page } = now
    await page.goto(`${PROJECT}/runs/long`)
    await page.getByRole('heading', { name: 'loss' }).waitFor()
    await page.getByLabel('X axis').selectOption('time')
    await page.getByRole('img', { name: /^loss by seconds/ }).waitFor()
    await page.getByLabel('X axis').selectOption('lr')
    await page.getByRole('img', { name: /^loss by lr/ }).waitFor()
    await page.getByLabel('Log y').check()
    await page.getByLabel('Smoothing').fill('0.6')
    expect(new URL(page.url()).search).toBe('?x=lr&log=1&smooth=0.6')
  })

  it('show the console, system metrics and files of a run', async () => {
    const { page } = now
    await page.goto(`${PROJECT}/runs/long`)
    await page.getByLabel('Search console').fill('epoch 59')
    await expect
      .poll(() => page.getByRole('region', { name: 'Console' }).locator('pre').innerText())
      .toBe('epoch 59 of 60: loss 0.0167')
    await page.getByRole('img', { name: /gpu.0.memory by seconds/ }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'output.log' }).click(),
    ])
    expect(await streamText(await download.createReadStream())).toBe('hello')
  })

  it('show the agent and the end of each attempt', async () => {
    const { page } = now
    const { path: again } = await service.client.createSweep(SWEEP, { project: 'again' })
    const first = await service.client.nextTrial(again, { agent: 'gpu-0' })
    if (first.kind !== 'trial') throw new Error('a new sweep has a trial')
    const { run_path, attempt } = first.trial
    await service.client.finish(run_path, { state: 'released', attempt })
    await service.client.nextTrial(again, { agent: 'gpu-1' })
    await page.goto(`/local/again/runs/${run_path.split('/')[2]}`)
    const attempts = page.getByRole('region', { name: 'Details' })
    await attempts.getByText(/^released by agent · on gpu-0/).waitFor()
    await attempts.getByText('current').waitFor()
  })

  it('show the Pareto front of several objectives', async () => {
    const { page } = now
    await page.goto(multiObjectivePage)
    await page.getByText('non-dominated trials').waitFor()
    await page.getByRole('img', { name: /size over val_loss of [1-9]/ }).waitFor()
  })

  it('list runs with their configs and summaries', async () => {
    const { page } = now
    await page.goto(PROJECT)
    await page.getByLabel('Search runs').fill('long-run')
    await expect
      .poll(() => page.getByRole('region', { name: 'Table of runs' }).getByRole('row').count())
      .toBe(2)
    await page.getByLabel('Hide sweep runs').check()
    await page.getByRole('link', { name: 'long-run' }).click()
    await page.getByText('net.layers').waitFor()
  })

  it('create an API key, and revoke it', async () => {
    const { page } = now
    await page.goto('/settings')
    await page.getByLabel('Name', { exact: true }).fill('laptop')
    await page.getByRole('button', { name: 'Create key' }).click()
    const key = await page.getByRole('status').locator('pre').innerText()
    const asked = () =>
      fetch(`${service.cloud.url}/v1/viewer`, { headers: { authorization: `Bearer ${key}` } })
    expect((await asked()).status).toBe(200)
    await page.getByRole('button', { name: 'Revoke laptop' }).click()
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('No keys except the one').waitFor()
    expect((await asked()).status).toBe(401)
  })

  it('create a sweep from its config, and show errors in it', async () => {
    const { page } = now
    await page.goto(PROJECT)
    await page.getByRole('link', { name: 'New sweep' }).click()
    await writeConfig(page, 'method: random\nparameters:\n  lr: {min: 1, max: 0}\n')
    await page.getByRole('button', { name: 'Create sweep' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Line 3' }).click()
    // It has selected the line.
    await page.keyboard.insertText('  lr: {min: 0.5, max: 1}')
    expect(await configText(page)).toBe('method: random\nparameters:\n  lr: {min: 0.5, max: 1}\n')
    await writeConfig(page, 'method: [')
    await page.getByText('Fix the YAML').waitFor()
    now.problems.length = 0
    await writeConfig(page, 'method: random\nparameters: {lr: {values: [1, 2]}} # mine\n')
    await page.getByLabel('Method').selectOption('grid')
    await page.getByLabel('Values of lr').fill('1, 2, 3')
    await expect.poll(() => configText(page)).toContain('method: grid')
    expect(await configText(page)).toMatch(/values: \[ ?1, 2, 3 ?\]/)
    await page.getByRole('button', { name: 'Create sweep' }).click()
    await page.getByText('No trials yet').waitFor()
    await page.getByText('wandb agent local/optimizers/').waitFor()
  })

  it('show what is missing and where to go', async () => {
    const { page } = now
    await page.goto(`${PROJECT}/sweeps/none1234`)
    await page.getByText('there is no sweep local/optimizers/none1234').waitFor()
    await page.goto('/rival/secrets')
    await page.getByText('No access to rival').waitFor()
    now.problems.length = 0
  })
})

async function streamText(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}
