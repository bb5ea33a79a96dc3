/**
 * Records what the real client sends for every kind of media, for `test/browser/media.test.ts`: config, rows and files of one run.
 * `npx tsx test/wandb/record-media.ts PYTHON [VIDEO]`, where PYTHON has wandb, numpy, pillow and plotly.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KEY, startServer } from './server.ts'

const SCRIPT = fileURLToPath(new URL('./scripts/panels.py', import.meta.url))
const RECORDING = fileURLToPath(new URL('../browser/wandb-media.json', import.meta.url))
/** Of the machine that recorded, or written for each run: nothing of a panel. */
const NOT_MEDIA = /^(wandb-|requirements|config|output|conda|diff)/

const [python = 'python3', ...more] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'chimney-record-'))
const server = await startServer(join(folder, 'data'))
try {
  const printed = execFileSync(python, [SCRIPT, ...more], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, WANDB_BASE_URL: server.url, WANDB_API_KEY: KEY },
  })
  const { run } = JSON.parse(/RESULT=(.*)/.exec(printed)![1]!) as { run: string }
  const path = `/v1/local/panels/runs/${run}`
  const { summary } = await server.get(path)
  const { charts, class_labels } = await server.get(`${path}/media-keys`)
  const { items: rows } = await server.get(`${path}/metrics?limit=10000`)
  const { items: listed } = await server.get(`${path}/files`)
  const files: Record<string, string> = {}
  for (const { name, url } of listed as { name: string; url: string }[])
    if (!NOT_MEDIA.test(name))
      files[name] = Buffer.from(await (await fetch(url)).arrayBuffer()).toString('base64')
  writeFileSync(RECORDING, `${JSON.stringify({ charts, class_labels, summary, rows, files })}\n`)
} finally {
  await server.kill()
  rmSync(folder, { recursive: true, force: true })
}
