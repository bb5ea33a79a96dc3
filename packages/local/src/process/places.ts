import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))

/** Pages beside the built service, in the published package. */
const packed = join(HERE, 'pages')

/** The folder of the clone that this code is in, as sources or built; undefined in the published package. */
export const ROOT: string | undefined = existsSync(packed) ? undefined : rootAbove(HERE)

/** The folder of the built dashboard, which may not exist yet. */
export const PAGES = ROOT === undefined ? packed : join(ROOT, 'packages/web/dist')

function rootAbove(folder: string): string | undefined {
  if (existsSync(join(folder, 'packages/web'))) return folder
  const above = dirname(folder)
  return above === folder ? undefined : rootAbove(above)
}
