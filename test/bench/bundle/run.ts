import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { table } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { median } from '../statistics.ts'
import { BUNDLE_BUDGET, bundle } from './build.ts'

const RECORDED = new URL('recorded.json', import.meta.url)
const API = 'packages/server/src/lambda/api.ts'
const CLIENTS = 'test/bench/bundle/aws-clients.ts'
const ROUNDS = 15

const run = promisify(execFile)

/**
 * `npm run bench -- bundle`: bytes that a cold start of the API reads, and its import time as a multiple of the AWS clients' import
 * time, so that machines are comparable. `write` records the multiple as the reference for later runs.
 */
export async function runBundle({ write }: BenchOptions): Promise<unknown> {
  const outdir = await mkdtemp(join(tmpdir(), 'chimney-bundle-'))
  try {
    const [api, clients] = [
      await bundle(API, join(outdir, 'api')),
      await bundle(CLIENTS, join(outdir, 'aws')),
    ]
    const times: { api: number[]; clients: number[] } = { api: [], clients: [] }
    for (let round = 0; round < ROUNDS; round++) {
      times.api.push(await importMs(api.entry))
      times.clients.push(await importMs(clients.entry))
    }
    const apiMs = median(times.api)
    const clientsMs = median(times.clients)
    const ratio = Number((apiMs / clientsMs).toFixed(2))
    if (write) await writeFile(RECORDED, `${JSON.stringify({ ratio }, undefined, 2)}\n`)
    const recorded = (JSON.parse(await readFile(RECORDED, 'utf8')) as { ratio: number }).ratio
    console.log(
      table(
        ['Cold start of the API', 'measured', 'compare'],
        [
          [
            'bytes at start',
            api.bytes.toLocaleString('en-US'),
            `budget ${BUNDLE_BUDGET.toLocaleString('en-US')}`,
          ],
          ['import, ms', apiMs.toFixed(0), `AWS clients alone ${clientsMs.toFixed(0)}`],
          ['as a multiple of the clients', ratio.toFixed(2), `recorded ${recorded.toFixed(2)}`],
          ['relative to the recorded multiple', (ratio / recorded).toFixed(2), 'budget 1.30'],
        ],
      ),
    )
    return { bytes: api.bytes, apiMs, clientsMs, ratio, recorded }
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}

/** Milliseconds to import the bundle in a new process with the environment of a Lambda function. */
async function importMs(entry: string): Promise<number> {
  const url = JSON.stringify(pathToFileURL(resolve(entry)).href)
  const script = `const started = performance.now(); await import(${url}); console.log(performance.now() - started)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      ...process.env,
      AWS_REGION: 'us-east-1',
      CHIMNEY_TABLE: 'table',
      CHIMNEY_FILES_BUCKET: 'files',
      CHIMNEY_PUBLIC_URL: 'https://chimney.example',
    },
  })
  return Number(stdout)
}
