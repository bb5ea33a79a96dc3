import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command } from './command.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = fileURLToPath(new URL('typescript/sweep.ts', import.meta.url))
const binary = (name: string) => join(ROOT, 'node_modules/.bin', name)

export interface Service {
  readonly url: string
  readonly key: string
}

/** Generates the client of openapi-typescript, compiles a program with it under `strict`, and runs it. Returns its output. */
export async function runTypescriptClient({ url, key }: Service, document: string): Promise<string> {
  // In `node_modules`, so that the program finds openapi-fetch and Git ignores the folder.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.client-'))
  try {
    copyFileSync(PROGRAM, join(folder, 'sweep.ts'))
    const types = join(folder, 'api.d.ts')
    // Properties with a default are optional in requests.
    await command([binary('openapi-typescript'), document, '-o', types, '--default-non-nullable', 'false'])
    const compiler = '--strict --skipLibCheck --target es2022 --module nodenext --types node'.split(' ')
    await command([binary('tsc'), ...compiler, '--outDir', folder, join(folder, 'sweep.ts')])
    return await command([process.execPath, join(folder, 'sweep.js')], {
      env: { CHIMNEY_URL: url, CHIMNEY_API_KEY: key },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
