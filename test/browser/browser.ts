import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import AxeBuilder from 'axe-core'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Launches Chromium with a temporary profile; installs Debian's package if there is none. */
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
    // Inter is only for the screenshots.
    apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core', 'fonts-inter')
  } catch (cause) {
    throw new Error(
      `Chromium not found at ${CHROMIUM}, and apt-get could not install it. Install it, or set CHROMIUM to another path.`,
      { cause },
    )
  }
}

/**
 * Takes a screenshot for the documentation if `SCREENSHOTS` is set, and compresses it with `pngquant` if that is installed.
 */
export async function takeScreenshot(page: Page, name: string, fullPage = false): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  const path = `docs/images/${name}.png`
  await page.screenshot({ path, fullPage })
  const { error } = spawnSync('pngquant', ['--force', '--ext', '.png', '128', path])
  if (error && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** Scrolls through the page to render everything, and back to the top. */
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

/** A browser session that collects errors and external requests. */
export interface Reader {
  readonly context: BrowserContext
  readonly page: Page
  /** Script errors, CSP violations, failed and external requests. */
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
      problems.push(`external request: ${to}`)
  })
  return { context, page, problems }
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.goto('/')
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Number of rows of the trials table, rendered or not. */
export const rowsOf = async (page: Page): Promise<number> =>
  Number(
    await page
      .getByRole('region', { name: 'Table of trials' })
      .getByRole('table')
      .getAttribute('aria-rowcount'),
  ) - 1

export async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`${selector} is not visible`)
  return box
}

/** Resolves after the next frame. */
export const drawn = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  )

/** Serious and critical WCAG 2.2 A and AA violations found by axe-core. */
export async function violationsOf(page: Page): Promise<string[]> {
  // In an isolated world, because the CSP of the page allows no other script.
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  const run = (expression: string) =>
    session.send('Runtime.evaluate', { expression, contextId, awaitPromise: true, returnByValue: true })
  await run(AxeBuilder.source)
  const { result, exceptionDetails } = await run(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ passes, violations }) => passes.length < 5 ? ['axe checked nothing'] : violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ': ' + html.slice(0, 160))))`,
  )
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  return result.value as string[]
}

/** Replaces the text of the editor on the page of a new sweep. */
export async function writeConfig(page: Page, text: string): Promise<void> {
  await page.getByLabel(/^Config as YAML/).press('Control+a')
  await page.keyboard.insertText(text)
}

/** The text of the editor on the page of a new sweep, which is not a form field. */
export const configText = (page: Page): Promise<string> =>
  page
    .getByLabel(/^Config as YAML/)
    .locator('.cm-line')
    .evaluateAll((lines) => lines.map(({ textContent }) => textContent).join('\n'))
