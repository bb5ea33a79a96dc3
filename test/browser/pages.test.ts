import { mkdir } from 'node:fs/promises'
import AxeBuilder from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch, type Reader, reader, signIn } from './browser.ts'
import { SWEEP, startWorld, train, trainOne, type World } from './world.ts'

let browser: Browser
let world: World
let path: string
let sweepPage: string
beforeAll(async () => {
  ;[browser, world] = await Promise.all([launch(), startWorld()])
  const sweep = await world.client.createSweep(SWEEP, { project: 'optimisers' })
  path = sweep.path
  sweepPage = new URL(sweep.url).pathname
  await train(world.client, path, 36)
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
    await page.getByRole('button', { name: 'New sweep' }).click()
    const config = page.getByLabel(/Config, as YAML/)
    await config.fill('method: guess\nparameters: {lr: {min: 1, max: 0}}\n')
    await page.getByRole('button', { name: 'Start the sweep' }).click()
    await page.getByRole('alert').waitFor()
    now.troubles.length = 0
    await config.fill('method: grid\nparameters: {lr: {values: [1, 2]}}\n')
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

const SHOTS: readonly (readonly [name: string, path: () => string, ready: string | RegExp])[] = [
  ['project', () => PROJECT, 'Latest values'],
  ['sweep', () => sweepPage, 'Attach an agent'],
  ['run', () => `${PROJECT}/runs/${runId(36)}`, 'Attempts and lease'],
  ['compare', () => `${PROJECT}/compare?runs=${[6, 9, 12, 36].map(runId).join(',')}`, 'Where they ended'],
  ['settings', () => '/settings', 'Keys in use'],
  ['authorize', () => '/authorize', 'A key for your terminal'],
]

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it.each(SHOTS)(
    'the page %s has nothing serious against it in accessibility',
    async (name, address, ready) => {
      const { page, context, troubles } = await reader(browser, world.cloud.url, { colorScheme })
      await signIn(page, world.cloud.key)
      await page.goto(address())
      await page.getByText(ready).first().waitFor()
      await page.waitForLoadState('networkidle').catch(() => {})
      expect(await seriousOf(page)).toEqual([])
      await mkdir('docs/images', { recursive: true })
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `docs/images/${name}-${colorScheme}.png` })
      expect(troubles.filter((trouble) => !trouble.includes('401'))).toEqual([])
      await context.close()
    },
  )
})

it.each(SHOTS)('the page %s fits a phone', async (name, address, ready) => {
  const { page, context } = await reader(browser, world.cloud.url, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  await signIn(page, world.cloud.key)
  await page.goto(address())
  await page.getByText(ready).first().waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `docs/images/${name}-phone.png` })
  await context.close()
})

/** Rows that the table of trials has, in sight or not. */
const rowsOf = async (page: Page): Promise<number> =>
  Number(
    await page
      .getByRole('region', { name: 'Table of trials' })
      .getByRole('table')
      .getAttribute('aria-rowcount'),
  ) - 1

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).boundingBox()
  if (!box) throw new Error(`${selector} is not in sight`)
  return box
}

async function streamText(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** What axe-core finds of WCAG 2.2 A and AA, but for what is minor. */
async function seriousOf(page: Page): Promise<string[]> {
  // In a world of its own, because the policy of the page takes no foreign script.
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  const run = (expression: string) =>
    session.send('Runtime.evaluate', { expression, contextId, awaitPromise: true, returnByValue: true })
  await run(AxeBuilder.source)
  const { result, exceptionDetails } = await run(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ': ' + html.slice(0, 160))))`,
  )
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  return result.value as string[]
}
