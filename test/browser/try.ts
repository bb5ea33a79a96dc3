import { launch, reader, signIn } from './browser.ts'

const [url = '', key = '', ...paths] = process.argv.slice(2)
const browser = await launch()
for (const scheme of ['light', 'dark'] as const) {
  const { page, troubles, context } = await reader(browser, url, { colorScheme: scheme })
  if (scheme === 'light') {
    await page.goto('/')
    await page.waitForTimeout(600)
    await page.screenshot({ path: '/tmp/shots/signin.png' })
  }
  await signIn(page, key)
  for (const [i, path] of paths.entries()) {
    await page.goto(path)
    await page.waitForTimeout(1800)
    await page.screenshot({ path: `/tmp/shots/${i}-${scheme}.png`, fullPage: true })
  }
  console.log(scheme, troubles)
  await context.close()
}
const { page, troubles } = await reader(browser, url, {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 1,
  isMobile: true,
  hasTouch: true,
})
await signIn(page, key)
for (const [i, path] of paths.entries()) {
  await page.goto(path)
  await page.waitForTimeout(1500)
  await page.screenshot({ path: `/tmp/shots/${i}-phone.png`, fullPage: true })
}
console.log('phone', troubles)
await browser.close()
