/** The page behind the link of a sweep, as a person sees it in Chromium, signed in by the API key. */
import { launch, reader, signIn } from '../browser/browser.ts'
import { KEY } from './server.ts'

export interface SweepPage {
  /** The text of each trial's line in the table. */
  readonly trials: readonly string[]
  /** Name and value of what the page calls the best. */
  readonly best: { readonly metric: string; readonly value: number }
}

export interface Pages {
  /** Opens the link in a fresh session and reads the page once it shows that many trials, or fails. Throws when the page reports an error or sends a request to another host. */
  readSweep(link: string, trials: number, key?: string): Promise<SweepPage>
  close(): Promise<void>
}

/** Long, because other flows run at the same time. */
const TIMEOUT_MS = 120_000

/** Chromium is started when the first page is opened. */
export function pages(): Pages {
  let browser: ReturnType<typeof launch> | undefined
  return {
    async readSweep(link, count, key = KEY) {
      browser ??= launch()
      const { origin } = new URL(link)
      const { page, context, problems } = await reader(await browser, origin, {
        // A deployment under test may have a self-signed certificate.
        ignoreHTTPSErrors: true,
      })
      page.setDefaultTimeout(TIMEOUT_MS)
      await signIn(page, key)
      await page.goto(link)
      const head = page.getByText(/^Best \S+ [\d.e-]+/).first()
      await head.waitFor()
      const [, metric = '', value] = /^Best (\S+)\s+([\d.e-]+)/.exec(await head.innerText()) ?? []
      const table = page.getByRole('region', { name: 'Table of trials' })
      // The line of its header is the first. What is best and what the trials are comes in different answers.
      await table.getByRole('row').nth(count).waitFor()
      const [, ...trials] = await table.getByRole('row').allInnerTexts()
      await context.close()
      // Requests before the sign-in get 401.
      const real = problems.filter((problem) => !problem.includes('401'))
      if (real.length > 0) throw new Error(`${link}: ${real.join('; ')}`)
      return { trials, best: { metric, value: Number(value) } }
    },
    close: async () => (await browser)?.close(),
  }
}
