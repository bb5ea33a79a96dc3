/**
 * Records what the real client sends for every kind of media, for `test/browser/media.test.ts`: config, rows and files of one run.
 * `npx tsx test/wandb/record-media.ts PYTHON [VIDEO]`, where PYTHON has wandb, numpy, pillow, plotly, soundfile, pandas and scikit-learn.
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
  const artifacts = await recordArtifacts(path, rows)
  writeFileSync(RECORDING, `${JSON.stringify({ charts, class_labels, summary, rows, files, artifacts })}\n`)
} finally {
  await server.kill()
  rmSync(folder, { recursive: true, force: true })
}

/** The files of tables in artifacts, and of their cells, by their addresses. Tables of charts are shown from the run alone. */
async function recordArtifacts(path: string, rows: readonly object[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const addresses = rows.flatMap((row) =>
    Object.entries(row).flatMap(([key, value]) =>
      !key.startsWith('plots/') && typeof value?.artifact_path === 'string' ? [value.artifact_path] : [],
    ),
  )
  const record = async (address: string) => {
    const { items } = await server.get(`${path}/file-urls?${new URLSearchParams({ name: address })}`)
    const bytes = Buffer.from(await (await fetch(items[0].url)).arrayBuffer())
    found[address] = bytes.toString('base64')
    return bytes.toString('utf8')
  }
  for (const address of addresses) {
    const base = address.slice(0, address.indexOf('/', 'wandb-client-artifact://'.length) + 1)
    for (const [, inner] of (await record(address)).matchAll(/"path": ?"(media\/[^"]+)"/g))
      if (found[base + inner] === undefined) await record(base + inner!)
  }
  return found
}
