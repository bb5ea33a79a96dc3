import type { Browser } from 'playwright-core'
import { afterEach, beforeEach, expect } from 'vitest'
import { type Reader, reader, signIn } from './browser.ts'

/** Before each test of a file a signed-in reader. A test fails when its reader has seen a problem, apart from the `expected` ones. */
export function eachSignedIn(
  open: () => { readonly browser: Browser; readonly url: string; readonly key: string },
  use: (reader: Reader) => void,
  // The page asks who is signed in before the sign-in.
  expected = /401/,
): void {
  let now: Reader
  beforeEach(async () => {
    const { browser, url, key } = open()
    now = await reader(browser, url)
    await signIn(now.page, key)
    use(now)
  })
  afterEach(async () => {
    await now.context.close()
    expect(now.problems.filter((problem) => !expected.test(problem))).toEqual([])
  })
}
