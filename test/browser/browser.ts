import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Chromium of this machine; Debian's is installed when there is none. Its profile is new and gone afterwards. */
export async function launch(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) installChromium()
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

function installChromium(): void {
  const apt = (...words: string[]) =>
    execFileSync('apt-get', words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  try {
    apt('update')
    // Inter is for the pictures; the pages do without.
    apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core', 'fonts-inter')
  } catch (cause) {
    throw new Error(
      `There is no Chromium at ${CHROMIUM}, and apt-get cannot install it. Install it, or name another one with CHROMIUM.`,
      { cause },
    )
  }
}

/**
 * Keeps a picture of the page for the documentation, where `SCREENSHOTS` asks for it. `pngquant`, where it is installed, makes it a third as large.
 */
export async function takeScreenshot(page: Page, name: string, fullPage = false): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  const path = `docs/images/${name}.png`
  await page.screenshot({ path, fullPage })
  const { error } = spawnSync('pngquant', ['--force', '--ext', '.png', '128', path])
  if (error && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** Renders what waits for being near, and goes back to the top. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    for (let y = 0; y < document.documentElement.scrollHeight; y += 500) {
      scrollTo(0, y)
      await drawn()
    }
    scrollTo(0, 0)
    await drawn()
  })
}

/** A reader of the pages; what went wrong in the page is collected, and requests to anywhere else too. */
export interface Reader {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of scripts, violations of the policy, failed or foreign requests. */
  readonly problems: string[]
}

export async function reader(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Reader> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 860 },
    ...options,
  })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('request', (request) => {
    const to = request.url()
    if (!to.startsWith(url) && !to.startsWith('data:') && !to.startsWith('blob:'))
      problems.push(`asked ${to}`)
  })
  return { context, page, problems }
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Rows that the table of trials has, in sight or not. */
export const rowsOf = async (page: Page): Promise<number> =>
  Number(
    await page
      .getByRole('region', { name: 'Table of trials' })
      .getByRole('table')
      .getAttribute('aria-rowcount'),
  ) - 1

export async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`${selector} is not in sight`)
  return box
}

/** After the next picture. */
export const drawn = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  )
