/** The road from functions to AWS: passes each call on unchanged and records what was refused. */
import { createServer, request as send } from 'node:http'
import { listen } from './listen.ts'

export interface Refusal {
  /** As in a policy, such as `dynamodb:Query`. */
  readonly action: string
  /** The name of the role. */
  readonly role: string
  readonly message: string
}

export interface ObservedCalls {
  readonly url: string
  /** Calls that AWS refused with "access denied" since the last {@link forget}. */
  readonly refused: () => readonly Refusal[]
  readonly forget: () => void
  readonly stop: () => Promise<void>
}

/** AWS's sentence: "User: arn:aws:sts::1:assumed-role/ROLE/SESSION is not authorized to perform: ACTION on resource: …". */
const SENTENCE = /assumed-role\/([^/]+)\/.*?not authorized to perform: ([\w-]+:\w+)/s

/** `emulator` is where calls go. */
export async function observeCalls(emulator: { readonly port: number }): Promise<ObservedCalls> {
  let refused: Refusal[] = []
  const server = createServer((request, response) => {
    const { method, url, headers } = request
    const onward = send({ host: '127.0.0.1', port: emulator.port, method, path: url, headers }, (answer) => {
      const parts: Buffer[] = []
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (part: Buffer) => {
        if (answer.statusCode === 400 || answer.statusCode === 403) parts.push(part)
        response.write(part)
      })
      answer.on('end', () => {
        response.end()
        const text = Buffer.concat(parts).toString()
        if (!text.includes('AccessDenied')) return
        const [, role = 'unknown', action = `${method} ${url}`] = SENTENCE.exec(text) ?? []
        refused.push({ action, role, message: text.slice(0, 500) })
      })
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  const { url, stop } = await listen(server)
  return {
    url,
    refused: () => refused,
    forget: () => {
      refused = []
    },
    stop,
  }
}
