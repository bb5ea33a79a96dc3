import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import openapi from '../../packages/server/src/http/reference/generated/openapi.json' with { type: 'json' }
import { launch, reader } from './browser.ts'
import { startWorld, type World } from './world.ts'

let world: World
let browser: Browser
beforeAll(async () => {
  world = await startWorld()
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

it('renders every operation within its policy, without a key and without other hosts', async () => {
  const { page, troubles, context } = await reader(browser, world.cloud.url)
  await page.goto('/docs')
  await page.getByRole('heading', { name: 'Create a sweep from a W&B sweep config' }).waitFor()
  for (const operations of Object.values(openapi.paths))
    for (const { operationId } of Object.values(operations))
      expect(await page.locator(`[id$="operation/${operationId}"]`).count(), operationId).toBeGreaterThan(0)
  expect(troubles).toEqual([])
  await context.close()
})
