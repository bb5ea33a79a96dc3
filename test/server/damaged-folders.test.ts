import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { startCloud } from '@chimney/local/cloud'
import { CloudError } from '@chimney/local/cloud-error'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { beforeAll, describe, expect, it } from 'vitest'
import { refusedStart } from './service.ts'
import { useTestFolder } from './test-folder.ts'

const folder = useTestFolder()
let whole: string
/** Table files, a log, a manifest and CURRENT. */
const PATTERNS = { CURRENT: /^CURRENT$/, MANIFEST: /^MANIFEST-/, table: /\.ldb$/, log: /\.log$/ }
beforeAll(async () => {
  whole = join(folder.path, 'whole')
  execFileSync('mkdir', ['-p', whole])
  execFileSync('tar', ['-xzf', join(import.meta.dirname, 'folders/format-1.tar.gz'), '-C', whole])
  // An open writes the log to a table; the service then begins another log.
  await (await startDynamo(join(whole, 'dynamodb'))).stop()
  await (await startCloud({ dataDir: whole, port: 0, agents: [] })).stop()
})

async function copied(): Promise<{ data: string; files: string[] }> {
  const data = mkdtempSync(join(folder.path, 'data-'))
  await cp(whole, data, { recursive: true })
  return { data, files: readdirSync(join(data, 'dynamodb')) }
}

const DAMAGES = {
  removed: (file: string) => rmSync(file),
  cut: (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
  flipped: (file: string) => {
    const bytes = readFileSync(file)
    const at = Math.floor(bytes.length / 3)
    bytes[at] = bytes[at]! ^ 0x20
    writeFileSync(file, bytes)
  },
} as const

/** A crash cuts the log too. */
const WHOLE = new Set(['log cut'])
const CASES = Object.keys(PATTERNS).flatMap((kind) => Object.keys(DAMAGES).map((how) => [kind, how] as const))

describe('a data folder', () => {
  it.each(CASES)(
    'with its %s %s is refused with one sentence and left as it is, or opens',
    async (kind, how) => {
      const { data, files } = await copied()
      const name = files.find((file) => PATTERNS[kind as keyof typeof PATTERNS].test(file))
      expect(name).toBeDefined()
      DAMAGES[how as keyof typeof DAMAGES](join(data, 'dynamodb', name!))
      const before = readdirSync(join(data, 'dynamodb'))
      const started = await startCloud({ dataDir: data, port: 0, agents: [] }).catch(
        (error: unknown) => error,
      )
      if (WHOLE.has(`${kind} ${how}`)) {
        expect(started).not.toBeInstanceOf(Error)
        await (started as Awaited<ReturnType<typeof startCloud>>).stop()
        return
      }
      expect(started).toBeInstanceOf(CloudError)
      expect((started as Error).message).toContain(`The tables in ${join(data, 'dynamodb')} `)
      expect((started as Error).message).toContain('Restore the whole folder from a copy')
      const kept = new Set(readdirSync(join(data, 'dynamodb')))
      for (const file of before.filter((one) => /ldb$|log$/.test(one))) expect(kept).toContain(file)
    },
  )

  it('ends `npm start` with the sentence and no stack', async () => {
    const { data, files } = await copied()
    const name = files.find((file) => PATTERNS.table.test(file))!
    DAMAGES.flipped(join(data, 'dynamodb', name))
    const { code, output } = await refusedStart({ data })
    expect(code).toBe(1)
    expect(output).toMatch(/^The tables in .* are damaged: \d+\.ldb: .*\n$/)
  })
})
