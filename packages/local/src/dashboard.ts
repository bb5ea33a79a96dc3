import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppOptions } from '@chimney/server/http/app-env'
import { mountPages } from '@chimney/server/pages/mount-pages'

const WEB = fileURLToPath(new URL('../../web', import.meta.url))

/** App options that serve the dashboard as `npm run build -w packages/web` built it. */
export const dashboard = (): AppOptions => ({
  mount: (app, tools) => mountPages(app, tools, { folder: join(WEB, 'dist') }),
})

/**
 * Builds the dashboard if its sources are newer than the last build. Until it exists, pages say so. Resolves with whether a build
 * exists. The build process ends with this one.
 */
export const buildDashboard = (): Promise<boolean> =>
  new Promise((resolve) => {
    const script = join(WEB, 'scripts/build-if-changed.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: WEB,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const kill = () => void child.kill()
    process.once('exit', kill)
    // Without the build tool the service runs without pages.
    child.once('error', () => resolve(false))
    child.once('exit', () => {
      process.off('exit', kill)
      resolve(existsSync(join(WEB, 'dist/index.html')))
    })
    child.unref()
  })
