import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { boxOf, drawn, launch, type Reader, reader, rowsOf, signIn } from './browser.ts'
import { logLong, SEVERAL, SWEEP, startWorld, train, trainOne, trainSeveral, type World } from './world.ts'

let browser: Browser
let world: World
let path: string
let sweepPage: string
let severalPage: string
beforeAll(async () => {
  ;[browser, world] = await Promise.all([launch(), startWorld()])
  const sweep = await world.client.createSweep(SWEEP, { project: 'optimisers' })
  path = sweep.path
  sweepPage = new URL(sweep.url).pathname
  await train(world.client, path, 36)
  const several = await world.client.createSweep(SEVERAL, { project: 'optimisers' })
  severalPage = new URL(several.url).pathname
  await trainSeveral(world.client, several.path, 24)
  await logLong(world, 'optimisers', 'long')
  // One that goes on, so that the pages have something to wait for.
  const next = await world.client.nextTrial(path, { agent: 'gpu-0' })
  if (next.kind === 'trial') await trainOne(world.client, next.trial, 4)
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

let now: Reader
beforeEach(async () => {
  now = await reader(browser, world.cloud.url)
})
afterEach(async () => {
  await now.context.close()
  expect(now.troubles.filter((trouble) => !trouble.includes('401'))).toEqual([])
})
const runId = (number: number) => `${path.split('/')[2]}-${number}`
const PROJECT = '/local/optimisers'

describe('signing in', () => {
  it('is asked for where a link leads, refuses a wrong key, and shows what was asked for', async () => {
    const { page } = now
    await page.goto(sweepPage)
    await page.getByLabel('API key').fill('f'.repeat(40))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('this API key is unknown').waitFor()
    await page.getByLabel('API key').fill(world.cloud.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Which optimiser learns best?' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(sweepPage)
    // No script of the page can read it.
    expect(
      await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })),
    ).not.toContain(world.cloud.key)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
  })
})

describe('the sweep page', () => {
  beforeEach(async () => {
    await signIn(now.page, world.cloud.key)
    await now.page.goto(sweepPage)
    await now.page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
  })

  it('narrows everything down by a brush, keeps that in the address, and widens again', async () => {
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
    const some = await rowsOf(page)
    await expect.poll(() => new URL(page.url()).searchParams.get('filter')).toMatch(/^param:lr~/)
    await page.reload()
    await expect.poll(() => rowsOf(page)).toBe(some)
    await chip.click()
    await expect.poll(() => rowsOf(page)).toBe(all)
  })

  it('can be brushed from the keyboard', async () => {
    const { page } = now
    const all = await rowsOf(page)
    await page.getByRole('slider', { name: 'dropout: most' }).focus()
    for (let i = 0; i < 8; i++) await page.keyboard.press('PageDown')
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    await page.keyboard.press('Escape')
    await expect.poll(() => rowsOf(page)).toBe(all)
  })

  it('sorts by a column, hides one, and keeps both in the address', async () => {
    const { page } = now
    await page.getByRole('columnheader', { name: 'val_loss' }).getByRole('button').click()
    const best = await page
      .getByRole('region', { name: 'Table of trials' })
      .getByRole('row')
      .nth(1)
      .innerText()
    const { best: truth } = await world.client.getSweep(path)
    expect(best).toContain(String(truth?.number))
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'dropout' }).click()
    expect(await page.getByRole('columnheader', { name: 'dropout' }).count()).toBe(0)
    expect(new URL(page.url()).search).toContain('sort=value&columns=param:dropout')
  })

  it('gives the rows that pass as a file', async () => {
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

  it.each(['PNG', 'SVG'])('gives a chart as %s', async (kind) => {
    const { page } = now
    await page.getByRole('button', { name: 'Save Parameters and result' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: `Save as ${kind}` }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`Parameters-and-result.${kind.toLowerCase()}`)
    expect((await streamText(await download.createReadStream())).length).toBeGreaterThan(2_000)
  })

  it('groups rows, finds rows, and keeps both in the address', async () => {
    const { page } = now
    const all = await rowsOf(page)
    await page.getByLabel('Group by').selectOption('param:optimizer')
    await page.getByRole('button', { name: /adam \d+ · best val_loss/ }).click()
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    await page.getByLabel('Group by').selectOption('')
    await page.getByLabel('Find in trials').fill('lion')
    await expect.poll(() => rowsOf(page)).toBeLessThan(all)
    expect(new URL(page.url()).searchParams.get('find')).toBe('lion')
  })

  it('chooses axes, their scales, and what colours the lines', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Axes' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'layers', exact: true }).click()
    await expect.poll(() => page.locator('[data-axis="layers"]').count()).toBe(0)
    await page.getByRole('menuitemcheckbox', { name: 'val_loss, logarithmic' }).click()
    await page.keyboard.press('Escape')
    await page.getByLabel('Colour of the lines').selectOption('param:lr')
    await page.getByText('the higher its lr').waitFor()
    expect(new URL(page.url()).search).toContain('axes=param:layers&logs=value&colour=param:lr')
  })

  it('shows two parameters together, who got to which rung, and who worked when', async () => {
    const { page } = now
    await page.getByRole('heading', { name: 'Config' }).scrollIntoViewIfNeeded()
    await page.getByLabel('Across').selectOption('layers')
    await page.getByRole('img', { name: /val_loss over layers and/ }).waitFor()
    await page.getByRole('columnheader', { name: 'Trials that got there' }).waitFor()
    await page.getByText('3 agents').waitFor()
    await page
      .locator('[aria-label^="Timeline of"]')
      .evaluate((chart) => chart.scrollIntoView({ block: 'center' }))
    const box = await boxOf(page, '[aria-label^="Timeline of"]')
    const pointed = async () => {
      for (let x = box.x + 125; x < box.x + box.width; x += 10) {
        await page.mouse.move(x, box.y + 18)
        await drawn(page)
        const card = page.locator('.tip')
        if (await card.isVisible()) return card.innerText()
      }
      return 'none'
    }
    expect(await pointed()).toMatch(/^Trial \d+/)
  })

  it('asks for a trial with given parameters', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Enqueue' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('lr').fill('7')
    await dialog.getByRole('button', { name: 'Enqueue' }).click()
    await dialog.getByRole('alert').waitFor()
    now.troubles.length = 0
    await dialog.getByLabel('lr').fill('0.0123')
    await dialog.getByRole('button', { name: 'Enqueue' }).click()
    await dialog.getByRole('status').waitFor()
    const next = await world.client.nextTrial(path)
    if (next.kind !== 'trial') throw new Error('no trial was there')
    expect(next.trial.params.lr).toBe(0.0123)
    await trainOne(world.client, next.trial)
  })

  it('is shared by a link that only reads, until the link is ended', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('button', { name: 'Make a link' }).click()
    const link = await page.getByRole('dialog').locator('pre').innerText()
    const guest = await reader(browser, world.cloud.url)
    await guest.page.goto(link)
    await guest.page.getByText('Shared for reading').waitFor()
    await guest.page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
    expect(await guest.page.getByRole('button', { name: 'Pause' }).count()).toBe(0)
    const before = await rowsOf(guest.page)
    await train(world.client, path, 1)
    await expect.poll(() => rowsOf(guest.page), { timeout: 20_000 }).toBe(before + 1)
    await guest.page.getByRole('row').getByRole('link', { name: '30', exact: true }).click()
    await guest.page.getByText('Attempts and lease').waitFor()
    await guest.page.reload()
    await guest.page.getByText('Attempts and lease').waitFor()
    expect(guest.troubles).toEqual([])
    await page.getByRole('button', { name: 'End the link' }).click()
    await page.getByText('There is a link since').waitFor({ state: 'detached' })
    await guest.page.reload()
    await guest.page.getByText('does not open that').waitFor()
    await guest.context.close()
  })

  it('has no bar in the frame of a notebook', async () => {
    const { page } = now
    await page.goto(`${sweepPage}?jupyter=true`)
    await page.getByRole('heading', { name: 'Trials', exact: true }).waitFor()
    expect(await page.getByRole('banner').isVisible()).toBe(false)
  })

  it('compares chosen trials', async () => {
    const { page } = now
    for (const number of [36, 35, 34]) await page.getByLabel(`Compare trial ${number}`).check()
    await page.getByRole('link', { name: 'Compare 3' }).click()
    await page.getByRole('heading', { name: '3 runs side by side' }).waitFor()
    await page.getByRole('region', { name: 'val_loss' }).getByRole('img').waitFor()
    await page.getByText('What their configs differ in').waitFor()
  })

  it('pauses, resumes, and changes the cap', async () => {
    const { page } = now
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    expect((await world.client.getSweep(path)).state).toBe('paused')
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.getByRole('button', { name: 'Change cap' }).click()
    await page.getByLabel('Trials in all').fill('70')
    await page.getByRole('button', { name: 'Set the cap' }).click()
    await page.getByText('of 70 trials').waitFor()
  })

  it('shows what agents do while it is open', async () => {
    const { page } = now
    const before = (await world.client.getSweep(path)).trials
    await page.getByText('· live', { exact: false }).first().waitFor()
    await train(world.client, path, 2)
    await expect.poll(() => rowsOf(page), { timeout: 15_000 }).toBe(before.handed_out + 2)
  })

  it('tells where a running trial stands, as no result yet, and follows it', async () => {
    const { page } = now
    const next = await world.client.nextTrial(path, { agent: 'gpu-7' })
    if (next.kind !== 'trial') throw new Error('the sweep hands out no more trials')
    const { run_path, attempt } = next.trial
    const tell = (step: number, val_loss: number) =>
      world.client.postMetrics(run_path, { points: [{ step, values: { val_loss } }], attempt })
    const seen = (loss: number) => page.getByRole('cell', { name: `so far ${loss}` }).waitFor()
    await tell(1, 0.4321)
    await seen(0.4321)
    await tell(2, 0.3987)
    await seen(0.3987)
    await world.client.finish(run_path, { state: 'finished', attempt })
    await page.getByRole('cell', { name: '0.3987', exact: true }).waitFor()
  })

  it('asks again and again where streams do not come through', async () => {
    const { page } = now
    await page.addInitScript(() => {
      Object.assign(globalThis, { EventSource: undefined })
    })
    await page.goto(sweepPage)
    await page.getByText('asking every 2 s').waitFor()
    const { handed_out } = (await world.client.getSweep(path)).trials
    await train(world.client, path, 1)
    await expect.poll(() => rowsOf(page), { timeout: 15_000 }).toBe(handed_out + 1)
  })
})

describe('other pages', () => {
  beforeEach(() => signIn(now.page, world.cloud.key))

  it('lead from the projects to a run, and show its curves', async () => {
    const { page } = now
    await page.getByRole('link', { name: /optimisers/ }).click()
    await page.getByRole('link', { name: 'Which optimiser learns best?' }).click()
    await page.getByRole('row').getByRole('link', { name: '36', exact: true }).click()
    await page.getByRole('heading', { name: /val_loss/ }).waitFor()
    await page.getByText(`local/optimisers/${runId(36)}`).waitFor()
  })

  it('draw curves over what the reader chooses, and keep that in the address', async () => {
    const { page } = now
    await page.goto(`${PROJECT}/runs/long`)
    await page.getByRole('heading', { name: 'loss' }).waitFor()
    await page.getByLabel('over').selectOption('time')
    await page.getByRole('img', { name: /^loss by seconds/ }).waitFor()
    await page.getByLabel('over').selectOption('lr')
    await page.getByRole('img', { name: /^loss by lr/ }).waitFor()
    await page.getByLabel('logarithmic').check()
    await page.getByLabel('smoothing').fill('0.6')
    expect(new URL(page.url()).search).toBe('?x=lr&log=1&smooth=0.6')
  })

  it('show what a run printed, its machine and its files', async () => {
    const { page } = now
    await page.goto(`${PROJECT}/runs/long`)
    await page.getByLabel('Find in the console').fill('epoch 59')
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

  it('tell of each attempt who made it and how it was over', async () => {
    const { page } = now
    const { path: again } = await world.client.createSweep(SWEEP, { project: 'again' })
    const first = await world.client.nextTrial(again, { agent: 'gpu-0' })
    if (first.kind !== 'trial') throw new Error('a new sweep has a trial')
    const { run_path, attempt } = first.trial
    await world.client.finish(run_path, { state: 'released', attempt })
    await world.client.nextTrial(again, { agent: 'gpu-1' })
    await page.goto(`/local/again/runs/${run_path.split('/')[2]}`)
    const attempts = page.getByRole('region', { name: 'Attempts and lease' })
    await attempts.getByText(/^handed back by its agent · on gpu-0/).waitFor()
    await attempts.getByText('the present one').waitFor()
  })

  it('show several objectives against each other', async () => {
    const { page } = now
    await page.goto(severalPage)
    await page.getByText('trials that no other beats in both').waitFor()
    await page.getByRole('img', { name: /size over val_loss of [1-9]/ }).waitFor()
  })

  it('list runs by what they were given and what they came to', async () => {
    const { page } = now
    await page.goto(PROJECT)
    await page.getByLabel('Find in runs').fill('long-run')
    await expect
      .poll(() => page.getByRole('region', { name: 'Table of runs' }).getByRole('row').count())
      .toBe(2)
    await page.getByLabel('only those without a sweep').check()
    await page.getByRole('link', { name: 'long-run' }).click()
    await page.getByText('net.layers').waitFor()
  })

  it('make a key that works, and revoke it', async () => {
    const { page } = now
    await page.goto('/settings')
    await page.getByLabel('What for').fill('laptop')
    await page.getByRole('button', { name: 'Make' }).click()
    const key = await page.getByRole('status').locator('pre').innerText()
    const asked = () => fetch(`${world.cloud.url}/v1/viewer`, { headers: { authorization: `Bearer ${key}` } })
    expect((await asked()).status).toBe(200)
    await page.getByRole('button', { name: 'Revoke laptop' }).click()
    await page.getByRole('button', { name: 'Revoke for good' }).click()
    await page.getByText('None besides the one').waitFor()
    expect((await asked()).status).toBe(401)
  })

  it('start a sweep from its config, and say what is wrong with it', async () => {
    const { page } = now
    await page.goto(PROJECT)
    await page.getByRole('link', { name: 'New sweep' }).click()
    const config = page.getByLabel(/Config, as YAML/)
    await config.fill('method: random\nparameters:\n  lr: {min: 1, max: 0}\n')
    await page.getByRole('button', { name: 'Start the sweep' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Line 3' }).click()
    expect(
      await config.evaluate((area: HTMLTextAreaElement) =>
        area.value.slice(area.selectionStart, area.selectionEnd),
      ),
    ).toBe('  lr: {min: 1, max: 0}')
    await config.fill('method: [')
    await page.getByText('The form shows again').waitFor()
    now.troubles.length = 0
    await config.fill('method: random\nparameters: {lr: {values: [1, 2]}} # mine\n')
    await page.getByLabel('Method').selectOption('grid')
    await page.getByLabel('Values of lr').fill('1, 2, 3')
    await expect.poll(() => config.inputValue()).toContain('method: grid')
    expect(await config.inputValue()).toMatch(/values: \[ ?1, 2, 3 ?\]/)
    await page.getByRole('button', { name: 'Start the sweep' }).click()
    await page.getByText('No trials yet').waitFor()
    await page.getByText('wandb agent local/optimisers/').waitFor()
  })

  it('say what to do where there is nothing', async () => {
    const { page } = now
    await page.goto(`${PROJECT}/sweeps/none1234`)
    await page.getByText('there is no sweep local/optimisers/none1234').waitFor()
    await page.goto('/rival/secrets')
    await page.getByText('This belongs to rival').waitFor()
    now.troubles.length = 0
  })
})

async function streamText(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}
