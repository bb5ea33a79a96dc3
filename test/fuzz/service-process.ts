/** A process with the whole service that answers requests of its parent, see `hostile-service.ts`. */
import { gzipSync } from 'node:zlib'
import { KEY } from '../../packages/server/src/http/test-app.ts'
import { testWandb } from '../../packages/server/src/wandb/test-api.ts'
import { type Answer, type HostileRequest, textOf } from './request.ts'

const SHOWN = 400
const AUTHORIZATION = `Basic ${Buffer.from(`api:${KEY}`).toString('base64')}`

const service = await testWandb()

async function answer({ method, path, body, gzip, headers }: HostileRequest): Promise<Answer> {
  const text = body === undefined ? undefined : textOf(body)
  const sent = text !== undefined && gzip ? gzipSync(text) : text
  const request = new Request(`http://chimney.test${path}`, {
    method,
    headers: {
      Authorization: AUTHORIZATION,
      'Content-Type': 'application/json',
      ...(gzip && { 'Content-Encoding': 'gzip' }),
      ...(sent !== undefined && { 'Content-Length': String(Buffer.byteLength(sent)) }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  })
  const before = service.written()
  const start = process.cpuUsage()
  const response = await service.app.request(request)
  const answered = await response.text()
  const { user, system } = process.cpuUsage(start)
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: answered.slice(0, SHOWN),
    cpuMs: (user + system) / 1000,
    written: service.written() - before,
  }
}

/** Processor time that the work below takes on an idle developer's machine, ms. */
const USUAL_MS = 60

function slowness(): number {
  const text = JSON.stringify(Array.from({ length: 50_000 }, (_, n) => ({ name: `n${n}`, value: n / 7 })))
  const start = process.cpuUsage()
  for (let i = 0; i < 2; i++) JSON.parse(text)
  const { user, system } = process.cpuUsage(start)
  return Math.max(1, (user + system) / 1000 / USUAL_MS)
}

process.on('message', async (message: HostileRequest | 'slowness') =>
  process.send?.(message === 'slowness' ? slowness() : await answer(message)),
)
process.on('disconnect', () => process.exit())
process.send?.('ready')
