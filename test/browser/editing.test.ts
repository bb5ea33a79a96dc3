/** Texts that people type into the pages, and numbers that they take from them. */
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  configText,
  launch,
  type Reader,
  reader,
  signIn,
  takeScreenshot,
  violationsOf,
  writeConfig,
} from './browser.ts'
import { type Service, startService } from './service.ts'

const PROJECT = '/local/editing'
let browser: Browser
let service: Service
let now: Reader
beforeAll(async () => {
  ;[browser, service] = await Promise.all([launch(), startService()])
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})
beforeEach(async () => {
  now = await reader(browser, service.cloud.url, { permissions: ['clipboard-read', 'clipboard-write'] })
  await signIn(now.page, service.cloud.key)
})
afterEach(async () => {
  await now.context.close()
  expect(now.problems.filter((problem) => !problem.includes('401'))).toEqual([])
})

/** Runs all trials of a sweep with these ends. */
async function sweepOf(config: object, ends: readonly object[]): Promise<string> {
  const { client } = service
  const sweep = await client.createSweep(JSON.stringify(config), { project: 'editing' })
  for (const end of ends) {
    const next = await client.nextTrial(sweep.path)
    if (next.kind !== 'trial') throw new Error('no trial was there')
    await client.finish(next.trial.run_path, { state: 'finished', attempt: 1, ...end })
  }
  return new URL(sweep.url).pathname
}

it('the form keeps what is typed, key by key', async () => {
  const { page } = now
  await sweepOf({ method: 'grid', parameters: { a: { value: 1 } } }, [])
  await page.goto(`${PROJECT}/new-sweep`)
  await page.getByRole('button', { name: 'Add parameter' }).click()
  const name = page.getByLabel('Name of parameter_3')
  await name.fill('')
  // Begins with the name of another parameter.
  await name.pressSequentially('lr_decay')
  await name.press('Enter')
  const min = page.getByLabel('Min of lr_decay')
  await min.fill('')
  await min.pressSequentially('0.05')
  expect(await min.inputValue()).toBe('0.05')
  const values = page.getByLabel('Values of batch_size')
  await values.fill('')
  await values.pressSequentially('8, 16, 24')
  const text = await configText(page)
  expect(text).toMatch(/lr: {distribution: log_uniform_values|lr: \{ distribution: log_uniform_values/)
  expect(text).toMatch(/lr_decay: \{ ?distribution: uniform, min: 0.05, max: 1 ?\}/)
  expect(text).toMatch(/batch_size: \{ ?values: \[ ?8, 16, 24 ?\] ?\}/)

  await page.getByLabel('Name of lr_decay').fill('lr')
  await page.getByLabel('Metric').click()
  expect(await page.getByLabel('Name of lr_decay').getAttribute('aria-invalid')).toBe('true')
  expect(await configText(page)).toContain('lr_decay')

  // Leaving the page and coming back.
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.goBack()
  await expect.poll(() => configText(page)).toContain('lr_decay')
  await page.getByRole('button', { name: 'Start over' }).click()
  expect(await configText(page)).not.toContain('lr_decay')
})

it('line numbers stay beside their lines below a wrong one', async () => {
  const { page } = now
  await page.goto(`${PROJECT}/new-sweep`)
  await writeConfig(page, 'method: random\nparameters:\n  lr: {min: 1, max: 0}\nrun_cap: 3\nname: x\n')
  await page.getByRole('button', { name: 'Create sweep' }).click()
  await page.getByRole('button', { name: 'Line 3' }).waitFor()
  const boxes = await page
    .locator('.cm-lineNumbers .cm-gutterElement:visible')
    .evaluateAll((spans) => spans.map((span) => span.getBoundingClientRect().top))
  const steps = boxes.slice(1).map((top, i) => Math.round(top - boxes[i]!))
  expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(2)
  now.problems.length = 0
})

it('the editor completes, explains and checks a config from its schema, and lets the keyboard out', async () => {
  const { page } = now
  await page.goto(`${PROJECT}/new-sweep`)
  const config = page.getByLabel(/^Config as YAML/)
  const problems = page.getByRole('list', { name: 'Problems of the config' })
  await writeConfig(
    page,
    'method: random\nmetric: {name: acc, goal: up}\nparameters:\n  lr: {min: 0, max: 1}\n',
  )
  await problems.getByText(/metric.goal/).waitFor()
  await problems.getByText(/warning: .*integer/).waitFor()
  await page.getByText('Correct the config for an estimate.').waitFor()
  await page.getByLabel('Start from').selectOption('Early stopping (ASHA)')
  await expect.poll(() => configText(page)).toContain('type: asha')
  await expect.poll(() => problems.getByRole('listitem').count()).toBe(0)
  await page.getByLabel('Minutes per trial').fill('6')
  await page.getByLabel('Agents').fill('8')
  await page.getByText('200 trials: 20 h of compute, 2 h 30 min elapsed').waitFor()
  await config.press('Control+End')
  await page.keyboard.type('max_f')
  const offers = page.getByRole('listbox')
  await offers.getByRole('option', { name: 'max_failures' }).waitFor()
  await page.getByText('Failures after which the sweep stops').waitFor()
  await offers.getByRole('option', { name: 'max_failures' }).click()
  await page.keyboard.type('3\nwarm')
  await offers.getByRole('option', { name: 'warm_start' }).waitFor()
  expect(await violationsOf(page)).toEqual([])
  await takeScreenshot(page, 'new-sweep-completion')
  await page.keyboard.press('Escape')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace')
  expect(await configText(page)).toMatch(/run_cap: 200\nmax_failures: 3\n$/)
  await page.getByText('min_iter').first().hover()
  await page
    .locator('.cm-tooltip .explanation')
    .getByText(/Default|[Ff]irst/)
    .waitFor()
  await config.press('Escape')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.shadowRoot === null)).toBe(true)
  await config.focus()
  await page.keyboard.press('Control+Enter')
  await page.getByText('No trials yet').waitFor()
  await page.setViewportSize({ width: 390, height: 860 })
  await page.goto(`${PROJECT}/new-sweep`)
  await config.waitFor()
  expect(await violationsOf(page)).toEqual([])
})

it('equal best trials have a star each, and the parameters of the best are copied with all digits', async () => {
  const { page } = now
  const config = {
    method: 'grid',
    metric: { name: 'acc', goal: 'maximize' },
    parameters: { lr: { values: [0.0897631512345678, 0.2, 0.3] }, seed: { value: 12345678 } },
  }
  const ends = [0.987, 0.5, 0.987].map((acc) => ({ summary: { acc } }))
  await page.goto(await sweepOf(config, ends))
  const best = page.getByLabel('Best trial', { exact: true })
  await best.getByText('trial 1', { exact: true }).waitFor()
  await best.getByText('+1 equal').waitFor()
  await best.getByText('12345678').waitFor()
  expect(await best.getByText('0.08976', { exact: true }).getAttribute('title')).toBe('0.0897631512345678')
  await page.getByText('★').first().waitFor()
  expect(await page.getByText('★').count()).toBe(2)
  await page.getByLabel('Copy parameters as').selectOption('command line')
  await best.getByRole('button', { name: /^Copy the parameters/ }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    '--lr=0.0897631512345678 --seed=12345678',
  )
  await page.getByLabel('Search trials').fill('0.08976315')
  await page.getByRole('status').getByText('1 of 3', { exact: true }).waitFor()
  expect(await violationsOf(page)).toEqual([])
})

it('a sweep whose trials have all failed says so, with the most frequent reason', async () => {
  const { page } = now
  const reason = "ModuleNotFoundError: No module named 'torch'"
  const config = { method: 'grid', metric: { name: 'loss' }, parameters: { a: { values: [1, 2] } } }
  await page.goto(
    await sweepOf(config, [
      { state: 'failed', reason },
      { state: 'failed', reason },
    ]),
  )
  await page.getByText(`No trial has a value of loss: 2 failed. Most frequent reason: ${reason}`).waitFor()
})
