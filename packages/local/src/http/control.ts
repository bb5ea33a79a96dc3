import { randomBytes, timingSafeEqual } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import * as z from 'zod'
import { CloudError, reasonOf } from '../cloud-error.ts'
import { type Backup, type BackupOptions, backUp } from '../folder/backup.ts'

/** In the data folder: how a command on this machine calls the service that has the folder open. */
const FILE = 'service.json'
const PATH = '/storage-control/backups'
const Order = z.strictObject({ folder: z.string().min(1).max(4_096) })

export interface Control {
  readonly routes: Hono
  stop(): Promise<void>
}

/**
 * The route of `chimney backup`. Its token is in a file that only the owner of the data folder can read, so an API key does not suffice
 * to write folders on this machine.
 */
export async function startControl(
  url: string,
  options: BackupOptions,
  log: (line: string) => void,
): Promise<Control> {
  const token = randomBytes(20).toString('hex')
  const file = join(options.data, FILE)
  await writeFile(file, `${JSON.stringify({ url: url + PATH, token })}\n`, { mode: 0o600 }).catch(
    (error: unknown) => log(`chimney backup will not find the service: ${reasonOf(error)}`),
  )

  const routes = new Hono().post(PATH, async (c) => {
    if (!isSame(c.req.header('authorization') ?? '', `Bearer ${token}`)) return c.notFound()
    const order = Order.safeParse(await c.req.json().catch(() => undefined))
    if (!order.success) return c.json({ error: 'the body must be {"folder": "/absolute/path"}' }, 400)
    try {
      return c.json((await backUp(options, order.data.folder)) satisfies Backup)
    } catch (error) {
      if (error instanceof CloudError) return c.json({ error: error.message }, 409)
      throw error
    }
  })
  return { routes, stop: () => rm(file, { force: true }) }
}

const isSame = (given: string, wanted: string): boolean =>
  given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted))
