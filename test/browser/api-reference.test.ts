import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import openapi from '../../packages/server/src/http/reference/generated/openapi.json' with { type: 'json' }
import { launch, reader } from './browser.ts'
import { type Service, startService } from './service.ts'

let service: Service
let browser: Browser
beforeAll(async () => {
  service = await startService()
  browser = await launch()
})
afterAll(async () => {
  await browser?.close()
  await service?.stop()
})

it('renders every operation within its policy, without a key and without other hosts', async () => {
  const { page, problems, context } = await reader(browser, service.cloud.url)
  await page.goto('/docs')
  await page.getByRole('heading', { name: 'Create a sweep from a W&B sweep config' }).waitFor()
  for (const operations of Object.values(openapi.paths))
    for (const { operationId } of Object.values(operations))
      expect(await page.locator(`[id$="operation/${operationId}"]`).count(), operationId).toBeGreaterThan(0)
  expect(problems).toEqual([])
  await context.close()
})
