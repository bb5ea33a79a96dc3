import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { killServices } from './service.ts'

/** An empty folder for the tests of a file, with a path once they run. Removed after them; services that a test leaves running are killed. */
export function useTestFolder(): { readonly path: string } {
  const folder = { path: '' }
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'chimney-server-'))
  })
  afterEach(killServices)
  afterAll(() => rm(folder.path, { recursive: true, force: true }))
  return folder
}
