/**
 * Builds the documentation site: `npm run site`. `SITE_BASE` is the path below which it is served (default `/`), `SITE_REPOSITORY` the
 * address of the repository's files, for links to source code.
 */
import { rmSync } from 'node:fs'
import { build, createServer } from 'vitepress'
import { checkSite } from './check.ts'
import { DIST, PAGES, ROOT } from './folders.ts'
import { apiPages } from './reference/api.ts'
import { commandsPage } from './reference/commands.ts'
import { configPage } from './reference/config.ts'
import { writeSdkPages } from './reference/sdk.ts'
import { stage, writePage } from './stage.ts'

const start = performance.now()
const base = process.env.SITE_BASE ?? '/'
if (!/^\/([\w.-]+\/)*$/.test(base)) throw new Error(`SITE_BASE must begin and end with a slash, got ${base}`)

rmSync(PAGES, { recursive: true, force: true })
stage(process.env.SITE_REPOSITORY || undefined)
writePage('reference/config.md', configPage())
writePage('reference/commands.md', commandsPage())
for (const [name, text] of apiPages()) writePage(`${name}.md`, text)
await writeSdkPages()

if (process.argv.includes('--serve')) {
  const server = await createServer(`${ROOT}/site`, { base })
  await server.listen()
  server.printUrls()
} else {
  await build(`${ROOT}/site`, { base })
  const { problems, pages, links, anchors, images, bytes } = checkSite(DIST, base)
  for (const problem of problems) console.error(problem)
  console.log(
    `${pages} pages, ${links} links, ${anchors} anchors, ${images} images and scripts, ${(bytes / 1e6).toFixed(1)} MB, ` +
      `${((performance.now() - start) / 1000).toFixed(0)} s`,
  )
  // Workers of the search index would keep the process.
  process.exit(problems.length === 0 ? 0 : 1)
}
