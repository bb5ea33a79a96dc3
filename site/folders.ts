import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SITE = join(ROOT, 'site')
/** The pages that VitePress reads, written by each build. */
export const PAGES = join(SITE, 'pages')
/** The built site. */
export const DIST = join(SITE, 'dist')
