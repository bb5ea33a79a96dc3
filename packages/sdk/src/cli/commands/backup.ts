import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { ChimneyError } from '../../error.ts'
import { localSubcommand, type Shell, toJson } from '../shell.ts'

interface Flags {
  readonly data?: string
  readonly json?: true
}

/** `packages/local/src/http/control.ts` writes and reads these. */
interface Service {
  readonly url: string
  readonly token: string
}
interface Answer {
  readonly folder: string
  readonly items: number
  readonly files: number
  readonly error?: string
}

export const addBackup = (program: Command, { io }: Shell): void => {
  localSubcommand(program, 'backup', {
    summary: 'Copy the data of the running service on this machine to a new folder.',
    details:
      'The copy holds all that was acknowledged when the command began, with keys and files. It is a data folder: chimney up --data FOLDER starts with it. The service goes on meanwhile. To copy one project, use chimney export.',
    examples: [
      'chimney backup /backups/monday',
      'chimney backup /backups/$(date +%F) --data /var/lib/chimney',
    ],
  })
    .argument('<folder>', 'new folder, on a disk of this machine')
    .option('--data <folder>', 'data folder of the service (default: CHIMNEY_DATA, .chimney)')
    .option('--json', 'print JSON')
    .action(async (folder: string, { data, json }: Flags) => {
      const from = resolve(data ?? (io.env.CHIMNEY_DATA || '.chimney'))
      const answer = await order(from, resolve(folder))
      if (json) io.out(toJson(answer))
      else io.out(`${answer.folder}: ${answer.items} items, ${answer.files} files.\n`)
    })
}

async function order(data: string, folder: string): Promise<Answer> {
  const service = await runningService(data)
  const { status, body } = await post(service, { folder }).catch((cause: Error) => {
    throw notRunning(data, cause)
  })
  if (status === 200) return body
  throw new ChimneyError('backup-failed', body.error ?? `the service answered with status ${status}`, {
    status,
  })
}

async function runningService(data: string): Promise<Service> {
  try {
    return JSON.parse(await readFile(join(data, 'service.json'), 'utf8'))
  } catch (cause) {
    throw notRunning(data, cause)
  }
}

const notRunning = (data: string, cause: unknown): ChimneyError =>
  new ChimneyError(
    'not-running',
    `no service runs with the data folder ${data} (${(cause as NodeJS.ErrnoException).code ?? cause}). Name another one with --data, or copy the folder: nothing changes it while the service is stopped.`,
    { cause },
  )

/** Not with `fetch`, which gives up after five minutes without an answer. */
const post = ({ url, token }: Service, body: object) =>
  new Promise<{ status: number; body: Answer }>((done, fail) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request(url, { method: 'POST', headers }, async (response) => {
      const answer = await text(response).catch(fail)
      if (typeof answer !== 'string') return
      try {
        done({ status: response.statusCode ?? 0, body: JSON.parse(answer) })
      } catch {
        done({ status: response.statusCode ?? 0, body: { folder: '', items: 0, files: 0, error: answer } })
      }
    })
    sent.on('error', fail)
    sent.end(JSON.stringify(body))
  })
