import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppOptions } from '@chimney/server/http/app-env'
import { mountPages } from '@chimney/server/pages/mount-pages'

const WEB = fileURLToPath(new URL('../../web', import.meta.url))

/** The dashboard, for the app of a cloud. What `npm run build -w packages/web` made is served as it is. */
export const dashboard = (): AppOptions => ({
  mount: (app, tools) => mountPages(app, tools, { folder: join(WEB, 'dist') }),
})

/**
 * Builds the dashboard unless what is there is newer than its sources. Nothing waits for it: until it is there, pages say so.
 * The answer, when it is done, is whether there is a dashboard.
 */
export const buildDashboard = (): Promise<boolean> =>
  new Promise((resolve) => {
    const script = join(WEB, 'scripts/ready.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: WEB,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    // A missing build tool takes nothing from the service but its pages.
    child.once('error', () => resolve(false))
    child.once('exit', () => resolve(existsSync(join(WEB, 'dist/index.html'))))
    child.unref()
  })
